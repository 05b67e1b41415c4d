/** What each language must say of the command table, whatever else it says. */
import type { OptionName, OwnOption } from '../options.ts';
import type { CommandName, COMMANDS } from '../table.ts';

type OptionsOf<Command extends CommandName> = (typeof COMMANDS)[Command]['options'][number];

/** What a command says of its options: of those that mean something of its own, and of others where it has more to say. */
export type CommandOptions = {
  readonly [Command in CommandName]:
    & { readonly [Option in Extract<OptionsOf<Command>, OwnOption>]: string }
    & { readonly [Option in Exclude<OptionsOf<Command>, OwnOption>]?: string };
};

export interface TableWords {
  readonly commands: Readonly<Record<CommandName, string>>;
  readonly options: Readonly<Record<Exclude<OptionName, OwnOption>, string>>;
  readonly optionsOf: CommandOptions;
}

/** What each language must say of the command table, whatever else it says. */
import type { OptionName } from '../options.ts';
import type { CommandName } from '../table.ts';

export interface TableWords {
  readonly commands: Readonly<Record<CommandName, string>>;
  readonly options: Readonly<Record<OptionName, string>>;
}

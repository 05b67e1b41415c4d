/**
 * What a command is: a row of the table (table.ts) that says its words, options and examples, and a function that
 * takes typed values. Help, parsing and errors follow from the row.
 */
import type { CliContext } from './context.ts';
import type { Values } from './values.ts';

export interface OptionSpec {
  readonly type: 'text' | 'texts' | 'flag';
  /** What stands for the value in help, such as DIR; none for a flag. */
  readonly value?: string;
  readonly short?: string;
}

/** What a command hands back: a value for `--json` and lines for people. */
export interface Outcome {
  readonly json: unknown;
  readonly lines: readonly string[];
  /** False for a check that did its work and found something wrong. */
  readonly ok?: boolean;
}

export type Run = (context: CliContext, values: Values) => Promise<Outcome>;

export interface CommandSpec<Option extends string = string> {
  /** Bare arguments in order; `…` at the end of the last takes the rest, a `?` makes it optional. */
  readonly operands: readonly string[];
  readonly options: readonly Option[];
  readonly examples: readonly string[];
  /** Loads the command's code only when it runs, so that `tram --help` is quick. */
  readonly load: () => Promise<Run>;
}

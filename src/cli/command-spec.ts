/**
 * A row of the command table (table.ts): words, options and examples of one command. Help, parsing and errors follow
 * from it.
 */

export interface OptionSpec {
  readonly type: 'text' | 'texts' | 'flag';
  /** What stands for the value in help, such as DIR; none for a flag. */
  readonly value?: string;
  readonly short?: string;
}

export interface CommandSpec<Option extends string = string> {
  /** Bare arguments in order; all are needed. A last one that ends with `…` may stand several times. */
  readonly operands: readonly string[];
  readonly options: readonly Option[];
  /** Options without which the command does nothing, whatever else is given. */
  readonly needs?: readonly Option[];
  /** Sets of options of which one is needed, whole. */
  readonly ways?: readonly (readonly Option[])[];
  readonly examples: readonly string[];
  /** What stands for an option's value in this command's help, where it is not what stands for it elsewhere. */
  readonly values?: Readonly<Partial<Record<Option, string>>>;
}

/** What a command does: given a context and its values, it hands back a result for programs and lines for people. */
import type { CliContext } from './context.ts';
import type { Values } from './values.ts';

export interface Outcome {
  /** For `--json`. */
  readonly json: unknown;
  /** For people. */
  readonly lines: readonly string[];
  /** False for a check that did its work and found something wrong. */
  readonly ok?: boolean;
}

export type Run = (context: CliContext, values: Values) => Promise<Outcome>;

/** How a command ends, for scripts: sysexits.h where it has a number, small ones for what happens daily. */
import type { RefusalCode } from '#core/refusals.ts';
import { Refusal } from '#core/refusals.ts';

export const EXIT = {
  done: 0,
  /** Trạm said no: the code and a sentence are on stderr. */
  refused: 1,
  /** The command line itself was not understood. */
  usage: 2,
  /** The station does not answer, is stopping, or cannot write. */
  unreachable: 3,
  /** A fault of ours. */
  internal: 70,
  /** Stopped by the user, as a shell reports Ctrl-C. */
  cancelled: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_CODE: Partial<Record<RefusalCode, ExitCode>> = {
  'option-unknown': EXIT.usage,
  'option-missing': EXIT.usage,
  'command-unknown': EXIT.usage,
  'input-unread': EXIT.usage,
  'station-unreachable': EXIT.unreachable,
  'download-unrecorded': EXIT.unreachable,
  stopping: EXIT.unreachable,
  'store-failed': EXIT.unreachable,
  cancelled: EXIT.cancelled,
  internal: EXIT.internal,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof Refusal)) return EXIT.internal;
  return BY_CODE[error.code] ?? EXIT.refused;
}

/** What could not be done this time and will be tried again, without holding up the rest. */
import { Refusal, type RefusalCode } from '#core/refusals.ts';

export interface Waiting {
  /** A draft's or a dispatch's id, or a folder of `out`. */
  readonly what: string;
  readonly code: RefusalCode;
  /** What the refusal says beside its code, such as which file. */
  readonly detail?: Refusal['detail'];
}

/** These concern the station or the machine, not one dispatch: the round ends and begins again later. */
const WHOLE_ROUND: readonly RefusalCode[] = [
  'station-unreachable', 'download-unrecorded', 'database-unreachable', 'session-missing', 'session-expired', 'stopping', 'store-failed', 'disk-full', 'cancelled',
];

/** Notes what concerns one dispatch only. @throws the error itself where it concerns all */
export function noteWaiting(waiting: Waiting[], what: string, error: unknown): void {
  if (!(error instanceof Refusal) || WHOLE_ROUND.includes(error.code)) throw error;
  const { code, detail } = error;
  waiting.push({ what, code, ...(Object.keys(detail).length > 0 && { detail }) });
}

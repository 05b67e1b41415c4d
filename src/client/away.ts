/** Whether something was not done because the station is out of reach now: it can be done later, or from what is kept here. */
import { type RefusalCode, Refusal } from '#core/refusals.ts';

const AWAY: ReadonlySet<RefusalCode> = new Set(['station-unreachable', 'session-missing', 'session-expired', 'database-unreachable', 'too-many-attempts']);

export function isAway(error: unknown): boolean {
  return error instanceof Refusal && AWAY.has(error.code);
}

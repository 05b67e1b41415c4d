/** Claims about entries that wait for a second registrar: of their form, under their own name, handed in by somebody known. */
import { concat, hex } from '#core/bytes.ts';
import { readAsked } from '#model/asked-statement.ts';
import { pendingEntries } from '#wire/proposal.ts';
import type { AuditRun } from './run.ts';

const INSTANT_MAX = 253_402_300_799_999;

export function auditPending({ db, tally, directory, provider: { hash: { sha256 } } }: AuditRun): void {
  const claim = tally.claim('pending-proposals');
  const view = directory?.state ?? null;
  for (const row of db.rows('pending_proposal')) {
    const item = claim.item(row.place);
    const entries = item.attempt('is no list of entries', () => pendingEntries.decode(row.bytes));
    if (entries === null) continue;
    const id = hex(sha256(concat(...entries.map(({ statement }) => sha256(statement)))).subarray(0, 16));
    item.demand(id === row.proposal, 'is not what it is called by');
    item.demand(view === null || view.person(row.person) !== null, 'is of a person who is in no directory');
    if (row.asked !== null) item.attempt('answers no request', () => readAsked(row.asked!));
    item.demand((row.withdrawn_by === null) === (row.withdrawn_at === null) && (row.why === null || row.withdrawn_by !== null), 'was withdrawn by nobody');
    item.demand(view === null || row.withdrawn_by === null || view.person(row.withdrawn_by) !== null, 'was withdrawn by a person who is in no directory');
    item.demand(row.created <= row.expires && row.expires <= INSTANT_MAX, 'waits until no time');
  }
}

/** Claims about entries that wait for a second registrar: of their form, under their own name, handed in by somebody known. */
import { readAsked } from '#model/asked-statement.ts';
import { proposalId } from '#model/proposals.ts';
import { pendingEntries, withdrawnStatements } from '#wire/proposal.ts';
import type { AuditRun } from './run.ts';

const INSTANT_MAX = 253_402_300_799_999;

export function auditPending({ db, tally, directory, provider }: AuditRun): void {
  const claim = tally.claim('pending-proposals');
  const view = directory?.state ?? null;
  for (const row of db.rows('pending_proposal')) {
    const item = claim.item(row.place);
    const entries = item.attempt('is no list of entries', () => pendingEntries.decode(row.bytes));
    if (entries === null) continue;
    item.demand(proposalId(provider, entries.map(({ statement }) => statement)) === row.proposal, 'is not what it is called by');
    item.demand(view === null || view.person(row.person) !== null, 'is of a person who is in no directory');
    if (row.asked !== null) item.attempt('answers no request', () => readAsked(row.asked!));
    item.demand(row.created <= row.expires && row.expires <= INSTANT_MAX, 'waits until no time');
  }
  for (const { place, proposal, person, withdrawn_by: by, withdrawn_at: at, created, expires, statements: bytes } of db.rows('withdrawn_proposal')) {
    const item = claim.item(place);
    const statements = item.attempt('is no list of statements', () => withdrawnStatements.decode(bytes));
    if (statements === null) continue;
    item.demand(statements.length === 0 || proposalId(provider, statements) === proposal, 'is not what it is called by');
    item.demand(view === null || view.person(person) !== null, 'is of a person who is in no directory');
    item.demand(view === null || view.person(by) !== null, 'was withdrawn by a person who is in no directory');
    item.demand(created <= at && at <= expires && expires <= INSTANT_MAX, 'was withdrawn at no time');
  }
}

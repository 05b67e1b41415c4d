/** Claims: every note that waits has the id of its bytes; every note that passed is known to the ledger. */
import { equal, hex } from '#core/bytes.ts';
import { isOwn } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { nameOf } from '#model/foreign-names.ts';
import { mayPass } from '#station/dispatch/retry.ts';
import { note as noteCodec, type Note } from '#wire/receipt.ts';
import type { Placed } from './database.ts';
import { isAboutCopy, isMomentOf } from './facts.ts';
import type { HeldDispatches } from './items.ts';
import { type AuditRun, ownOf } from './run.ts';
import type { Item } from './tally.ts';

export interface HeldNote {
  /** Null where it was passed on and only its id is kept. */
  readonly note: Note | null;
  readonly precedence: string;
  readonly place: string;
}

export function auditNotes(run: AuditRun, held: HeldDispatches): Map<string, HeldNote> {
  const { db, tally, facts, provider, station, directory } = run;
  const claim = tally.claim('notes');
  const notes = new Map<string, HeldNote>();
  for (const row of db.rows('note')) {
    const item = claim.item(row.place);
    const moments = facts.about(row.id, 'queued', 'custody-taken');
    const [first] = moments;
    item.demand(first !== undefined, 'no event is about it');
    if (first !== undefined) item.demand(isMomentOf(row.taken, first), 'its time is not that of its event');
    item.demand(['routine', 'priority', 'immediate', 'flash'].includes(row.precedence), 'has no precedence');
    item.demand(moments.some((fact) => isMomentOf(row.since, fact)), 'no event is of when it came here last');
    const wasBrought = facts.about(row.id, 'custody-taken').length > 0;
    item.demand(wasBrought ? row.hops >= 1 : row.hops === 0, `made ${row.hops} hops`);
    auditWay(run, row, item);
    const note = row.bytes === null ? null : item.attempt('is no note', () => noteCodec.decode(row.bytes!));
    notes.set(hex(row.id), { note, precedence: row.precedence, place: row.place });
    if (row.bytes === null || note === null) continue;
    item.demand(equal(provider.hash.sha256(row.bytes), row.id), 'its id is not the digest of its bytes');
    item.demand(note.precedence === row.precedence, 'its precedence is not that of its row');
    // What was made here may have come back.
    item.demand(row.hops <= note.hopLimit && (wasBrought || nameOf(ownOf(run), note.organisation, note.from) === station), 'came from elsewhere than it says');
    item.demand(directory === null || isBetween(directory.state, note), 'is of another organisation');
  }
  for (const { index, kind, subject } of facts.of('queued', 'custody-taken')) {
    if (held.get(subject) === null && !notes.has(subject)) {
      claim.missing(`dispatch:${subject} or note:${subject}`, `is missing: ledger_entry:${index} (${kind}) is about it`);
    }
  }
  return notes;
}

/** Where it was queued to last, and why it waits where nobody took it. A row of before this was kept says neither, nor why it was let go of. */
function auditWay({ facts }: AuditRun, { id, next, refusal }: Placed<'note'>, item: Item): void {
  const last = facts.about(id).findLast(isAboutCopy);
  const queuedTo = facts.about(id, 'queued').at(-1)?.fields.peer ?? null;
  item.demand(next === null || next === queuedTo, `goes to ${queuedTo ?? 'nobody'} by its events`);
  const expected = last?.kind === 'refused' ? last.fields.code ?? null : null;
  const isOfBefore = refusal === null && (next === null || (expected !== null && !mayPass(expected)));
  item.demand(refusal === expected || isOfBefore, `was refused as ${expected ?? 'nothing'} by its events`);
}

/** From a station of ours or to one, and on the other side whoever something was agreed with. */
function isBetween(view: DirectoryView, { organisation, toOrganisation = organisation }: Note): boolean {
  const isKnown = (one: Uint8Array): boolean => isOwn(view, { organisation: one }) || view.agreements().some((agreement) => equal(agreement.organisation, one));
  return [organisation, toOrganisation].some((one) => isOwn(view, { organisation: one })) && isKnown(organisation) && isKnown(toOrganisation);
}

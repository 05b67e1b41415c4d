/**
 * Claims: what a row says of a refusal is what happened. An event of a refusal says of which neighbour and sealing, and not for which
 * offices that copy was: a telegram goes in several copies, of which one is taken and another refused. Source: docs/decisions/0154.
 */
import { hex } from '#core/bytes.ts';
import { named } from '#model/foreign-names.ts';
import { mayPass, NO_WAY } from '#station/dispatch/retry.ts';
import type { Placed } from './database.ts';
import { type Fact, isAboutCopy, lastRefusal, sealingOf } from './facts.ts';
import { type AuditRun, ownOf, view } from './run.ts';
import type { Item } from './tally.ts';

type StanzaRow = Placed<'dispatch_stanza'>;

interface Beside {
  readonly isOrigin: boolean;
  /** Whether the dispatch is for other offices here as well. */
  readonly hasOthers: boolean;
}

/** Every refusal is kept, by a relay also that for which it dropped the stanza: not in rows of before that was so. */
export function auditRefusal(run: AuditRun, row: StanzaRow, beside: Beside, item: Item): void {
  const last = row.next === null ? null : lastRefusal(run.facts, hex(row.id), row.next, row.sealing);
  const expected = last === null ? null : keptOf(row, last);
  if (row.refusal === null && last !== null && !beside.isOrigin && row.next !== row.previous && !mayPass(last)) return;
  const isGivenBack = last !== null && row.refusal === NO_WAY && hasBrought(run, row);
  item.demand(row.refusal === expected || isGivenBack || (beside.hasOthers && isOfAnotherCopy(run, row)), `was refused as ${expected ?? 'nothing'} by its events`);
}

/** Whether the last word of that neighbour may be about others: it has taken this one, or had refused it before. */
function isOfAnotherCopy(run: AuditRun, row: StanzaRow): boolean {
  if (row.next === null) return false;
  if (row.refusal === null) return row.back === 0 && isTaken(run, row, row.next);
  return refusalsBy(run, row, row.next).some((code) => keptOf(row, code) === row.refusal);
}

/** Whether that neighbour brought it, after it had gone on from here: it is given back then as to the first. */
function hasBrought({ facts }: AuditRun, { id, sealing, previous, next }: StanzaRow): boolean {
  return previous !== null && facts.about(id, 'custody-taken').some((fact) => fact.fields.peer === next && sealingOf(fact) === sealing);
}

/** What is written beside a stanza that is refused by that code. */
function keptOf({ next, previous }: StanzaRow, code: string): string {
  // What was given back and is not taken waits on for a way, whatever the neighbour says.
  return next === previous ? NO_WAY : code;
}

function refusalsBy({ facts }: AuditRun, row: StanzaRow, peer: string): string[] {
  const refused = facts.about(row.id, 'refused').filter((fact) => isAboutCopy(fact) && fact.fields.peer === peer && sealingOf(fact) === row.sealing);
  return refused.flatMap(({ fields: { code } }) => code ?? []);
}

/** Whether that neighbour's word is here that it has it, or had. */
function isTaken(run: AuditRun, { id, office }: StanzaRow, peer: string): boolean {
  const about = named(ownOf(run), office);
  const station = view(run)?.agreement(peer)?.peerStation ?? peer;
  return run.facts.about(id, 'receipt').some(({ fields }: Fact) =>
    TAKEN.includes(fields.receipt ?? '') && fields.code === station && fields.office?.office === about.office);
}

const TAKEN = ['custody', 'arrived', 'expired'];

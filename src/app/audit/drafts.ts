/** Claims: every draft stands at the step to which its events brought it; what it holds is sealed, and nobody reads it here. */
import { equal, hex } from '#core/bytes.ts';
import { sealedDraft } from '#wire/core.ts';
import type { Placed } from './database.ts';
import { type Fact, isMomentOf, push } from './facts.ts';
import type { AuditRun } from './run.ts';
import type { Item } from './tally.ts';

export function auditDrafts({ db, tally, facts, provider }: AuditRun): void {
  const claim = tally.claim('drafts');
  const events = new Map<string, Fact[]>();
  for (const fact of facts.of('draft-step', 'number-issued')) {
    if (fact.fields.draft !== undefined) push(events, hex(fact.fields.draft), fact);
  }
  const used = new Map(facts.of('accepted').map(({ fields, subject }) => [numberKey(fields), subject]));
  const found = new Set<string>();
  for (const row of db.rows('draft')) {
    const item = claim.item(row.place);
    found.add(hex(row.id));
    const steps = events.get(hex(row.id)) ?? [];
    if (!item.demand(steps.length > 0, 'no event is about it')) continue;
    auditStep(row, steps, used, item);
    const saved = steps.findLast(({ fields }) => fields.step === 'saved');
    const author = saved === undefined ? undefined : facts.persons.get(saved.index);
    item.demand(author === undefined || author === row.author, 'was last saved by another person');
    if (row.sealed === null) continue;
    item.attempt('what is sealed cannot be read', () => sealedDraft.decode(row.sealed!));
    const digest = steps.findLast(({ fields }) => fields.digest !== undefined)?.fields.digest;
    item.demand(digest === undefined || equal(provider.hash.sha256(row.sealed), digest), 'what is sealed is not what its event says');
  }
  for (const [id, [first]] of events) if (!found.has(id)) claim.missing(`draft:${id}`, `is missing: ledger_entry:${first?.index} is about it`);
}

function auditStep(row: Placed<'draft'>, steps: readonly Fact[], used: ReadonlyMap<string, string>, item: Item): void {
  const moves = steps.filter(({ kind }) => kind === 'draft-step');
  const [issued] = steps.filter(({ kind }) => kind === 'number-issued');
  item.demand(row.version === moves.length, `is version ${moves.length} by its events`);
  item.demand(steps.every(({ fields }) => fields.office?.office === row.office), 'is another office\'s by its events');
  item.demand(isMomentOf(row.changed, steps.at(-1)), 'its time is not that of its last event');
  const last = moves.at(-1)?.fields.step ?? '';
  const dispatch = issued === undefined ? undefined : used.get(numberKey(issued.fields));
  const step = last === 'closed' ? (dispatch === undefined ? 'discarded' : 'sent') : issued === undefined ? last : 'numbered';
  item.demand(row.step === step, `is ${step} by its events, not ${row.step}`);
  item.demand((row.dispatch === null ? undefined : hex(row.dispatch)) === dispatch, 'became another dispatch by its events');
}

function numberKey({ office, number }: Fact['fields']): string {
  return `${office?.office} ${number?.series} ${number?.number}`;
}

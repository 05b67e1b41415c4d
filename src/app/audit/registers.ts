/**
 * Claims: sổ đi and sổ đến. What was accepted here and what arrived here, with every recipient's outcome, are what the
 * events and the receipts make of them, both ways.
 */
import { hex } from '#core/bytes.ts';
import { officeName } from '#model/foreign-names.ts';
import { LIMITS } from '#wire/limits.ts';
import { type Fact, isMomentOf } from './facts.ts';
import type { HeldDispatch, HeldDispatches } from './items.ts';
import type { HeldReceipt } from './receipts.ts';
import { type AuditRun, ownOf } from './run.ts';
import type { Item } from './tally.ts';

export function auditRegisters(run: AuditRun, held: HeldDispatches, receipts: readonly HeldReceipt[]): void {
  const byRecipient = Map.groupBy(receipts, ({ dispatch, office }) => `${dispatch} ${office}`);
  auditOutgoing(run, held);
  auditRecipients(run, held, byRecipient);
  auditDeliveries(run, byRecipient);
}

function auditOutgoing({ db, tally, facts }: AuditRun, held: HeldDispatches): void {
  const claim = tally.claim('outgoing');
  const found = new Set<string>();
  for (const row of db.rows('outgoing')) {
    const item = claim.item(row.place);
    const id = hex(row.id);
    found.add(id);
    const [fact, ...others] = facts.about(id, 'accepted');
    if (!item.demand(fact !== undefined, 'no event accepted it')) continue;
    item.demand(others.length === 0, `was accepted more than once: ledger_entry:${others[0]?.index}`);
    item.demand(row.ledger === fact!.index, `was accepted by ledger_entry:${fact!.index}`);
    item.demand(isMomentOf(row.accepted, fact), 'its time is not that of its event');
    const { office, number } = fact!.fields;
    item.demand(row.office === office?.office, `was sent by ${office?.office}`);
    item.demand(row.series === number?.series && row.number === number?.number, `has number ${number?.number} of ${number?.series}`);
    const asked = facts.about(id, 'asked');
    const isAsked = row.asked <= asked.length && (row.asked === 0) === (asked.length === 0) && (row.asked_at === null) === (row.asked === 0);
    item.demand(isAsked && (row.asked_at === null || isMomentOf(row.asked_at, asked.at(-1)!)), 'was asked after otherwise than its events say');
    const dispatch = held.get(id, 0);
    if (!item.demand(dispatch !== null, 'is not held any more')) continue;
    item.demand(row.expires === (dispatch!.header.expires ?? null), 'expires at another time than its header says');
    item.demand(hex(row.submission) === dispatch!.submission, 'was submitted as other bytes than are held');
  }
  for (const { index, subject } of facts.of('accepted')) {
    if (!found.has(subject)) claim.missing(`outgoing:${subject}`, `is missing: ledger_entry:${index} accepted it`);
  }
}

function auditRecipients(run: AuditRun, held: HeldDispatches, receipts: ReadonlyMap<string, readonly HeldReceipt[]>): void {
  const { db, tally } = run;
  const claim = tally.claim('outgoing-recipients');
  const expected = new Map<string, HeldDispatch>();
  for (const one of held.all) {
    if (one.isOrigin && one.sealing === 0) for (const { office } of one.header.to) expected.set(`${one.id} ${officeName(ownOf(run), office)}`, one);
  }
  const found = new Set<string>();
  for (const row of db.rows('outgoing_recipient')) {
    const item = claim.item(row.place);
    const key = `${hex(row.id)} ${row.office}`;
    found.add(key);
    const dispatch = expected.get(key);
    if (!item.demand(dispatch !== undefined, 'is no recipient of a dispatch from here')) continue;
    const later = laterSealings(held, dispatch!.id, row.office);
    const outcome = outcomeOf(receipts.get(key) ?? [], later);
    item.demand(row.outcome === outcome, `has the outcome ${outcome ?? 'unknown'} by its receipts`);
    const newest = later.at(-1)?.dispatch ?? dispatch!;
    const refusal = newest.stanzas.find(({ office }) => office === row.office)?.refusal ?? null;
    item.demand(row.refusal === refusal, `is refused as ${refusal ?? 'nothing'} by its stanza`);
  }
  for (const key of expected.keys()) if (!found.has(key)) claim.missing(`outgoing_recipient:${key.replace(' ', '/')}`, 'is missing');
}

type Outcome = 'arrived' | 'expired' | 'unreadable';

interface Later {
  readonly dispatch: HeldDispatch;
  /** Index of the event that made it. */
  readonly event: number;
}

/** Later sealings that were made here for an office, in their order. */
function laterSealings(held: HeldDispatches, id: string, office: string): Later[] {
  const later: Later[] = [];
  for (let sealing = 1; sealing < LIMITS.sealings; sealing++) {
    const dispatch = held.get(id, sealing);
    if (dispatch?.stanzas.some((stanza) => stanza.office === office) !== true) continue;
    if (dispatch.taken !== null) later.push({ dispatch, event: dispatch.taken.index });
  }
  return later;
}

/**
 * Which of arrived and expired came first; unreadable takes the place of what was said of its sealing or an earlier one,
 * and the next sealing begins anew.
 */
function outcomeOf(receipts: readonly HeldReceipt[], later: readonly Later[]): Outcome | null {
  let outcome: Outcome | null = null;
  const before: { kind: string; sealing: number }[] = [];
  const said = receipts.filter(({ kind, event }) => ['arrived', 'expired', 'unreadable'].includes(kind) && event !== null)
    .map(({ kind, sealing, event }) => ({ kind: kind as string, sealing, event: event! }));
  const made = later.map(({ dispatch: { sealing }, event }) => ({ kind: 're-sealed', sealing, event }));
  // What arrives at the origin itself is written with the event of its sealing, or after it.
  for (const { kind, sealing } of [...made, ...said].toSorted((a, b) => a.event - b.event)) {
    const isOver = before.some((one) =>
      kind === 'unreadable' ? one.kind !== 'unreadable' && one.sealing > sealing : one.kind === 'unreadable' && one.sealing >= sealing);
    if (kind === 're-sealed') outcome = outcome === 'unreadable' ? null : outcome;
    else if (!isOver && (kind === 'unreadable' || outcome === null)) outcome = kind as Outcome;
    before.push({ kind, sealing });
  }
  return outcome;
}

const STEPS: readonly string[] = ['arrived', 'opened', 'handed-over', 'acted'];

function auditDeliveries(run: AuditRun, receipts: ReadonlyMap<string, readonly HeldReceipt[]>): void {
  const { db, tally, facts, station } = run;
  const claim = tally.claim('deliveries');
  const events = new Map<string, Fact>();
  for (const fact of facts.of('arrived', 'expired')) {
    const key = `${fact.subject} ${fact.fields.office?.office}`;
    const item = claim.item(`ledger_entry:${fact.index}`);
    if (item.demand(!events.has(key), `delivers again what ledger_entry:${events.get(key)?.index} delivered`)) events.set(key, fact);
  }
  const found = new Set<string>();
  for (const row of db.rows('delivery')) {
    const item = claim.item(row.place);
    const key = `${hex(row.id)} ${row.office}`;
    found.add(key);
    const fact = events.get(key);
    if (!item.demand(fact !== undefined, 'no event delivered it')) continue;
    item.demand(row.ledger === fact!.index, `was delivered by ledger_entry:${fact!.index}`);
    const said = receipts.get(key) ?? [];
    const sealing = auditRedeliveries(run, fact!, said, item);
    item.demand(row.sealing === sealing, `was sealed as number ${sealing}`);
    const isSuspected = facts.about(row.id, 'suspected').some(({ fields }) => fields.office?.office === row.office);
    item.demand(row.suspected === (isSuspected ? 1 : 0), 'is not suspected as its event says');
    auditState(row, fact!, said.filter((one) => one.station === station), item);
  }
  for (const [key, { index }] of events) {
    if (!found.has(key)) claim.missing(`delivery:${key.replace(' ', '/')}`, `is missing: ledger_entry:${index} delivered it`);
  }
}

/** A later sealing took the place of one that its office had said to be unreadable, and of no other. @returns by which it stands */
function auditRedeliveries({ facts }: AuditRun, fact: Fact, said: readonly HeldReceipt[], item: Item): number {
  let sealing = fact.fields.sealing ?? 0;
  for (const { index, fields } of facts.about(fact.subject, 'redelivered')) {
    if (fields.office?.office !== fact.fields.office?.office) continue;
    const later = fields.sealing ?? 0;
    const isAsked = said.some((one) => one.kind === 'unreadable' && one.sealing === sealing && one.event !== null && one.event < index);
    item.demand(fact.kind === 'arrived' && isAsked && later > sealing, `ledger_entry:${index} delivered it again though nobody said that it was unreadable`);
    sealing = later;
  }
  return sealing;
}

/** The furthest that a receipt from here says of the sealing that it stands by; the time is that of the station's own word. */
function auditState(
  row: { readonly state: string; readonly time: number; readonly sealing: number }, fact: Fact, all: readonly HeldReceipt[], item: Item,
): void {
  const word = all.find(({ kind, sealing }) => kind === fact.kind && sealing === fact.fields.sealing);
  const receipts = all.filter(({ sealing }) => sealing === row.sealing);
  if (item.demand(word !== undefined, `there is no receipt that says ${fact.kind}`)) {
    item.demand(row.time === word!.time, 'its time is not that of its receipt');
  }
  const furthest = Math.max(0, ...receipts.map(({ kind }) => STEPS.indexOf(kind)));
  const isUnreadable = furthest === 0 && receipts.some(({ kind }) => kind === 'unreadable');
  const state = fact.kind === 'expired' ? 'expired' : isUnreadable ? 'unreadable' : STEPS[furthest];
  item.demand(row.state === state, `is ${state} by its receipts, not ${row.state}`);
}

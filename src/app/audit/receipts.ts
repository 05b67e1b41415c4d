/**
 * Claims: every stored receipt verifies, says what its row says, and has the event that took it in; this station's own
 * words have the events that they speak of; an office said opened before it said anything further.
 * Source: docs/protocol/receipts.md.
 */
import { equal, hex } from '#core/bytes.ts';
import { isOwn } from '#model/directories.ts';
import { named, nameOf, officeName, type Own } from '#model/foreign-names.ts';
import { type VerifiedReceipt, verifyReceipt } from '#model/receipts.ts';
import { previousHopOf } from '#station/dispatch/borders.ts';
import { precedenceOf } from '#station/dispatch/receipts.ts';
import { receipt as receiptCodec, receiptStatement, type ReceiptKind } from '#wire/receipt.ts';
import type { Placed } from './database.ts';
import type { Fact } from './facts.ts';
import type { HeldDispatches } from './items.ts';
import { type AuditRun, judgeAsOf, ownOf, view } from './run.ts';
import type { Claim, Item } from './tally.ts';

export interface HeldReceipt {
  readonly dispatch: string;
  readonly kind: ReceiptKind;
  readonly sealing: number;
  readonly office: string;
  readonly station: string;
  readonly time: number;
  readonly previousHop: string | null;
  /** Index of the event that it came with; null where there is none. */
  readonly event: number | null;
  readonly place: string;
}

/** What a station says itself and writes no `receipt` event about. */
const STATION_WORDS: readonly string[] = ['custody', 'arrived', 'expired', 'dropped'];

export async function auditReceipts(run: AuditRun, held: HeldDispatches): Promise<HeldReceipt[]> {
  const { db, tally, facts, progress } = run;
  const claim = tally.claim('receipts');
  const events = new Map(facts.of('receipt').map((fact) => [eventKey(fact), fact]));
  const receipts: HeldReceipt[] = [];
  const seen = new Set<string>();
  for (const row of db.rows('receipt')) {
    const item = claim.item(row.place);
    const event = eventOf(run, row, events);
    const receipt = await auditReceipt(run, row, event, held, item);
    if (event !== null) seen.add(eventKey(event));
    if (receipt !== null) receipts.push(receipt);
    progress('receipts', claim.checked);
  }
  for (const [key, fact] of events) {
    const { index, subject, fields } = fact;
    const place = `receipt:${subject}/${fields.receipt}/${fields.office?.office}/${fields.code}`;
    if (!seen.has(key) && !wasSaidAgain(run, fact, seen)) claim.missing(place, `is missing or another: ledger_entry:${index} took one in`);
  }
  auditOwnWords(run, receipts, held, claim);
  auditOrder(run, receipts);
  return receipts;
}

/**
 * By an office whose seal others have had, later and in its place: what was said under that seal may count no more. Or by a station that
 * has the dispatch again.
 */
function wasSaidAgain(run: AuditRun, { index, subject, fields: { receipt, office, code } }: Fact, seen: ReadonlySet<string>): boolean {
  if (office === undefined) return false;
  const own = ownOf(run);
  const theirs = isOwn(own, office) ? view(run) : run.peers.view(office.organisation);
  const isExposed = theirs?.everyPosition().some((one) => one.office === office.office && theirs.seals(one.position).some(({ exposedAt }) => exposedAt !== null));
  return (isExposed === true || receipt === 'custody') && run.facts.about(subject, 'receipt').some((one) =>
    one.index > index && one.fields.receipt === receipt && one.fields.code === code && nameIn(one.fields, run) === nameIn({ office }, run) && seen.has(eventKey(one)));
}

function eventKey({ subject, fields }: Fact): string {
  return `${subject} ${hex(fields.receiptDigest ?? new Uint8Array())}`;
}

function nameIn({ office }: Pick<Fact['fields'], 'office'>, run: AuditRun): string | null {
  return office === undefined ? null : officeName(ownOf(run), office);
}

/** The event with the digest of exactly these bytes, or the one of this station's own word. */
function eventOf(run: AuditRun, row: Placed<'receipt'>, events: ReadonlyMap<string, Fact>): Fact | null {
  const digest = hex(run.provider.hash.sha256(row.bytes));
  const taken = events.get(`${hex(row.dispatch)} ${digest}`);
  if (taken !== undefined || row.station !== run.station) return taken ?? null;
  const about = run.facts.about(row.dispatch);
  const words = row.kind === 'arrived' ? ['arrived', 'redelivered'] : [row.kind];
  const ofOffice = about.find(({ kind, fields }) => words.includes(kind) && nameIn(fields, run) === row.office && fields.sealing === row.sealing);
  if (row.kind === 'arrived' || row.kind === 'expired') {
    // Delivered before by another sealing: this one was taken all the same, or made here.
    return ofOffice ?? about.find(({ kind, fields }) => ['custody-taken', 're-sealed'].includes(kind) && fields.sealing === row.sealing) ?? null;
  }
  if (row.kind === 'custody') {
    // Given back it was said again.
    const times = about.filter(({ kind, fields }) => kind === 'custody-taken' && fields.sealing === row.sealing);
    return times.toSorted((one, other) => Math.abs(one.time - row.time) - Math.abs(other.time - row.time))[0] ?? null;
  }
  return row.kind === 'dropped' ? (about.findLast(({ kind }) => kind === 'refused') ?? null) : null;
}

async function auditReceipt(
  run: AuditRun, row: Placed<'receipt'>, event: Fact | null, held: HeldDispatches, item: Item,
): Promise<HeldReceipt | null> {
  const signed = item.attempt('is no receipt', () => receiptCodec.decode(row.bytes));
  const said = signed === null ? null : item.attempt('its statement cannot be read', () => receiptStatement.decode(signed.statement));
  if (said === null || signed === null) return null;
  const verified = await item.attemptAsync('does not verify', () =>
    judgeAsOf(run, event?.index ?? null, (judging) => verifyReceipt(judging, signed)));
  const own = ownOf(run);
  compareRow(own, row, said, verified, item);
  auditEvent(run, row, event, verified, item);
  const dispatch = held.get(hex(row.dispatch), row.sealing) ?? held.get(hex(row.dispatch));
  if (item.demand(dispatch !== null, 'is about a dispatch that is not here')) {
    const { header } = dispatch!;
    item.demand(header.to.some(({ office }) => officeName(own, office) === row.office), 'is about no recipient of its dispatch');
    item.demand(precedenceOf(own, header, [row.office]) === row.precedence, 'its precedence is not that of its office');
    const home = nameOf(own, header.from.organisation, header.station);
    item.demand(row.homeward === null || (row.homeward === home && home !== run.station), 'goes home to where its dispatch did not come from');
  }
  return {
    dispatch: hex(row.dispatch), kind: row.kind, sealing: row.sealing, office: row.office, station: row.station, time: row.time,
    previousHop: said.previousHop ?? null, event: event?.index ?? null, place: row.place,
  };
}

function compareRow(own: Own, row: Placed<'receipt'>, said: ReturnType<typeof receiptStatement.decode>, verified: VerifiedReceipt | null, item: Item): void {
  item.demand(equal(said.dispatch, row.dispatch), 'is about another dispatch');
  for (const field of ['kind', 'sealing', 'time'] as const) {
    item.demand(said[field] === row[field], `its ${field} is not that of its row`);
  }
  item.demand(officeName(own, said.office) === row.office, 'its office is not that of its row');
  const station = verified === null ? said.station : nameOf(own, verified.organisation, said.station);
  item.demand(station === row.station, 'its station is not that of its row');
}

function auditEvent(run: AuditRun, row: Placed<'receipt'>, event: Fact | null, verified: VerifiedReceipt | null, item: Item): void {
  if (!item.demand(event !== null, 'no event is about it')) return;
  const noted = event!.kind === 'receipt' ? event!.fields.digest : undefined;
  const isNoted = noted === undefined ? row.own === null : row.own !== null && equal(noted, run.provider.hash.sha256(row.own));
  item.demand(isNoted, `ledger_entry:${event!.index} says another note of its office`);
  item.demand(row.again === 0 || row.again < timesTakenIn(run, event!), 'its station said it less often');
  if (event!.kind !== 'receipt') return;
  const { fields } = event!;
  item.demand(fields.receipt === row.kind && nameIn(fields, run) === row.office, `ledger_entry:${event!.index} says another kind or office`);
  item.demand(fields.code === named(ownOf(run), row.station).office && fields.at === row.time, `ledger_entry:${event!.index} says another station or time`);
  const isSame = verified === null || (fields.receiptDigest !== undefined && equal(verified.digest, fields.receiptDigest));
  item.demand(isSame, `ledger_entry:${event!.index} says another digest`);
  const isForeign = row.station !== run.station || !STATION_WORDS.includes(row.kind);
  item.demand(isForeign, 'is this station\'s own word, which comes with another event');
}

function timesTakenIn(run: AuditRun, { subject, fields }: Fact): number {
  return run.facts.about(subject, 'receipt').filter((one) => one.fields.receipt === fields.receipt && one.fields.code === fields.code && nameIn(one.fields, run) === nameIn(fields, run)).length;
}

/** One word for each stanza that was taken or delivered here, and none beside. */
function auditOwnWords(run: AuditRun, receipts: readonly HeldReceipt[], held: HeldDispatches, claim: Claim): void {
  const own = new Map<string, HeldReceipt[]>();
  for (const receipt of receipts) {
    if (receipt.station !== run.station || !STATION_WORDS.includes(receipt.kind)) continue;
    const key = `${receipt.dispatch} ${receipt.sealing} ${receipt.office}`;
    own.set(key, [...(own.get(key) ?? []), receipt]);
  }
  for (const { id, sealing, header, stanzas, isOrigin, place } of held.all) {
    for (const { office, next, previous, position } of stanzas) {
      const words = own.get(`${id} ${sealing} ${office}`) ?? [];
      // What began here and was given back.
      if (isOrigin && next !== null && broughtBack(run, id, sealing).length > 0) own.delete(`${id} ${sealing} ${office}`);
      if (position === 0 || (isOrigin && next !== null)) continue;
      const wanted = next === null ? ['arrived', 'expired'] : ['custody'];
      const word = words.find(({ kind }) => wanted.includes(kind));
      const item = claim.item(`receipt:${id}/${wanted.join('|')}/${sealing}/${office}/${run.station}`);
      if (!item.demand(word !== undefined, `is missing: ${place} was taken`)) continue;
      const hops = [previous, ...broughtBack(run, id, sealing)].map((peer) => (run.directory === null ? peer : previousHopOf(run.directory.state, header, peer)));
      item.demand(hops.includes(word!.previousHop), 'names another previous hop than its stanza');
      // Its office moved here while it waited: it was to go on before, and custody was said of that.
      const wasToGoOn = next === null && run.facts.about(id, 'queued').some(({ fields }) => fields.sealing === sealing);
      own.set(`${id} ${sealing} ${office}`, words.filter((one) => one !== word && !(wasToGoOn && one.kind === 'custody')));
    }
  }
  for (const rest of own.values()) {
    for (const { kind, place } of rest) {
      if (kind !== 'dropped') claim.missing(place, 'is this station\'s word about a stanza that it never took');
    }
  }
}

/** Neighbours that brought it when it was here already. */
function broughtBack({ facts }: AuditRun, id: string, sealing: number): string[] {
  return facts.about(id, 'custody-taken').filter(({ fields }) => fields.sealing === sealing).map(({ fields }) => fields.peer ?? '');
}

/** Only for offices of this station: of others the order of arrival says nothing. */
function auditOrder(run: AuditRun, receipts: readonly HeldReceipt[]): void {
  const claim = run.tally.claim('receipt-order');
  const opened = new Map<string, HeldReceipt>();
  const ofHere = receipts.filter(({ station, kind }) => station === run.station && !STATION_WORDS.includes(kind));
  for (const one of ofHere) {
    if (one.kind !== 'opened') continue;
    // Where it was said again, it had been said before.
    const first = run.facts.about(one.dispatch, 'receipt').find(({ fields }) => fields.receipt === 'opened' && fields.code === run.station && nameIn(fields, run) === one.office);
    opened.set(`${one.dispatch} ${one.office}`, { ...one, event: first?.index ?? one.event });
  }
  for (const one of ofHere) {
    const { dispatch, office, kind, event, place } = one;
    const item = claim.item(place);
    if (kind === 'unreadable') {
      auditUnreadable(run, one, opened.get(`${dispatch} ${office}`) ?? null, item);
      continue;
    }
    const before = kind === 'opened' ? numberedAt(run, dispatch, office) : (opened.get(`${dispatch} ${office}`)?.event ?? null);
    const what = kind === 'opened' ? 'it has no incoming number before it' : 'it was not opened before it';
    item.demand(before !== null && event !== null && before < event, what);
  }
}

/** Said of what was delivered by that sealing, and of nothing that was opened before. */
function auditUnreadable({ facts }: AuditRun, { dispatch, office, sealing, event }: HeldReceipt, opened: HeldReceipt | null, item: Item): void {
  const delivered = facts.about(dispatch, 'arrived', 'redelivered').find(({ fields }) => fields.office?.office === office && fields.sealing === sealing);
  item.demand(delivered !== undefined && event !== null && delivered.index < event, 'was not delivered before it');
  item.demand(opened === null || opened.event === null || event === null || opened.event > event, 'was opened before it');
}

function numberedAt({ facts }: AuditRun, dispatch: string, office: string): number | null {
  return facts.about(dispatch, 'number-in').find(({ fields }) => fields.office?.office === office)?.index ?? null;
}

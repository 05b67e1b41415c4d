/**
 * Claims: channel numbers run from 1 without gaps, per neighbour, direction and incarnation, as the events sent and
 * custody-taken say; what waits in the queue is here to be sent, and whatever should wait does.
 * Source: docs/protocol/frames.md §Channel numbers, §Custody.
 */
import { hex } from '#core/bytes.ts';
import { officeName, type Own } from '#model/foreign-names.ts';
import { precedenceOf } from '#station/dispatch/receipts.ts';
import { PRECEDENCE_RANK, type Precedence } from '#wire/names.ts';
import { cosignedSizes } from './checkpoints.ts';
import type { Placed } from './database.ts';
import { type Fact, type Facts, isAboutCopy, isMomentOf, push, sealingOf } from './facts.ts';
import type { HeldDispatches } from './items.ts';
import type { HeldNote } from './notes.ts';
import { type AuditRun, ownOf } from './run.ts';
import type { Claim, Item } from './tally.ts';

type QueueRow = Placed<'link_queue'>;

export function auditChannels(run: AuditRun, held: HeldDispatches, notes: ReadonlyMap<string, HeldNote>): void {
  const queue = [...run.db.rows('link_queue', ['position'])];
  const sent = auditSentNumbers(run);
  auditSentRows(run, sent, queue);
  auditStates(run, sent);
  auditQueue(run, queue, held, notes);
  auditWaiting(run, queue);
}

/** By `peer incarnation`. */
type Sent = Map<string, Fact[]>;

function auditSentNumbers({ tally, facts }: AuditRun): Sent {
  const claim = tally.claim('channels-sent');
  const sent: Sent = new Map();
  for (const fact of facts.of('sent')) {
    const key = `${fact.fields.peer} ${fact.incarnation}`;
    push(sent, key, fact);
    const next = sent.get(key)!.length;
    claim.check(`ledger_entry:${fact.index}`, fact.fields.channel === next, `gives ${fact.fields.channel} towards ${fact.fields.peer}, where ${next} is next`);
  }
  const open = new Set<string>();
  for (const fact of facts.of('custody-received')) {
    const { peer, channel = 0, sealing } = fact.fields;
    const item = claim.item(`ledger_entry:${fact.index}`);
    const of = sent.get(`${peer} ${fact.incarnation}`)?.[channel - 1];
    item.demand(of?.subject === fact.subject && of.fields.sealing === sealing && of.index < fact.index, 'is custody of what was not sent under that number');
    const key = `${peer} ${fact.incarnation} ${channel}`;
    item.demand(!open.has(key), 'is custody for a second time');
    open.add(key);
  }
  return sent;
}

/** A number is with an item that still waits, or with one that was settled. */
function auditSentRows({ db, tally, facts }: AuditRun, sent: Sent, queue: readonly QueueRow[]): void {
  const claim = tally.claim('channels-sent');
  const found = new Set(queue.filter(({ channel }) => channel !== null).map(({ peer, channel }) => `${peer} ${channel}`));
  for (const row of db.rows('link_sent')) {
    const item = claim.item(row.place);
    const incarnation = hex(row.incarnation);
    found.add(`${row.peer} ${incarnation} ${row.channel}`);
    const fact = sent.get(`${row.peer} ${incarnation}`)?.[row.channel - 1];
    if (!item.demand(fact !== undefined, 'no event sent it')) continue;
    item.demand(fact!.subject === hex(row.id) && fact!.fields.sealing === row.sealing, `ledger_entry:${fact!.index} sent another item`);
    item.demand(kindOf(db, row.id) === row.kind, 'is of another kind');
    const isSettled = facts.about(row.id, 'custody-received', 'refused').some(({ index, fields }) => fields.peer === row.peer && index > fact!.index);
    item.demand(isSettled, 'its neighbour neither took nor refused it');
    const isTaken = facts.about(row.id, 'custody-received').some(({ fields, incarnation: of }) => fields.peer === row.peer && fields.channel === row.channel && of === incarnation);
    item.demand(row.withdrawn === null || !isTaken, 'was taken, and not withdrawn');
  }
  const now = facts.all.at(-1)?.incarnation ?? '';
  for (const [key, list] of sent) {
    const [peer = '', incarnation = ''] = key.split(' ');
    if (incarnation !== now) continue;
    for (const { fields: { channel }, index } of list) {
      const isKnown = found.has(`${peer} ${channel}`) || found.has(`${key} ${channel}`);
      if (!isKnown) claim.missing(`link_sent:${peer}/${incarnation}/${channel}`, `is missing and waits in no queue: ledger_entry:${index} sent it`);
    }
  }
}

const KINDS = new WeakMap<AuditRun['db'], Set<string>>();

function kindOf(db: AuditRun['db'], id: Uint8Array): 'dispatch' | 'note' {
  const known = KINDS.get(db) ?? new Set([...db.rows('note')].map((row) => hex(row.id)));
  KINDS.set(db, known);
  return known.has(hex(id)) ? 'note' : 'dispatch';
}

function auditStates(run: AuditRun, sent: Sent): void {
  const { db, tally, facts } = run;
  const claim = tally.claim('channels-received');
  const above = Map.groupBy(db.rows('link_received'), ({ peer }) => peer);
  const peers = new Set<string>();
  for (const row of db.rows('link_state')) {
    const item = claim.item(row.place);
    peers.add(row.peer);
    const incarnation = hex(row.incarnation);
    const last = sent.get(`${row.peer} ${incarnation}`)?.length ?? 0;
    item.demand(row.last_sent === last, `${last} numbers were given, not ${row.last_sent}`);
    item.demand(facts.all.some((fact) => fact.incarnation === incarnation), 'counts for an incarnation that the ledger does not know');
    const opened = facts.of('restored').filter((fact) => fact.index <= (facts.all.findLast((one) => one.incarnation === incarnation)?.index ?? 0));
    const formers = opened.map(({ fields }) => sent.get(`${row.peer} ${hex(fields.peerIncarnation ?? new Uint8Array())}`)?.length ?? 0);
    const isFormer = row.former_sent === null ? formers.every((count) => count === 0 || opened.at(-1)!.incarnation !== incarnation) : formers.includes(row.former_sent);
    item.demand(isFormer, 'says another number of the ended incarnation than was given');
    // A folder of before this was kept says 0.
    const before = (sent.get(`${row.peer} ${incarnation}`) ?? []).filter(({ index }) => index < (metIn(run, row.peer)?.index ?? 0)).length;
    item.demand(row.sent_before === before || row.sent_before === 0, `its neighbour was met first after number ${before}, not ${row.sent_before}`);
    item.demand(row.peer_received <= row.last_sent, 'its neighbour received more than was sent');
    const isCosigned = row.witnessed === 0 || cosignedSizes(run, row.peer, incarnation).has(row.witnessed);
    item.demand(isCosigned, `there is no cosignature of size ${row.witnessed}`);
    item.demand(run.directory === null || run.directory.state.station(row.peer) !== null || run.directory.state.agreement(row.peer) !== null, 'is a neighbour that is in no directory');
    auditReceived(run, row, (above.get(row.peer) ?? []).map(({ channel }) => channel), item);
  }
  for (const fact of facts.of('sent', 'custody-taken')) {
    const { peer = '' } = fact.fields;
    if (!peers.has(peer)) claim.missing(`link_state:${peer}`, `is missing: ledger_entry:${fact.index} met it`);
    peers.add(peer);
  }
  for (const [peer, rows] of above) if (!peers.has(peer)) for (const { place } of rows) claim.missing(place, 'is a number of a neighbour that was never met');
}

/** When a neighbour was first met in the incarnation that counts. */
function metIn({ facts }: AuditRun, peer: string): Fact | undefined {
  return facts.of('incarnation').findLast(({ fields }) => fields.peer === peer && (fields.code === 'met' || fields.code === 'changed'));
}

/** Which numbers were taken is in the ledger; a duplicate or a refusal has a number that only the tables know. */
function auditReceived(run: AuditRun, row: Placed<'link_state'>, above: readonly number[], item: Item): void {
  const { facts, tally } = run;
  const met = metIn(run, row.peer);
  const incarnation = row.peer_incarnation === null ? '' : hex(row.peer_incarnation);
  item.demand(hex(met?.fields.peerIncarnation ?? new Uint8Array()) === incarnation, 'its neighbour was met in another incarnation');
  item.demand((row.last_met === null) === (met === undefined), 'does not say when it was met');
  const after = met?.index ?? 0;
  const ofPeer = facts.of('custody-taken', 'gap', 'duplicate', 'refused').filter((fact) => fact.index > after && fact.fields.peer === row.peer && !isOfOurs(facts, fact));
  const taken = ofPeer.filter(({ kind }) => kind === 'custody-taken');
  const channels = new Set(taken.map(({ fields }) => fields.channel ?? 0));
  const claim = tally.claim('channels-received');
  for (const { index, fields } of taken) {
    const one = claim.item(`ledger_entry:${index}`);
    const { channel = 0 } = fields;
    one.demand(hex(fields.peerIncarnation ?? new Uint8Array()) === incarnation, 'is of another incarnation of its neighbour');
    one.demand(channel <= row.received || above.includes(channel), `number ${channel} of ${row.peer} is not recorded`);
  }
  item.demand(channels.size === taken.length, 'one of its numbers was taken twice');
  const unsaid = ofPeer.reduce((sum, { kind, fields }) => sum + (kind === 'gap' ? (fields.peerIncarnation === undefined ? (fields.count ?? 0) : 0) : kind === 'custody-taken' ? 0 : 1), 0);
  const recorded = row.received + above.length;
  item.demand(above.every((channel) => channel > row.received + 1), 'a number stands above a missing one that is not missing');
  item.demand(recorded >= channels.size && recorded <= channels.size + unsaid, `${recorded} numbers are recorded, and ${channels.size} were taken`);
}

/** Whether a refusal is of what went to that neighbour, which uses up none of its numbers. */
function isOfOurs(facts: Facts, fact: Fact): boolean {
  return fact.kind === 'refused' && isAboutCopy(fact) && facts.about(fact.subject, 'queued').some(({ fields }) => fields.peer === fact.fields.peer);
}

function auditQueue(run: AuditRun, queue: readonly QueueRow[], held: HeldDispatches, notes: ReadonlyMap<string, HeldNote>): void {
  const { tally, facts } = run;
  const claim = tally.claim('queue');
  // Numbers of an ended incarnation stay with what waits until the neighbour is met again.
  const counting = new Map([...run.db.rows('link_state')].map((row) => [row.peer, hex(row.incarnation)]));
  let before = -1;
  for (const row of queue) {
    const item = claim.item(row.place);
    const queued = lastOf(facts.about(row.id, 'queued'), row);
    if (item.demand(queued !== undefined, 'no event queued it')) {
      item.demand(isMomentOf(row.queued_at, queued), 'its time is not that of its event');
      item.demand(queued!.index > before, 'stands behind what was queued after it');
      before = Math.max(before, queued!.index);
    }
    const sent = lastOf(facts.about(row.id, 'sent'), row);
    const isCurrent = sent !== undefined && sent.index > (queued?.index ?? 0) && sent.incarnation === counting.get(row.peer);
    item.demand((isCurrent ? sent.fields.channel : null) === row.channel, 'has another number than its event gave');
    auditQueuedItem(ownOf(run), row, held, notes, item);
  }
}

function auditQueuedItem(own: Own, row: QueueRow, held: HeldDispatches, notes: ReadonlyMap<string, HeldNote>, item: Item): void {
  const id = hex(row.id);
  if (row.kind === 'note') {
    const note = notes.get(id);
    item.demand(note?.note !== null && note?.note !== undefined, 'is a note that is not here');
    item.demand(row.rank === rankOf(note?.precedence), 'has another rank than its precedence');
    item.demand(row.origin === '' && row.bytes === 0, 'is of no office');
    return;
  }
  if (!item.demand(row.kind === 'dispatch', 'is neither dispatch nor note')) return;
  const dispatch = held.get(id, row.sealing);
  if (!item.demand(dispatch !== null, 'is a dispatch that is not here')) return;
  const offices = dispatch!.stanzas.filter(({ next }) => next === row.peer).map(({ office }) => office);
  item.demand(offices.length > 0, 'has no stanza that goes there');
  // Stanzas that came later may be more urgent than those with which it was queued.
  const ranks = offices.map((office) => rankOf(precedenceOf(own, dispatch!.header, [office])));
  item.demand(ranks.includes(row.rank), 'has another rank than its precedence');
  // What was queued before offices took turns says nothing of either.
  const isOlder = row.origin === '' && row.bytes === 0;
  item.demand(isOlder || (row.origin === officeName(own, dispatch!.header.from) && row.bytes === dispatch!.size), 'is of another office or size than its header says');
}

function rankOf(precedence: string | undefined): number {
  return PRECEDENCE_RANK[precedence as Precedence] ?? 0;
}

function lastOf(facts: readonly Fact[], { peer, sealing }: { readonly peer: string; readonly sealing: number }): Fact | undefined {
  return facts.findLast(({ fields }) => fields.peer === peer && fields.sealing === sealing);
}

/** What was queued waits until its neighbour took or refused it, and no longer. */
function auditWaiting({ facts, tally }: AuditRun, queue: readonly QueueRow[]): void {
  const claim: Claim = tally.claim('queue');
  const rows = new Map(queue.map((row) => [`${row.peer} ${hex(row.id)} ${row.sealing}`, row]));
  const seen = new Set<string>();
  for (const { fields: { peer = '', sealing = 0 }, subject } of facts.of('queued').toReversed()) {
    const key = `${peer} ${subject} ${sealing}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const about = facts.about(subject).filter((fact) => fact.fields.peer === peer && sealingOf(fact) === sealing);
    const last = about.findLast(isAboutCopy);
    const row = rows.get(key);
    if (last?.kind === 'queued' && row === undefined) claim.missing(`link_queue:${peer}/${subject}/${sealing}`, `is missing: ledger_entry:${last.index} queued it and nobody took it`);
    if (last?.kind === 'custody-received' && row !== undefined) claim.missing(row.place, `waits although ledger_entry:${last.index} has custody of it`);
  }
}

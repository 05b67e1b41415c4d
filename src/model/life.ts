/**
 * What became of a dispatch, told from its header and the receipts that verified: for each office where it is, what is
 * awaited and what is late. Until an office's station says arrived or expired, the truth is "unknown, last custodian X",
 * never a non-delivery. Source: docs/protocol/receipts.md.
 */

import { equal } from '#core/bytes.ts';
import { type Instant, MINUTE_MS } from '#core/clock.ts';
import { sameOffice } from '#model/envelope-head.ts';
import type { Header } from '#wire/envelope.ts';
import type { Addressee, OfficeRef, Precedence, Role } from '#wire/names.ts';
import type { ReceiptKind, ReceiptStatement } from '#wire/receipt.ts';

/** What life needs of a receipt: one that verified (receipts.ts). */
export type LifeReceipt = Pick<ReceiptStatement, 'kind' | 'dispatch' | 'sealing' | 'office' | 'station' | 'time' | 'previousHop'>;

export interface LifeInput {
  readonly dispatch: Uint8Array;
  readonly header: Header;
  /** When the origin station accepted it; null where that is not known here. */
  readonly accepted: Instant | null;
  readonly receipts: readonly LifeReceipt[];
  /** Sealings after the first that the origin made, each for one office. */
  readonly resealed?: readonly { readonly office: OfficeRef; readonly sealing: number }[];
  /** Answers that arrived: dispatches whose reference is this one. */
  readonly replies?: readonly { readonly office: OfficeRef; readonly time: Instant }[];
  readonly now: Instant;
  readonly targetsMs?: Readonly<Record<Precedence, number>>;
}

/** `underway`: unknown, last custodian below. `unreadable`: it is there, and its office cannot open it. */
export type OfficeState = 'underway' | 'arrived' | 'opened' | 'handed-over' | 'acted' | 'expired' | 'unreadable';
export type Awaited = 'arrived' | 're-seal' | 'opened' | 'handed-over' | 'acted' | 'reply';

export interface Hop {
  readonly station: string;
  readonly kind: 'accepted' | ReceiptKind;
  readonly previousHop: string | null;
  readonly time: Instant | null;
}

export interface OfficeLife {
  readonly office: OfficeRef;
  readonly role: Role;
  readonly precedence: Precedence;
  readonly state: OfficeState;
  /** When that state was reached, by the signer's clock; null while nothing but sending is known. */
  readonly since: Instant | null;
  /** The last station that is known to hold it. */
  readonly lastCustodian: string;
  readonly awaited: Awaited | null;
  readonly late: { readonly delivery: boolean; readonly handling: boolean; readonly reply: boolean };
  readonly replied: Instant | null;
  /** Stations in the order of travel, the origin first. */
  readonly hops: readonly Hop[];
  /** Stations that dropped their copy: says nothing of others. */
  readonly dropped: readonly string[];
}

export interface DispatchLife {
  readonly offices: readonly OfficeLife[];
  /** Every office has arrived or expired and none waits for a new sealing: the origin may let its copy go. */
  readonly settled: boolean;
  readonly lateOffices: number;
}

/** From arrival to opening, and from acceptance to arrival where no time is written. Source: the handling targets of the telegram service. */
export const HANDLING_TARGETS_MS: Readonly<Record<Precedence, number>> = {
  routine: 360 * MINUTE_MS, priority: 180 * MINUTE_MS, immediate: 30 * MINUTE_MS, flash: 10 * MINUTE_MS,
};

/** Until when it is to be there: as its header says, else by its precedence from acceptance; null where neither is known. */
export function deliveryDue(
  { deliverBy }: Pick<Header, 'deliverBy'>, precedence: Precedence, accepted: Instant | null, targetsMs = HANDLING_TARGETS_MS,
): Instant | null {
  return deliverBy ?? (accepted === null ? null : accepted + targetsMs[precedence]);
}

export function lifeOf(input: LifeInput): DispatchLife {
  const offices = input.header.to.map((addressee) => officeLife(input, addressee));
  const settled = offices.every(({ state }) => state !== 'underway' && state !== 'unreadable');
  const lateOffices = offices.filter(({ late }) => late.delivery || late.handling || late.reply).length;
  return { offices, settled, lateOffices };
}

function officeLife(input: LifeInput, addressee: Addressee): OfficeLife {
  const { office, role, precedence } = addressee;
  const receipts = input.receipts.filter((one) => equal(one.dispatch, input.dispatch) && sameOffice(one.office, office));
  const resealed = (input.resealed ?? []).filter((one) => sameOffice(one.office, office)).map(({ sealing }) => sealing);
  const times = timesOf(receipts, Math.max(0, ...resealed));
  const replied = earliest((input.replies ?? []).filter((one) => sameOffice(one.office, office)));
  const state = stateOf(times);
  const hops = orderHops(input, receipts);
  return {
    office, role, precedence, state, replied, hops,
    since: state === 'underway' ? (hops.at(-1)?.time ?? null) : times.get(state)!,
    lastCustodian: hops.at(-1)!.station,
    awaited: awaitedOf(state, role, input.header.replyBy !== undefined && replied === null),
    late: lateness(input, addressee, times, replied),
    dropped: receipts.filter(({ kind }) => kind === 'dropped').map(({ station }) => station),
  };
}

type Times = ReadonlyMap<ReceiptKind, Instant>;

const HANDLED: readonly ReceiptKind[] = ['acted', 'handed-over', 'opened'];
const FINAL: readonly ReceiptKind[] = ['arrived', 'expired', 'unreadable'];

/**
 * The first time of each kind: a receipt said again changes nothing. Of a sealing that nobody could open counts only what
 * came of the next one; who read any of them has read it.
 * @param resealed the greatest sealing that the origin made for this office
 */
function timesOf(receipts: readonly LifeReceipt[], resealed: number): Times {
  const last = (kinds: readonly ReceiptKind[]): number =>
    Math.max(-1, ...receipts.filter(({ kind }) => kinds.includes(kind)).map(({ sealing }) => sealing));
  const unreadable = last(['unreadable']);
  const isAgain = last(FINAL) > unreadable || resealed > unreadable;
  const times = new Map<ReceiptKind, Instant>();
  for (const { kind, sealing, time } of receipts) {
    const isOver = FINAL.includes(kind) && (sealing < unreadable || (sealing === unreadable && isAgain));
    if (!isOver) times.set(kind, Math.min(time, times.get(kind) ?? time));
  }
  return times;
}

/** Furthest first. What arrived in time did not expire, whatever a later copy met. */
const STATES = [...HANDLED, 'unreadable', 'arrived', 'expired'] as const;

function stateOf(times: Times): OfficeState {
  return (STATES.find((state) => times.has(state)) ?? 'underway') as OfficeState;
}

/** Who has it only to know need not act. */
function awaitedOf(state: OfficeState, role: Role, replyOwed: boolean): Awaited | null {
  if (state === 'underway') return 'arrived';
  if (state === 'unreadable') return 're-seal';
  if (state === 'arrived') return 'opened';
  if (state === 'expired' || role === 'info') return null;
  if (state === 'opened') return 'handed-over';
  if (state === 'handed-over') return 'acted';
  return replyOwed ? 'reply' : null;
}

function lateness(
  { header, accepted, now, targetsMs = HANDLING_TARGETS_MS }: LifeInput, { role, precedence }: Addressee, times: Times, replied: Instant | null,
): OfficeLife['late'] {
  const arrived = times.get('arrived');
  // Nobody is late in opening what they cannot open.
  const handled = times.get('opened') ?? times.get('handed-over') ?? times.get('acted') ?? times.get('unreadable');
  const over = times.has('expired') && arrived === undefined;
  const { deliverBy, replyBy } = header;
  const ended = arrived ?? times.get('expired');
  // The target of a precedence is for asking after what is underway: what came after it is not held against anybody.
  const due = ended === undefined ? deliveryDue(header, precedence, accepted, targetsMs) : deliverBy ?? null;
  return {
    delivery: due !== null && (ended ?? now) > due,
    handling: arrived !== undefined && (handled ?? now) - arrived > targetsMs[precedence],
    reply: !over && role === 'action' && replyBy !== undefined && (replied ?? now) > replyBy,
  };
}

const HOP_KINDS: readonly ReceiptKind[] = ['custody', 'arrived', 'expired'];

/** Each sealing's way after that of the one before. */
function orderHops(input: LifeInput, receipts: readonly LifeReceipt[]): Hop[] {
  const origin: Hop = { station: input.header.station, kind: 'accepted', previousHop: null, time: input.accepted };
  const said = receipts.filter(({ kind }) => HOP_KINDS.includes(kind));
  const sealings = [...new Set(said.map(({ sealing }) => sealing))].toSorted((one, other) => one - other);
  return [origin, ...sealings.flatMap((sealing) => wayOf(origin, said.filter((one) => one.sealing === sealing)))];
}

/**
 * Follows previousHop from the origin; what hangs nowhere (its predecessor's receipt is not here yet) comes last, by time. Where it was given
 * back, times alone tell: of a station that had it twice the later word is here.
 */
function wayOf(origin: Hop, receipts: readonly LifeReceipt[]): Hop[] {
  const waiting = receipts.toSorted((one, other) => one.time - other.time).map(hopOf);
  if (cameBack(waiting)) return waiting;
  const ordered = [origin];
  for (let at = 0; at < ordered.length; at++) {
    const next = waiting.findIndex(({ previousHop }) => previousHop === ordered.at(-1)!.station);
    if (next !== -1) ordered.push(...waiting.splice(next, 1));
  }
  return [...ordered.slice(1), ...waiting];
}

/** A station is before itself. */
function cameBack(hops: readonly Hop[]): boolean {
  const before = new Map(hops.map(({ station, previousHop }) => [station, previousHop]));
  return hops.some(({ station }) => {
    let at = before.get(station);
    for (let steps = 0; at !== undefined && at !== null && at !== station && steps < hops.length; steps++) at = before.get(at);
    return at === station;
  });
}

function hopOf({ station, kind, previousHop, time }: LifeReceipt): Hop {
  return { station, kind, previousHop: previousHop ?? null, time };
}

function earliest(events: readonly { readonly time: Instant }[]): Instant | null {
  return events.length === 0 ? null : Math.min(...events.map(({ time }) => time));
}

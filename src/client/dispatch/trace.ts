/**
 * Where a dispatch is and who has it: every signed word about it, verified here, names opened where this office may
 * know them, and what is awaited. Source: docs/protocol/receipts.md.
 */
import type { z } from 'zod';
import { equal, fromHex, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { printable } from '#core/printable.ts';
import { Refusal } from '#core/refusals.ts';
import { demandActed, type Evidence, type Judging } from '#model/acting.ts';
import { directoryOf, isOwn } from '#model/directories.ts';
import { checkHeader, sameOffice } from '#model/envelope-head.ts';
import { type DispatchLife, type LifeReceipt, lifeOf } from '#model/life.ts';
import { officeTold, stationText } from '#model/peer-names.ts';
import { receiptKey, type VerifiedReceipt, verifyReceipt } from '#model/receipts.ts';
import type { traceAnswer } from '#wire/api/dispatch.ts';
import { type Header, header as headerCodec, sealing as sealingCodec, type SealingStatement, sealingStatement } from '#wire/envelope.ts';
import type { OfficeRef, Relation } from '#wire/names.ts';
import type { ReceiptDetail } from '#wire/receipt.ts';
import { isAway } from '../away.ts';
import { decodedLater } from '#core/decoding.ts';
import { askedOrKept } from './kept-letters.ts';
import { noWaysOf, type NoWay } from './no-way.ts';
import { openOwnNote, type ShownNotes } from './own-notes.ts';
import { openDetail } from './receipts.ts';
import { bytesOf, type TakenReceipt, takenReceipts } from './taken-receipts.ts';
import type { Session } from '../session.ts';

export interface TracedReceipt extends VerifiedReceipt {
  /** Who did it: for devices of the origin office, and of the own office where it kept that for itself. */
  readonly who: ReceiptDetail | null;
  /** The station that it names, as people here write it: `hub`, `bo-doi/hub`. */
  readonly stationName: string;
}

export interface Trace {
  readonly dispatch: string;
  readonly header: Header;
  /** As people here write it. */
  readonly originStation: string;
  readonly sealing: SealingStatement;
  /** Of the origin station's signature. */
  readonly evidence: Evidence;
  readonly accepted: number | null;
  /** Verified, each once, in the order of their times. */
  readonly receipts: readonly TracedReceipt[];
  /** How many words the station showed that did not verify: they count for nothing. */
  readonly forged: number;
  /** Later sealings that the origin station says it made. */
  readonly resealed: readonly { readonly office: OfficeRef; readonly sealing: number }[];
  readonly life: DispatchLife;
  /** Offices to which no way leads from who has it last. */
  readonly noWays: readonly NoWay[];
  readonly queued: z.output<typeof traceAnswer>['queued'];
  /** How often the origin station asked after it by itself because it is late, and when last. */
  readonly asked: { readonly times: number; readonly at: Instant } | null;
  /** Service messages about it, each signed by its origin station and by whose business it is; oldest first. */
  readonly related: readonly RelatedDispatch[];
}

export interface RelatedDispatch {
  readonly dispatch: string;
  readonly relation: Relation;
  readonly from: OfficeRef;
  /** When it was sealed. */
  readonly time: Instant;
}

/**
 * Fetches a trace and believes only what verifies.
 * @throws Refusal `dispatch-unknown`, `header-forged`, `signature-wrong`, `cbor-malformed`
 */
export async function traceDispatch(session: Session, dispatch: string, signal?: AbortSignal): Promise<Trace> {
  const { answer, said } = await askTrace(session, dispatch, signal);
  return decodedLater('cbor-malformed', async () => {
    const { header, sealing, evidence } = await checkOrigin(session, dispatch, bytesOf(answer.header), bytesOf(answer.sealing));
    const { receipts, forged } = await checkReceipts(session, dispatch, header, takenReceipts(answer), answer.own ?? []);
    const replies = await repliesTo(session, header, dispatch);
    const { accepted, queued, asked = null, resealed: again = [] } = answer;
    const related = await relatedTo(session, dispatch, header, answer.related ?? []);
    const resealed = again.flatMap(({ office, sealing: number }) => header.to.filter((to) => sameOffice(to.office, officeTold(session.view, office))).map((to) => ({ office: to.office, sealing: number })));
    const originStation = stationText(session.view, header.from.organisation, header.station);
    const life = lifeOf({
      dispatch: fromHex(dispatch)!, header: { ...header, station: originStation }, accepted, receipts: receipts.map((one) => travelled(session, one)),
      resealed, replies, now: session.now(),
    });
    void session.letters?.keep(traceName(dispatch), said).catch(() => undefined);
    return { dispatch, header, originStation, sealing, evidence, accepted, receipts, forged, resealed, life, noWays: noWaysOf(session.view, life.offices), queued, asked, related };
  });
}

/** What the station shows of it, of which nothing is verified yet. */
async function askTrace(session: Session, dispatch: string, signal?: AbortSignal): Promise<{ answer: z.output<typeof traceAnswer>; said: Uint8Array }> {
  const said = await askedOrKept(session, traceName(dispatch), async () => utf8(JSON.stringify(await session.api.call('trace', { path: { dispatch }, signal }))));
  return { answer: JSON.parse(fromUtf8(said) ?? 'null') as z.output<typeof traceAnswer>, said };
}

function traceName(dispatch: string): string {
  return `trace ${dispatch}`;
}

/** Its receipts alone, each verified by itself; what does not verify is left out, and nothing is kept. */
export async function verifiedReceipts(session: Session, dispatch: string, signal?: AbortSignal): Promise<VerifiedReceipt[]> {
  return verifiedIn(session, dispatch, (await askTrace(session, dispatch, signal)).answer);
}

async function verifiedIn(session: Session, dispatch: string, answer: z.output<typeof traceAnswer>): Promise<VerifiedReceipt[]> {
  const verified: VerifiedReceipt[] = [];
  for (const { bytes, taken } of takenReceipts(answer)) {
    try {
      const one = await verifyReceipt({ ...judgingOf(session), witnessedAt: taken }, bytes);
      if (hex(one.dispatch) === dispatch) verified.push(one);
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
    }
  }
  return verified;
}

/**
 * Only the origin office corrects, replaces, cancels, recalls or chases; only who received it says that it was misrouted. What does not
 * verify counts for nothing, and hides nothing.
 */
async function relatedTo(session: Session, dispatch: string, about: Header, shown: NonNullable<z.output<typeof traceAnswer>['related']>): Promise<RelatedDispatch[]> {
  const related: RelatedDispatch[] = [];
  for (const one of shown) {
    const said = await relatedOrNull(session, dispatch, about, bytesOf(one.header), bytesOf(one.sealing));
    if (said !== null) related.push(said);
  }
  return related;
}

async function relatedOrNull(session: Session, dispatch: string, about: Header, bytes: Uint8Array, sealed: Uint8Array): Promise<RelatedDispatch | null> {
  try {
    const id = hex(session.crypto.hash.sha256(bytes));
    const { header: { relation, reference, from, station }, sealing } = await checkOrigin(session, id, bytes, sealed);
    // Any station of that organisation can sign: only where the office lived counts.
    const isFromThere = directoryOf(session.view, session.peers, from.organisation).livesAt(from.office, station, sealing.time);
    if (relation === undefined || reference === undefined || hex(reference) !== dispatch) return null;
    const isTheirs = relation === 'misrouted' ? about.to.some(({ office }) => sameOffice(office, from)) : sameOffice(about.from, from);
    return isTheirs && isFromThere ? { dispatch: id, relation, from, time: sealing.time } : null;
  } catch (error) {
    if (error instanceof Refusal || error instanceof DecodeError) return null;
    throw error;
  }
}

function judgingOf({ crypto, view, peers, verified }: Session): Judging {
  return { provider: crypto, view, peers, verified };
}

async function checkOrigin(session: Session, dispatch: string, headerBytes: Uint8Array, sealed: Uint8Array): Promise<Pick<Trace, 'header' | 'sealing' | 'evidence'>> {
  const id = session.crypto.hash.sha256(headerBytes);
  const header = headerCodec.decode(headerBytes);
  const signed = sealingCodec.decode(sealed);
  const sealing = sealingStatement.decode(signed.statement);
  const isIt = equal(id, fromHex(dispatch) ?? new Uint8Array(0)) && equal(sealing.dispatch, id) && sealing.station === header.station;
  if (!isIt) throw new Refusal('header-forged', { field: 'dispatch' });
  const origin = checkHeader(session.crypto, session.view, header, session.peers);
  const { identity, evidence } = await demandActed({ ...judgingOf(session), view: origin }, signed, 'sealing', sealing.time, 'signature-wrong');
  const isOrigin = identity.kind === 'station' && identity.station === header.station;
  if (!isOrigin) throw new Refusal('signature-wrong', { purpose: 'sealing', reason: 'signer' });
  return { header, sealing, evidence };
}

async function checkReceipts(session: Session, dispatch: string, header: Header, all: readonly TakenReceipt[], own: ShownNotes): Promise<{ receipts: TracedReceipt[]; forged: number }> {
  const traced = new Map<string, TracedReceipt>();
  let forged = 0;
  for (const each of all) {
    const one = await verifiedOrNull(session, dispatch, header, each);
    if (one === null) forged++;
    else if (!traced.has(receiptKey(one))) traced.set(receiptKey(one), one);
  }
  const receipts: TracedReceipt[] = [];
  for (const one of traced.values()) {
    const noted = one.who === null ? await notedOrNull(session, one, own) : one;
    if (noted === null) forged++;
    receipts.push(noted ?? one);
  }
  return { receipts: receipts.toSorted((a, b) => a.time - b.time), forged };
}

/** With what the own office keeps beside it; null where that is forged, which takes nothing from the receipt. */
async function notedOrNull<R extends VerifiedReceipt>(session: Session, receipt: R, own: ShownNotes): Promise<(R & Pick<TracedReceipt, 'who'>) | null> {
  try {
    return { ...receipt, who: await openOwnNote(session, receipt, own) };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'receipt-forged') return null;
    throw error;
  }
}

/** To whom an office of ours says that it was handed over; null where nobody is named. */
export async function handedTo(session: Session, dispatch: string, office: string): Promise<string | null> {
  const { answer } = await askTrace(session, dispatch);
  for (const receipt of await verifiedIn(session, dispatch, answer)) {
    if (receipt.kind !== 'handed-over' || receipt.office.office !== office) continue;
    const given = (await notedOrNull(session, receipt, answer.own ?? []))?.who?.given;
    if (given !== undefined) return printable(given);
  }
  return null;
}

async function verifiedOrNull(session: Session, dispatch: string, header: Header, { bytes, taken }: TakenReceipt): Promise<TracedReceipt | null> {
  const { crypto, view, ring, verified } = session;
  try {
    const receipt = await verifyReceipt({ ...judgingOf(session), witnessedAt: taken }, bytes);
    if (!equal(receipt.dispatch, fromHex(dispatch)!)) return null;
    // Another organisation's office of the same name has other keys.
    const secrets = (purpose: 'transport' | 'storage', number: number) => (isOwn(view, header.from) ? ring.officeKey(header.from.office, purpose, number) : null);
    const who = await openDetail(crypto, session, { version: 1, ...receipt }, secrets, verified);
    return { ...receipt, who, stationName: stationText(view, receipt.organisation, receipt.station) };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'receipt-forged') return null;
    throw error;
  }
}

/** Stations of two organisations may bear one code, and each names its neighbour over the border as its own people do. */
function travelled({ view, peers }: Session, receipt: TracedReceipt): LifeReceipt {
  const { organisation: speaker, stationName, previousHop } = receipt;
  const over = previousHop === undefined ? null : directoryOf(view, peers, speaker).agreement(previousHop);
  const hop = previousHop === undefined ? {} : { previousHop: over === null ? stationText(view, speaker, previousHop) : stationText(view, over.organisation, over.peerStation) };
  return { ...receipt, station: stationName, ...hop };
}

const REPLIES_LOOKED_AT = 500;

/** Answers that arrived at the origin office, where this device may see its register. */
async function repliesTo(session: Session, { from }: Header, dispatch: string): Promise<{ office: Header['from']; time: number }[]> {
  if (!isOwn(session.view, from) || !session.offices().includes(from.office)) return [];
  const path = { office: from.office, direction: 'in' };
  const { lines } = await session.api.call('register', { path, query: { limit: REPLIES_LOOKED_AT } }).catch((error: unknown) => {
    // Without the station a trace that is kept is shown without them.
    if (isAway(error) && session.letters !== null) return { lines: [] };
    throw error;
  });
  return lines
    .filter(({ reference, relation }) => reference === dispatch && relation === undefined)
    .map((line) => ({ office: officeTold(session.view, line.from), time: line.time }));
}

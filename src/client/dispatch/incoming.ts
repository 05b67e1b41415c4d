/**
 * A dispatch that arrived: opened, checked, registered, receipted. Nothing of it is given out before every check of
 * model/dispatch-checks.ts held, and `opened` is said only when its parts held too.
 */
import { equal, fromHex, hex } from '#core/bytes.ts';
import type { FileSink } from '#core/outside.ts';
import { printable } from '#core/printable.ts';
import { Refusal } from '#core/refusals.ts';
import { type CheckedDispatch, checkDispatch, checkEnvelopeHead } from '#model/dispatch-checks.ts';
import type { CorePart } from '#wire/core.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { directoryNamed, type Known, officeLabel } from '#model/peer-names.ts';
import { envelope as envelopeCodec, header as headerCodec } from '#wire/envelope.ts';
import type { OfficeRef, RegisterNumber } from '#wire/names.ts';
import { decodedLater } from '#core/decoding.ts';
import { askedOrKept } from './kept-letters.ts';
import { openLetter } from './opening.ts';
import { seriesOf } from './outgoing.ts';
import { putReceipts, receiverOf } from './receipting.ts';
import type { ReceiptOrder } from './receipts.ts';
import type { Session } from '../session.ts';
import { recordDownloads } from './taking.ts';
import { isExposed } from './exposed.ts';
import { witnessedAt } from './witnessed.ts';

/** A dispatch of which everything but its parts has been checked. */
export interface ReadDispatch extends CheckedDispatch {
  /** 64 hexadecimal digits. */
  readonly dispatch: string;
  /** The office of ours that reads it: a recipient, or the origin. */
  readonly office: string;
  /** The same, told apart from one of that name in another organisation. */
  readonly reader: OfficeRef;
}

export interface OpenedDispatch extends ReadDispatch {
  /** The incoming number. */
  readonly number: RegisterNumber;
  readonly opened: number;
  /** Where each part stands; null for those that were checked only. */
  readonly files: readonly (string | null)[];
}

/** Not receipted yet. */
export type FiledDispatch = Omit<OpenedDispatch, 'opened'>;

export interface OpenErrand {
  readonly signal?: AbortSignal | undefined;
  /** Which parts are written, where there is a `sink`; all of them unless given. The others are checked only. */
  readonly wanted?: ((part: CorePart) => boolean) | undefined;
  /** Where a part goes that is wanted: asked when the station has it in its ledger. Absent: all are checked only. */
  readonly sink?: ((part: CorePart, index: number) => Promise<FileSink>) | undefined;
  /** Every check held and every part is written: runs to its end before anybody is told `opened`, so that a receipt may promise it. */
  readonly filed?: ((read: FiledDispatch) => Promise<void>) | undefined;
  readonly progress?: ((at: { part: number; bytes: number; bytesAll: number }) => void) | undefined;
}

/**
 * Opens a letter and checks everything but the parts; says nothing to anybody. Without the station: one that was looked at
 * on this device, where it keeps any.
 * @throws Refusal `dispatch-unknown`, `not-addressed-here`, `key-missing`, `cannot-open`, `cbor-malformed`, `signature-exposed`, and
 *   those of model/dispatch-checks.ts
 */
export async function readDispatch(session: Session, dispatch: string, office: string, signal?: AbortSignal): Promise<ReadDispatch> {
  return readEnvelope(session, dispatch, office, await envelopeOf(session, dispatch, office, signal));
}

/** The same, for somebody who looks at it: kept on the device for the time without the station, where it keeps any. */
export async function lookAtDispatch(session: Session, dispatch: string, office: string, signal?: AbortSignal): Promise<ReadDispatch> {
  const bytes = await envelopeOf(session, dispatch, office, signal);
  const read = await readEnvelope(session, dispatch, office, bytes);
  // A full disk costs what is not kept.
  void session.letters?.keep(envelopeName(dispatch, office), bytes).catch(() => undefined);
  return read;
}

function envelopeOf(session: Session, dispatch: string, office: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  return askedOrKept(session, envelopeName(dispatch, office), () => session.api.bytes('envelope', { path: { dispatch }, query: { office }, signal }));
}

function envelopeName(dispatch: string, office: string): string {
  return `envelope ${office} ${dispatch}`;
}

/**
 * The same, of an envelope that the station gave. Whoever signed it may have joined after this session began: then the
 * directory is fetched again, once.
 */
export async function readEnvelope(session: Session, dispatch: string, office: string, bytes: Uint8Array): Promise<ReadDispatch> {
  try {
    return await checkedEnvelope(session, dispatch, office, bytes);
  } catch (error) {
    const mayBeNew = error instanceof Refusal && (error.detail['reason'] === 'signer-unknown' || error.code === 'organisation-unknown');
    if (!mayBeNew || !(await session.refresh())) throw error;
    return checkedEnvelope(session, dispatch, office, bytes);
  }
}

function checkedEnvelope(session: Session, dispatch: string, office: string, bytes: Uint8Array): Promise<ReadDispatch> {
  const { crypto, view, peers, verified, ring } = session;
  return decodedLater('cbor-malformed', async () => {
    const options = { verified, peers };
    const head = await checkEnvelopeHead(crypto, view, bytes, options).catch(exposed({ view, peers }, dispatch, office, () => headerCodec.decode(envelopeCodec.decode(bytes).header).from));
    // A replay of another envelope under this name would be read as this one.
    if (!equal(head.id, digestOf(dispatch))) throw new Refusal('header-forged', { field: 'dispatch' });
    const reader = { organisation: view.organisation.id, office };
    const letter = await openLetter(crypto, head.envelope, reader, (purpose, number) => ring.officeKey(office, purpose, number));
    const checked = await checkDispatch(crypto, view, head, letter, options).catch(async (error: unknown) => {
      if (!isExposed(error)) throw error;
      const known = await witnessedAt(session, dispatch, head, reader);
      return checkDispatch(crypto, view, head, letter, { ...options, witnessedAt: known }).catch(exposed({ view, peers }, dispatch, office, () => head.header.from));
    });
    return { ...checked, dispatch, office, reader };
  });
}

/** As commands show and take a dispatch. */
const SHOWN_DIGITS = 12;

/**
 * What somebody signed whose key others may have: about them, and not about whoever reads.
 * @param office of ours, that reads it
 * @param sender the office that sent it
 */
function exposed(known: Known, dispatch: string, office: string, sender: () => OfficeRef): (error: unknown) => never {
  return (error) => {
    if (!isExposed(error)) throw error;
    const from = sender();
    const [{ purpose, who }, origin] = [error.detail, directoryNamed(known, from)];
    const name = origin.person(String(who))?.name ?? origin.office(String(who))?.name ?? origin.station(String(who))?.site ?? who;
    const label = officeLabel(known, from);
    const isOwn = sameOffice(from, { organisation: known.view.organisation.id, office });
    // Whoever sent it cannot be asked by themselves to send it again.
    const about = purpose === 're-seal' ? { from: label, resealed: dispatch.slice(0, SHOWN_DIGITS) } : isOwn ? { own: label } : { from: label };
    throw new Refusal('signature-exposed', { purpose: purpose!, who: printable(String(name)), ...about }, { cause: error });
  };
}

/**
 * Opens a dispatch for a recipient office: reads it, checks and stores its parts, takes the incoming number, and says
 * `opened`. Doing it again gives the same number.
 * @throws Refusal `not-entitled`, `part-forged`, and those of readDispatch
 */
export async function openDispatch(session: Session, dispatch: string, office: string, errand: OpenErrand = {}): Promise<OpenedDispatch> {
  const [receiver, read] = await Promise.all([
    receiverOf(session, 'opened', office), readDispatch(session, dispatch, office, errand.signal),
  ]);
  demandAddressee(read, office);
  const files = await receiveParts(session, read, errand);
  const { number } = await session.api.call('incomingNumber', { path: { dispatch }, body: { office, series: seriesOf(session.now()) } });
  await errand.filed?.({ ...read, number, files });
  const opened = session.now();
  await putReceipts(session, receiver, [orderOf(read, { number })], opened);
  return { ...read, number, opened, files };
}

/**
 * Checks every part, and writes those that are wanted; that they are is in the station's ledger before the first byte.
 * @throws Refusal `download-unrecorded`, and those of receivePart
 */
export async function receiveParts(session: Session, read: ReadDispatch, errand: OpenErrand): Promise<(string | null)[]> {
  const { core, partKeys } = read;
  const wanted = errand.sink === undefined ? [] : core.parts.filter((part) => errand.wanted?.(part) ?? true);
  await recordDownloads(session, read, wanted, errand.signal);
  const files: (string | null)[] = [];
  for (const [i, part] of core.parts.entries()) {
    const sink = wanted.includes(part) ? await errand.sink!(part, i) : null;
    const progress = (bytes: number): void => errand.progress?.({ part: i, bytes, bytesAll: part.size });
    files.push(await session.parts.receive(part, partKeys[i]!, sink, { signal: errand.signal, progress }));
  }
  return files;
}

/** Says that the dispatch was given to who acts, or acted upon. The note is for the origin office and the own. @param given to whom, by name, which the note says too */
export async function tellOrigin(session: Session, kind: 'handed-over' | 'acted', dispatch: string, office: string, note?: string, given?: string): Promise<void> {
  const receiver = await receiverOf(session, kind, office);
  const read = await readDispatch(session, dispatch, office);
  demandAddressee(read, office);
  await putReceipts(session, receiver, [orderOf(read, { note, given })], session.now());
}

export function orderOf({ head, core, office, reader }: ReadDispatch, more: Pick<ReceiptOrder, 'number' | 'note' | 'given'>): ReceiptOrder {
  const to = core.to.find((addressee) => sameOffice(addressee.office, reader));
  if (to === undefined) throw new Refusal('not-addressed-here', { office });
  return { dispatch: head.id, sealing: head.sealing.number, office: to.office, origin: core.from, ...more };
}

/** A dispatch for another office of this station is not this office's, and its own sender does not receipt it. */
export function demandAddressee({ core, reader }: ReadDispatch, office: string): void {
  if (reader.office !== office || !core.to.some((addressee) => sameOffice(addressee.office, reader))) throw new Refusal('not-addressed-here', { office });
}

function digestOf(dispatch: string): Uint8Array {
  const bytes = fromHex(dispatch);
  if (bytes?.length !== 32 || hex(bytes) !== dispatch) throw new Refusal('dispatch-unknown');
  return bytes;
}

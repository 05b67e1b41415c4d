/**
 * Many dispatches opened at once: envelopes come many in an answer, the next ones while the last are being opened; one
 * call takes the numbers of a batch, and one pair of signatures covers its receipts. Every check is made of each.
 */
import { fromBase64url } from '#core/bytes.ts';
import { Refusal, refusalSaid } from '#core/refusals.ts';
import type { RegisterNumber } from '#wire/names.ts';
import {
  demandAddressee, type OpenedDispatch, orderOf, type ReadDispatch, readEnvelope, receiveParts,
} from './incoming.ts';
import { seriesOf } from './outgoing.ts';
import { putReceipts, receiverOf } from './receipting.ts';
import type { ReceiptSigners } from './receipts.ts';
import type { Session } from '../session.ts';

/** Envelopes asked for at once: enough to share a call, few enough to be opened while the next ones come. */
const FETCHED_AT_ONCE = 64;
/** Numbers and receipts in one call. */
const BATCH_MAX = 256;

/**
 * Opens many, parts checked and not written.
 * @returns in the order given; what is refused stands in its place, and gets no receipt
 * @throws Refusal `not-entitled`; `station-unreachable`, after which those already receipted stay so
 */
export async function openMany(session: Session, dispatches: readonly string[], office: string): Promise<(OpenedDispatch | Refusal)[]> {
  const receiver = await receiverOf(session, 'opened', office);
  const outcomes: Promise<(OpenedDispatch | Refusal)[]>[] = [];
  let batch: (ReadDispatch | Refusal)[] = [];
  const finish = async (): Promise<void> => {
    await outcomes.at(-1);
    const finishing = registerAll(session, receiver, office, batch);
    finishing.catch(() => {});
    outcomes.push(finishing);
    batch = [];
  };
  for await (const read of readAhead(session, dispatches, office)) {
    batch.push(...read);
    if (batch.length + FETCHED_AT_ONCE > BATCH_MAX) await finish();
  }
  await finish();
  return (await Promise.all(outcomes)).flat();
}

/** Reads while the next envelopes are on their way. */
async function* readAhead(session: Session, dispatches: readonly string[], office: string): AsyncGenerator<(ReadDispatch | Refusal)[]> {
  const ask = (from: number): Promise<(Uint8Array | Refusal)[]> => {
    const asked = dispatches.slice(from, from + FETCHED_AT_ONCE);
    const coming = asked.length === 0 ? Promise.resolve([]) : fetchEnvelopes(session, asked, office);
    coming.catch(() => {});
    return coming;
  };
  let coming = ask(0);
  for (let done = 0; done < dispatches.length; ) {
    const envelopes = await coming;
    const from = done;
    done += envelopes.length;
    coming = ask(done);
    yield Promise.all(envelopes.map((envelope, i) => refusalOr(() => readWhole(session, dispatches[from + i]!, office, envelope))));
  }
}

async function fetchEnvelopes(session: Session, dispatches: readonly string[], office: string): Promise<(Uint8Array | Refusal)[]> {
  const { envelopes } = await session.api.call('envelopes', { body: { office, dispatches: [...dispatches] } });
  if (envelopes.length > dispatches.length) throw new Refusal('internal', { reason: 'answer-malformed' });
  return envelopes.map((one) => {
    if (typeof one !== 'string') return refusalSaid(one);
    return fromBase64url(one) ?? new Refusal('cbor-malformed', { field: 'envelope' });
  });
}

async function readWhole(session: Session, dispatch: string, office: string, envelope: Uint8Array | Refusal): Promise<ReadDispatch> {
  if (envelope instanceof Refusal) throw envelope;
  const read = await readEnvelope(session, dispatch, office, envelope);
  demandAddressee(read, office);
  await receiveParts(session, read, {});
  return read;
}

async function registerAll(
  session: Session, receiver: ReceiptSigners, office: string, read: readonly (ReadDispatch | Refusal)[],
): Promise<(OpenedDispatch | Refusal)[]> {
  const good = read.filter((one): one is ReadDispatch => !(one instanceof Refusal));
  if (good.length === 0) return read as Refusal[];
  const numbers = await takeNumbers(session, office, good);
  const opened = session.now();
  await putReceipts(session, receiver, good.map((one) => orderOf(one, { number: numbers.get(one.dispatch) })), opened);
  return read.map((one) => (one instanceof Refusal ? one : { ...one, number: numbers.get(one.dispatch)!, opened, files: one.core.parts.map(() => null) }));
}

async function takeNumbers(session: Session, office: string, good: readonly ReadDispatch[]): Promise<Map<string, RegisterNumber>> {
  const body = { office, series: seriesOf(session.now()), dispatches: good.map(({ dispatch }) => dispatch) };
  const { numbers } = await session.api.call('incomingNumbers', { body });
  if (numbers.length !== good.length) throw new Refusal('internal', { reason: 'answer-malformed' });
  return new Map(good.map(({ dispatch }, i) => [dispatch, numbers[i]!.number]));
}

async function refusalOr<T>(act: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

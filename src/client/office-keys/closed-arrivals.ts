/**
 * What came to an office and no device of it can open, said so without asking anybody, where that is certain: otherwise
 * another device may have the key. Source: docs/decisions/0024-unreadable-is-an-offices-word.md.
 */
import { equal, hex } from '#core/bytes.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { isPast } from '#model/key-periods.ts';
import { mayAct } from '#model/rights.ts';
import { header as headerCodec } from '#wire/envelope.ts';
import { decodedOr } from '#core/decoding.ts';
import type { KeyDesk } from './key-desk.ts';
import { putReceipts, receiverOf } from '../dispatch/receipting.ts';
import type { ReceiptOrder } from '../dispatch/receipts.ts';
import type { Arrived } from './rewrapping.ts';
import { actorOf, maySeal } from '../signers.ts';

/**
 * Says `unreadable` of those that are certain, in one call.
 * @param closed what this device could not open
 * @returns how many; none where this person has no seal of the office for receiving
 * @throws Refusal as a receipt is refused
 */
export async function sayClosed(desk: KeyDesk, office: string, closed: readonly Arrived[]): Promise<number> {
  if (closed.length === 0 || !maySeal(desk.ring, desk.view, office, 'say unreadable', desk.now())) return 0;
  const { destroyed } = await desk.api.call('officeKeys', { path: { office } });
  const gone = new Set(destroyed.map(({ number }) => number));
  const orders: ReceiptOrder[] = [];
  for (const arrived of closed) {
    const order = orderOf(desk, office, arrived);
    if (order !== null && (await isCertain(desk, office, arrived, gone))) orders.push(order);
  }
  if (orders.length > 0) await putReceipts(desk, await receiverOf(desk, 'unreadable', office), orders, desk.now());
  return orders.length;
}

/** The very key that the directory fixed does not open it, or it was destroyed and whoever makes the office's keys has it no more. */
async function isCertain(desk: KeyDesk, office: string, { stanza: { key, kem } }: Arrived, gone: ReadonlySet<number>): Promise<boolean> {
  const { crypto, ring, view } = desk;
  const now = desk.now();
  const fixed = view.officeKeys(office, 'transport').find(({ number }) => number === key.number);
  if (key.purpose !== 'transport' || kem !== crypto.kem.id || fixed === undefined) return false;
  const secret = ring.officeKey(office, 'transport', key.number);
  if (secret !== null) return equal(fixed.publicKey, await crypto.kem.publicKey(secret));
  // The station's word that a key is gone is believed of keys whose time is over, as where they are dropped.
  const isOver = isPast(fixed, now) && view.currentKey(office, 'transport', now)?.number !== key.number;
  return mayAct({ view, person: actorOf(ring).person, at: now }, 'make the keys', office) && isOver && gone.has(key.number);
}

/** The receipt's facts; null where the station shows something else than what it names. */
function orderOf({ crypto, view }: KeyDesk, office: string, { dispatch, header: bytes, stanza: { key } }: Arrived): ReceiptOrder | null {
  const id = crypto.hash.sha256(bytes);
  const header = decodedOr('cbor-malformed', () => headerCodec.decode(bytes));
  const to = header.to.find((addressee) => sameOffice(addressee.office, { organisation: view.organisation.id, office }));
  if (hex(id) !== dispatch || to === undefined) return null;
  return { dispatch: id, sealing: key.sealing, office: to.office, origin: header.from };
}

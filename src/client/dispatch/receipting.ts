/** Receipts of an office's device, signed and handed to its station. Source: docs/protocol/receipts.md. */
import { base64url, fromHex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { ACT_OF_RECEIPT } from '#model/rights.ts';
import type { KeyDesk } from '../office-keys/key-desk.ts';
import { sealOwnNotes } from './own-notes.ts';
import { type DeviceReceiptKind, makeReceipts, type ReceiptOrder, type ReceiptSigners } from './receipts.ts';
import { actorOf, sealingPosition, signer } from '../signers.ts';

type Desk = Pick<KeyDesk, 'crypto' | 'random' | 'ring' | 'view' | 'peers' | 'api' | 'now'>;

/** Who signs receipts of one kind for an office; asked first, so that nobody opens what they may not receipt. */
export async function receiverOf(desk: Desk, kind: DeviceReceiptKind, office: string): Promise<ReceiptSigners> {
  const { view, ring, crypto } = desk;
  const { position } = sealingPosition(ring, view, office, ACT_OF_RECEIPT[kind], desk.now());
  const { station, incarnation } = await desk.api.call('station', {});
  // A receipt that names another station than the office's home counts for nothing.
  if (view.office(office)?.station !== station) throw new Refusal('office-unknown', { office });
  const seal = await signer(crypto, ring, view, { kind: 'seal', position });
  const device = await signer(crypto, ring, view, { kind: 'device' });
  const { person, name } = actorOf(ring);
  return { kind, person: { person, position, name, signer: device }, seal, station, incarnation: fromHex(incarnation)! };
}

/** @param orders at most 256 */
export async function putReceipts(desk: Desk, by: ReceiptSigners, orders: readonly ReceiptOrder[], time: number): Promise<void> {
  const { crypto, random } = desk;
  const receipts = await makeReceipts(crypto, random, desk, by, orders, time);
  const own = await sealOwnNotes(crypto, random, desk, by, orders, time);
  await desk.api.call('putReceipts', { body: { receipts: receipts.map(base64url), ...(own !== undefined && { own }) } });
}

/**
 * What an office keeps for itself beside a receipt in its own words: who handed it over or acted, to whom it was given, and
 * the note that went to the origin. Sealed to the office's storage key, kept at its own station, sent to nobody.
 * Source: docs/protocol/receipts.md §The own note.
 */
import { base64url, fromBase64url, hex, utf8 } from '#core/bytes.ts';
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { isOwn } from '#model/directories.ts';
import type { Known } from '#model/peer-names.ts';
import { NOTED_RECEIPTS, type VerifiedReceipt } from '#model/receipts.ts';
import { type ReceiptDetail, receiptPersonStatement, type ReceiptPersonStatement, sealedDetail } from '#wire/receipt.ts';
import { signBatch, type VerifiedRoots } from '#wire/sign.ts';
import { signature } from '#wire/signature.ts';
import { demandPerson, openSealed, place, type ReceiptOrder, type ReceiptSigners, sealDetail } from './receipts.ts';
import type { KeyDesk } from '../office-keys/key-desk.ts';

type Desk = Pick<KeyDesk, 'crypto' | 'view' | 'ring'> & { readonly verified?: VerifiedRoots };

const LABEL = utf8('tram/v1/receipt-own\0');

/** As the trace of a station has them: SHA-256 of a receipt in hexadecimal, and the sealed note in base64url. */
export type ShownNotes = readonly { readonly receipt: string; readonly note: string }[];

/** @returns one for each order, or undefined: of this kind there are none, or the office has no key */
export async function sealOwnNotes(
  crypto: CryptoProvider, random: RandomSource, known: Known, { kind, person }: ReceiptSigners, orders: readonly ReceiptOrder[], time: Instant,
): Promise<string[] | undefined> {
  if (!NOTED_RECEIPTS.includes(kind)) return undefined;
  const said = orders.map(({ dispatch, office, note, given }): ReceiptPersonStatement => ({ kind, dispatch, office, person: person.person, time, note, given }));
  const signatures = await signBatch(crypto, person.signer, 'receipt-person', said.map(receiptPersonStatement.encode), random);
  const notes: string[] = [];
  for (const [i, order] of orders.entries()) {
    const { number, note, given } = order;
    const detail: ReceiptDetail = { person: person.person, position: person.position, name: person.name, number, note, given, signature: signature.encode(signatures[i]!) };
    const sealed = await sealDetail(crypto, { ...place(LABEL, kind, order), known, reader: order.office }, detail, time);
    if (sealed === undefined) return undefined;
    notes.push(base64url(sealedDetail.encode(sealed)));
  }
  return notes;
}

/**
 * What the own office kept beside a receipt; null where it kept nothing, or this device lacks the key.
 * @throws Refusal `receipt-forged` where it is not by a holder of the position whose seal is on the receipt, in those words
 */
export async function openOwnNote({ crypto, view, ring, verified }: Desk, receipt: VerifiedReceipt, shown: ShownNotes): Promise<ReceiptDetail | null> {
  const { kind, dispatch, office, time, digest, signed } = receipt;
  const name = hex(digest);
  const text = shown.find((one) => one.receipt === name)?.note;
  if (text === undefined || !isOwn(view, office)) return null;
  try {
    const sealed = sealedDetail.decode(fromBase64url(text) ?? new Uint8Array(0));
    const detail = await openSealed(crypto, sealed, (purpose, number) => ring.officeKey(office.office, purpose, number), place(LABEL, kind, receipt));
    if (detail === null) return null;
    const { person, position, note, given } = detail;
    const seal = view.identify(signed.signature.p256Certificate, signed.signature.mldsaCertificate);
    const isTheirs = seal?.kind === 'seal' && seal.position === position && view.held(person, time).some((one) => one.position === position);
    if (!isTheirs) throw new Refusal('receipt-forged', { reason: 'position' });
    return await demandPerson(crypto, view, { kind, dispatch, office, person, time, note, given }, detail, verified);
  } catch (error) {
    if (error instanceof DecodeError) throw new Refusal('receipt-forged', { reason: 'malformed' }, { cause: error });
    throw error;
  }
}

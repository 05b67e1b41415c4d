/**
 * Receipts that a device makes: opened, handed over, acted, unreadable. Event, office and time stay visible for chasing; who did it
 * is sealed to the origin office. Source: docs/protocol/receipts.md.
 */
import { concat, utf8 } from '#core/bytes.ts';
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { openWith, sealTo } from '#core/hpke.ts';
import { Refusal } from '#core/refusals.ts';
import { directoryOf } from '#model/directories.ts';
import type { DirectoryView, OfficeKeyRecord } from '#model/directory-view.ts';
import { directoryNamed, type Known } from '#model/peer-names.ts';
import { structure } from '#wire/codec.ts';
import { type OfficeRef, officeRef, type RegisterNumber } from '#wire/names.ts';
import {
  receipt, type ReceiptDetail, receiptDetail, type ReceiptKind, type ReceiptPersonStatement, receiptPersonStatement, receiptStatement,
  type ReceiptStatement, type SealedDetail,
} from '#wire/receipt.ts';
import { signBatch, type TwinSigner, verifySignature, type VerifiedRoots } from '#wire/sign.ts';
import { signature } from '#wire/signature.ts';
import { decodedOr } from '#core/decoding.ts';
import type { OfficeSecrets } from './opening.ts';

export type DeviceReceiptKind = 'opened' | 'handed-over' | 'acted' | 'unreadable';

const LABEL = utf8('tram/v1/receipt-detail\0');
const KIND_NUMBER: Readonly<Record<ReceiptKind, number>> = {
  custody: 1, arrived: 2, opened: 3, 'handed-over': 4, acted: 5, expired: 6, dropped: 7, unreadable: 8,
};
const officeCodec = structure('OfficeRef', 256, officeRef);

/** What one receipt says besides who signs it. */
export interface ReceiptOrder {
  readonly dispatch: Uint8Array;
  readonly sealing: number;
  /** The recipient office that the receipt is about. */
  readonly office: OfficeRef;
  /** The origin office: its storage key hides the detail. */
  readonly origin: OfficeRef;
  readonly number?: RegisterNumber | undefined;
  readonly note?: string | undefined;
  /** To whom it was handed over, for the own office: the origin has it in the note. */
  readonly given?: string | undefined;
}

export interface ReceiptSigners {
  readonly kind: DeviceReceiptKind;
  /** Who did it, with the device's keys. */
  readonly person: { readonly person: string; readonly position: string; readonly name: string; readonly signer: TwinSigner };
  readonly seal: TwinSigner;
  /** The recipient's station and the incarnation of its folder, as it says them. */
  readonly station: string;
  readonly incarnation: Uint8Array;
}

/**
 * Makes receipts of one kind, signed together.
 * @returns encoded receipts, in the order asked
 */
export async function makeReceipts(
  crypto: CryptoProvider,
  random: RandomSource,
  known: Known,
  by: ReceiptSigners,
  orders: readonly ReceiptOrder[],
  time: Instant,
): Promise<Uint8Array[]> {
  const { kind, person, station, incarnation } = by;
  const spoken = orders.map(({ dispatch, office }) => receiptPersonStatement.encode({ kind, dispatch, office, person: person.person, time }));
  const personal = await signBatch(crypto, person.signer, 'receipt-person', spoken, random);
  const statements: Uint8Array[] = [];
  for (const [i, order] of orders.entries()) {
    const { dispatch, sealing, office, number, note } = order;
    const { person: code, position, name } = person;
    const detail = { person: code, position, name, number, note, signature: signature.encode(personal[i]!) };
    const sealed = await sealDetail(crypto, { ...place(LABEL, kind, order), known, reader: order.origin }, detail, time);
    statements.push(receiptStatement.encode({ version: 1, kind, dispatch, sealing, office, station, time, incarnation, detail: sealed }));
  }
  const signatures = await signBatch(crypto, by.seal, kind, statements, random);
  return statements.map((statement, i) => receipt.encode({ statement, signature: signatures[i]! }));
}

/** What a sealed detail is bound to. */
export interface DetailPlace {
  readonly info: Uint8Array;
  readonly associated: Uint8Array;
}

/** @param label of the reader: what is sealed for one is not taken for what is sealed for the other */
export function place(label: Uint8Array, kind: ReceiptKind, { dispatch, office }: Pick<ReceiptStatement, 'dispatch' | 'office'>): DetailPlace {
  return { info: concat(label, dispatch, Uint8Array.of(KIND_NUMBER[kind])), associated: officeCodec.encode(office) };
}

/** @returns undefined where the reader has no key: then the event is told and the person is not, never the other way round */
export async function sealDetail(crypto: CryptoProvider, to: DetailPlace & { readonly known: Known; readonly reader: OfficeRef }, detail: ReceiptDetail, time: Instant): Promise<SealedDetail | undefined> {
  const key: OfficeKeyRecord | null = directoryNamed(to.known, to.reader).currentKey(to.reader.office, 'storage', time);
  if (key === null) return undefined;
  const { purpose, number, publicKey } = key;
  const { encapsulation, ciphertext } = await sealTo(crypto, publicKey, to.info, to.associated, receiptDetail.encode(detail));
  return { purpose, number, encapsulation, ciphertext };
}

/**
 * Who a receipt's detail names, for the origin office; null where there is no detail or this device lacks the key. The
 * recipient office's directory judges who it was.
 * @throws Refusal `receipt-forged` where the detail is not what was sealed, or its person did not sign it
 */
export async function openDetail(
  crypto: CryptoProvider,
  { view, peers }: Known,
  statement: ReceiptStatement,
  secrets: OfficeSecrets,
  verified?: VerifiedRoots,
): Promise<ReceiptDetail | null> {
  const { detail: sealed, kind, dispatch, office, time } = statement;
  if (sealed === undefined) return null;
  const detail = await openSealed(crypto, sealed, secrets, place(LABEL, kind, statement));
  return detail && demandPerson(crypto, directoryOf(view, peers, office.organisation), { kind, dispatch, office, person: detail.person, time }, detail, verified);
}

/** @returns null where this device lacks the key @throws Refusal `receipt-forged` */
export async function openSealed(crypto: CryptoProvider, sealed: SealedDetail, secrets: OfficeSecrets, { info, associated }: DetailPlace): Promise<ReceiptDetail | null> {
  const secret = secrets(sealed.purpose, sealed.number);
  if (secret === null) return null;
  const plain = await openWith(crypto, secret, sealed.encapsulation, info, associated, sealed.ciphertext);
  if (plain === null) throw new Refusal('receipt-forged', { reason: 'detail' });
  return decodedOr('receipt-forged', () => receiptDetail.decode(plain));
}

/** That a detail's person signed what is said. @param theirs the recipient office's directory @throws Refusal `receipt-forged` */
export async function demandPerson(crypto: CryptoProvider, theirs: DirectoryView, said: ReceiptPersonStatement, detail: ReceiptDetail, verified?: VerifiedRoots): Promise<ReceiptDetail> {
  const made = decodedOr('receipt-forged', () => signature.decode(detail.signature));
  const identity = theirs.identify(made.p256Certificate, made.mldsaCertificate);
  const isPersons = identity?.kind === 'device' && identity.person === detail.person;
  if (!isPersons || !(await verifySignature(crypto, identity.verifier, 'receipt-person', receiptPersonStatement.encode(said), made, verified))) {
    throw new Refusal('receipt-forged', { reason: 'person' });
  }
  // No signature is over the name that the device gave itself: the directory's counts.
  return { ...detail, name: theirs.person(detail.person)?.name ?? detail.name };
}

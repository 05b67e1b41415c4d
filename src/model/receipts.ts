/**
 * Which receipts count. Source: docs/protocol/receipts.md: a station speaks of custody and arrival, an office's seal of
 * opening and acting; nobody speaks for another.
 */

import { equal, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { demandActed, type Evidence, type Judging } from '#model/acting.ts';
import type { DirectoryView, Identity } from '#model/directory-view.ts';
import { receipt as receiptCodec, type ReceiptKind, type ReceiptStatement, receiptStatement } from '#wire/receipt.ts';
import type { Signed } from '#wire/signature.ts';
import type { Right } from '#wire/directory.ts';

export interface VerifiedReceipt extends Omit<ReceiptStatement, 'version'> {
  readonly evidence: Evidence;
  /** Organisation of the station that is named, for each has names of its own. */
  readonly organisation: Uint8Array;
  /** SHA-256 of the encoded receipt. */
  readonly digest: Uint8Array;
  readonly signed: Signed;
}

/** Station words, and of which station: the recipient's home, or any on the way. */
const BY_STATION: Partial<Record<ReceiptKind, 'home' | 'any'>> = { custody: 'any', dropped: 'any', arrived: 'home', expired: 'home' };

/** Office words, and the right that the position of the seal must carry. */
const BY_OFFICE: Partial<Record<ReceiptKind, readonly Right[]>> = {
  'opened': ['receive'],
  'handed-over': ['receive', 'hand-over'],
  'acted': ['receive', 'hand-over'],
  'unreadable': ['receive'],
};

/**
 * Verifies a receipt by itself; whether it fits a dispatch is for who holds the header.
 * @param bytes an encoded receipt, or one decoded
 * @throws Refusal `receipt-forged`; detail: reason
 */
export async function verifyReceipt(own: Judging, bytes: Uint8Array | Signed): Promise<VerifiedReceipt> {
  const { signed, statement } = decode(bytes);
  const home = homeOf(own, statement);
  const judging = { ...own, view: speakerOf(own, home, signed, statement) };
  const { identity, evidence } = await demandSigner(judging, signed, statement);
  if (!maySay(home, identity, statement)) throw forged('signer');
  const { version: _, ...said } = statement;
  const digest = judging.provider.hash.sha256(receiptCodec.encode(signed));
  return { ...said, evidence, organisation: judging.view.organisation.id, digest, signed };
}

/** Whether two receipts say the same: one of them counts. */
export function receiptKey({ kind, dispatch, sealing, office, organisation, station }: VerifiedReceipt): string {
  return [kind, hex(dispatch), sealing, hex(office.organisation), office.office, hex(organisation), station].join(' ');
}

function decode(bytes: Uint8Array | Signed): { signed: Signed; statement: ReceiptStatement } {
  try {
    const signed = bytes instanceof Uint8Array ? receiptCodec.decode(bytes) : bytes;
    return { signed, statement: receiptStatement.decode(signed.statement) };
  } catch (error) {
    if (error instanceof DecodeError) throw forged('malformed', error);
    throw error;
  }
}

/** The directory of the recipient office. */
function homeOf({ view, peers }: Judging, { office: { organisation } }: ReceiptStatement): DirectoryView {
  const home = equal(organisation, view.organisation.id) ? view : peers?.view(organisation) ?? null;
  if (home === null) throw forged('organisation');
  return home;
}

/** Relays on the own side of a border speak of custody for an office on the other. */
function speakerOf({ view }: Judging, home: DirectoryView, { signature }: Signed, { kind }: ReceiptStatement): DirectoryView {
  const isOurs = view.identify(signature.p256Certificate, signature.mldsaCertificate) !== null;
  return BY_STATION[kind] === 'any' && isOurs ? view : home;
}

async function demandSigner(judging: Judging, signed: Signed, { kind, time }: ReceiptStatement) {
  try {
    return await demandActed(judging, signed, kind, time, 'receipt-forged');
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-entitled') throw forged(String(error.detail['reason']), error);
    throw error;
  }
}

function maySay(view: DirectoryView, identity: Identity, said: ReceiptStatement): boolean {
  const office = view.office(said.office.office);
  if (office === null) return false;
  const where = BY_STATION[said.kind];
  if (where !== undefined) {
    if (identity.kind !== 'station' || identity.station !== said.station) return false;
    return where === 'any' || view.livesAt(office.office, said.station, said.time);
  }
  const rights = BY_OFFICE[said.kind] ?? [];
  if (identity.kind !== 'seal' || identity.office !== said.office.office) return false;
  return view.livesAt(office.office, said.station, said.time) && positionHas(view.positionAt(identity.position, said.time), rights);
}

function positionHas(position: { readonly rights: readonly Right[] } | null, rights: readonly Right[]): boolean {
  return position !== null && rights.some((right) => position.rights.includes(right));
}

function forged(reason: string, cause?: unknown): Refusal {
  return new Refusal('receipt-forged', { reason }, { cause });
}

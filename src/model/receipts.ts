/**
 * Which receipts count. Source: docs/protocol/receipts.md: a station speaks of custody and arrival, an office's seal of
 * opening and acting; nobody speaks for another.
 */

import { equal, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { demandActed, type Evidence, type Judging } from '#model/acting.ts';
import type { DirectoryView, Identity } from '#model/directory-view.ts';
import { ACT_OF_RECEIPT, positionMay } from '#model/rights.ts';
import { receipt as receiptCodec, type ReceiptKind, type ReceiptStatement, receiptStatement } from '#wire/receipt.ts';
import type { Signed } from '#wire/signature.ts';

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

/** Said in an office's own words, which it keeps for itself too. */
export const NOTED_RECEIPTS: readonly ReceiptKind[] = ['handed-over', 'acted'];

export type OfficesWord = keyof typeof ACT_OF_RECEIPT;

/** Whether it is for an office to say, by the seal of a position that may. */
export function isOfficesWord(kind: ReceiptKind): kind is OfficesWord {
  return kind in ACT_OF_RECEIPT;
}

/**
 * Verifies a receipt by itself; whether it fits a dispatch is for who holds the header.
 * @param bytes an encoded receipt, or one decoded
 * @throws Refusal `receipt-forged`; detail: reason
 */
export async function verifyReceipt(own: Judging, bytes: Uint8Array | Signed): Promise<VerifiedReceipt> {
  const { signed, statement } = decode(bytes);
  const home = homeOf(own, statement);
  const judging = { ...own, view: speakerOf(own, home, signed, statement) };
  const { identity, evidence } = await demandSigner(own.view, judging, signed, statement);
  demandMaySay(home, identity, statement);
  const { version: _, ...said } = statement;
  const digest = judging.provider.hash.sha256(receiptCodec.encode(signed));
  return { ...said, evidence, organisation: judging.view.organisation.id, digest, signed };
}

/** What a directory that is behind may not know yet: who the signer is, that the office is there, lives there or has that right. */
const LEARNED: readonly unknown[] = ['organisation', 'signer-unknown', 'office-unknown', 'lives-elsewhere', 'right-missing'];

/** Whether a receipt that was refused may verify when that directory has grown. */
export function mayBeLearned({ code, detail }: Refusal): boolean {
  return code === 'receipt-forged' && LEARNED.includes(detail['reason']);
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
function speakerOf({ view }: Judging, home: DirectoryView, signed: Signed, { kind }: ReceiptStatement): DirectoryView {
  return BY_STATION[kind] === 'any' && isKnownTo(view, signed) ? view : home;
}

async function demandSigner(own: DirectoryView, judging: Judging, signed: Signed, { kind, time }: ReceiptStatement) {
  try {
    return await demandActed(judging, signed, kind, time, 'receipt-forged');
  } catch (error) {
    // Known, but not to the directory that judges: no growth of that one makes it theirs.
    if (error instanceof Refusal && error.detail['reason'] === 'signer-unknown' && isKnownTo(own, signed)) throw forged('signer', error);
    if (error instanceof Refusal && error.code === 'not-entitled') throw forged(String(error.detail['reason']), error);
    throw error;
  }
}

function isKnownTo(view: DirectoryView, { signature }: Signed): boolean {
  return view.identify(signature.p256Certificate, signature.mldsaCertificate) !== null;
}

/** @throws Refusal `receipt-forged` */
function demandMaySay(view: DirectoryView, identity: Identity, said: ReceiptStatement): void {
  const where = BY_STATION[said.kind];
  const isTheirs = where === undefined
    ? identity.kind === 'seal' && identity.office === said.office.office
    : identity.kind === 'station' && identity.station === said.station;
  if (!isTheirs) throw forged('signer');
  if (view.office(said.office.office) === null) throw forged('office-unknown');
  if (where !== 'any' && !view.livesAt(said.office.office, said.station, said.time)) throw forged('lives-elsewhere');
  if (identity.kind !== 'seal') return;
  const isEntitled = isOfficesWord(said.kind) && positionMay(view.positionAt(identity.position, said.time), ACT_OF_RECEIPT[said.kind]);
  if (!isEntitled) throw forged('right-missing');
}

function forged(reason: string, cause?: unknown): Refusal {
  return new Refusal('receipt-forged', { reason }, { cause });
}

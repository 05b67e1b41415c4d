/**
 * Sealing again: the origin office makes new stanzas for the body key of a dispatch that some of its recipients cannot
 * open, and its station takes them over like the first. Nothing else of the dispatch changes.
 * Source: docs/protocol/envelope.md §Sealing again, docs/decisions/0025-a-re-seal-is-the-offices-word.md.
 */

import { equal } from '#core/bytes.ts';
import { leafHash, type Sha256 } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import { demandActed, type Evidence, type Judging } from '#model/acting.ts';
import { demandCome } from '#model/core-age.ts';
import { positionMay } from '#model/rights.ts';
import { type Header, type Resealed, resealStatement, type ResealStatement, type SealingStatement } from '#wire/envelope.ts';
import { LIMITS } from '#wire/limits.ts';
import type { OfficeRef } from '#wire/names.ts';
import type { Signed } from '#wire/signature.ts';

export interface VerifiedReseal {
  readonly statement: ResealStatement;
  readonly evidence: Evidence;
}

/** What stands in the tree where a later sealing has no stanza: no stanza is empty. */
const NO_STANZA = new Uint8Array(0);

/** Leaves of the stanza tree of a later sealing: places keep their meaning, whoever is sealed to again. */
export function sparseLeaves(hash: Sha256, size: number, stanzas: readonly { readonly index: number; readonly stanza: Uint8Array }[]): Uint8Array[] {
  const placed = new Map(stanzas.map(({ index, stanza }) => [index, stanza]));
  return Array.from({ length: size }, (_, index) => leafHash(hash, placed.get(index) ?? NO_STANZA));
}

/**
 * The station that took the dispatch over first signed the later sealing too, and the origin office's seal stands for
 * its stanzas.
 * @param signed the later sealing's statement with the station's signature
 * @throws DecodeError; Refusal `header-forged`, `signature-wrong`, `not-entitled`, `date-out-of-range`
 */
export async function checkReseal(judging: Judging, header: Header, sealing: SealingStatement, signed: Signed, resealed: Resealed): Promise<VerifiedReseal> {
  await demandOriginSigned(judging, header, sealing, signed);
  const reseal = await checkResealWord(judging, header, resealed.office);
  const { dispatch, number, stanzaRoot, time } = reseal.statement;
  const isOfIt = equal(dispatch, sealing.dispatch) && number === sealing.number && equal(stanzaRoot, sealing.stanzaRoot);
  if (!isOfIt) throw new Refusal('header-forged', { field: 'resealed' });
  demandCome(time, sealing.time, 're-seal');
  // Whoever had the right once does not seal again by it: the station takes it over within a day.
  if (time < sealing.time - LIMITS.clockAheadMs) throw new Refusal('date-out-of-range', { field: 're-seal' });
  return reseal;
}

/**
 * The origin office's word alone, as its station is given it: by the seal of a position with the right `dispatch`.
 * @throws DecodeError; Refusal `header-forged`, `signature-wrong`, `not-entitled`
 */
export async function checkResealWord(judging: Judging, header: Header, signed: Signed): Promise<VerifiedReseal> {
  const statement = resealStatement.decode(signed.statement);
  if (!sameOffice(statement.office, header.from)) throw new Refusal('header-forged', { field: 'resealed' });
  const { identity, evidence } = await demandActed(judging, signed, 're-seal', statement.time, 'signature-wrong');
  const isOffices = identity.kind === 'seal' && identity.office === header.from.office && identity.position === statement.position;
  if (!isOffices) throw new Refusal('signature-wrong', { purpose: 're-seal', reason: 'signer' });
  const isEntitled = positionMay(judging.view.positionAt(statement.position, statement.time), 'seal again');
  if (!isEntitled) throw new Refusal('not-entitled', { purpose: 're-seal' });
  return { statement, evidence };
}

/** @throws Refusal `signature-wrong`, `not-entitled` (the station's keys had ended) */
export async function demandOriginSigned(judging: Judging, header: Header, sealing: SealingStatement, signed: Signed): Promise<Evidence> {
  const { identity, evidence } = await demandActed(judging, signed, 'sealing', sealing.time, 'signature-wrong');
  const isOrigin = identity.kind === 'station' && identity.station === header.station;
  if (!isOrigin) throw new Refusal('signature-wrong', { purpose: 'sealing', reason: 'signer' });
  return evidence;
}

export function sameOffice(one: OfficeRef, other: OfficeRef): boolean {
  return one.office === other.office && equal(one.organisation, other.organisation);
}

/**
 * When a dispatch was surely there, by the word of the reader's own station: what a key signed that others may have since then
 * counts if that was before the key was ended. Source: docs/protocol/core.md, docs/decisions/0026.
 */
import { Refusal } from '#core/refusals.ts';
import type { Instant } from '#core/clock.ts';
import { directoryOf } from '#model/directories.ts';
import type { CheckedDispatch } from '#model/dispatch-checks.ts';
import { type EnvelopeHead, sameOffice } from '#model/envelope-head.ts';
import type { Known } from '#model/peer-names.ts';
import type { OfficeRef } from '#wire/names.ts';
import { isAway } from '../away.ts';
import type { Session } from '../session.ts';
import { verifiedReceipts } from './trace.ts';

export interface ExposedSigner {
  /** As the origin's directory calls them. */
  readonly who: string;
  /** When their key was declared to be in others' hands. */
  readonly at: Instant;
}

/** Whose signatures of a dispatch that was read stand by a witness alone: a key may be gone for longer than is known. */
export function exposedSigners({ view, peers }: Known, { checks, core: { from } }: Pick<CheckedDispatch, 'checks' | 'core'>): ExposedSigner[] {
  const origin = directoryOf(view, peers, from.organisation);
  const found = checks.flatMap(({ who = '', exposed }): [string, Instant][] => (exposed === undefined ? [] : [[origin.person(who)?.name ?? origin.office(who)?.name ?? who, exposed]]));
  return [...new Map(found)].map(([who, at]) => ({ who, at }));
}

/**
 * The origin office has its own station's sealing; a recipient its own station's word that this very sealing arrived: of another one
 * the body may be another too. It cannot have arrived before it was first sealed, so the later of the two counts.
 * @returns null where that station has not said so
 * @throws Refusal `station-unreachable` and what else means that it cannot be asked now
 */
export async function witnessedAt(session: Session, dispatch: string, { header, sealing, first }: EnvelopeHead, reader: OfficeRef, signal?: AbortSignal): Promise<Instant | null> {
  if (sameOffice(header.from, reader)) return first.time;
  try {
    const receipts = await verifiedReceipts(session, dispatch, signal);
    // Verified as the word of a station where the office lived then.
    const arrived = receipts.filter(({ kind, office, sealing: number }) => kind === 'arrived' && number === sealing.number && sameOffice(office, reader));
    return arrived.length === 0 ? null : Math.max(first.time, Math.min(...arrived.map(({ time }) => time)));
  } catch (error) {
    if (isAway(error) || !(error instanceof Refusal)) throw error;
    return null;
  }
}

/**
 * When a dispatch was surely there, by the word of the reader's own station: what a key signed that others may have since then
 * counts if that was before the key was ended. Source: docs/protocol/core.md, docs/decisions/0026.
 */
import { Refusal } from '#core/refusals.ts';
import type { Instant } from '#core/clock.ts';
import { type EnvelopeHead, sameOffice } from '#model/envelope-head.ts';
import type { OfficeRef } from '#wire/names.ts';
import type { Session } from './session.ts';
import { traceDispatch } from './trace.ts';

/**
 * The origin office has its own station's sealing; a recipient its own station's word that it arrived. That cannot have been
 * before it was sealed: whichever is later counts, for either clock may be behind.
 * @returns null where that station has not said so, or cannot be asked
 */
export async function witnessedAt(session: Session, dispatch: string, { header, first }: EnvelopeHead, reader: OfficeRef): Promise<Instant | null> {
  if (sameOffice(header.from, reader)) return session.view.livesAt(reader.office, header.station, first.time) ? first.time : null;
  try {
    const { receipts } = await traceDispatch(session, dispatch);
    // Verified as the word of the station where the office lived then.
    const arrived = receipts.filter(({ kind, office }) => kind === 'arrived' && sameOffice(office, reader));
    return arrived.length === 0 ? null : Math.max(first.time, Math.min(...arrived.map(({ time }) => time)));
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/**
 * What may come twice and nobody can see it: a restored folder has forgotten that it sent a dispatch, or passed it on, has it once
 * more, and its office has moved to a station that never had it, or to one that has forgotten it too. The origin says so in its
 * sealing, whoever passes it on says so to the next, and where it arrives it is marked *nghi trùng*. Source: docs/decisions/0151.
 */

import { HOUR_MS, type Instant } from '#core/clock.ts';
import { isOwn } from '#model/directories.ts';
import { named } from '#model/foreign-names.ts';
import { type Envelope, type Header, sealingStatement } from '#wire/envelope.ts';
import type { Room } from './deps.ts';

/** By how much the clocks of a device, of a station and of a registrar may differ here. */
const CLOCKS_DIFFER_MS = 2 * HOUR_MS;

/** Whether the folder that this one goes on from may have done more with what was there at that time than this one knows. */
export function mayBeForgotten({ restored }: Pick<Room, 'restored'>, time: Instant): boolean {
  return restored !== undefined && restored !== null && time <= restored + CLOCKS_DIFFER_MS;
}

/** Whether its origin says of a sealing, or of the first behind it, that it may not be the first time. */
export function saysAgain({ sealing, resealed }: Pick<Envelope, 'sealing' | 'resealed'>): boolean {
  return [sealing, ...(resealed === undefined ? [] : [resealed.first])].some(({ statement }) => sealingStatement.decode(statement).again === true);
}

/**
 * Whether this folder may have forgotten that it passed a stanza on. Of what was written before it was opened it says so wherever the office
 * lives, for that may move while this is under way, and its home knows. Of what was written soon after, by whatever clock, only where the
 * office has moved: two stations that were restored together would mark all that their offices send each other.
 * @param office by its name in the tables
 */
export function mayHaveGoneOn(room: Pick<Room, 'restored' | 'view'>, { created }: Pick<Header, 'created'>, office: string): boolean {
  if (created <= (room.restored ?? -Infinity)) return true;
  const { organisation, office: code } = named(room.view(), office);
  return mayBeForgotten(room, created) && isOwn(room.view(), { organisation }) && room.view().hasMovedSince(code, created - CLOCKS_DIFFER_MS);
}

interface Said {
  /** By whoever brings it, or beside its stanza here. */
  readonly isSaid: boolean;
  readonly saysOrigin: boolean;
  /** It was here before, on its way to where the office lived then. */
  readonly wasHeld: boolean;
}

/**
 * Whether what arrives here may have arrived before. Where it comes for the first time, the word of its origin or of whoever brings it counts
 * for what a restored folder can have forgotten, and for an office that had another home: nobody else can have had it. What was held here
 * on its way a restored folder may have offered to whomever, or had arrive, and forgotten; and what is said beside it counts as it is.
 */
export function mayHaveArrived(room: Pick<Room, 'restored' | 'view'>, { created }: Pick<Header, 'created'>, office: string, { isSaid, saysOrigin, wasHeld }: Said): boolean {
  const isForgotten = mayBeForgotten(room, created);
  const canHave = isForgotten || room.view().hasMovedSince(office, created - CLOCKS_DIFFER_MS);
  return wasHeld ? isForgotten || isSaid || (saysOrigin && canHave) : (isSaid || saysOrigin) && canHave;
}

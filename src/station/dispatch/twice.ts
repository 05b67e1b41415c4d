/**
 * What may come twice and nobody can see it: a restored folder has forgotten that it sent a dispatch, its device has it accepted
 * once more, and its office has moved to a station that never had it, or to one that has forgotten it too. The origin says so in
 * its sealing, and where it arrives it is marked *nghi trùng*. Source: docs/decisions/0151.
 */

import { HOUR_MS, type Instant } from '#core/clock.ts';
import type { Header, SealingStatement } from '#wire/envelope.ts';
import type { Room } from './deps.ts';

/** By how much the clocks of a device, of a station and of a registrar may differ here. */
const CLOCKS_DIFFER_MS = 2 * HOUR_MS;

/** Whether the folder that this one goes on from may have done more with what was there at that time than this one knows. */
export function mayBeForgotten({ restored }: Pick<Room, 'restored'>, time: Instant): boolean {
  return restored !== undefined && restored !== null && time <= restored + CLOCKS_DIFFER_MS;
}

/** Whether an office of this organisation, to which it comes here for the first time, may have had it. */
export function mayHaveCome(
  room: Pick<Room, 'restored' | 'view'>, { again }: Pick<SealingStatement, 'again'>, header: Pick<Header, 'created'>, office: string,
): boolean {
  return again === true && (mayBeForgotten(room, header.created) || room.view().hasMovedSince(office, header.created - CLOCKS_DIFFER_MS));
}

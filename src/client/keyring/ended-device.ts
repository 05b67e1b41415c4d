/** How the device that somebody works with stands in the directory that it holds: whether it was ended, and its person with it. */
import type { Instant } from '#core/clock.ts';
import type { DirectoryView, Ending } from '#model/directory-view.ts';

export interface DeviceEnd {
  readonly device: string;
  readonly at: Instant;
  readonly reason: Ending['endReason'];
  /** Its person left, and not this device alone. */
  readonly hasLeft: boolean;
}

/**
 * As the station judges it, which ends the sessions of what has ended, whenever that is dated: nobody's clock is asked.
 * @param actor as actorOf told it while the keyring was open
 * @returns null while it is in force, and before the directory has it
 */
export function deviceEnd(view: DirectoryView, { person, device }: { readonly person: string; readonly device: string }): DeviceEnd | null {
  const record = view.device(device);
  if (record === null || record.endedBy === null) return null;
  return { device, at: (record.exposedAt ?? record.endedAt)!, reason: record.endReason, hasLeft: (view.person(person)?.endedBy ?? null) !== null };
}

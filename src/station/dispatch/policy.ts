/**
 * Who may do what in this room. What an act asks for stands in model/rights.ts; rights come from the directory and are
 * judged at the time of the act.
 * Stations are blind to content: what only the letter shows (approvals, two persons) recipients check themselves.
 */

import { Refusal } from '#core/refusals.ts';
import type { OfficeRecord } from '#model/directory-view.ts';
import { type Act, mayAct } from '#model/rights.ts';
import type { Room } from './deps.ts';

/** Who asks: a person on a device, known by their session. */
export interface Caller {
  readonly person: string;
}

export interface DeviceCaller extends Caller {
  readonly device: string;
}

type Seen = Pick<Room, 'view' | 'clock' | 'station'>;

export function may(room: Seen, caller: Caller, act: Act, office: string): boolean {
  return mayAct({ view: room.view(), person: caller.person, at: room.clock.now() }, act, office);
}

/**
 * @throws Refusal `office-unknown` where the office does not live here
 * @throws Refusal `not-entitled`; `precedence-not-permitted` for flash
 */
export function demand(room: Seen, caller: Caller, act: Act, office: string): void {
  ownOffice(room, office);
  if (may(room, caller, act, office)) return;
  throw new Refusal(act === 'give flash' ? 'precedence-not-permitted' : 'not-entitled', { office });
}

/** @throws Refusal `office-unknown` where the office has ended, never was or lives at another station */
export function ownOffice(room: Seen, code: string): OfficeRecord {
  const office = room.view().office(code);
  if (office === null || office.endedBy !== null || office.station !== room.station) {
    throw new Refusal('office-unknown', { office: code });
  }
  return office;
}

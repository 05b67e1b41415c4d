/**
 * Who may do what in this room, read aloud. Rights come from the directory and are judged at the time of the act.
 * Stations are blind to content: what only the letter shows (approvals, two persons) recipients check themselves.
 */

import { Refusal } from '#core/refusals.ts';
import type { OfficeRecord } from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';
import type { Room } from './deps.ts';

/** Who asks: a person on a device, known by their session. */
export interface Caller {
  readonly person: string;
}

export interface DeviceCaller extends Caller {
  readonly device: string;
}

export const ACTS = {
  'save a draft': ['draft'],
  'approve a draft': ['approve'],
  'sign a draft': ['sign'],
  'read a draft': ['draft', 'approve', 'sign', 'dispatch'],
  'discard a draft': ['draft', 'sign', 'dispatch'],
  'upload a part': ['draft', 'approve', 'sign', 'dispatch'],
  'take a number': ['dispatch'],
  'send': ['dispatch'],
  'seal again': ['dispatch'],
  'give flash': ['flash'],
  'take an incoming number': ['receive'],
  'say opened': ['receive'],
  'say unreadable': ['receive'],
  'say handed over': ['hand-over'],
  'say acted': ['hand-over', 'receive'],
  'read what came': ['receive', 'hand-over'],
  're-wrap what came': ['receive', 'hand-over', 'keys'],
  'read what went': ['draft', 'approve', 'sign', 'dispatch'],
  'read a register': ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over'],
} as const satisfies Readonly<Record<string, readonly Right[]>>;
export type Act = keyof typeof ACTS;

type Seen = Pick<Room, 'view' | 'clock' | 'station'>;

export function may(room: Seen, caller: Caller, act: Act, office: string): boolean {
  const [view, now] = [room.view(), room.clock.now()];
  return ACTS[act].some((right) => view.may(caller.person, right, office, now));
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

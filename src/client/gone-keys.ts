/**
 * Keys of an office that nobody has any more, as far as the directory tells: of people who left, or whose devices ended.
 * Whoever waits for them waits in vain. Source: docs/decisions/0024-unreadable-is-an-offices-word.md.
 */
import { whoMay } from '#model/rights.ts';
import type { Session } from './session.ts';
import { actorOf } from './signers.ts';

type Desk = Pick<Session, 'view' | 'ring' | 'now'>;

/** Asked where this device lacks a key of an office: whether nobody else is there who might give it. */
export function areKeysGone(session: Desk, office: string): boolean {
  const { view, ring } = session;
  const { person } = actorOf(ring);
  const isHeld = whoMay(view, 'hold the keys', office, session.now()).some((one) => one.person !== person) || ownOtherDevices(session).length > 0;
  return !isHeld && view.officeKeys(office, 'storage').length > 0;
}

/** In force, and this person's as this one is. */
export function ownOtherDevices({ view, ring }: Pick<Desk, 'view' | 'ring'>): string[] {
  const { person, device: own } = actorOf(ring);
  return view.devices(person).filter(({ device, endedBy }) => endedBy === null && device !== own).map(({ device }) => device);
}

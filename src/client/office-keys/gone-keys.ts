/**
 * Keys of an office that nobody has any more: of people who left, or whose devices ended. Whoever waits for them waits in
 * vain. The office's station knows what each device was given; where it does not say, the directory tells who may have been.
 * Source: docs/decisions/0024-unreadable-is-an-offices-word.md.
 */
import type { Refusal } from '#core/refusals.ts';
import type { DeviceRecord, OfficeKeyRecord } from '#model/directory-view.ts';
import { keyDevices, whoMay } from '#model/rights.ts';
import { LACKING_MAX } from '#wire/api/office-keys.ts';
import type { Session } from '../session.ts';
import { actorOf } from '../signers.ts';

type Desk = Pick<Session, 'view' | 'ring' | 'now' | 'keyState'>;
export type KeyName = Pick<OfficeKeyRecord, 'purpose' | 'number'>;

/** Which key it was that a reading lacked; undefined where the refusal does not say. */
export function keyIn({ detail: { purpose, number } }: Pick<Refusal, 'detail'>): KeyName | undefined {
  return (purpose === 'transport' || purpose === 'storage') && typeof number === 'number' ? { purpose, number } : undefined;
}

/**
 * Other devices in force that were given what this one lacks, by the station's word.
 * @param key the one that is sought; without it any that this device lacks
 * @returns null where that cannot be known here
 */
export function holdersOf(session: Desk, office: string, key?: KeyName): DeviceRecord[] | null {
  const { view, ring } = session;
  const state = session.keyState(office);
  if (state === null || state.lacking.length === LACKING_MAX) return null;
  const known = (['transport', 'storage'] as const).flatMap((purpose) => view.officeKeys(office, purpose));
  const sought = known.filter(({ purpose, number }) => (key === undefined ? ring.officeKey(office, purpose, number) === null : key.purpose === purpose && key.number === number));
  if (sought.length === 0) return null;
  const isDestroyed = ({ purpose, number }: KeyName): boolean => purpose === 'transport' && state.destroyed.some((one) => one.number === number);
  const hasIt = (device: string, { purpose, number }: KeyName): boolean =>
    !state.lacking.some((one) => one.device === device && one.purpose === purpose && one.number === number);
  const own = actorOf(ring).device;
  return keyDevices(view, office, session.now()).filter(({ device }) => device !== own && sought.some((one) => !isDestroyed(one) && hasIt(device, one)));
}

/** Asked where this device lacks a key of an office: whether nobody else is there who might give it. */
export function areKeysGone(session: Desk, office: string, key?: KeyName): boolean {
  const { view, ring } = session;
  const { person } = actorOf(ring);
  const holders = holdersOf(session, office, key);
  const isHeld = holders !== null ? holders.length > 0
    : whoMay(view, 'hold the keys', office, session.now()).some((one) => one.person !== person) || ownOtherDevices(session).length > 0;
  return !isHeld && view.officeKeys(office, 'storage').length > 0;
}

/** In force, and this person's as this one is. */
export function ownOtherDevices({ view, ring }: Pick<Desk, 'view' | 'ring'>): string[] {
  const { person, device: own } = actorOf(ring);
  return view.devices(person).filter(({ device }) => device !== own).map(({ device }) => device);
}

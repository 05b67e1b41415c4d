/**
 * A device or a person's keys are in others' hands: everything that has to be signed so that nothing of it is used any
 * more. Pure: from a directory to entries. Source: docs/decisions/0026-a-compromise-is-one-command.md.
 */
import { DAY_MS, type Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { endingBy, lasts, mayEnd } from '#model/directory-ending.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DeviceRecord, DirectoryView, Ending, OfficeKeyRecord, PositionSeal } from '#model/directory-view.ts';
import { isPast } from '#model/key-periods.ts';
import { mayHaveHad, sealName } from '#model/seals.ts';
import { type ExposedReason, nameOf } from './compromise.ts';
import { devicesOf, holdingsOf } from '../directory/members.ts';
import type { actorOf } from '../signers.ts';

type Actor = Pick<ReturnType<typeof actorOf>, 'person' | 'device'>;

/** As far back as the log takes a word of the past. */
const SINCE_MS_MAX = 40 * DAY_MS;

export interface Exposure {
  readonly reason: ExposedReason;
  readonly now: Instant;
  /** Since when the devices are gone, where that is known: what they signed from then on counts for nobody. */
  readonly since?: Instant | undefined;
}

export interface ExposurePlan {
  /** Devices, seals, and holdings where asked. */
  readonly plans: readonly EntryPlan[];
  readonly person: string;
  readonly devices: readonly string[];
  /** Positions that lose the seal they have, whose key may lie on those devices: their holders ask for a new one. */
  readonly seals: readonly string[];
  /** Offices of which those devices had keys that are in force. */
  readonly offices: readonly string[];
  /** Which of them, by office, where the device had ended: what was made since it never had. Otherwise all. */
  readonly keys: ReadonlyMap<string, readonly string[]> | null;
}

/** Also of a device that ended otherwise, and of one that was declared before, where it was gone sooner than was known then. */
export function mayDeclare(device: DeviceRecord, { reason, now, since = now }: Exposure): boolean {
  return mayEnd(device, endingBy({ index: 0, created: since }, reason));
}

/** Whether it can be declared with some time or other: one that was declared before only with an earlier one. */
export function mayDateBack(device: DeviceRecord, now: Instant): boolean {
  return mayDeclare(device, { reason: 'compromised', now, since: earliestSince(now) });
}

/** The earliest time that a declaration may say. */
export function earliestSince(now: Instant): Instant {
  return now - SINCE_MS_MAX;
}

/**
 * @param by the device that signs: a registrar may declare another of their own, for a registrar's keys are on one device alone
 * @throws Refusal `device-unknown` where it never was or nothing of it is left to declare, `person-is-registrar`, `date-out-of-range`
 */
export function planDeviceExposed(view: DirectoryView, code: string, why: Exposure, by?: Actor): ExposurePlan {
  const device = view.device(code);
  if (device === null || !isDeclarable(view, device, why)) throw new Refusal('device-unknown', { device: code });
  const isOwnOther = by?.person === device.person && by.device !== code;
  if (!isOwnOther) demandNoRegistrar(view, device.person);
  return ofDevice(view, device, why);
}

/** Whether anything is left to declare of it: of one that was declared before also what was certified while that waited. */
export function isDeclarable(view: DirectoryView, device: DeviceRecord, why: Exposure): boolean {
  if (mayDeclare(device, why)) return true;
  const { plans, offices } = ofDevice(view, device, why);
  return plans.length + offices.length > 0;
}

function ofDevice(view: DirectoryView, device: DeviceRecord, why: Exposure): ExposurePlan {
  return planned(view, device.person, [device.device], [], why, lasts(device, why.now) ? null : device);
}

/**
 * @param withHoldings ends what the person holds as well; otherwise they go on with a new device
 * @throws Refusal `person-unknown`, `person-is-registrar`, `date-out-of-range`
 */
export function planPersonExposed(view: DirectoryView, person: string, withHoldings: boolean, why: Exposure): ExposurePlan {
  const known = view.person(person);
  if (known === null || !lasts(known, why.now)) throw new Refusal('person-unknown', { person });
  demandNoRegistrar(view, person);
  const held = withHoldings ? holdingsOf(view, person, why.now) : [];
  return planned(view, person, devicesOf(view, person, why.now), held, why);
}

function endOf(code: string, { reason, now, since }: Exposure): EntryPlan {
  if (since !== undefined && (since > now || since < earliestSince(now))) throw new Refusal('date-out-of-range', { field: 'gone-since' });
  return { kind: 'end', body: { what: 'device', code, reason }, created: since };
}

/** @param until by what the devices had ended already: what was made from then on they never had */
function planned(view: DirectoryView, person: string, devices: readonly string[], held: readonly string[], why: Exposure, until: Ending | null = null): ExposurePlan {
  const { reason, now } = why;
  const had = new Map(view.offices().map(({ office }) => [office, keysHadInForce(view, office, devices, now)] as const).filter(([, keys]) => keys.length > 0));
  const seals = sealsHad(view, person, until).flatMap((seal): [PositionSeal, EntryPlan][] => {
    // What another machine sealed with it meanwhile is in order.
    const created = why.since !== undefined && isTheirsAlone(view, seal, devices, why.since) ? why.since : undefined;
    const isNew = mayEnd(seal, endingBy({ index: 0, created: created ?? now }, reason));
    return isNew ? [[seal, { kind: 'end', body: { what: 'seal', code: seal.position, other: sealName(seal), reason }, created }]] : [];
  });
  return {
    plans: [
      ...devices.filter((code) => mayDeclare(view.device(code)!, why)).map((code) => endOf(code, why)),
      ...seals.map(([, plan]) => plan),
      ...held.map((other): EntryPlan => ({ kind: 'end', body: { what: 'holder', code: person, other, reason } })),
    ],
    person, devices, seals: seals.filter(([{ isWorn }]) => isWorn).map(([{ position }]) => position),
    offices: [...had.keys()], keys: until === null ? null : had,
  };
}

/** Whatever was certified for the person while their machine was in force: old ones too, for a ring keeps what it is restored with. */
function sealsHad(view: DirectoryView, person: string, until: Ending | null): PositionSeal[] {
  const positions = new Set(view.holdings(person).map(({ position }) => position));
  return [...positions].flatMap((position) => view.seals(position)).filter((seal) => mayHaveHad(view, person, seal) && (until === null || seal.writtenBy < until.endedBy! || seal.since < until.endedAt!));
}

/** Whether no machine but those may have used it from then on, of whoever held the position. */
function isTheirsAlone(view: DirectoryView, seal: PositionSeal, devices: readonly string[], since: Instant): boolean {
  return view.everyDevice().every((one) => devices.includes(one.device) || !lasts(one, since) || !mayHaveHad(view, one.person, seal));
}

/** As the directory names them. */
function keysHadInForce(view: DirectoryView, office: string, devices: readonly string[], now: Instant): string[] {
  const had = new Set(devices.flatMap((device) => view.keysHad(device, office, now)).filter(({ endedBy }) => endedBy === null).map(nameOf));
  return [...had];
}

/** A registrar's keys sign the directory itself: only the root ends them. */
function demandNoRegistrar(view: DirectoryView, person: string): void {
  if (view.registrars().some((registrar) => registrar.person === person)) throw new Refusal('person-is-registrar', { person });
}

/** Longer over than this, a transport key was destroyed everywhere. */
const SURELY_DESTROYED_MS = 60 * DAY_MS;

/**
 * The ends of an office's keys by a registrar, who cannot make new ones: until a key holder of the office has done so,
 * nobody can seal to it, and nobody seals to what others have.
 * @param spared keys that go on
 */
export function endKeysPlans(view: DirectoryView, office: string, reason: ExposedReason, now: Instant, spared: readonly OfficeKeyRecord[]): EntryPlan[] {
  return (['transport', 'storage'] as const).flatMap((purpose) => view.officeKeys(office, purpose))
    .filter((key) => key.endedBy === null && !spared.includes(key) && !(key.purpose === 'transport' && isPast(key, now - SURELY_DESTROYED_MS)))
    .map(({ purpose, number }): EntryPlan => ({ kind: 'end', body: { what: 'office-key', code: office, other: `${purpose}-${number}`, reason } }));
}

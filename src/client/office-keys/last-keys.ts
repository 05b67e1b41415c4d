/**
 * Whoever goes, or a device that ends, may be the only one that has an office's keys: said before anything is signed, for
 * nothing brings them back. Asked of the entries that are about to be signed, so that every errand asks alike.
 */
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DeviceRecord, DirectoryView, OfficeKeyRecord } from '#model/directory-view.ts';
import { keyDevices, positionMay } from '#model/rights.ts';
import { LACKING_MAX } from '#wire/api/office-keys.ts';
import type { DirectoryBody } from '#wire/directory.ts';
import type { Session } from '../session.ts';
import { plansOf } from '../directory/countersigning.ts';
import { soundProposals } from '../directory/waiting-alike.ts';

export interface LastKeys {
  readonly office: string;
  /** Who loses them. */
  readonly persons: readonly string[];
  /** Who may have them too, and was given none yet as far as is known here. */
  readonly others: readonly string[];
  /** Who waits for a second registrar to come there with the right to hold them, where nobody else may: that is to be signed first. */
  readonly joiners: readonly Joiner[];
  /** It is devices that end: their persons go on, and may have others. */
  readonly areDevices: boolean;
}

export interface Joiner {
  readonly person: string;
  readonly name: string;
  readonly proposal: string;
}

type Asking = Pick<Session, 'api' | 'clock' | 'crypto' | 'ring' | 'view' | 'now' | 'station'>;

/** @param plans what is about to be signed */
export async function lastKeys(desk: Asking, plans: readonly EntryPlan[]): Promise<LastKeys[]> {
  const { view } = desk;
  const now = desk.now();
  const found: LastKeys[] = [];
  for (const { office } of view.offices()) {
    const key = view.currentKey(office, 'storage', now);
    if (key === null) continue;
    const { kept = [], lost = [] } = Object.groupBy(keyDevices(view, office, now), (device) => (keeps(view, device, office, plans, now) ? 'kept' : 'lost'));
    if (lost.length > 0 && (await areWithout(desk, office, key, kept))) {
      const joiners = kept.length > 0 ? [] : await joinersTo(desk, office);
      found.push({ office, persons: personsOf(lost), others: personsOf(kept), joiners, areDevices: lost.every(({ device }) => ends(plans, 'device', device)) });
    }
  }
  return found;
}

async function joinersTo(desk: Asking, office: string): Promise<Joiner[]> {
  const { view } = desk;
  return (await soundProposals(desk)).flatMap(({ proposal, entries }) => {
    const plans = plansOf(entries);
    const isThere = (code: string): boolean => {
      const position = plans.flatMap((plan) => (plan.kind === 'position' && plan.body.position === code ? [plan.body] : []))[0] ?? view.position(code);
      return position?.office === office && positionMay(position, 'hold the keys');
    };
    const nameOf = (person: string): string => plans.flatMap((plan) => (plan.kind === 'person' && plan.body.person === person ? [plan.body.name] : []))[0] ?? view.person(person)?.name ?? person;
    return plans.flatMap((plan) => (plan.kind === 'holder' && isThere(plan.body.position) ? [{ person: plan.body.person, name: nameOf(plan.body.person), proposal }] : []));
  });
}

/** Whether a person keeps what they hold of an office's keys once these are signed; who has no device has nothing to lose but the right. */
export function staysWithKeys(view: DirectoryView, person: string, office: string, plans: readonly EntryPlan[], now: number): boolean {
  const devices = view.devices(person);
  return devices.length === 0 ? !ends(plans, 'person', person) : devices.some((device) => keeps(view, device, office, plans, now));
}

function keeps(view: DirectoryView, { device, person }: DeviceRecord, office: string, plans: readonly EntryPlan[], now: number): boolean {
  if (ends(plans, 'device', device) || ends(plans, 'person', person)) return false;
  const stays = view.held(person, now).some((held) => held.office === office && positionMay(held, 'hold the keys') &&
    !ends(plans, 'position', held.position) && !ends(plans, 'holder', person, held.position) && (held.acting === null || !ends(plans, 'delegation', held.acting.delegation)));
  return stays || plans.some((plan) => {
    if (plan.kind !== 'holder' || plan.body.person !== person || plan.body.until !== undefined) return false;
    const next = view.position(plan.body.position);
    return next?.office === office && positionMay(next, 'hold the keys');
  });
}

/** What whoever takes delegations back is asked about: of alternates who are struck too, whose delegations end without an entry of their own. */
export function endedDelegations(codes: readonly string[]): EntryPlan[] {
  return codes.map((code) => ({ kind: 'end', body: { what: 'delegation', code, reason: 'superseded' } }));
}

function ends(plans: readonly EntryPlan[], what: DirectoryBody<'end'>['what'], code: string, other?: string): boolean {
  return plans.some((plan) => plan.kind === 'end' && plan.body.what === what && plan.body.code === code && (other === undefined || plan.body.other === other));
}

/**
 * Whether none of these has the key. The office's own station knows what each was given; of an office elsewhere only this
 * is known: who came after the key was made, as the entries of both stand in the log, may have been given none yet. A key counts
 * from a while before it was made, so its time does not tell.
 */
async function areWithout({ api, view, station }: Asking, office: string, key: OfficeKeyRecord, devices: readonly DeviceRecord[]): Promise<boolean> {
  if (devices.length === 0) return true;
  const lacking = view.office(office)?.station === station ? await lackingOf(api, office, key) : null;
  if (lacking !== null) return devices.every(({ device }) => lacking.has(device));
  const isLater = ({ person }: DeviceRecord): boolean =>
    view.holdings(person).filter(({ position }) => view.position(position)?.office === office).every(({ writtenBy }) => writtenBy > key.fixedBy);
  return devices.every(isLater);
}

/** @returns null where it cannot be known here */
async function lackingOf(api: Session['api'], office: string, { number }: OfficeKeyRecord): Promise<ReadonlySet<string> | null> {
  try {
    const { lacking } = await api.call('officeKeys', { path: { office } });
    if (lacking.length === LACKING_MAX) return null;
    return new Set(lacking.filter((one) => one.purpose === 'storage' && one.number === number).map(({ device }) => device));
  } catch (error) {
    // It has moved, or who asks is no registrar any more, by a directory that is newer than ours.
    if (error instanceof Refusal && (error.code === 'office-unknown' || error.code === 'not-entitled')) return null;
    throw error;
  }
}

function personsOf(devices: readonly DeviceRecord[]): string[] {
  return [...new Set(devices.map(({ person }) => person))];
}

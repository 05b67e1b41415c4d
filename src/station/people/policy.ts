/** Who may do what in this room, read aloud. */

import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView, EscrowRecord, OfficeRecord } from '#model/directory-view.ts';
import { registrarStations } from '#model/registrar-stations.ts';
import { mayAct, mayHoldKeys } from '#model/rights.ts';
import type { OfficeKeyWrap } from '#wire/keyring.ts';
import type { KeyPurpose } from '#wire/names.ts';
import type { Proposer } from './forwarding.ts';

/** Who asks: a person on a device, known by their session. */
export interface Caller {
  readonly person: string;
  readonly device: string;
}

export interface Here {
  readonly view: DirectoryView;
  readonly station: string;
  readonly now: Instant;
}

/** Whoever has a right that needs an office's keys may have them on each of their devices. */
export function demandKeys(here: Here, { person }: Caller, office: string): void {
  demandOwnOffice(here, office);
  if (!mayHoldKeys(here.view, person, office, here.now)) throw new Refusal('not-entitled', { office, act: 'hold-keys' });
}

/** Who has the keys sees which devices lack them, and who signs endings: somebody may be the only one who has them. */
export function demandSeesKeys(here: Here, caller: Caller, office: string): void {
  if (!isRegistrar(here.view, caller.person)) demandKeys(here, caller, office);
  else demandOwnOffice(here, office);
}

/** Who makes an office's keys may replace what was wrapped; whoever has the keys may pass them to a device that lacks them. */
export function mayReplaceWraps({ view, now }: Here, { person }: Caller, office: string): boolean {
  return mayAct({ view, person, at: now }, 'make the keys', office);
}

/** Keys go to devices in force, of persons who may have them: else a wrap would outlive a removal. */
export function demandMayReceive(here: Here, device: string, office: string): void {
  const record = here.view.device(device);
  if (record === null || record.endedBy !== null) throw new Refusal('device-unknown', { device });
  if (!mayHoldKeys(here.view, record.person, office, here.now)) throw new Refusal('not-entitled', { office, device });
}

/**
 * Who passes on keys passes on what the directory has: wraps of numbers that are none would bury those that are.
 * @throws Refusal `key-missing`
 */
export function demandFixed({ view }: Here, { office, purpose, number }: Pick<OfficeKeyWrap, 'office' | 'purpose' | 'number'>): void {
  const isFixed = view.officeKeys(office, purpose).some((key) => key.number === number);
  if (!isFixed) throw new Refusal('key-missing', { office, purpose, number });
}

/** Keys are wrapped before the directory fixes them, and it may fix several on its way here. */
const UNFIXED_AHEAD = 64;

/** The greatest number of a key that is fixed or may be about to be. */
export function greatestToCome(view: DirectoryView, office: string, purpose: KeyPurpose): number {
  return view.officeKeys(office, purpose).reduce((most, { number }) => Math.max(most, number), 0) + UNFIXED_AHEAD;
}

/**
 * Who makes keys passes on those that are about to be fixed, and no other: the greatest numbers are answered first, so that
 * made-up ones would bury everybody's.
 * @throws Refusal `key-missing`
 */
export function demandToCome({ view }: Here, { office, purpose, number }: Pick<OfficeKeyWrap, 'office' | 'purpose' | 'number'>): void {
  if (number > greatestToCome(view, office, purpose)) throw new Refusal('key-missing', { office, purpose, number });
}

/** An office's wraps live at its own station. @throws Refusal `office-unknown` */
export function demandOwnOffice({ view, station }: Here, office: string): OfficeRecord {
  const record = view.office(office);
  if (record === null || record.endedBy !== null || record.station !== station) throw new Refusal('office-unknown', { office });
  return record;
}

/** Who makes an office's keys puts them into escrow. @throws Refusal `office-unknown`, `not-entitled` */
export function demandMayDeposit(here: Here, { person }: Caller, office: string): void {
  demandOwnOffice(here, office);
  if (!mayAct({ view: here.view, person, at: here.now }, 'put the keys into escrow', office)) throw new Refusal('not-entitled', { office, act: 'deposit' });
}

/** Who signs changes of the directory sees what waits to be signed. @throws Refusal `registrar-required` */
export function demandRegistrar({ view }: Here, { person }: Pick<Caller, 'person'>): void {
  if (!isRegistrar(view, person)) throw new Refusal('registrar-required', { person });
}

export function isRegistrar(view: DirectoryView, person: string): boolean {
  return view.registrars().some((registrar) => registrar.person === person);
}

/** Who signs changes of the directory turns a device's request down, or the person whom it names. @throws Refusal `not-entitled` */
export function demandMayDrop({ view }: Here, { person }: Pick<Caller, 'person'>, named: string): void {
  if (person !== named && !isRegistrar(view, person)) throw new Refusal('not-entitled', { act: 'drop-request' });
}

/**
 * Who may put the first entry into a log whose end a restored station may not know: this station, a registrar's device, or
 * anybody where no registrar works here. What registrars signed their devices have seen, and give back before they add to it.
 */
export function mayBeginAnew({ view, station, now }: Here, by: Proposer | null): boolean {
  if (by === null) return true;
  const asker = 'device' in by ? view.device(by.device)?.person : undefined;
  return (asker !== undefined && isRegistrar(view, asker)) || !registrarStations(view, now).includes(station);
}

/** Only a custodian gives out a share. @throws Refusal `office-unknown`, `escrow-missing`, `not-entitled` */
export function demandCustodian(here: Here, { person }: Caller, office: string): EscrowRecord {
  demandOwnOffice(here, office);
  const escrow = here.view.escrow(office);
  if (escrow === null) throw new Refusal('escrow-missing', { office });
  if (!escrow.custodians.includes(person)) throw new Refusal('not-entitled', { office, act: 'custodian' });
  return escrow;
}

/** Custodians see their shares, who may hold the keys what was given out to them; nobody else sees anything. */
export function demandSeesEscrow(here: Here, { person }: Caller, office: string): void {
  demandOwnOffice(here, office);
  const isCustodian = here.view.escrow(office)?.custodians.includes(person) === true;
  if (!isCustodian && !mayHoldKeys(here.view, person, office, here.now)) throw new Refusal('not-entitled', { office, act: 'escrow' });
}

/** A directory at one size of its log: the answers that the rest of the house asks for. */

import type { Instant } from '#core/clock.ts';
import { assert } from '#core/refusals.ts';
import { departedDevices, keysHad } from '#model/departures.ts';
import { lasts } from '#model/directory-ending.ts';
import { hasMovedSince, homesAt } from '#model/office-homes.ts';
import {
  type DirectoryTables, type HoldingRecord, identityKey, linkKey, officeKeyTable, type Table,
} from '#model/directory-tables.ts';
import { actingFor } from '#model/delegations.ts';
import { sealsOf } from '#model/seals.ts';
import type {
  AgreementRecord, DelegationRecord, DeviceRecord, DirectoryView, Ending, EscrowRecord, HeldPosition, Identity, LinkRecord, ListRecord, OfficeKeyRecord, OfficeRecord, OrganisationRecord,
  PersonRecord, PositionRecord, PositionSeal, RegistrarRecord, StationRecord,
} from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';
import type { KeyPurpose, LogPoint } from '#wire/names.ts';

export class DirectoryState implements DirectoryView {
  readonly organisation: OrganisationRecord;
  /** Only directory.ts reads these, to grow the next state. */
  readonly tables: DirectoryTables;
  /** The log's compact tree, encoded. */
  readonly tree: Uint8Array;
  /** Asked for with every item that is routed. */
  #neighbours: ReadonlyMap<string, readonly string[]> | null = null;

  /** Of a log of which only some entries are seen: its size and root, the only ones known. */
  readonly #shown: LogPoint | null;

  constructor(organisation: OrganisationRecord, tables: DirectoryTables, tree: Uint8Array, shown: LogPoint | null = null) {
    this.organisation = organisation;
    this.#shown = shown;
    this.tables = tables;
    this.tree = tree;
  }

  get point(): LogPoint {
    if (this.#shown !== null) return this.#shown;
    const size = this.tables.roots.length;
    return { size, root: this.tables.roots.at(size - 1)! };
  }

  get sequencer() {
    const newest = this.tables.terms.at(this.tables.terms.length - 1);
    assert(newest !== null, 'a directory that is used has had its first term');
    return newest;
  }

  rootAt(size: number): Uint8Array | null {
    if (this.#shown !== null) return size === this.#shown.size ? this.#shown.root : null;
    return this.tables.roots.at(size - 1);
  }

  /** The leaf of an entry, or null beyond the end. */
  leaf(index: number): Uint8Array | null {
    return this.tables.leaves.at(index);
  }

  /** Persons who sign changes of the directory. */
  registrars(): readonly RegistrarRecord[] {
    return inForce(this.tables.registrars);
  }

  /** Whether a statement with this digest (hex) is in the log. */
  hasStatement(digestHex: string): boolean {
    return this.tables.statements.has(digestHex);
  }

  stations(): readonly StationRecord[] {
    return inForce(this.tables.stations);
  }

  station(code: string): StationRecord | null {
    return this.tables.stations.get(code);
  }

  links(): readonly LinkRecord[] {
    return inForce(this.tables.links).filter(({ caller, answerer }) => this.#stands(caller) && this.#stands(answerer));
  }

  hadLink(one: string, other: string): boolean {
    return [linkKey(one, other), linkKey(other, one)].some((key) => (this.tables.links.get(key)?.endedBy ?? null) !== null);
  }

  neighbours(station: string): readonly string[] {
    this.#neighbours ??= neighboursOf(this.links());
    return this.#neighbours.get(station) ?? [];
  }

  offices(): readonly OfficeRecord[] {
    return inForce(this.tables.offices);
  }

  office(code: string): OfficeRecord | null {
    return this.tables.offices.get(code);
  }

  /** In force and ended: what a reader of the directory is shown, and no decision rests on. */
  everyOffice(): readonly OfficeRecord[] {
    return [...this.tables.offices.values()];
  }

  everyPerson(): readonly PersonRecord[] {
    return [...this.tables.persons.values()];
  }

  everyPosition(): readonly PositionRecord[] {
    return [...this.tables.positions.values()].map((versions) => versions.at(-1)!);
  }

  everyDevice(): readonly DeviceRecord[] {
    return [...this.tables.devices.values()];
  }

  livesAt(office: string, station: string, at: Instant): boolean {
    return homesAt(this.tables.officeVersions.get(office) ?? [], at).includes(station);
  }

  hasMovedSince(office: string, at: Instant): boolean {
    return hasMovedSince(this.tables.officeVersions.get(office) ?? [], at);
  }

  positions(office: string): readonly PositionRecord[] {
    const positions: PositionRecord[] = [];
    for (const versions of this.tables.positions.values()) {
      const last = versions.at(-1)!;
      if (last.office === office && last.endedBy === null) positions.push(last);
    }
    return positions;
  }

  position(code: string): PositionRecord | null {
    return this.tables.positions.get(code)?.at(-1) ?? null;
  }

  positionAt(code: string, at: Instant): PositionRecord | null {
    const versions = this.tables.positions.get(code);
    const last = versions?.at(-1);
    if (versions === null || last === undefined || !lasts(last, at)) return null;
    return versionAt(versions, at);
  }

  seals(code: string): readonly PositionSeal[] {
    return sealsOf(this.tables.positions.get(code) ?? [], this.tables.identities);
  }

  persons(): readonly PersonRecord[] {
    return inForce(this.tables.persons);
  }

  person(code: string): PersonRecord | null {
    return this.tables.persons.get(code);
  }

  devices(person: string): readonly DeviceRecord[] {
    return inForce(this.tables.devices).filter((device) => device.person === person);
  }

  device(code: string): DeviceRecord | null {
    return this.tables.devices.get(code);
  }

  held(person: string, at: Instant): readonly HeldPosition[] {
    const known = this.tables.persons.get(person);
    if (known === null || !lasts(known, at)) return [];
    const codes = new Set(this.holdings(person).filter((holding) => covers(holding, at)).map(({ position }) => position));
    const own = [...codes].map((code) => this.positionAt(code, at)).filter((position) => position !== null);
    const delegated = (this.tables.delegations.get(person) ?? []).filter((one) => covers(one, at) && this.#stillHolds(one, at));
    return [...own.map((position) => ({ ...position, acting: null })), ...delegated.flatMap((one) => actingFor(one, this.positionAt(one.position, at)))];
  }

  holdings(person: string): readonly HoldingRecord[] {
    return this.tables.holdings.get(person) ?? [];
  }

  delegations(): readonly DelegationRecord[] {
    return [...this.tables.delegations.values()].flat();
  }

  delegation(code: string): DelegationRecord | null {
    const to = this.tables.delegates.get(code);
    return to === null ? null : this.tables.delegations.get(to)?.find(({ delegation }) => delegation === code) ?? null;
  }

  alternates(position: string): readonly string[] {
    return this.tables.alternates.get(position) ?? [];
  }

  /** By themself, not for another: what was delegated is not delegated on. Who left and is appointed again delegates anew. */
  #stillHolds({ by, position, holdings }: DelegationRecord, at: Instant): boolean {
    const known = this.tables.persons.get(by);
    return known !== null && lasts(known, at) && this.holdings(by).slice(0, holdings).some((one) => one.position === position && covers(one, at));
  }

  may(person: string, right: Right, office: string, at: Instant): boolean {
    const known = this.tables.offices.get(office);
    if (known === null || !lasts(known, at)) return false;
    return this.held(person, at).some((position) => position.office === office && position.rights.includes(right));
  }

  entitled(right: Right, office: string, at: Instant): readonly PersonRecord[] {
    return [...this.tables.persons.values()].filter(({ person }) => this.may(person, right, office, at));
  }

  officeKeys(office: string, purpose: KeyPurpose): readonly OfficeKeyRecord[] {
    return this.tables.officeKeys.get(officeKeyTable(office, purpose)) ?? [];
  }

  currentKey(office: string, purpose: KeyPurpose, at: Instant): OfficeKeyRecord | null {
    const keys = this.officeKeys(office, purpose);
    // Whoever ends the newest keys must not bring back older ones, which somebody who left may hold.
    const ended = Math.max(-1, ...keys.filter(({ from, endedBy }) => endedBy !== null && from <= at).map(({ number }) => number));
    const begun = keys.filter(({ from, number, endedBy }) => from <= at && endedBy === null && number > ended);
    return begun.reduce<OfficeKeyRecord | null>((best, key) => (best !== null && best.number > key.number ? best : key), null);
  }

  keysHad(device: string, office: string, now: Instant): readonly OfficeKeyRecord[] {
    return keysHad(this, device, office, now);
  }

  departed(office: string, since: Pick<OfficeKeyRecord, 'fixedBy' | 'fixedAt'>, now: Instant): readonly string[] {
    return departedDevices(this, office, since, now);
  }

  lists(): readonly ListRecord[] {
    return inForce(this.tables.lists);
  }

  list(code: string): ListRecord | null {
    return this.tables.lists.get(code);
  }

  agreements(): readonly AgreementRecord[] {
    return [...this.tables.agreements.values()];
  }

  agreement(peer: string): AgreementRecord | null {
    return this.tables.agreements.get(peer);
  }

  escrow(office: string): EscrowRecord | null {
    return this.tables.escrows.get(office);
  }

  identify(p256Certificate: Uint8Array, mldsaCertificate: Uint8Array): Identity | null {
    return this.tables.identities.get(identityKey({ p256Certificate, mldsaCertificate }));
  }

  #stands(station: string): boolean {
    return this.tables.stations.get(station)?.endedBy === null;
  }
}

/** Both ways, in the order of the codes. */
function neighboursOf(links: readonly LinkRecord[]): ReadonlyMap<string, readonly string[]> {
  const around = new Map<string, string[]>();
  const add = (from: string, to: string) => around.set(from, [...(around.get(from) ?? []), to].toSorted());
  for (const { caller, answerer } of links) {
    add(caller, answerer);
    add(answerer, caller);
  }
  return around;
}

function inForce<T extends Ending>(table: Table<T>): T[] {
  return [...table.values()].filter(({ endedBy }) => endedBy === null);
}

function covers(time: Pick<HoldingRecord, 'from' | 'until' | 'endedAt' | 'endedBy' | 'endReason'>, at: Instant): boolean {
  return time.from <= at && (time.until === null || at < time.until) && lasts(time, at);
}

/** The newest version that had begun; the first for a clock that runs a little behind the registrar's. */
function versionAt<V extends { readonly since: Instant }>(versions: readonly V[], at: Instant): V | null {
  return versions.findLast(({ since }) => since <= at) ?? versions[0] ?? null;
}

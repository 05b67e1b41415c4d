/**
 * The tables behind a directory view. A fork shares everything with its origin until it writes, so that applying an
 * entry costs what it changes and a view taken before never changes.
 */

import { hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type {
  AgreementRecord, DelegationRecord, DeviceRecord, Ending, EscrowRecord, HoldingRecord, Identity, LinkRecord, ListRecord, OfficeKeyRecord, OfficeRecord, PersonRecord,
  PositionRecord, RegistrarRecord, StationRecord,
} from '#model/directory-view.ts';
import type { TwinVerifier } from '#wire/sign.ts';
import type { KeyPurpose } from '#wire/names.ts';

/** A map that is copied when it is written to after a fork. */
export class Table<V> {
  #map: Map<string, V>;
  #shared: boolean;

  constructor(map: Map<string, V> = new Map(), shared = false) {
    this.#map = map;
    this.#shared = shared;
  }

  get(key: string): V | null {
    return this.#map.get(key) ?? null;
  }

  has(key: string): boolean {
    return this.#map.has(key);
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }

  set(key: string, value: V): void {
    if (this.#shared) {
      this.#map = new Map(this.#map);
      this.#shared = false;
    }
    this.#map.set(key, value);
  }

  fork(): Table<V> {
    this.#shared = true;
    return new Table(this.#map, true);
  }
}

/** A list that only grows. Forks share one array; whoever grows it first keeps it, a rival fork copies. */
export class Growing<V> {
  #items: V[];
  #length: number;

  constructor(items: V[] = [], length = 0) {
    this.#items = items;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  at(index: number): V | null {
    return index >= 0 && index < this.#length ? this.#items[index]! : null;
  }

  push(value: V): void {
    if (this.#items.length !== this.#length) this.#items = this.#items.slice(0, this.#length);
    this.#items.push(value);
    this.#length += 1;
  }

  fork(): Growing<V> {
    return new Growing(this.#items, this.#length);
  }
}

export interface PositionVersion extends PositionRecord {
  /** The entry that wrote it. */
  readonly writtenBy: number;
  /** From when on the position was like this. */
  readonly since: Instant;
}

export interface OfficeVersion extends OfficeRecord {
  /** From when on the office was like this. */
  readonly since: Instant;
}

export type { HoldingRecord };
export interface LinkEntryRecord extends LinkRecord, Ending {}
export type ListEntryRecord = ListRecord;
export interface Term {
  readonly term: number;
  readonly station: string;
  readonly logKeys: { readonly ed25519: Uint8Array; readonly mldsa44: Uint8Array };
}

export const IN_FORCE: Ending = { endedBy: null, endedAt: null, endReason: null, exposedAt: null, exposedBy: null };

export class DirectoryTables {
  readonly registrars: Table<RegistrarRecord>;
  readonly terms: Growing<Term>;
  readonly stations: Table<StationRecord>;
  readonly links: Table<LinkEntryRecord>;
  readonly offices: Table<OfficeRecord>;
  /** All versions, oldest first: what was said while an office lived elsewhere stays right. */
  readonly officeVersions: Table<readonly OfficeVersion[]>;
  /** All versions, oldest first; only the last can be in force. */
  readonly positions: Table<readonly PositionVersion[]>;
  readonly persons: Table<PersonRecord>;
  /** By person. */
  readonly holdings: Table<readonly HoldingRecord[]>;
  /** By who acts for another, oldest first. */
  readonly delegations: Table<readonly DelegationRecord[]>;
  /** The person who acts, by the delegation's code. */
  readonly delegates: Table<string>;
  /** By position: persons to whom its holder may delegate. */
  readonly alternates: Table<readonly string[]>;
  readonly devices: Table<DeviceRecord>;
  /** By office and purpose, in the order of the log. */
  readonly officeKeys: Table<readonly OfficeKeyRecord[]>;
  readonly lists: Table<ListEntryRecord>;
  /** By the code of the other organisation: the newest. */
  readonly agreements: Table<AgreementRecord>;
  /** By office: the newest. */
  readonly escrows: Table<EscrowRecord>;
  /** By both certificate digests. */
  readonly identities: Table<Identity>;
  /** Every certificate that an identity ever had, by digest. */
  readonly certificates: Table<true>;
  /** Every statement sequenced so far, by digest: none may come twice, for it would undo what came between. */
  readonly statements: Table<true>;
  /** The log's leaves, and its root at every size from 1 on. */
  readonly leaves: Growing<Uint8Array>;
  /** The latest time that any entry so far gives. */
  newest: Instant;
  readonly roots: Growing<Uint8Array>;

  constructor(origin: DirectoryTables | null = null) {
    this.registrars = origin?.registrars.fork() ?? new Table();
    this.terms = origin?.terms.fork() ?? new Growing();
    this.stations = origin?.stations.fork() ?? new Table();
    this.links = origin?.links.fork() ?? new Table();
    this.offices = origin?.offices.fork() ?? new Table();
    this.officeVersions = origin?.officeVersions.fork() ?? new Table();
    this.positions = origin?.positions.fork() ?? new Table();
    this.persons = origin?.persons.fork() ?? new Table();
    this.holdings = origin?.holdings.fork() ?? new Table();
    this.delegations = origin?.delegations.fork() ?? new Table();
    this.delegates = origin?.delegates.fork() ?? new Table();
    this.alternates = origin?.alternates.fork() ?? new Table();
    this.devices = origin?.devices.fork() ?? new Table();
    this.officeKeys = origin?.officeKeys.fork() ?? new Table();
    this.lists = origin?.lists.fork() ?? new Table();
    this.agreements = origin?.agreements.fork() ?? new Table();
    this.escrows = origin?.escrows.fork() ?? new Table();
    this.identities = origin?.identities.fork() ?? new Table();
    this.certificates = origin?.certificates.fork() ?? new Table();
    this.statements = origin?.statements.fork() ?? new Table();
    this.newest = origin?.newest ?? 0;
    this.leaves = origin?.leaves.fork() ?? new Growing();
    this.roots = origin?.roots.fork() ?? new Growing();
  }
}

type Certificates = Pick<TwinVerifier, 'p256Certificate' | 'mldsaCertificate'>;

export function identityKey({ p256Certificate, mldsaCertificate }: Certificates): string {
  return hex(p256Certificate) + hex(mldsaCertificate);
}

/** A link has no direction here: turning it round replaces it. */
export function linkKey(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

export function officeKeyTable(office: string, purpose: KeyPurpose): string {
  return `${office} ${purpose}`;
}

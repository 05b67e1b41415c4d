/**
 * What the rest of the house may ask of a directory. The state behind it grows by verified entries only
 * (directory.ts); a view never changes, so that one decision sees one directory.
 */

import type { Instant } from '#core/clock.ts';
import type { KeyPurpose, LogPoint, Precedence } from '#wire/names.ts';
import type { LogKeys, PersonKind, Right, Twin } from '#wire/directory.ts';
import type { TwinVerifier } from '#wire/sign.ts';

export interface OrganisationRecord {
  readonly id: Uint8Array;
  /** SHA-256 of the founding entry. */
  readonly founding: Uint8Array;
  readonly name: string;
  readonly suites: readonly number[];
  readonly root: Twin;
  readonly issuer: Twin;
  readonly created: Instant;
}

/** A thing that ended stays known, with the index of the entry that ended it and the time that entry gives. */
export interface Ending {
  readonly endedBy: number | null;
  /** Acts from this instant on do not count; null while in force. It may lie ahead, where an entry says so. */
  readonly endedAt: Instant | null;
  readonly endReason: 'left' | 'superseded' | 'compromised' | 'mistake' | 'lost' | 'stolen' | null;
  /** Since when others may have its keys, where an end said so; `endedAt` may be earlier, by an end that did not. */
  readonly exposedAt: Instant | null;
  /** The first entry that said so. */
  readonly exposedBy: number | null;
}

export interface StationRecord extends Ending {
  readonly station: string;
  readonly site: string;
  readonly certificates: Twin;
  readonly verifier: TwinVerifier;
  /** ML-DSA-65 certificate for TLS, DER. */
  readonly link: Uint8Array;
  readonly logKeys: LogKeys;
}

export interface RegistrarRecord extends Ending {
  readonly person: string;
  readonly name: string;
  readonly certificates: Twin;
  readonly verifier: TwinVerifier;
}

export interface LinkRecord {
  readonly caller: string;
  readonly answerer: string;
  readonly address: string | null;
}

export interface OfficeRecord extends Ending {
  readonly office: string;
  readonly name: string;
  readonly symbol: string;
  readonly station: string;
  readonly alternate: string | null;
}

export interface PositionRecord extends Ending {
  readonly position: string;
  readonly office: string;
  readonly title: string;
  readonly rights: readonly Right[];
  readonly seal: { readonly certificates: Twin; readonly verifier: TwinVerifier } | null;
}

/** A position as somebody has it at an instant: their own, or another's by delegation, then with some of its rights. */
export interface HeldPosition extends PositionRecord {
  /** Null where it is the person's own. */
  readonly acting: { readonly delegation: string; readonly by: string } | null;
}

/** A holder's position in another person's hands for a time. */
export interface DelegationRecord extends Ending {
  readonly delegation: string;
  readonly position: string;
  /** The holder. */
  readonly by: string;
  readonly to: string;
  readonly rights: readonly Right[];
  readonly from: Instant;
  readonly until: Instant;
  readonly reason: string;
  /** Given by its holder alone, to whom registrars had named: it ends when they strike that person. */
  readonly isOwnWord: boolean;
  /** How many holdings of the holder stood in the log when it was written: it hangs on those, and on none that came later. */
  readonly holdings: number;
}

export interface PersonRecord extends Ending {
  readonly person: string;
  readonly name: string;
  readonly kind: PersonKind;
}

/** A seal that ended stays known: what it signed stays checkable. */
export interface PositionSeal extends Ending {
  readonly position: string;
  /** From 1 on. */
  readonly number: number;
  readonly verifier: TwinVerifier;
  /** When the position was first written with it, as that entry says, and which entry that is. */
  readonly since: Instant;
  readonly writtenBy: number;
  /** Whether it is the one that the position has now. */
  readonly isWorn: boolean;
}

/** Why and how long somebody holds a position. */
export interface HoldingRecord extends HolderRecord, Ending {
  /** When it was written, by who signed it. It may begin a little before, for devices whose clocks are behind. */
  readonly created: Instant;
  /** The entry that wrote it. */
  readonly writtenBy: number;
}

export interface HolderRecord {
  readonly person: string;
  readonly position: string;
  readonly from: Instant;
  readonly until: Instant | null;
}

export interface DeviceRecord extends Ending {
  readonly device: string;
  readonly person: string;
  readonly certificates: Twin;
  readonly verifier: TwinVerifier;
  readonly kem: Uint8Array;
}

/** A key that was ended (compromised, or replaced for good) is sealed to no more; what was sealed to it stays readable. */
export interface OfficeKeyRecord extends Ending {
  readonly office: string;
  readonly purpose: KeyPurpose;
  readonly number: number;
  readonly from: Instant;
  readonly until: Instant | null;
  readonly kem: number;
  readonly publicKey: Uint8Array;
  /** The entry that fixed it, and the time that entry gives. */
  readonly fixedBy: number;
  readonly fixedAt: Instant;
}

export interface ListRecord extends Ending {
  readonly list: string;
  readonly name: string;
  readonly offices: readonly string[];
}

/** What was agreed with another organisation, from our side. */
export interface AgreementRecord extends Ending {
  /** What people here call it. */
  readonly peer: string;
  readonly organisation: Uint8Array;
  readonly founding: Uint8Array;
  readonly name: string;
  /** Ours and theirs that meet. */
  readonly station: string;
  readonly peerStation: string;
  readonly address: string | null;
  /** Ours that take part. */
  readonly offices: readonly string[];
  readonly precedence: Precedence;
  readonly from: Instant;
  readonly until: Instant | null;
  /** The lowest suite of either side; null where nothing was said. */
  readonly suite: number | null;
  /** SHA-256 of what both sides compared; null where they compared nothing. */
  readonly terms: Uint8Array | null;
}

/** The newest set of custodians of an office's storage keys. */
export interface EscrowRecord {
  readonly office: string;
  readonly number: number;
  readonly threshold: number;
  /** Persons, in the order of the entry. */
  readonly custodians: readonly string[];
}

/** Whom a pair of certificates speaks for. One whose certificates were replaced or ended stays known, as ended. */
export type Identity = Ending & { readonly verifier: TwinVerifier; readonly certificates: Twin } & (
  | { readonly kind: 'root' }
  | { readonly kind: 'registrar'; readonly person: string }
  | { readonly kind: 'station'; readonly station: string }
  | { readonly kind: 'device'; readonly device: string; readonly person: string }
  | { readonly kind: 'seal'; readonly position: string; readonly office: string }
);

/** Lists hold what is in force; a code finds what has ended too. */
export interface DirectoryView {
  readonly organisation: OrganisationRecord;
  readonly point: LogPoint;
  /** The root of the log when it had that size, 1 or more; null where it is not that large. */
  rootAt(size: number): Uint8Array | null;
  /** The station that gives entries their index, by the newest term. */
  readonly sequencer: { readonly term: number; readonly station: string; readonly logKeys: LogKeys };
  /** What a plural gives is in force, but agreements(), which ended ones stay in; what a code gives may have ended. */
  registrars(): readonly RegistrarRecord[];
  stations(): readonly StationRecord[];
  station(code: string): StationRecord | null;
  links(): readonly LinkRecord[];
  /** Whether one was ended between these two, whichever called. */
  hadLink(one: string, other: string): boolean;
  /** Neighbours of a station, from the link entries. */
  neighbours(station: string): readonly string[];
  offices(): readonly OfficeRecord[];
  office(code: string): OfficeRecord | null;
  /**
   * Whether that station spoke for the office at that instant: its home then, or the one before for as long as a station
   * that is cut off may not have heard of the move.
   */
  livesAt(office: string, station: string, at: Instant): boolean;
  /** Whether it has moved from one station to another, then or later. */
  hasMovedSince(office: string, at: Instant): boolean;
  positions(office: string): readonly PositionRecord[];
  position(code: string): PositionRecord | null;
  persons(): readonly PersonRecord[];
  person(code: string): PersonRecord | null;
  devices(person: string): readonly DeviceRecord[];
  /** Of everybody, ended or not. */
  everyDevice(): readonly DeviceRecord[];
  /** Ended ones too, as they were last. */
  everyPosition(): readonly PositionRecord[];
  device(code: string): DeviceRecord | null;
  /** Positions that the person holds at that instant: their own first, then those delegated to them. */
  held(person: string, at: Instant): readonly HeldPosition[];
  /** Everything that the person was ever given to hold, with its dates and its end. */
  holdings(person: string): readonly HoldingRecord[];
  /** Every delegation that was ever written. */
  delegations(): readonly DelegationRecord[];
  delegation(code: string): DelegationRecord | null;
  /** Persons to whom the position's holder may delegate by themself. */
  alternates(position: string): readonly string[];
  /** True where the person holds, at that instant, a position of that office with that right. */
  may(person: string, right: Right, office: string, at: Instant): boolean;
  /** What the position was at that instant (titles and rights change); null once it has ended. */
  positionAt(code: string, at: Instant): PositionRecord | null;
  /** Every seal that the position ever had, in the order of the log. */
  seals(code: string): readonly PositionSeal[];
  /** Persons who hold the right in that office at that instant. */
  entitled(right: Right, office: string, at: Instant): readonly PersonRecord[];
  officeKeys(office: string, purpose: KeyPurpose): readonly OfficeKeyRecord[];
  /** The key to seal to now: the newest that has begun and was not ended; null where the office has none. */
  currentKey(office: string, purpose: KeyPurpose, at: Instant): OfficeKeyRecord | null;
  /** Devices that may have been given keys fixed by then, and may have none now: ended, or of somebody who left. */
  departed(office: string, since: Pick<OfficeKeyRecord, 'fixedBy' | 'fixedAt'>, now: Instant): readonly string[];
  /** Keys of that office, ended or not, that a device may have: of somebody who left, or had left before, too. */
  keysHad(device: string, office: string, now: Instant): readonly OfficeKeyRecord[];
  lists(): readonly ListRecord[];
  list(code: string): ListRecord | null;
  /** With other organisations, ended or not: what was signed under one stays checkable. */
  agreements(): readonly AgreementRecord[];
  agreement(peer: string): AgreementRecord | null;
  /** Who holds shares of the office's storage keys; null where nobody does. */
  escrow(office: string): EscrowRecord | null;
  identify(p256Certificate: Uint8Array, mldsaCertificate: Uint8Array): Identity | null;
}

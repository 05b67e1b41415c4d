/**
 * The entries of an organisation's directory log. Source: docs/protocol/directory.md.
 */

import { arrayOf, bytes, choice, instant, optional, pattern, struct, text, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { CUSTODIANS_MAX, CUSTODIANS_THRESHOLD_MIN } from '#wire/escrow.ts';
import { code, digest, keyPurpose, logPoint, organisationId, precedence } from '#wire/names.ts';
import { signature } from '#wire/signature.ts';

const certificate = bytes(64, LIMITS.certificateBytes);
const displayName = text(1, LIMITS.nameBytes);

/** Two certificates of one identity: ECDSA P-256 and ML-DSA-65, DER. */
export const twin = struct('Twin', 2 * LIMITS.certificateBytes + 64, {
  p256: [1, certificate],
  mldsa: [2, certificate],
});
export type Twin = Infer<typeof twin>;

/** The keys with which a station signs checkpoints; of their own, so that strangers' tools verify them. */
export const logKeys = struct('LogKeys', 2_048, {
  ed25519: [1, bytes(32)],
  mldsa44: [2, bytes(1_312)],
});
export type LogKeys = Infer<typeof logKeys>;

/** Signed by the root itself: the organisation begins. */
export const founding = struct('Founding', LIMITS.directoryEntryBytes, {
  name: [1, displayName],
  root: [2, twin],
  issuer: [3, twin],
  suites: [4, arrayOf(uint(0xffff, 1), 16, 1)],
  created: [5, instant],
});
export type Founding = Infer<typeof founding>;

/** Signed by the root: this certificate signs changes of the directory. */
export const registrar = struct('RegistrarEntry', LIMITS.directoryEntryBytes, {
  person: [1, code],
  name: [2, displayName],
  certificates: [3, twin],
});

/** Signed by the root: this station sequences the directory from this term on. */
export const term = struct('TermEntry', 4_096, {
  number: [1, uint(0xffff_ffff, 1)],
  station: [2, code],
  logKeys: [3, logKeys],
});

export const station = struct('StationEntry', LIMITS.directoryEntryBytes, {
  station: [1, code],
  site: [2, displayName],
  certificates: [3, twin],
  link: [4, certificate],
  logKeys: [5, logKeys],
});

export const ADDRESS_SHAPE = /^[A-Za-z0-9.:[\]-]{1,250}$/;

/** Two stations are neighbours; the caller dials the address. */
export const link = struct('LinkEntry', 1_024, {
  caller: [1, code],
  answerer: [2, code],
  address: [3, optional(pattern(ADDRESS_SHAPE, 250))],
});

export const office = struct('OfficeEntry', 2_048, {
  office: [1, code],
  name: [2, displayName],
  symbol: [3, text(1, LIMITS.symbolBytes)],
  station: [4, code],
  alternate: [5, optional(code)],
});

/** What a position may do. Source: docs/protocol/directory.md §Rights. */
export const RIGHTS = { draft: 1, approve: 2, sign: 3, dispatch: 4, receive: 5, 'hand-over': 6, keys: 7, flash: 8, automatic: 10 } as const;
export const right = choice(RIGHTS);
export type Right = Infer<typeof right>;

/** `seal` is the twin certificate of the office's seal in this position's hands; only with the right `dispatch` or `receive`. */
export const position = struct('PositionEntry', LIMITS.directoryEntryBytes, {
  position: [1, code],
  office: [2, code],
  title: [3, text(1, LIMITS.titleBytes)],
  rights: [4, arrayOf(right, 16)],
  seal: [5, optional(twin)],
});

/** Who acts: a person, or a service, which is an office's own machine. Never changes. Source: docs/protocol/directory.md §Services. */
export const personKind = choice({ person: 1, service: 2 });
export type PersonKind = Infer<typeof personKind>;

export const person = struct('PersonEntry', 2_048, {
  person: [1, code],
  name: [2, displayName],
  /** A person where absent. */
  kind: [3, optional(personKind)],
});

/** A person holds a position from a time on, until a time or until another entry ends it. */
export const holder = struct('HolderEntry', 1_024, {
  person: [1, code],
  position: [2, code],
  from: [3, instant],
  until: [4, optional(instant)],
});

export const device = struct('DeviceEntry', LIMITS.directoryEntryBytes, {
  device: [1, code],
  person: [2, code],
  certificates: [3, twin],
  /** X-Wing public key to which office keys are wrapped. */
  kem: [4, bytes(1_216)],
});

/** A public key of an office. Signed by a registrar, or by a device that holds the right `keys` there. */
export const officeKey = struct('OfficeKeyEntry', 4_096, {
  office: [1, code],
  purpose: [2, keyPurpose],
  number: [3, uint(0xffff_ffff)],
  from: [4, instant],
  until: [5, optional(instant)],
  kem: [6, uint(0xffff)],
  publicKey: [7, bytes(1_216)],
});

export const list = struct('ListEntry', 16_384, {
  list: [1, code],
  name: [2, displayName],
  offices: [3, arrayOf(code, LIMITS.recipients)],
});

/**
 * An office's storage keys may be brought back by any `threshold` of these custodians (persons) together, and by fewer
 * never. A greater number replaces the set. Source: docs/protocol/escrow.md.
 */
export const escrow = struct('EscrowEntry', 1_024, {
  office: [1, code],
  number: [2, uint(0xffff_ffff, 1)],
  threshold: [3, uint(CUSTODIANS_MAX, CUSTODIANS_THRESHOLD_MIN)],
  custodians: [4, arrayOf(code, CUSTODIANS_MAX, CUSTODIANS_THRESHOLD_MIN)],
});

/**
 * A holder's position in another person's hands for a time, for some of its rights. In writing: `reason` names it.
 * Source: docs/protocol/directory.md §Delegation.
 */
export const delegation = struct('DelegationEntry', 2_048, {
  delegation: [1, code],
  position: [2, code],
  by: [3, code],
  to: [4, code],
  rights: [5, arrayOf(right, 16, 1)],
  from: [6, instant],
  until: [7, instant],
  reason: [8, text(1, LIMITS.titleBytes)],
});

/** Persons to whom a position's holder may delegate by themself; the newest entry of a position counts, an empty one ends it. */
export const alternate = struct('AlternateEntry', 1_024, {
  position: [1, code],
  persons: [2, arrayOf(code, LIMITS.alternates)],
});

/**
 * Another organisation with which dispatches are exchanged: its own root is trusted for its own names only, and only the
 * offices listed are shown to it. Its mirror stands in the other's directory. Source: docs/protocol/federation.md.
 */
export const agreement = struct('AgreementEntry', 16_384, {
  /** What people here call the other organisation: `bo-doi` in `bo-doi/don`. Never changes hands. */
  peer: [1, code],
  organisation: [2, organisationId],
  /** SHA-256 of its founding entry. */
  founding: [3, digest],
  name: [4, displayName],
  /** The two stations that meet, ours and theirs, and the address that ours dials where it does. */
  station: [5, code],
  peerStation: [6, code],
  address: [7, optional(pattern(ADDRESS_SHAPE, 250))],
  /** Our offices that are shown to it, that may write to it and that it may write to. */
  offices: [8, arrayOf(code, LIMITS.recipients, 1)],
  /** The highest that is taken from it, and given to it. */
  precedence: [9, precedence],
  from: [10, instant],
  until: [11, optional(instant)],
  /** The lowest suite that either side uses. */
  suite: [12, optional(uint(0xffff, 1))],
  /** SHA-256 of the terms that both sides compared. */
  terms: [13, optional(digest)],
});
export type Agreement = Infer<typeof agreement>;

export const END_WHAT = {
  station: 1, office: 2, position: 3, person: 4, holder: 5, device: 6, list: 7, link: 8, 'office-key': 9, registrar: 10, agreement: 11,
  delegation: 12, seal: 13,
} as const;

/** Ends something: from this entry on it no longer counts. */
export const end = struct('EndEntry', 1_024, {
  what: [1, choice(END_WHAT)],
  code: [2, code],
  other: [3, optional(code)],
  /** compromised, lost, stolen: others may have the keys. */
  reason: [4, choice({ left: 1, superseded: 2, compromised: 3, mistake: 4, lost: 5, stolen: 6 })],
});

export const DIRECTORY_BODIES = {
  founding, registrar, term, station, link, office, position, person, holder, device, 'office-key': officeKey, list, end, escrow, agreement, delegation, alternate,
} as const;
export type DirectoryKind = keyof typeof DIRECTORY_BODIES;
export type DirectoryBody<K extends DirectoryKind = DirectoryKind> = Infer<(typeof DIRECTORY_BODIES)[K]>;

/** What is signed of an entry. */
export const entryStatement = struct('DirectoryStatement', LIMITS.directoryEntryBytes, {
  version: [1, uint(1, 1)],
  organisation: [2, optional(organisationId)],
  kind: [3, choice({
    founding: 1, registrar: 2, term: 3, station: 4, link: 5, office: 6, position: 7, person: 8, holder: 9, device: 10,
    'office-key': 11, list: 12, end: 13, agreement: 14, escrow: 17, delegation: 19, alternate: 20,
  })],
  body: [4, bytes(1, LIMITS.directoryEntryBytes)],
  created: [5, instant],
  /** The newest state of the log that the signer knew. */
  after: [6, optional(logPoint)],
  salt: [7, bytes(16)],
});
export type EntryStatement = Infer<typeof entryStatement>;

/** One leaf of the directory log. */
export const directoryEntry = struct('DirectoryEntry', LIMITS.directoryEntryBytes, {
  statement: [1, bytes(1, LIMITS.directoryEntryBytes)],
  signatures: [2, arrayOf(signature, 4, 1)],
});
export type DirectoryEntry = Infer<typeof directoryEntry>;


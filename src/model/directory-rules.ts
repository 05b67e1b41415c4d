/**
 * What each kind of entry demands and changes. Source: docs/protocol/directory.md.
 * Signatures were checked before (directory-signers.ts); here an entry meets the state that it is to change.
 */

import { equal, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { EntryContext } from '#model/directory-context.ts';
import { EntryRefused } from '#model/directory-faults.ts';
import { alternateRule, delegationRule } from '#model/delegations.ts';
import { endingBy, endingOf, mayEnd } from '#model/directory-ending.ts';
import { endRule } from '#model/directory-endings.ts';
import {
  type DirectoryTables, identityKey, IN_FORCE, linkKey, officeKeyTable,
} from '#model/directory-tables.ts';
import type { Ending, Identity } from '#model/directory-view.ts';
import type { DirectoryBody, DirectoryKind, Twin } from '#wire/directory.ts';
import type { TwinVerifier } from '#wire/sign.ts';
import { Refusal } from '#core/refusals.ts';
import { positionMay } from '#model/rights.ts';
import type { TwinProfile } from '#x509/profiles.ts';

export type RegularKind = Exclude<DirectoryKind, 'founding'>;
type Rule<K extends RegularKind> = (
  tables: DirectoryTables, body: DirectoryBody<K>, context: EntryContext,
) => void | Promise<void>;

const X_WING = 0x647a;
/** The newest key is the one with the greatest number: one that nobody can follow would be the newest for ever. */
const KEY_NUMBERS_AHEAD_MAX = 64;

export const RULES: { readonly [K in RegularKind]: Rule<K> } = {
  async registrar(tables, body, context) {
    checkName(body.name);
    const verifier = await checkTwin(body.certificates, 'registrar', context);
    const before = inForceOnly(tables.registrars.get(body.person));
    const { person, certificates } = body;
    addIdentity(tables, { kind: 'registrar', person, certificates, verifier, ...IN_FORCE }, before?.verifier ?? null, context);
    tables.registrars.set(body.person, { ...body, verifier, ...IN_FORCE });
  },

  term(tables, body) {
    const newest = tables.terms.at(tables.terms.length - 1);
    if (body.number !== (newest?.term ?? 0) + 1) throw new EntryRefused('term-not-next');
    // The first term stands before any station can; its station must come before anyone else's may.
    if (newest !== null) demandInForce(tables.stations.get(body.station), 'station-unknown');
    tables.terms.push({ term: body.number, station: body.station, logKeys: body.logKeys });
  },

  async station(tables, body, context) {
    checkName(body.site);
    const before = replaced(tables.stations.get(body.station));
    if (tables.agreements.has(body.station)) throw new EntryRefused('code-taken');
    const verifier = await checkTwin(body.certificates, 'station', context);
    await checkLink(body.link, context);
    const { station, certificates } = body;
    addIdentity(tables, { kind: 'station', station, certificates, verifier, ...IN_FORCE }, before?.verifier ?? null, context);
    tables.stations.set(body.station, { ...body, verifier, ...IN_FORCE });
  },

  link(tables, body) {
    if (body.caller === body.answerer) throw new EntryRefused('links-itself');
    for (const station of [body.caller, body.answerer]) demandInForce(tables.stations.get(station), 'station-unknown');
    tables.links.set(linkKey(body.caller, body.answerer), { ...body, address: body.address ?? null, ...IN_FORCE });
  },

  office(tables, body, { created, isPartial }) {
    checkName(body.name);
    checkName(body.symbol);
    replaced(tables.offices.get(body.office));
    demandInForce(tables.stations.get(body.station), 'station-unknown');
    if (body.alternate !== undefined && !isPartial) {
      demandInForce(tables.offices.get(body.alternate), 'office-unknown');
      if (body.alternate === body.office) throw new EntryRefused('office-unknown');
    }
    const record = { ...body, alternate: body.alternate ?? null, ...IN_FORCE };
    tables.offices.set(body.office, record);
    tables.officeVersions.set(body.office, [...(tables.officeVersions.get(body.office) ?? []), { ...record, since: created }]);
  },

  async position(tables, body, context) {
    checkName(body.title);
    demandInForce(tables.offices.get(body.office), 'office-unknown');
    if (new Set(body.rights).size !== body.rights.length) throw new EntryRefused('rights-repeated');
    const versions = tables.positions.get(body.position) ?? [];
    const before = replaced(versions.at(-1) ?? null);
    if (before !== null && before.office !== body.office) throw new EntryRefused('code-taken');
    const seal = await checkSeal(tables, body, before?.seal?.verifier ?? null, context);
    const version = { ...body, seal, since: context.created, writtenBy: context.index, ...IN_FORCE };
    tables.positions.set(body.position, [...versions, version]);
  },

  person(tables, body) {
    checkName(body.name);
    const before = replaced(tables.persons.get(body.person));
    const kind = body.kind ?? 'person';
    // What a machine signed would else read as a person's, or a person's act be refused as a machine's.
    if (before !== null && before.kind !== kind) throw new EntryRefused('kind-differs');
    tables.persons.set(body.person, { ...body, kind, ...IN_FORCE });
  },

  holder(tables, body, { index, created }) {
    demandInForce(tables.persons.get(body.person), 'person-unknown');
    demandInForce(tables.positions.get(body.position)?.at(-1) ?? null, 'position-unknown');
    checkDates(body);
    const held = tables.holdings.get(body.person) ?? [];
    tables.holdings.set(body.person, [...held, { ...body, until: body.until ?? null, created, writtenBy: index, ...IN_FORCE }]);
  },

  async device(tables, body, context) {
    if (tables.devices.has(body.device)) throw new EntryRefused('code-taken');
    demandInForce(tables.persons.get(body.person), 'person-unknown');
    const verifier = await checkTwin(body.certificates, 'person', context);
    const { device, person, certificates } = body;
    addIdentity(tables, { kind: 'device', device, person, certificates, verifier, ...IN_FORCE }, null, context);
    tables.devices.set(device, { ...body, verifier, ...IN_FORCE });
  },

  'office-key'(tables, body, { index, created, isPartial }) {
    demandInForce(tables.offices.get(body.office), 'office-unknown');
    checkDates(body);
    if (body.kem !== X_WING) throw new EntryRefused('kem-unknown');
    const table = officeKeyTable(body.office, body.purpose);
    const keys = tables.officeKeys.get(table) ?? [];
    if (keys.some(({ number }) => number === body.number)) throw new EntryRefused('number-taken');
    const greatest = Math.max(0, ...keys.map(({ number }) => number));
    if (!isPartial && body.number > greatest + KEY_NUMBERS_AHEAD_MAX) throw new EntryRefused('number-too-far');
    tables.officeKeys.set(table, [...keys, { ...body, until: body.until ?? null, fixedBy: index, fixedAt: created, ...IN_FORCE }]);
  },

  list(tables, body) {
    checkName(body.name);
    replaced(tables.lists.get(body.list));
    if (new Set(body.offices).size !== body.offices.length) throw new EntryRefused('offices-repeated');
    for (const office of body.offices) demandInForce(tables.offices.get(office), 'office-unknown');
    tables.lists.set(body.list, { ...body, ...IN_FORCE });
  },

  escrow(tables, { office, number, threshold, custodians }) {
    demandInForce(tables.offices.get(office), 'office-unknown');
    for (const person of custodians) demandInForce(tables.persons.get(person), 'person-unknown');
    const isSet = new Set(custodians).size === custodians.length && threshold <= custodians.length;
    if (!isSet) throw new EntryRefused('custodians-malformed');
    if (number !== (tables.escrows.get(office)?.number ?? 0) + 1) throw new EntryRefused('escrow-not-next');
    tables.escrows.set(office, { office, number, threshold, custodians });
  },

  delegation: delegationRule,
  alternate: alternateRule,
  agreement(tables, body, { organisation }) {
    checkName(body.name);
    checkDates(body);
    demandPeer(tables, body, organisation);
    demandInForce(tables.stations.get(body.station), 'station-unknown');
    if (new Set(body.offices).size !== body.offices.length) throw new EntryRefused('offices-repeated');
    for (const office of body.offices) demandInForce(tables.offices.get(office), 'office-unknown');
    tables.agreements.set(body.peer, { ...body, address: body.address ?? null, until: body.until ?? null, suite: body.suite ?? null, terms: body.terms ?? null, ...IN_FORCE });
  },

  end: endRule,
};

/** A name stays with the organisation that it was given to, and is no station's: a link bears either. */
function demandPeer(tables: DirectoryTables, { peer, organisation, founding }: DirectoryBody<'agreement'>, own: Uint8Array): void {
  if (!equal(founding.slice(0, organisation.length), organisation)) throw new EntryRefused('peer-differs');
  if (equal(organisation, own)) throw new EntryRefused('agreement-with-itself');
  const before = replaced(tables.agreements.get(peer));
  if (before !== null && !equal(before.founding, founding)) throw new EntryRefused('peer-differs');
  const other = [...tables.agreements.values()].find((one) => one.peer !== peer && one.endedBy === null && equal(one.organisation, organisation));
  if (other !== undefined || tables.stations.has(peer)) throw new EntryRefused('code-taken');
}

/** The earlier thing that an entry replaces, or null; a code that has ended is never used again. */
function replaced<T extends Ending>(before: T | null): T | null {
  if (before !== null && before.endedBy !== null) throw new EntryRefused('code-taken');
  return before;
}

/** A registrar who was ended may be made one again, with new keys. */
function inForceOnly<T extends Ending>(before: T | null): T | null {
  return before?.endedBy === null ? before : null;
}

function demandInForce(thing: Ending | null, fault: ConstructorParameters<typeof EntryRefused>[0]): void {
  if (thing === null || thing.endedBy !== null) throw new EntryRefused(fault);
}

/** A decoder has seen to NFC and length already. */
export function checkName(name: string): void {
  if (name.trim() === '') throw new EntryRefused('name-empty');
  if (name.trim() !== name || /\p{Cc}/u.test(name)) throw new EntryRefused('name-malformed');
}

function checkDates({ from, until }: { from: Instant; until?: Instant | undefined }): void {
  if (until !== undefined && until <= from) throw new EntryRefused('dates-reversed');
}

async function checkSeal(
  tables: DirectoryTables, body: DirectoryBody<'position'>, before: TwinVerifier | null, context: EntryContext,
): Promise<{ certificates: Twin; verifier: TwinVerifier } | null> {
  const { position, office, seal, rights } = body;
  if (seal === undefined) {
    if (before !== null) endIdentity(tables, before, 'superseded', context);
    return null;
  }
  if (!positionMay({ rights }, 'carry the seal')) throw new EntryRefused('seal-without-right');
  const verifier = await checkTwin(seal, 'office-seal', context);
  addIdentity(tables, { kind: 'seal', position, office, certificates: seal, verifier, ...IN_FORCE }, before, context);
  return { certificates: seal, verifier };
}

export async function checkTwin(
  twin: Twin, profile: TwinProfile, { authority, chain, created }: Pick<EntryContext, 'authority' | 'chain' | 'created'>,
): Promise<TwinVerifier> {
  try {
    return await authority.check(twin, profile, chain, created);
  } catch (error) {
    throw certificateFault(error, 'certificate-invalid');
  }
}

async function checkLink(link: Uint8Array, { authority, chain, created }: EntryContext): Promise<void> {
  try {
    await authority.checkLink(link, chain, created);
  } catch (error) {
    throw certificateFault(error, 'link-certificate-invalid');
  }
}

function certificateFault(error: unknown, reason: 'certificate-invalid' | 'link-certificate-invalid'): unknown {
  if (!(error instanceof Refusal)) return error;
  return new EntryRefused(reason, { fault: error.detail['reason'] ?? error.code }, { cause: error });
}

/** Makes certificates speak for somebody, and no longer those they replace. A certificate speaks for one only, for ever. */
export function addIdentity(
  tables: DirectoryTables, identity: Identity, before: TwinVerifier | null, context: Pick<EntryContext, 'index' | 'created'>,
): void {
  const { verifier } = identity;
  if (before !== null && sameCertificates(before, verifier)) return;
  for (const digest of [verifier.p256Certificate, verifier.mldsaCertificate]) {
    if (tables.certificates.has(hex(digest))) throw new EntryRefused('certificate-taken');
    tables.certificates.set(hex(digest), true);
  }
  if (before !== null) endIdentity(tables, before, 'superseded', context);
  tables.identities.set(identityKey(verifier), identity);
}

export function sameCertificates(one: TwinVerifier, other: TwinVerifier): boolean {
  return equal(one.p256Certificate, other.p256Certificate) && equal(one.mldsaCertificate, other.mldsaCertificate);
}

function endIdentity(
  tables: DirectoryTables, verifier: TwinVerifier, endReason: Ending['endReason'],
  context: Pick<EntryContext, 'index' | 'created'>,
): void {
  const identity = tables.identities.get(identityKey(verifier));
  const ending = endingBy(context, endReason);
  if (identity !== null && mayEnd(identity, ending)) tables.identities.set(identityKey(verifier), { ...identity, ...endingOf(identity, ending) });
}

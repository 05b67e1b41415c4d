/**
 * Who must have signed an entry. Every signature on it must be right and from somebody who may sign that kind: one
 * stranger's signature spoils it. Source: docs/protocol/directory.md, the table.
 */

import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { EntryRefused } from '#model/directory-faults.ts';
import { type DirectoryTables, identityKey } from '#model/directory-tables.ts';
import type { HoldingRecord, Identity, OfficeRecord } from '#model/directory-view.ts';
import type { RegularKind } from '#model/directory-rules.ts';
import { positionMay } from '#model/rights.ts';
import { DIRECTORY_BODIES, type DirectoryBody, type DirectoryEntry, type DirectoryKind } from '#wire/directory.ts';
import { type TwinVerifier, type VerifiedRoots, verifySignature } from '#wire/sign.ts';

export interface Signing {
  readonly provider: CryptoProvider;
  readonly entry: DirectoryEntry;
  readonly kind: RegularKind;
  readonly body: Uint8Array;
  readonly created: Instant;
  /** Whether a person may, by the state before this entry. */
  readonly mayMakeKeys: (person: string, office: string, at: Instant) => boolean;
  /** Whether a person holds a position themself, by the state before this entry. */
  readonly holds: (person: string, position: string, at: Instant) => boolean;
  /** Signatures that were found right; null where none is looked at. */
  readonly verified: VerifiedRoots | null;
}

/** @returns whether a device alone signed, in its person's own name @throws EntryRefused */
export async function checkSigners(tables: DirectoryTables, signing: Signing): Promise<{ readonly isOwnWord: boolean }> {
  const seen = new Set<string>();
  const registrars = new Set<string>();
  let isOwnWord = false;
  for (const signature of signing.entry.signatures) {
    const key = identityKey(signature);
    const signer = tables.identities.get(key);
    if (signer === null) throw new EntryRefused('signer-unknown');
    if (signer.endedBy !== null) throw new EntryRefused('signer-ended');
    if (seen.has(key)) throw new EntryRefused('signer-repeated');
    seen.add(key);
    if (!maySign(tables, signer, signing)) throw new EntryRefused('signer-not-entitled', { signer: signer.kind });
    await demandSignature(signing, signer.verifier, signature);
    if (signer.kind === 'registrar') registrars.add(signer.person);
    else isOwnWord = true;
  }
  // A person's own word stands by itself; beside one registrar's it is no second registrar's.
  const isAlone = isOwnWord && registrars.size === 0;
  if (!isAlone && registrars.size < 2 && needsTwo(tables, signing)) throw new EntryRefused('second-registrar-missing');
  return { isOwnWord: isAlone };
}

/** @throws EntryRefused `signature-wrong` */
export async function demandSignature(
  { provider, entry, verified }: Pick<Signing, 'provider' | 'entry' | 'verified'>,
  verifier: TwinVerifier,
  signature: DirectoryEntry['signatures'][number],
): Promise<void> {
  if (verified === null) return;
  const right = await verifySignature(provider, verifier, 'directory', entry.statement, signature, verified);
  if (!right) throw new EntryRefused('signature-wrong');
}

function maySign(tables: DirectoryTables, signer: Identity, signing: Signing): boolean {
  const { kind, body, created, mayMakeKeys } = signing;
  if (isRoots(kind, body)) return signer.kind === 'root';
  if (signer.kind === 'registrar') return true;
  if (signer.kind !== 'device') return false;
  if (isOwnDelegation(tables, signer.person, signing)) return true;
  const office = officeOfKey(kind, body);
  return office !== null && mayMakeKeys(signer.person, office, created) && stillMakesKeys(tables, signer.person, office);
}

export const ROOTS: readonly RegularKind[] = ['registrar', 'term'];

/** Who signs changes, and where they are put in order, is the root's to say, and nothing else is. */
function isRoots(kind: RegularKind, body: Uint8Array): boolean {
  if (ROOTS.includes(kind)) return true;
  return kind === 'end' && DIRECTORY_BODIES.end.decode(body).what === 'registrar';
}

/** A holder delegates by themself to whom registrars have named as the position's alternate, and takes it back. */
function isOwnDelegation(tables: DirectoryTables, person: string, { kind, body, created, holds }: Signing): boolean {
  if (kind === 'end') {
    const { what, code } = DIRECTORY_BODIES.end.decode(body);
    const to = what === 'delegation' ? tables.delegates.get(code) : null;
    return to !== null && (tables.delegations.get(to) ?? []).some((one) => one.delegation === code && one.by === person);
  }
  if (kind !== 'delegation') return false;
  const { by, to, position } = DIRECTORY_BODIES.delegation.decode(body);
  const isNamed = tables.alternates.get(position)?.includes(to) === true;
  const stillHolds = (tables.holdings.get(person) ?? []).some((one) => one.position === position && stands(one, tables.newest));
  return by === person && isNamed && stillHolds && holds(person, position, created);
}

/** The office whose key an entry fixes or ends: who makes keys may also say that one is not to be used any more. */
export function officeOfKey(kind: DirectoryKind, body: Uint8Array): string | null {
  if (kind === 'office-key') return DIRECTORY_BODIES['office-key'].decode(body).office;
  if (kind !== 'end') return null;
  const { what, code } = DIRECTORY_BODIES.end.decode(body);
  return what === 'office-key' ? code : null;
}

/**
 * By the log as it stands, and by its newest time: who made keys once may not still, by giving an entry an earlier time. What
 * lapsed since that time only the sequencer's clock tells (src/station/people/entry-bounds.ts).
 */
function stillMakesKeys({ holdings, positions, newest }: DirectoryTables, person: string, office: string): boolean {
  return (holdings.get(person) ?? []).some((holding) => {
    const last = positions.get(holding.position)?.at(-1);
    return stands(holding, newest) && last?.office === office && last.endedBy === null && positionMay(last, 'make the keys');
  });
}

/** A holding that has neither ended nor lapsed by what the log knows of the time. */
function stands({ endedBy, until }: Pick<HoldingRecord, 'endedBy' | 'until'>, newest: Instant): boolean {
  return endedBy === null && (until === null || until > newest);
}

/** What lets somebody read or act, and what ends it: with one registrar's word alone, that registrar could be anyone. */
export const NEED_TWO: readonly RegularKind[] = ['station', 'position', 'holder', 'device', 'office-key', 'escrow', 'agreement', 'delegation', 'alternate'];
/** A person's end is their devices' end; an office or agreement that has ended cannot be had back by one either, nor what a delegate signed. */
export const ENDS_NEED_TWO: readonly string[] = ['station', 'office', 'position', 'person', 'holder', 'device', 'office-key', 'agreement', 'delegation', 'seal'];

/** Two registrars must sign as soon as the organisation has two. */
function needsTwo({ registrars, offices }: DirectoryTables, { kind, body }: Signing): boolean {
  if ([...registrars.values()].filter(({ endedBy }) => endedBy === null).length < 2) return false;
  return isForTwo({ kind, body: DIRECTORY_BODIES[kind].decode(body) } as EntryPlan, (office) => offices.get(office));
}

/**
 * Whether an entry is for two registrars where there are two.
 * @param officeNow what stands of an office before the entry
 */
export function isForTwo(entry: EntryPlan, officeNow: (code: string) => Pick<OfficeRecord, 'station' | 'alternate'> | null): boolean {
  if (entry.kind === 'end') return ENDS_NEED_TWO.includes(entry.body.what);
  if (entry.kind === 'office') return bringsAnother(officeNow(entry.body.office), entry.body);
  return (NEED_TWO as readonly string[]).includes(entry.kind);
}

/** Another station that speaks for an office, or another office that gets what is sent to it; closing one is not that. */
function bringsAnother(now: Pick<OfficeRecord, 'station' | 'alternate'> | null, { station, alternate }: DirectoryBody<'office'>): boolean {
  return (now !== null && now.station !== station) || (alternate !== undefined && alternate !== now?.alternate);
}

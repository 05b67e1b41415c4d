/**
 * Who must have signed an entry. Every signature on it must be right and from somebody who may sign that kind: one
 * stranger's signature spoils it. Source: docs/protocol/directory.md, the table.
 */

import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { EntryRefused } from '#model/directory-faults.ts';
import { type DirectoryTables, identityKey } from '#model/directory-tables.ts';
import type { Identity } from '#model/directory-view.ts';
import type { RegularKind } from '#model/directory-rules.ts';
import { DIRECTORY_BODIES, type DirectoryEntry } from '#wire/directory.ts';
import { type TwinVerifier, type VerifiedRoots, verifySignature } from '#wire/sign.ts';

export interface Signing {
  readonly provider: CryptoProvider;
  readonly entry: DirectoryEntry;
  readonly kind: RegularKind;
  readonly body: Uint8Array;
  readonly created: Instant;
  /** Whether a person may, by the state before this entry. */
  readonly mayMakeKeys: (person: string, office: string, at: Instant) => boolean;
  readonly verified: VerifiedRoots;
}

/** @throws EntryRefused */
export async function checkSigners(tables: DirectoryTables, signing: Signing): Promise<void> {
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
  if (!isOwnWord && registrars.size < 2 && needsTwo(tables, signing)) throw new EntryRefused('second-registrar-missing');
}

/** @throws EntryRefused `signature-wrong` */
export async function demandSignature(
  { provider, entry, verified }: Pick<Signing, 'provider' | 'entry' | 'verified'>,
  verifier: TwinVerifier,
  signature: DirectoryEntry['signatures'][number],
): Promise<void> {
  const right = await verifySignature(provider, verifier, 'directory', entry.statement, signature, verified);
  if (!right) throw new EntryRefused('signature-wrong');
}

function maySign(tables: DirectoryTables, signer: Identity, { kind, body, created, mayMakeKeys }: Signing): boolean {
  if (kind === 'registrar' || kind === 'term') return signer.kind === 'root';
  if (signer.kind === 'registrar') return true;
  if (kind !== 'office-key' || signer.kind !== 'device') return false;
  const { office } = DIRECTORY_BODIES['office-key'].decode(body);
  return mayMakeKeys(signer.person, office, created) && stillMakesKeys(tables, signer.person, office);
}

/** By the log as it stands: who made keys once may not still, by giving an entry an earlier time. */
function stillMakesKeys({ holdings, positions }: DirectoryTables, person: string, office: string): boolean {
  return (holdings.get(person) ?? []).some(({ position, endedBy }) => {
    const last = positions.get(position)?.at(-1);
    return endedBy === null && last?.office === office && last.endedBy === null && last.rights.includes('keys');
  });
}

/** What lets somebody read or act, and what ends it: with one registrar's word alone, that registrar could be anyone. */
const NEED_TWO: readonly RegularKind[] = ['station', 'position', 'holder', 'device', 'office-key', 'escrow'];
/** A person's end is their devices' end. */
const ENDS_NEED_TWO: readonly string[] = ['station', 'position', 'person', 'holder', 'device'];

/** Two registrars must sign as soon as the organisation has two. */
function needsTwo({ registrars }: DirectoryTables, { kind, body }: Signing): boolean {
  if ([...registrars.values()].length < 2) return false;
  if (kind !== 'end') return NEED_TWO.includes(kind);
  return ENDS_NEED_TWO.includes(DIRECTORY_BODIES.end.decode(body).what);
}

/**
 * A promoted sequencer's term: new log keys, the root's signature, and what becomes of all that registrars had decided and no
 * log has. Source: docs/decisions/0038-a-promoted-sequencer-leads-by-a-new-term-and-hears-first.md.
 */
import type { CryptoProvider } from '#core/crypto.ts';
import { foldEntries } from '#model/directory.ts';
import { type EntryPlan, makeEntry } from '#model/directory-entries.ts';
import type { LogSigner } from '#model/directory-log.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import type { Structure } from '#wire/codec.ts';
import { DIRECTORY_BODIES, directoryEntry, entryStatement } from '#wire/directory.ts';

/** Log keys that the machine which was lost never had. */
export async function newLogKeys({ signatures }: CryptoProvider): Promise<LogSigner> {
  const make = async (algorithm: 'ed25519' | 'ml-dsa-44') => signatures.signingKey(algorithm, await signatures.generateSecret(algorithm));
  return { ed25519: await make('ed25519'), mldsa44: await make('ml-dsa-44') };
}

/** What the holders of the root sign. @param held how much of the log the station has */
export async function signTerm(organisation: PracticeOrganisation, station: string, { ed25519, mldsa44 }: LogSigner, held: number): Promise<Uint8Array> {
  const { provider, authority, founded, random, now, entries } = organisation;
  const { point, sequencer } = (await foldEntries(provider, null, entries.slice(0, held), { authority }))!;
  const logKeys = { ed25519: ed25519.publicKey, mldsa44: mldsa44.publicKey };
  return makeEntry(provider, [founded.root.signer], 'term', { number: sequencer.term + 1, station, logKeys }, { organisation: founded.organisation, created: now, after: point, random });
}

/** The log goes on from there; what was decided and is not in it is signed anew, for each entry names the log that its signer had seen. */
export async function goOnFrom(organisation: PracticeOrganisation, log: readonly Uint8Array[]): Promise<void> {
  const { provider, authority, entries } = organisation;
  const left = entries.slice(log.length - 1).map(planIn);
  entries.splice(0, entries.length, ...log);
  organisation.state = (await foldEntries(provider, null, log, { authority }))!;
  for (const plan of left) await organisation.add([plan]);
}

function planIn(bytes: Uint8Array): EntryPlan {
  const { kind, body, created } = entryStatement.decode(directoryEntry.decode(bytes).statement);
  return { kind, body: (DIRECTORY_BODIES[kind] as Structure<unknown>).decode(body), created } as EntryPlan;
}

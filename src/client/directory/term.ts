/** A term of the directory, signed by the holders of the root on a machine of their own. Source: docs/protocol/directory.md §Terms. */
import { equal } from '#core/bytes.ts';
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { openTwinKeys, twinSigner } from '#model/certificate-maker.ts';
import { makeEntry } from '#model/directory-entries.ts';
import { termRequest, type TermRequest } from '#wire/term.ts';
import { parseCertificate } from '#x509/certificate.ts';
import type { OpenKeyring } from '../keyring/keyring.ts';
import { fingerprintOf, isFingerprint } from '#model/proofs.ts';

export function termFingerprint(crypto: CryptoProvider, request: TermRequest): string {
  return fingerprintOf(crypto, termRequest.encode(request));
}

/** The entry as the log will hold it. @throws Refusal `fingerprint-differs`, `key-missing`, `certificate-invalid` where the root is another organisation's */
export async function signTerm(
  { crypto, random, now }: { readonly crypto: CryptoProvider; readonly random: RandomSource; readonly now: Instant },
  ring: OpenKeyring, request: TermRequest, typed: string,
): Promise<Uint8Array> {
  if (!isFingerprint(termFingerprint(crypto, request), typed)) throw new Refusal('fingerprint-differs');
  const { organisation, station, number, logKeys, after, root } = request;
  const secret = ring.contents.root;
  if (secret === undefined) throw new Refusal('key-missing');
  const keys = await openTwinKeys(crypto, secret);
  const isTheirs = equal(organisation, ring.contents.organisation)
    && equal(keys.p256.publicKey, parseCertificate(root.p256).publicKey.raw) && equal(keys.mldsa.publicKey, parseCertificate(root.mldsa).publicKey.raw);
  if (!isTheirs) throw new Refusal('certificate-invalid', { reason: 'no-certificate-for-key', identity: 'root' });
  return makeEntry(crypto, [twinSigner(crypto, keys, root)], 'term', { number, station, logKeys }, { organisation, created: now, after, random });
}

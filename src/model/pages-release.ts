/** Signs the pages of a release, reads what was signed, and compares. Source: docs/protocol/pages.md. */
import { equal, hex } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { type PagesManifest, pagesManifest, type ReleaseKey, signedPages } from '#wire/pages-manifest.ts';
import { signOne, type TwinVerifier, verifySignature } from '#wire/sign.ts';
import type { TwinKeys } from './certificate-maker.ts';

/** SHA-256 by path. */
export type PageDigests = ReadonlyMap<string, Uint8Array>;

export interface PageDifference {
  readonly path: string;
  readonly what: 'changed' | 'missing' | 'added';
}

/** @returns an encoded SignedPages */
export async function signPages(crypto: CryptoProvider, keys: TwinKeys, program: string, digests: PageDigests, random: RandomSource): Promise<Uint8Array> {
  const files = [...digests].map(([path, digest]) => ({ path, digest })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const manifest = pagesManifest.encode({ version: 1, program, files });
  const verifier = verifierOf(crypto, { p256: keys.p256.publicKey, mldsa: keys.mldsa.publicKey });
  const signer = { ...verifier, p256: keys.p256, mldsa: keys.mldsa };
  return signedPages.encode({ manifest, signature: await signOne(crypto, signer, 'release', manifest, random) });
}

/** @throws Refusal `pages-unsigned` for what is no manifest, or one that this key did not sign */
export async function readSignedPages(crypto: CryptoProvider, key: ReleaseKey, bytes: Uint8Array): Promise<PagesManifest> {
  try {
    const { manifest, signature } = signedPages.decode(bytes);
    if (await verifySignature(crypto, verifierOf(crypto, key), 'release', manifest, signature)) return pagesManifest.decode(manifest);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  throw new Refusal('pages-unsigned');
}

export function digestsIn({ files }: PagesManifest): PageDigests {
  return new Map(files.map(({ path, digest }) => [path, digest]));
}

/** What is other than it should be, in the order of paths; empty where nothing is. */
export function differencesOf(expected: PageDigests, found: PageDigests): PageDifference[] {
  const paths = [...new Set([...expected.keys(), ...found.keys()])].toSorted();
  return paths.flatMap((path): PageDifference[] => {
    const [should, is] = [expected.get(path), found.get(path)];
    if (should === undefined) return [{ path, what: 'added' }];
    if (is === undefined) return [{ path, what: 'missing' }];
    return equal(should, is) ? [] : [{ path, what: 'changed' }];
  });
}

/** How a release's key is read out: it is compared where it is first taken. */
export function releaseKeyId({ hash }: Pick<CryptoProvider, 'hash'>, { p256, mldsa }: ReleaseKey): string {
  return hex(hash.sha256(Uint8Array.of(...p256, ...mldsa)).subarray(0, 16)).replaceAll(/.{4}(?=.)/g, '$& ');
}

function verifierOf({ hash }: Pick<CryptoProvider, 'hash'>, { p256, mldsa }: ReleaseKey): TwinVerifier {
  return { p256, mldsa, p256Certificate: hash.sha256(p256), mldsaCertificate: hash.sha256(mldsa) };
}

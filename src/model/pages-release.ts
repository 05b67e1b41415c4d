/** Signs the pages of a release, reads what was signed, and compares. Source: docs/protocol/pages.md. */
import { equal, hex } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { type PagesManifest, pagesManifest, type PagesPolicy, type ReleaseKey, signedPages } from '#wire/pages-manifest.ts';
import { signOne, type TwinVerifier, verifySignature } from '#wire/sign.ts';
import type { TwinKeys } from './certificate-maker.ts';

/** SHA-256 by path. */
export type PageDigests = ReadonlyMap<string, Uint8Array>;

export interface PageDifference {
  readonly path: string;
  readonly what: 'changed' | 'missing' | 'added';
}

/** What a browser is told of a file otherwise than it should be. */
export interface PolicyDifference {
  readonly path: string;
  readonly what: 'policy';
  /** Name of the header that is missing, changed or too many. */
  readonly header: string;
}

/** Headers that say how bytes come over and protect nothing; whatever else no policy names may take a browser elsewhere. */
const CARRIAGE: ReadonlySet<string> = new Set([
  'cache-control', 'connection', 'content-encoding', 'content-length', 'content-type', 'date', 'etag', 'keep-alive', 'last-modified',
  'strict-transport-security', 'transfer-encoding', 'vary',
]);

/** @returns an encoded SignedPages */
export async function signPages(
  crypto: CryptoProvider, keys: TwinKeys, { program, digests, policies }: { program: string; digests: PageDigests; policies: PagesPolicy[] }, random: RandomSource,
): Promise<Uint8Array> {
  const files = [...digests].map(([path, digest]) => ({ path, digest })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const manifest = pagesManifest.encode({ version: 1, program, files, policies });
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

/** How what a server said of a file differs from its policy, in the order of names. */
export function policyDifferences(policies: readonly PagesPolicy[], path: string, said: Readonly<Record<string, string>>): PolicyDifference[] {
  const policy = policies.find(({ paths }) => paths.includes(path)) ?? policies[0]!;
  const should = new Map(policy.headers.map(({ name, value }) => [name, value]));
  const names = [...new Set([...should.keys(), ...Object.keys(said).filter((name) => !CARRIAGE.has(name))])].toSorted();
  return names.filter((name) => should.get(name) !== said[name]).map((header) => ({ path, what: 'policy', header }));
}

/** How a release's key is read out: it is compared where it is first taken. */
export function releaseKeyId({ hash }: Pick<CryptoProvider, 'hash'>, { p256, mldsa }: ReleaseKey): string {
  return hex(hash.sha256(Uint8Array.of(...p256, ...mldsa)).subarray(0, 16)).replaceAll(/.{4}(?=.)/g, '$& ');
}

function verifierOf({ hash }: Pick<CryptoProvider, 'hash'>, { p256, mldsa }: ReleaseKey): TwinVerifier {
  return { p256, mldsa, p256Certificate: hash.sha256(p256), mldsaCertificate: hash.sha256(mldsa) };
}

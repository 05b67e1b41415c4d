/**
 * Makes and checks twin signatures over one item or a whole batch. Source: docs/protocol/suite.md §Signatures.
 */

import { concat, equal, hex, uint32be, utf8 } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider, SigningKey } from '#core/crypto.ts';
import { inclusionProofs, root as treeRoot, rootFromInclusion } from '#core/merkle.ts';
import { assert } from '#core/refusals.ts';
import type { Purpose, Signature } from '#wire/signature.ts';

const LABEL = utf8('tram/v1/signature\0');

/** Both keys of one identity, with the digests of the certificates that speak for them. */
export interface TwinSigner {
  readonly p256: SigningKey;
  readonly mldsa: SigningKey;
  readonly p256Certificate: Uint8Array;
  readonly mldsaCertificate: Uint8Array;
}

/** What a verifier knows of a signer: raw public keys and certificate digests, from the directory. */
export interface TwinVerifier {
  readonly p256: Uint8Array;
  readonly mldsa: Uint8Array;
  readonly p256Certificate: Uint8Array;
  readonly mldsaCertificate: Uint8Array;
}

/**
 * Signs 1 to 65,536 items of one purpose with one pair of signatures. The items are what one identity decided together:
 * the caller has each of them approved by that person.
 */
export async function signBatch(
  provider: CryptoProvider, signer: TwinSigner, purpose: Purpose, items: readonly Uint8Array[], random: RandomSource,
): Promise<Signature[]> {
  assert(items.length >= 1 && items.length <= 65_536, 'a batch has 1 to 65,536 items');
  const nonces = items.map(() => random.bytes(32));
  const leaves = items.map((item, i) => leafOf(provider, purpose, nonces[i]!, item));
  const message = toBeSigned(purpose, signer, leaves.length, treeRoot(provider.hash, leaves));
  const [p256, mldsa] = await Promise.all([signer.p256.sign(message), signer.mldsa.sign(message)]);
  const paths = inclusionProofs(provider.hash, leaves);
  return leaves.map((_, leafIndex) => ({
    p256Certificate: signer.p256Certificate,
    mldsaCertificate: signer.mldsaCertificate,
    nonce: nonces[leafIndex]!,
    treeSize: leaves.length,
    leafIndex,
    path: paths[leafIndex]!,
    p256,
    mldsa,
  }));
}

/** Signs one item. */
export async function signOne(
  provider: CryptoProvider, signer: TwinSigner, purpose: Purpose, item: Uint8Array, random: RandomSource,
): Promise<Signature> {
  const [only] = await signBatch(provider, signer, purpose, [item], random);
  return only!;
}

/** Remembers which tree roots were verified, so that a batch costs two verifications and not two per item. */
export class VerifiedRoots {
  readonly #most: number;
  readonly #roots = new Set<string>();
  /** Being verified just now: the items of a batch are often asked about at once. */
  readonly #running = new Map<string, Promise<boolean>>();

  /** @param most how many are remembered, the newest */
  constructor(most = 4_096) {
    this.#most = most;
  }

  has(key: string): boolean {
    return this.#roots.has(key);
  }

  add(key: string): void {
    if (this.#roots.size >= this.#most) this.#roots.delete(this.#roots.values().next().value!);
    this.#roots.add(key);
  }

  /** True where this was verified before, or is by `verify`, which runs once for all who ask meanwhile. */
  async once(key: string, verify: () => Promise<boolean>): Promise<boolean> {
    if (this.has(key)) return true;
    const running = this.#running.get(key) ?? verify().finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    const isRight = await running;
    if (isRight && !this.has(key)) this.add(key);
    return isRight;
  }
}

/**
 * True only where both signatures verify over this item, for this purpose, under exactly these certificates.
 * @param verified optional memory of roots already verified for this provider
 */
export async function verifySignature(
  provider: CryptoProvider, verifier: TwinVerifier, purpose: Purpose, item: Uint8Array, signature: Signature, verified?: VerifiedRoots,
): Promise<boolean> {
  if (!equal(signature.p256Certificate, verifier.p256Certificate)) return false;
  if (!equal(signature.mldsaCertificate, verifier.mldsaCertificate)) return false;
  const leaf = leafOf(provider, purpose, signature.nonce, item);
  const { leafIndex, treeSize, path } = signature;
  const root = rootFromInclusion(provider.hash, leafIndex, treeSize, leaf, path);
  if (root === null) return false;
  const message = toBeSigned(purpose, verifier, treeSize, root);
  const memory = hex(provider.hash.sha256(concat(message, verifier.p256, verifier.mldsa, signature.p256, signature.mldsa)));
  const verify = (): Promise<boolean> => verifyBoth(provider, verifier, message, signature);
  return verified === undefined ? verify() : verified.once(memory, verify);
}

async function verifyBoth(
  { signatures }: CryptoProvider, verifier: TwinVerifier, message: Uint8Array, signature: Signature,
): Promise<boolean> {
  const [p256, mldsa] = await Promise.all([
    signatures.verify('ecdsa-p256', verifier.p256, message, signature.p256),
    signatures.verify('ml-dsa-65', verifier.mldsa, message, signature.mldsa),
  ]);
  return p256 && mldsa;
}

function leafOf(provider: CryptoProvider, purpose: Purpose, nonce: Uint8Array, item: Uint8Array): Uint8Array {
  return provider.hash.sha256(concat(Uint8Array.of(0), contextOf(purpose), nonce, item));
}

function contextOf(purpose: Purpose): Uint8Array {
  const name = utf8(purpose);
  return concat(Uint8Array.of(name.length), name);
}

type Certificates = Pick<TwinVerifier, 'p256Certificate' | 'mldsaCertificate'>;

function toBeSigned(purpose: Purpose, by: Certificates, size: number, root: Uint8Array): Uint8Array {
  return concat(LABEL, contextOf(purpose), by.p256Certificate, by.mldsaCertificate, uint32be(size), root);
}

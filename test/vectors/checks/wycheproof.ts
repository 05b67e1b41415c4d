/**
 * C2SP Wycheproof's adversarial vectors: hashing, AES-GCM, signatures, X25519 and ML-KEM.
 * Cases outside our profile (contexts, other key sizes, externally hashed messages) are left out
 * or must be refused, as each function says.
 */
import { concat } from '#core/bytes.ts';
import type { CryptoProvider, SignatureAlgorithm } from '#core/crypto.ts';
import { hkdf } from '#core/hkdf.ts';
import type { MlKem768, X25519 } from '#core/x-wing.ts';
import { bytesOf, judge, type Outcome } from './outcome.ts';

/** A file of vectors, with the fields of all the kinds that are read here. */
export interface WycheproofFile {
  readonly testGroups: readonly WycheproofGroup[];
}

interface WycheproofGroup {
  readonly type?: string;
  readonly keySize?: number;
  readonly ivSize?: number;
  readonly tagSize?: number;
  readonly publicKey?: string | { readonly pk?: string; readonly uncompressed?: string };
  readonly privateSeed?: string;
  readonly tests: readonly WycheproofTest[];
}

interface WycheproofTest {
  readonly tcId: number;
  readonly result: string;
  readonly flags?: readonly string[];
  readonly size?: number;
}

type Fields = Readonly<Record<string, string>>;

interface Case {
  readonly id: number;
  readonly group: WycheproofGroup;
  readonly test: WycheproofTest;
  readonly isValid: boolean;
  /** Bytes of a field, none where it is absent. */
  readonly bytes: (field: string) => Uint8Array;
  readonly has: (field: string) => boolean;
}

const ML_KEM_ENCAPSULATION_BYTES = 1088;
const ML_KEM_SEED_BYTES = 64;
const SIGNING_SEED_BYTES = 32;

export function checkAesGcm(provider: CryptoProvider, file: WycheproofFile): Promise<Outcome> {
  const ours = ({ keySize, ivSize, tagSize }: WycheproofGroup): boolean =>
    keySize === 256 && ivSize === 96 && tagSize === 128;
  return judge(casesOf(file, ours), nameOf, async ({ bytes, isValid }) => {
    const { aead } = provider;
    const [key, nonce, associated] = [bytes('key'), bytes('iv'), bytes('aad')];
    const ciphertext = concat(bytes('ct'), bytes('tag'));
    const opened = await aead.open(key, nonce, associated, ciphertext);
    if (!isValid) return opened === null;
    const sealed = await aead.seal(key, nonce, associated, bytes('msg'));
    return opened !== null && same(opened, bytes('msg')) && same(sealed, ciphertext);
  });
}

export function checkHkdfSha256({ hash }: CryptoProvider, file: WycheproofFile): Promise<Outcome> {
  return judge(casesOf(file), nameOf, ({ bytes, isValid, test }) => {
    const derive = (): Uint8Array =>
      hkdf(hash, bytes('ikm'), bytes('salt'), bytes('info'), test.size ?? 0);
    return isValid ? same(derive(), bytes('okm')) : throws(derive);
  });
}

/** A truncated tag is compared with the beginning of ours. */
export function checkHmacSha256({ hash }: CryptoProvider, file: WycheproofFile): Promise<Outcome> {
  return judge(casesOf(file), nameOf, ({ bytes, isValid }) => {
    const tag = bytes('tag');
    const computed = hash.hmacSha256(bytes('key'), bytes('msg')).slice(0, tag.length);
    return same(computed, tag) === isValid;
  });
}

/** A signature over a context string is refused: ours have none. */
export function checkVerify(
  { signatures }: CryptoProvider,
  algorithm: SignatureAlgorithm,
  file: WycheproofFile,
): Promise<Outcome> {
  return judge(casesOf(file), nameOf, async ({ group, bytes, isValid }) => {
    const publicKey = rawPublicKey(group);
    const verified = await signatures.verify(algorithm, publicKey, bytes('msg'), bytes('sig'));
    return verified === (isValid && bytes('ctx').length === 0);
  });
}

/** Keys from seeds, and that each published signature and one of our own verify under them. */
export function checkSignSeed(
  { signatures }: CryptoProvider,
  algorithm: SignatureAlgorithm,
  file: WycheproofFile,
): Promise<Outcome> {
  const cases = casesOf(file).filter((one) => one.has('msg') && one.bytes('ctx').length === 0);
  return judge(cases, nameOf, async ({ group, bytes, isValid }) => {
    const seed = bytesOf(group.privateSeed ?? '');
    if (seed.length !== SIGNING_SEED_BYTES) {
      return !isValid && (await rejects(signatures.signingKey(algorithm, seed)));
    }
    const key = await signatures.signingKey(algorithm, seed);
    const [message, publicKey] = [bytes('msg'), rawPublicKey(group)];
    const published = await signatures.verify(algorithm, publicKey, message, bytes('sig'));
    const own = await key.sign(message);
    const ownVerifies = await signatures.verify(algorithm, publicKey, message, own);
    return published === isValid && ownVerifies && same(key.publicKey, publicKey);
  });
}

/** A shared secret of zeros must be refused; every other public key is used as RFC 7748 says. */
export function checkX25519(x25519: X25519, file: WycheproofFile): Promise<Outcome> {
  return judge(casesOf(file), nameOf, async ({ bytes, test }) => {
    const secret = await x25519.secret(bytes('private'));
    const shared = await secret.agree(bytes('public'));
    if (test.flags?.includes('ZeroSharedSecret')) return shared === null;
    return shared !== null && same(shared, bytes('shared'));
  });
}

/** Keys from seeds: the public key. */
export function checkMlKemKeys(mlKem: MlKem768, file: WycheproofFile): Promise<Outcome> {
  return judge(casesOf(file), nameOf, async ({ bytes }) => {
    const secret = await mlKem.secret(bytes('seed'));
    return same(secret.publicKey, bytes('ek'));
  });
}

/** Decapsulation with seeds; wrong lengths never come this far (x-wing.ts checks them). */
export function checkMlKemDecapsulation(mlKem: MlKem768, file: WycheproofFile): Promise<Outcome> {
  const cases = casesOf(file).filter(
    ({ bytes }) =>
      bytes('seed').length === ML_KEM_SEED_BYTES &&
      bytes('c').length === ML_KEM_ENCAPSULATION_BYTES,
  );
  return judge(cases, nameOf, async ({ bytes, isValid }) => {
    const secret = await mlKem.secret(bytes('seed'));
    return same(await secret.decapsulate(bytes('c')), bytes('K')) === isValid;
  });
}

/** Which public keys are used and which refused; the chosen randomness is not ours to set. */
export function checkMlKemPublicKeys(mlKem: MlKem768, file: WycheproofFile): Promise<Outcome> {
  return judge(casesOf(file), nameOf, async ({ bytes, isValid }) => {
    const encapsulated = await mlKem.encapsulate(bytes('ek'));
    return (encapsulated !== null) === isValid;
  });
}

function casesOf(
  file: WycheproofFile,
  isOurs: (group: WycheproofGroup) => boolean = () => true,
): Case[] {
  return file.testGroups
    .filter(isOurs)
    .flatMap((group) => group.tests.map((test) => caseOf(group, test)));
}

function caseOf(group: WycheproofGroup, test: WycheproofTest): Case {
  const fields = test as unknown as Fields;
  return {
    id: test.tcId,
    group,
    test,
    isValid: test.result === 'valid',
    bytes: (field) => bytesOf(fields[field] ?? ''),
    has: (field) => fields[field] !== undefined,
  };
}

function rawPublicKey({ publicKey }: WycheproofGroup): Uint8Array {
  const text = typeof publicKey === 'string' ? publicKey : (publicKey?.pk ?? publicKey?.uncompressed);
  return bytesOf(text ?? '');
}

function nameOf({ id, test }: Case): string {
  return `case ${id} (${test.result}: ${test.flags?.join(', ') ?? ''})`;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

function throws(attempt: () => unknown): boolean {
  try {
    attempt();
    return false;
  } catch {
    return true;
  }
}

function rejects(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => false,
    () => true,
  );
}

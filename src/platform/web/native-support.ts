/**
 * Which algorithms this browser has itself. Asked by doing, not by name: a browser may know a name
 * and an earlier draft of what it stands for. What fails is done by noble instead.
 */
import { equal, fromHex } from '#core/bytes.ts';
import { modernSubtle } from './subtle.ts';

export interface NativeSupport {
  readonly x25519: boolean;
  readonly ed25519: boolean;
  readonly mlKem768: boolean;
  readonly mlDsa44: boolean;
  readonly mlDsa65: boolean;
}

/** As in the oldest browsers we serve; tests force it to check what takes the algorithms' place. */
export const NO_NATIVE_SUPPORT: NativeSupport = {
  x25519: false,
  ed25519: false,
  mlKem768: false,
  mlDsa44: false,
  mlDsa65: false,
};

/** SHA-256 of the public keys of all-zero seeds, from OpenSSL 3.5 and noble alike (FIPS 203, 204). */
const ZERO_SEED_PUBLIC = {
  'ML-KEM-768': 'f95c185fe5b2335d2fc938dd889c6425944acd74376b6952bf1130f720f6ba99',
  'ML-DSA-44': 'eb4e7302842153b0fa19e8620739ad258af4929c26dd89079a7ec7d4282208e1',
  'ML-DSA-65': '085ba380ff386dd52e42349c6eb88489d6058ea541a4e3fb0dce9a3fd1f7a911',
} as const;

/** Tries every algorithm once; a few milliseconds. */
export async function detectNativeSupport(): Promise<NativeSupport> {
  const [x25519, ed25519, mlKem768, mlDsa44, mlDsa65] = await Promise.all([
    works(tryX25519),
    works(tryEd25519),
    works(() => tryLattice('ML-KEM-768', 64, 'decapsulateBits', 'encapsulateBits')),
    works(() => tryLattice('ML-DSA-44', 32, 'sign', 'verify')),
    works(() => tryLattice('ML-DSA-65', 32, 'sign', 'verify')),
  ]);
  return { x25519, ed25519, mlKem768, mlDsa44, mlDsa65 };
}

async function works(attempt: () => Promise<boolean>): Promise<boolean> {
  try {
    return await attempt();
  } catch {
    return false;
  }
}

async function tryX25519(): Promise<boolean> {
  const pair = await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
  if (!('privateKey' in pair)) return false;
  const algorithm = { name: 'X25519', public: pair.publicKey };
  const bits = await crypto.subtle.deriveBits(algorithm, pair.privateKey, 256);
  return bits.byteLength === 32;
}

async function tryEd25519(): Promise<boolean> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
  if (!('privateKey' in pair)) return false;
  const message = new Uint8Array(1);
  const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, message);
  return crypto.subtle.verify('Ed25519', pair.publicKey, signature, message);
}

/** Derives the public key of an all-zero seed, by the same calls that real keys will take. */
async function tryLattice(
  name: keyof typeof ZERO_SEED_PUBLIC,
  seedBytes: number,
  secretUsage: string,
  publicUsage: string,
): Promise<boolean> {
  const subtle = modernSubtle();
  const seed = new Uint8Array(seedBytes);
  const secret = await subtle.importKey('raw-seed', seed, name, false, [secretUsage]);
  const publicKey = await subtle.getPublicKey(secret, [publicUsage]);
  const raw = await subtle.exportKey('raw-public', publicKey);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
  const expected = fromHex(ZERO_SEED_PUBLIC[name]);
  if (expected === null || !equal(digest, expected)) return false;
  return publicUsage === 'verify' ? trySigning(name, secret, publicKey) : tryKem(secret, publicKey);
}

async function trySigning(name: string, secret: CryptoKey, publicKey: CryptoKey): Promise<boolean> {
  const message = new Uint8Array(1);
  const signature = await crypto.subtle.sign(name, secret, message);
  return crypto.subtle.verify(name, publicKey, signature, message);
}

async function tryKem(secret: CryptoKey, publicKey: CryptoKey): Promise<boolean> {
  const subtle = modernSubtle();
  const { sharedKey, ciphertext } = await subtle.encapsulateBits('ML-KEM-768', publicKey);
  const sealed = new Uint8Array(ciphertext);
  const opened = await subtle.decapsulateBits('ML-KEM-768', secret, sealed);
  return equal(new Uint8Array(sharedKey), new Uint8Array(opened));
}

/** HPKE and what it stands on, against RFC 5869, RFC 9180, draft-ietf-hpke-pq and X-Wing's draft. */
import { concat, utf8 } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { hkdfExpand, hkdfExtract } from '#core/hkdf.ts';
import { keySchedule, labeledExpand, labeledExtract, openWith, sealTo } from '#core/hpke.ts';
import type { X25519 } from '#core/x-wing.ts';
import { bytesOf, isHex, judge, type Outcome } from './outcome.ts';

export interface HkdfVector {
  readonly secret: string;
  readonly salt: string;
  readonly info: string;
  readonly pseudorandomKey: string;
  readonly expanded: string;
}

/** One message, sequence number 0, all in hexadecimal. */
export interface HpkeVector {
  readonly kemId: number;
  readonly aeadId: number;
  readonly info: string;
  readonly secret: string;
  readonly publicKey: string;
  readonly encapsulation: string;
  readonly sharedSecret: string;
  readonly key: string;
  readonly baseNonce: string;
  readonly associated: string;
  readonly plaintext: string;
  readonly ciphertext: string;
}

export interface XWingVector {
  readonly secret: string;
  readonly publicKey: string;
  readonly encapsulation: string;
  readonly sharedSecret: string;
}

const DHKEM_X25519 = 0x0020;
const X_WING = 0x647a;
const AES_256_GCM = 0x0002;
const AES_128_GCM = 0x0001;
const NOTHING = new Uint8Array(0);

export function checkHkdf(
  { hash }: CryptoProvider,
  vectors: readonly HkdfVector[],
): Promise<Outcome> {
  return judge(vectors, (one) => one.expanded, (one) => {
    const key = hkdfExtract(hash, bytesOf(one.salt), bytesOf(one.secret));
    const expanded = hkdfExpand(hash, key, bytesOf(one.info), one.expanded.length / 2);
    return isHex(key, one.pseudorandomKey) && isHex(expanded, one.expanded);
  });
}

export function checkXWing(
  { kem }: CryptoProvider,
  vectors: readonly XWingVector[],
): Promise<Outcome> {
  return judge(vectors, (one) => one.secret, async (one) => {
    const secret = bytesOf(one.secret);
    const encapsulation = bytesOf(one.encapsulation);
    const short = await kem.decapsulate(secret, encapsulation.slice(1));
    return (
      isHex(await kem.publicKey(secret), one.publicKey) &&
      isHex(await kem.decapsulate(secret, encapsulation), one.sharedSecret) &&
      short === null
    );
  });
}

/** The key schedule for every AEAD and KEM that is published with HKDF-SHA256. */
export function checkKeySchedule(
  { hash }: CryptoProvider,
  vectors: readonly HpkeVector[],
): Promise<Outcome> {
  return judge(vectors, nameOf, (one) => {
    const keyBytes = one.aeadId === AES_128_GCM ? 16 : 32;
    const aead = { id: one.aeadId, keyBytes, nonceBytes: 12 };
    const keys = keySchedule(hash, one.kemId, aead, bytesOf(one.sharedSecret), bytesOf(one.info));
    return isHex(keys.key, one.key) && isHex(keys.baseNonce, one.baseNonce);
  });
}

/** Decapsulation of the KEMs that we have, down to the published shared secret. */
export function checkSharedSecret(
  provider: CryptoProvider,
  x25519: X25519,
  vectors: readonly HpkeVector[],
): Promise<Outcome> {
  const ours = vectors.filter(({ kemId }) => kemId === X_WING || kemId === DHKEM_X25519);
  return judge(ours, nameOf, async (one) => {
    const kem = kemOf(provider, x25519, one);
    const shared = await kem.decapsulate(bytesOf(one.secret), bytesOf(one.encapsulation));
    return isHex(shared, one.sharedSecret);
  });
}

/** The whole of sealTo and openWith, for AES-256-GCM, with the published encapsulation. */
export function checkSingleShot(
  provider: CryptoProvider,
  x25519: X25519,
  vectors: readonly HpkeVector[],
): Promise<Outcome> {
  const ours = vectors.filter(({ aeadId }) => aeadId === AES_256_GCM);
  return judge(ours, nameOf, async (one) => {
    const using = { hash: provider.hash, aead: provider.aead, kem: kemOf(provider, x25519, one) };
    const [info, associated] = [bytesOf(one.info), bytesOf(one.associated)];
    const plaintext = bytesOf(one.plaintext);
    const sealed = await sealTo(using, bytesOf(one.publicKey), info, associated, plaintext);
    const open = (ciphertext: Uint8Array, bound: Uint8Array): Promise<Uint8Array | null> =>
      openWith(using, bytesOf(one.secret), bytesOf(one.encapsulation), info, bound, ciphertext);
    return (
      isHex(sealed.ciphertext, one.ciphertext) &&
      isHex(await open(bytesOf(one.ciphertext), associated), one.plaintext) &&
      (await open(bytesOf(one.ciphertext), NOTHING)) === null &&
      (await open(bytesOf(one.ciphertext).slice(1), associated)) === null
    );
  });
}

type TestKem = Pick<CryptoProvider['kem'], 'id' | 'encapsulate' | 'decapsulate'>;

/** A KEM whose encapsulation is the published one; it decapsulates for itself where it can. */
function kemOf(provider: CryptoProvider, x25519: X25519, one: HpkeVector): TestKem {
  const sharedSecret = bytesOf(one.sharedSecret);
  const decapsulate = (secret: Uint8Array, encapsulation: Uint8Array): Promise<Uint8Array | null> => {
    if (one.kemId === X_WING) return provider.kem.decapsulate(secret, encapsulation);
    if (one.kemId !== DHKEM_X25519) return Promise.resolve(sharedSecret);
    return dhkemDecapsulate(provider, x25519, secret, encapsulation);
  };
  const encapsulation = bytesOf(one.encapsulation);
  return { id: one.kemId, encapsulate: async () => ({ sharedSecret, encapsulation }), decapsulate };
}

/** DHKEM(X25519, HKDF-SHA256).Decap (RFC 9180 §4.1). */
async function dhkemDecapsulate(
  { hash }: CryptoProvider,
  x25519: X25519,
  secret: Uint8Array,
  encapsulation: Uint8Array,
): Promise<Uint8Array | null> {
  const key = await x25519.secret(secret);
  const shared = await key.agree(encapsulation);
  if (shared === null) return null;
  const suite = concat(utf8('KEM'), Uint8Array.of(0, DHKEM_X25519));
  const gathered = labeledExtract(hash, suite, NOTHING, 'eae_prk', shared);
  const context = concat(encapsulation, key.publicKey);
  return labeledExpand(hash, suite, gathered, 'shared_secret', context, 32);
}

function nameOf(one: HpkeVector): string {
  return `KEM ${one.kemId} AEAD ${one.aeadId} ${one.publicKey.slice(0, 16)}`;
}

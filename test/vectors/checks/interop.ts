/**
 * What one platform makes, another must open: a dossier of sealed and signed things, as JSON, that
 * any platform makes and any other checks.
 */
import { concat, hex, utf8 } from '#core/bytes.ts';
import type { CryptoProvider, SignatureAlgorithm } from '#core/crypto.ts';
import { openWith, sealTo } from '#core/hpke.ts';
import { openPart, type PartFacts, sealPart } from '#core/part.ts';
import { bytesOf, isHex, judge, type Outcome } from './outcome.ts';

const ALGORITHMS: readonly SignatureAlgorithm[] = [
  'ecdsa-p256',
  'ed25519',
  'ml-dsa-44',
  'ml-dsa-65',
];
const INFO = utf8('tram/test/interop');
const MESSAGE = utf8('Điện mật số 12/ĐM: lũ trên sông Mã, đề nghị chi viện.');
const HOW = { memoryKiB: 256, passes: 2, lanes: 1, salt: utf8('muối-16-byte-ở-đây') };
/** A part of three chunks, the last one short. */
const PART_BYTES = 2 * 65_536 + 1234;

/** Everything in hexadecimal. */
export interface Dossier {
  readonly kem: Record<'secret' | 'publicKey' | 'encapsulation' | 'ciphertext', string>;
  readonly signed: readonly Record<'algorithm' | 'secret' | 'publicKey' | 'signature', string>[];
  readonly part: Record<'key' | 'root' | 'plainDigest' | 'keyCommitment' | 'sealed', string> & {
    readonly leaves: readonly string[];
  };
  readonly stretched: string;
  readonly streamed: string;
}

/** Makes a dossier with fresh keys. */
export async function makeDossier(provider: CryptoProvider): Promise<Dossier> {
  return {
    kem: await makeSealed(provider),
    signed: await Promise.all(ALGORITHMS.map((algorithm) => makeSigned(provider, algorithm))),
    part: await makePart(provider),
    stretched: hex(await provider.stretch(MESSAGE, HOW)),
    streamed: hex(streamedTwice(provider)),
  };
}

/** Checks a dossier that any platform made. */
export async function checkDossier(provider: CryptoProvider, made: Dossier): Promise<Outcome> {
  const checks: readonly (readonly [string, () => Promise<boolean>])[] = [
    ['HPKE', () => opensSealed(provider, made.kem)],
    ...made.signed.map(
      (one) => [one.algorithm, () => verifies(provider, one)] as readonly [string, () => Promise<boolean>],
    ),
    ['part', () => opensPart(provider, made.part)],
    ['Argon2id', async () => isHex(await provider.stretch(MESSAGE, HOW), made.stretched)],
    ['SHA-256 of two streams at once', async () => isHex(streamedTwice(provider), made.streamed)],
  ];
  return judge(checks, ([name]) => name, ([, check]) => check());
}

async function makeSealed(provider: CryptoProvider): Promise<Dossier['kem']> {
  const secret = await provider.kem.generateSecret();
  const publicKey = await provider.kem.publicKey(secret);
  const sealed = await sealTo(provider, publicKey, INFO, publicKey, MESSAGE);
  return {
    secret: hex(secret),
    publicKey: hex(publicKey),
    encapsulation: hex(sealed.encapsulation),
    ciphertext: hex(sealed.ciphertext),
  };
}

async function opensSealed(provider: CryptoProvider, made: Dossier['kem']): Promise<boolean> {
  const [secret, publicKey] = [bytesOf(made.secret), bytesOf(made.publicKey)];
  const [encapsulation, ciphertext] = [bytesOf(made.encapsulation), bytesOf(made.ciphertext)];
  const opened = await openWith(provider, secret, encapsulation, INFO, publicKey, ciphertext);
  return isHex(opened, hex(MESSAGE)) && isHex(await provider.kem.publicKey(secret), made.publicKey);
}

type Signed = Dossier['signed'][number];

async function makeSigned(
  { signatures }: CryptoProvider,
  algorithm: SignatureAlgorithm,
): Promise<Signed> {
  const secret = await signatures.generateSecret(algorithm);
  const key = await signatures.signingKey(algorithm, secret);
  const signature = hex(await key.sign(MESSAGE));
  return { algorithm, secret: hex(secret), publicKey: hex(key.publicKey), signature };
}

async function verifies({ signatures }: CryptoProvider, made: Signed): Promise<boolean> {
  const algorithm = ALGORITHMS.find((one) => one === made.algorithm);
  if (algorithm === undefined) return false;
  const key = await signatures.signingKey(algorithm, bytesOf(made.secret));
  const verify = (message: Uint8Array): Promise<boolean> =>
    signatures.verify(algorithm, bytesOf(made.publicKey), message, bytesOf(made.signature));
  return isHex(key.publicKey, made.publicKey) && (await verify(MESSAGE)) && !(await verify(INFO));
}

async function makePart(provider: CryptoProvider): Promise<Dossier['part']> {
  const key = await provider.kem.generateSecret();
  const sealing = sealPart(provider, key, [plainPart()]);
  const [leaves, chunks]: [string[], Uint8Array[]] = [[], []];
  for (;;) {
    const { done, value } = await sealing.next();
    if (done === true) return { key: hex(key), leaves, sealed: hex(concat(...chunks)), ...texts(value) };
    leaves.push(hex(value.leaf));
    chunks.push(value.sealed);
  }
}

async function opensPart(provider: CryptoProvider, made: Dossier['part']): Promise<boolean> {
  const facts: PartFacts = {
    plainBytes: PART_BYTES,
    root: bytesOf(made.root),
    plainDigest: bytesOf(made.plainDigest),
    keyCommitment: bytesOf(made.keyCommitment),
  };
  const leaves = made.leaves.map(bytesOf);
  const source = [bytesOf(made.sealed)];
  const opening = openPart(provider, bytesOf(made.key), facts, leaves, source);
  const opened = concat(...(await Array.fromAsync(opening)));
  return isHex(provider.hash.sha256(opened), hex(provider.hash.sha256(plainPart())));
}

function texts(facts: PartFacts): Record<'root' | 'plainDigest' | 'keyCommitment', string> {
  const { root, plainDigest, keyCommitment } = facts;
  return { root: hex(root), plainDigest: hex(plainDigest), keyCommitment: hex(keyCommitment) };
}

function plainPart(): Uint8Array {
  return Uint8Array.from({ length: PART_BYTES }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
}

/** Two streams fed in turns, since a platform may keep one engine for all. */
function streamedTwice({ hash }: CryptoProvider): Uint8Array {
  const [one, other] = [hash.sha256Stream(), hash.sha256Stream()];
  for (const byte of MESSAGE) {
    one.update(Uint8Array.of(byte));
    other.update(Uint8Array.of(byte, 0));
  }
  return concat(one.digest(), other.digest());
}

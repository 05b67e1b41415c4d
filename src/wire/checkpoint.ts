/**
 * Checkpoints of a ledger, and what logs and witnesses sign about them.
 *
 * Source: C2SP tlog-checkpoint (the text), signed-note (type 0x01: Ed25519 over the text), tlog-cosignature (type 0x04:
 * Ed25519 over time and text; type 0x06: ML-DSA-44 over cosigner, time, origin, size and root, but no extension lines).
 * A log signs with 0x01 and 0x06 under its origin as name; a witness cosigns with 0x04 and 0x06 under its own.
 */
import { base64, concat, fromBase64, uint64be, utf8 } from '#core/bytes.ts';
import type { Signatures, SigningKey } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import type { Sha256 } from '#core/merkle.ts';
import { assert } from '#core/refusals.ts';
import {
  isKeyName,
  KEY_TYPE,
  type KeyType,
  type Note,
  type NoteSignature,
  signaturesOf,
  type VerifierKey,
  verifierKey,
  verifyTextSignature,
} from '#wire/note.ts';

export const CHECKPOINT_TEXT_BYTES_MAX = 16 * 1024;

export interface Checkpoint {
  /** The log's name: 1 to 255 bytes, without spaces or plus. */
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Opaque lines. We write none: an ML-DSA-44 cosignature does not cover them. */
  readonly extensions: readonly string[];
}

/** The text of a note. */
export function encodeCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  assert(isKeyName(origin), 'an origin has no spaces or plus');
  assert(Number.isSafeInteger(size) && size >= 0 && root.length === 32, 'a checkpoint has a size and a root');
  return [origin, String(size), base64(root), ...extensions].map((line) => `${line}\n`).join('');
}

/** @throws DecodeError */
export function decodeCheckpoint(text: string): Checkpoint {
  if (text.length > CHECKPOINT_TEXT_BYTES_MAX) throw new DecodeError('checkpoint', 0, 'text is too long');
  if (!text.endsWith('\n')) throw new DecodeError('checkpoint', text.length, 'the last line does not end');
  const [origin = '', decimal = '', encodedRoot = '', ...extensions] = text.slice(0, -1).split('\n');
  if (!isKeyName(origin)) throw new DecodeError('checkpoint.origin', 0, 'not an origin');
  const size = decodeDecimal(decimal);
  if (size === null) throw new DecodeError('checkpoint.size', origin.length + 1, 'not a size');
  const root = fromBase64(encodedRoot);
  if (root?.length !== 32) throw new DecodeError('checkpoint.root', 0, 'not base64 of 32 bytes');
  if (extensions.some((line) => line === '')) throw new DecodeError('checkpoint.extensions', 0, 'an empty line');
  return { origin, size, root, extensions };
}

/** A decimal number up to 2^53 − 1 as C2SP writes it, without leading zeroes; null for anything else. */
export function decodeDecimal(text: string): number | null {
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** What an Ed25519 cosignature signs: the text as a whole, as seen at a time in seconds since 1970. */
export function ed25519CosignedMessage(text: string, timeSeconds: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${timeSeconds}\n${text}`);
}

/**
 * What an ML-DSA-44 cosignature signs.
 * @param timeSeconds 0 where the cosigner does not say that this is the largest tree it has seen
 */
export function mlDsa44CosignedMessage(cosigner: string, checkpoint: Checkpoint, timeSeconds: number): Uint8Array {
  return concat(
    utf8('subtree/v1\n\0'),
    withLengthByte(cosigner),
    uint64be(timeSeconds),
    withLengthByte(checkpoint.origin),
    uint64be(0),
    uint64be(checkpoint.size),
    checkpoint.root,
  );
}

function withLengthByte(text: string): Uint8Array {
  const bytes = utf8(text);
  assert(bytes.length >= 1 && bytes.length <= 255, 'a name has 1 to 255 bytes');
  return concat(Uint8Array.of(bytes.length), bytes);
}

/** A key that signs notes, with the name it goes by. */
export interface NoteSigner {
  readonly name: string;
  readonly type: KeyType;
  readonly key: SigningKey;
}

const ALGORITHM = { 0x01: 'ed25519', 0x04: 'ed25519', 0x06: 'ml-dsa-44' } as const;
const TIME_BYTES = 8;

/** The public side of a signer. */
export function verifierKeyOf(hash: Sha256, { name, type, key }: NoteSigner): VerifierKey {
  assert(key.algorithm === ALGORITHM[type], 'a signer has a key of its type');
  return verifierKey(hash, name, type, key.publicKey);
}

/** One signature line over a checkpoint. Type 0x01 carries no time. */
export async function signCheckpoint(
  hash: Sha256,
  signer: NoteSigner,
  checkpoint: Checkpoint,
  timeSeconds: number,
): Promise<NoteSignature> {
  const { name, keyId } = verifierKeyOf(hash, signer);
  const message = signedMessage(signer.type, name, checkpoint, timeSeconds);
  const raw = await signer.key.sign(message);
  const signature = signer.type === KEY_TYPE.ed25519 ? raw : concat(uint64be(timeSeconds), raw);
  return { name, keyId, signature };
}

/** What a verified signature says. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** Seconds since 1970; null where the signature carries no time. */
  readonly timeSeconds: number | null;
}

/**
 * Checks a note's signatures by the keys given; lines of unknown keys are passed over, as C2SP demands.
 * @returns one entry for each key that signed; null where a known key's signature is wrong: then nothing of it counts
 */
export async function verifyCheckpointNote(
  signatures: Signatures,
  note: Note,
  keys: readonly VerifierKey[],
): Promise<VerifiedSignature[] | null> {
  const checkpoint = decodeCheckpoint(note.text);
  const verified: VerifiedSignature[] = [];
  for (const key of keys) {
    const lines = signaturesOf(note, key);
    for (const { signature } of lines) {
      const one = await verifyOne(signatures, key, checkpoint, note.text, signature);
      if (one === null) return null;
      if (!verified.some((other) => other.key === key)) verified.push(one);
    }
  }
  return verified;
}

async function verifyOne(
  signatures: Signatures,
  key: VerifierKey,
  checkpoint: Checkpoint,
  text: string,
  signature: Uint8Array,
): Promise<VerifiedSignature | null> {
  if (key.type === KEY_TYPE.ed25519) {
    return (await verifyTextSignature(signatures, key, text, signature)) ? { key, timeSeconds: null } : null;
  }
  const timeSeconds = decodeTime(signature);
  if (timeSeconds === null) return null;
  const message = signedMessage(key.type, key.name, checkpoint, timeSeconds);
  const raw = signature.subarray(TIME_BYTES);
  const isRight = await signatures.verify(ALGORITHM[key.type], key.publicKey, message, raw);
  return isRight ? { key, timeSeconds } : null;
}

function signedMessage(type: KeyType, name: string, checkpoint: Checkpoint, timeSeconds: number): Uint8Array {
  if (type === KEY_TYPE.mlDsa44Cosignature) return mlDsa44CosignedMessage(name, checkpoint, timeSeconds);
  const text = encodeCheckpoint(checkpoint);
  return type === KEY_TYPE.ed25519 ? utf8(text) : ed25519CosignedMessage(text, timeSeconds);
}

function decodeTime(signature: Uint8Array): number | null {
  if (signature.length <= TIME_BYTES) return null;
  const time = new DataView(signature.buffer, signature.byteOffset, TIME_BYTES).getBigUint64(0);
  return time <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(time) : null;
}

/**
 * Signed notes: a text with signature lines that name their keys, the form in which transparency logs publish
 * checkpoints. Source: C2SP signed-note (c2sp.org/signed-note). Decoding is bounded and exact: what decodes encodes
 * to the same bytes.
 */
import { base64, compare, concat, equal, fromBase64, fromHex, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import type { Signatures } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import type { Sha256 } from '#core/merkle.ts';
import { assert } from '#core/refusals.ts';

export const NOTE_BYTES_MAX = 256 * 1024;
/** C2SP demands at least 16. */
export const NOTE_SIGNATURES_MAX = 64;
/** A post-quantum signature has nearly 5 kB; C2SP names no limit. */
export const NOTE_SIGNATURE_BYTES_MAX = 8 * 1024;
/** A name must fit the length byte of an ML-DSA-44 cosignature. */
export const KEY_NAME_BYTES_MAX = 255;

export interface NoteSignature {
  readonly name: string;
  /** 4 bytes: which key of that name. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Note {
  /** Lines, the last one ended too. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** What a signature line's key signs, and with what; the number is C2SP's type byte. */
export const KEY_TYPE = { ed25519: 0x01, ed25519Cosignature: 0x04, mlDsa44Cosignature: 0x06 } as const;
export type KeyType = (typeof KEY_TYPE)[keyof typeof KEY_TYPE];

const PUBLIC_KEY_BYTES: Readonly<Record<KeyType, number>> = { 0x01: 32, 0x04: 32, 0x06: 1_312 };

/** A public key with its name, as its owner gives it to verifiers. */
export interface VerifierKey {
  readonly name: string;
  readonly type: KeyType;
  readonly publicKey: Uint8Array;
  readonly keyId: Uint8Array;
}

const SEPARATOR = '\n\n';
const LINE_START = '\u2014 ';

/** @throws DecodeError */
export function decodeNote(bytes: Uint8Array): Note {
  if (bytes.length > NOTE_BYTES_MAX) throw new DecodeError('note', 0, `longer than ${NOTE_BYTES_MAX} bytes`);
  const whole = fromUtf8(bytes);
  if (whole === null) throw new DecodeError('note', 0, 'not UTF-8');
  const control = controlAt(whole);
  if (control !== -1) throw new DecodeError('note', control, 'a control character other than newline');
  const split = whole.lastIndexOf(SEPARATOR);
  if (split < 1) throw new DecodeError('note', 0, 'no text before an empty line');
  if (!whole.endsWith('\n')) throw new DecodeError('note', bytes.length, 'the last line does not end');
  const lines = whole.slice(split + SEPARATOR.length).split('\n').slice(0, -1);
  if (lines.length < 1 || lines.length > NOTE_SIGNATURES_MAX) {
    throw new DecodeError('note.signatures', split, `not 1 to ${NOTE_SIGNATURES_MAX} signatures`);
  }
  return { text: whole.slice(0, split + 1), signatures: lines.map(decodeSignatureLine) };
}

export function encodeNote({ text, signatures }: Note): Uint8Array {
  assert(text.endsWith('\n') && text.isWellFormed(), 'the text of a note ends its last line');
  assert(controlAt(text) === -1, 'the text of a note has no control characters');
  assert(signatures.length >= 1 && signatures.length <= NOTE_SIGNATURES_MAX, 'a note is signed');
  return utf8(`${text}\n${signatures.map(encodeSignatureLine).join('')}`);
}

/** Where the first control character other than newline is (those below U+0020, as C2SP has it), or -1. */
function controlAt(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) return at;
  }
  return -1;
}

/** One line with its newline: `— name base64(keyId ‖ signature)`. */
export function encodeSignatureLine({ name, keyId, signature }: NoteSignature): string {
  assert(isKeyName(name) && keyId.length === 4 && signature.length > 0, 'a signature line is complete');
  return `${LINE_START}${name} ${base64(concat(keyId, signature))}\n`;
}

function decodeSignatureLine(line: string, index: number): NoteSignature {
  const field = `note.signatures[${index}]`;
  const space = line.indexOf(' ', LINE_START.length);
  if (!line.startsWith(LINE_START) || space === -1) throw new DecodeError(field, 0, 'not a signature line');
  const name = line.slice(LINE_START.length, space);
  if (!isKeyName(name)) throw new DecodeError(field, 0, 'not a key name');
  const bytes = fromBase64(line.slice(space + 1));
  if (bytes === null || bytes.length < 5 || bytes.length > 4 + NOTE_SIGNATURE_BYTES_MAX) {
    throw new DecodeError(field, space + 1, 'not base64 of a key id and a signature');
  }
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** Whether a name may stand in a note: 1 to 255 bytes without spaces or plus. */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && /^[^\p{White_Space}\p{Cc}+]+$/u.test(name) && utf8(name).length <= KEY_NAME_BYTES_MAX;
}

/** A verifier key of that name; its id is SHA-256(name ‖ LF ‖ type ‖ public key)[0..4]. */
export function verifierKey(hash: Sha256, name: string, type: KeyType, publicKey: Uint8Array): VerifierKey {
  assert(isKeyName(name), 'a key name has no spaces or plus');
  assert(publicKey.length === PUBLIC_KEY_BYTES[type], 'a public key has its length');
  const digest = hash.sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey));
  return { name, type, publicKey, keyId: digest.slice(0, 4) };
}

/** `name+hex(keyId)+base64(type ‖ public key)`. */
export function encodeVerifierKey({ name, type, publicKey, keyId }: VerifierKey): string {
  return `${name}+${hex(keyId)}+${base64(concat(Uint8Array.of(type), publicKey))}`;
}

/** @throws DecodeError also where the key id is not that of the name and key */
export function decodeVerifierKey(hash: Sha256, text: string): VerifierKey {
  // Base64 may itself hold a plus, so only the first two separate.
  const [, name = '', id = '', rest = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,2048})$/.exec(text) ?? [];
  const bytes = fromBase64(rest);
  const type = Object.values(KEY_TYPE).find((one) => one === bytes?.[0]);
  if (!isKeyName(name) || bytes === null || type === undefined) {
    throw new DecodeError('verifierKey', 0, 'not name+id+key of a known type');
  }
  if (bytes.length !== 1 + PUBLIC_KEY_BYTES[type]) throw new DecodeError('verifierKey', 0, 'wrong length of key');
  const key = verifierKey(hash, name, type, bytes.slice(1));
  if (!equal(key.keyId, fromHex(id)!)) throw new DecodeError('verifierKey', name.length + 1, 'not this key\'s id');
  return key;
}

/** The signatures that claim to be a key's: both name and id must match, for either alone may be a stranger's. */
export function signaturesOf(note: Note, key: VerifierKey): NoteSignature[] {
  return note.signatures.filter(({ name, keyId }) => name === key.name && compare(keyId, key.keyId) === 0);
}

/** Whether an Ed25519 key of type 0x01 signed the text; for cosignatures see checkpoint.ts. */
export async function verifyTextSignature(
  signatures: Signatures,
  key: VerifierKey,
  text: string,
  signature: Uint8Array,
): Promise<boolean> {
  assert(key.type === KEY_TYPE.ed25519, 'a text is signed by a key of type 0x01');
  return signatures.verify('ed25519', key.publicKey, utf8(text), signature);
}

/** Signed notes against C2SP's published vector, and everything that must not decode. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromBase64, hex, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import {
  decodeNote,
  decodeVerifierKey,
  encodeNote,
  encodeVerifierKey,
  NOTE_SIGNATURES_MAX,
  signaturesOf,
  verifierKey,
  verifyTextSignature,
} from './note.ts';

const { hash, signatures } = nodeCrypto;

// The example of C2SP signed-note (BSD-1-Clause).
const KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const TEXT = 'This is an example message.\n';
const LINE =
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
const NOTE = utf8(`${TEXT}\n${LINE}`);

describe('C2SP signed-note', () => {
  test('the published example decodes, verifies and encodes back', async () => {
    const note = decodeNote(NOTE);
    const key = decodeVerifierKey(hash, KEY);
    assert.equal(note.text, TEXT);
    const [line, ...others] = signaturesOf(note, key);
    assert.equal(others.length, 0);
    assert.equal(await verifyTextSignature(signatures, key, note.text, line!.signature), true);
    assert.equal(await verifyTextSignature(signatures, key, 'Another.\n', line!.signature), false);
    assert.deepEqual(encodeNote(note), NOTE);
  });

  test('the published key has that id, and encodes back', () => {
    const key = decodeVerifierKey(hash, KEY);
    assert.equal(hex(key.keyId), '530d903a');
    assert.equal(encodeVerifierKey(key), KEY);
  });

  test('key ids of cosignature types', () => {
    const publicKey = fromBase64('6TJ5GubnqECkYWTJBHhkJtXngh3YspoA1hyucq/dTaQ=')!;
    const ids = ([0x01, 0x04] as const).map((type) => hex(verifierKey(hash, 'example.com/foo', type, publicKey).keyId));
    assert.equal(new Set(ids).size, 2);
    assert.equal(ids[0], '530d903a');
  });

  test('the ML-DSA-44 key of seed 00…1f has id db8c366f under witness.example.com/w1', async () => {
    const seed = Uint8Array.from({ length: 32 }, (_, at) => at);
    const { publicKey } = await signatures.signingKey('ml-dsa-44', seed);
    assert.equal(hex(verifierKey(hash, 'witness.example.com/w1', 0x06, publicKey).keyId), 'db8c366f');
  });

  test('the text may hold empty lines: the last one separates', () => {
    const note = decodeNote(utf8(`one\n\ntwo\n\n${LINE}`));
    assert.equal(note.text, 'one\n\ntwo\n');
    assert.deepEqual(encodeNote(note), utf8(`one\n\ntwo\n\n${LINE}`));
  });
});

const LINE_TEXT = LINE.slice(0, -1);
const MALFORMED: Record<string, string> = {
  empty: '',
  'without an empty line': TEXT + LINE,
  'without text': `\n${LINE}`,
  'without signatures': `${TEXT}\n`,
  'with a last line that does not end': `${TEXT}\n${LINE_TEXT}`,
  'with a carriage return': `${TEXT}\r\n\n${LINE}`,
  'with a tab': `a\tb\n\n${LINE}`,
  'with a hyphen for the dash': `${TEXT}\n${LINE.replace('—', '-')}`,
  'with a plus in a name': `${TEXT}\n${LINE.replace('foo', 'f+o')}`,
  'with a no-break space in a name': `${TEXT}\n${LINE.replace('foo', 'f\u00a0o')}`,
  'with an empty name': `${TEXT}\n${LINE.replace('example.com/foo', '')}`,
  'with a name of 256 bytes': `${TEXT}\n${LINE.replace('example.com/foo', 'a'.repeat(256))}`,
  'with unpadded base64': `${TEXT}\n${LINE.replace('=', '')}`,
  'with base64 that has spare bits': `${TEXT}\n${LINE.replace('yaQM=', 'yaQN=')}`,
  'with nothing after the key id': `${TEXT}\n— foo AAAAAA==\n`,
  'with two spaces': `${TEXT}\n${LINE.replace('foo ', 'foo  ')}`,
  'with text after the signatures': `${TEXT}\n${LINE}more\n`,
  'with too many signatures': `${TEXT}\n${LINE.repeat(NOTE_SIGNATURES_MAX + 1)}`,
};

describe('malformed notes are refused', () => {
  for (const [what, text] of Object.entries(MALFORMED)) {
    test(what, () => assert.throws(() => decodeNote(utf8(text)), DecodeError));
  }

  test('not UTF-8', () => assert.throws(() => decodeNote(Uint8Array.of(0xff, 0x0a, 0x0a)), DecodeError));

  test('too long', () => assert.throws(() => decodeNote(new Uint8Array(300_000).fill(0x41)), DecodeError));

  for (const [what, key] of Object.entries({
    'another id': KEY.replace('530d903a', '530d903b'),
    'an unknown type': KEY.replace('+Aek', '+Cek'),
    'a short key': 'example.com/foo+530d903a+AQ==',
    'upper-case hexadecimal': KEY.replace('530d903a', '530D903A'),
    'no name': KEY.replace('example.com/foo', ''),
  })) {
    test(`a verifier key with ${what}`, () => assert.throws(() => decodeVerifierKey(hash, key), DecodeError));
  }
});

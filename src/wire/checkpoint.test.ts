/** Checkpoints and what is signed about them, against the bytes that C2SP tlog-cosignature gives. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromBase64, hex, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import {
  decodeCheckpoint,
  ed25519CosignedMessage,
  encodeCheckpoint,
  mlDsa44CosignedMessage,
  type NoteSigner,
  signCheckpoint,
  verifierKeyOf,
  verifyCheckpointNote,
} from './checkpoint.ts';
import { decodeNote, encodeNote, type Note } from './note.ts';

const { hash, signatures } = nodeCrypto;

// The example of C2SP tlog-checkpoint and tlog-cosignature.
const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const COSIGNATURE =
  '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n';
const TIME = 1_679_315_147;

async function signer(type: NoteSigner['type'], name: string, number: number): Promise<NoteSigner> {
  const algorithm = type === 0x06 ? 'ml-dsa-44' : 'ed25519';
  return { name, type, key: await signatures.signingKey(algorithm, new Uint8Array(32).fill(number)) };
}

describe('C2SP tlog-checkpoint', () => {
  test('the published example decodes and encodes back', () => {
    const checkpoint = decodeCheckpoint(TEXT);
    assert.equal(checkpoint.origin, 'example.com/behind-the-sofa');
    assert.equal(checkpoint.size, 20_852_163);
    assert.deepEqual(checkpoint.root, fromBase64('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='));
    assert.equal(encodeCheckpoint(checkpoint), TEXT);
  });

  test('extension lines are kept', () => {
    assert.equal(encodeCheckpoint(decodeCheckpoint(`${TEXT}one\ntwo\n`)), `${TEXT}one\ntwo\n`);
  });

  for (const [what, text] of Object.entries({
    'no last newline': TEXT.slice(0, -1),
    'no root': 'example.com/a\n1\n',
    'a leading zero': TEXT.replace('2085', '02085'),
    'a negative size': TEXT.replace('2085', '-2085'),
    'a size beyond 2^53': TEXT.replace('20852163', '9007199254740993'),
    'a short root': 'example.com/a\n1\nAAAA\n',
    'an empty extension line': `${TEXT}\n`,
    'an origin with a plus': TEXT.replace('behind', 'be+hind'),
    'no origin': TEXT.slice(TEXT.indexOf('\n')),
    'a text too long': TEXT + 'x'.repeat(20_000),
  })) {
    test(`${what} is refused`, () => assert.throws(() => decodeCheckpoint(text), DecodeError));
  }
});

describe('C2SP tlog-cosignature', () => {
  test('what Ed25519 cosigns, byte for byte', () => {
    const message = ed25519CosignedMessage(TEXT, TIME);
    assert.equal(message.length, 113);
    assert.equal(hex(hash.sha256(message)), 'e5da61fc426054b9b299196251831ba990fb808990e4e3c3e63bd2140e3989cd');
  });

  test('what ML-DSA-44 cosigns, byte for byte', () => {
    const message = mlDsa44CosignedMessage('witness.example.com/w1', decodeCheckpoint(TEXT), TIME);
    assert.equal(message.length, 119);
    assert.equal(hex(hash.sha256(message)), 'deb1db00bcadc2e5c15e86360318b689b48ccd47b20da0cc243bdee31187e07f');
  });

  test('the published line holds id, time and signature', () => {
    const [line] = decodeNote(utf8(`${TEXT}\n${COSIGNATURE}`)).signatures;
    assert.equal(hex(line!.keyId), '8d66cf3f');
    assert.equal(hex(line!.signature.slice(0, 8)), '00000000641850cb');
    assert.equal(line!.signature.length, 72);
  });

  test('all three types sign and verify; strangers are passed over; a wrong one spoils the note', async () => {
    const checkpoint = decodeCheckpoint(TEXT);
    const signers = await Promise.all([
      signer(0x01, checkpoint.origin, 1),
      signer(0x06, checkpoint.origin, 2),
      signer(0x04, 'witness.example.com/w1', 3),
      signer(0x06, 'witness.example.com/w1', 4),
    ]);
    const lines = await Promise.all(signers.map((one) => signCheckpoint(hash, one, checkpoint, TIME)));
    assert.deepEqual(lines.map(({ signature }) => signature.length), [64, 2_428, 72, 2_428]);
    const note = decodeNote(encodeNote({ text: TEXT, signatures: lines }));
    const keys = signers.map((one) => verifierKeyOf(hash, one));
    const verified = await verifyCheckpointNote(signatures, note, keys);
    assert.deepEqual(verified?.map(({ timeSeconds }) => timeSeconds), [null, TIME, TIME, TIME]);
    assert.equal((await verifyCheckpointNote(signatures, note, keys.slice(0, 1)))?.length, 1);

    for (const [at, line] of lines.entries()) {
      const wrong = line.signature.with(line.signature.length - 1, line.signature.at(-1)! ^ 1);
      const spoilt: Note = { text: TEXT, signatures: lines.with(at, { ...line, signature: wrong }) };
      assert.equal(await verifyCheckpointNote(signatures, spoilt, keys), null);
      assert.equal((await verifyCheckpointNote(signatures, spoilt, keys.toSpliced(at, 1)))?.length, 3);
      const grown: Note = { text: TEXT.replace('20852163', '20852164'), signatures: [line] };
      assert.equal(await verifyCheckpointNote(signatures, grown, [keys[at]!]), null);
    }
  });

  test('an ML-DSA-44 cosignature does not cover extension lines, the others do', async () => {
    const checkpoint = decodeCheckpoint(TEXT);
    for (const type of [0x01, 0x04, 0x06] as const) {
      const one = await signer(type, 'example.com/s', type);
      const note: Note = {
        text: `${TEXT}more\n`,
        signatures: [await signCheckpoint(hash, one, checkpoint, TIME)],
      };
      const verified = await verifyCheckpointNote(signatures, note, [verifierKeyOf(hash, one)]);
      assert.equal(verified !== null, type === 0x06);
    }
  });
});

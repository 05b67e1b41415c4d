/** Letters that were looked at, for the time without the station: sealed, bounded, given back only where the station is out of reach. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { NamedStore } from '#core/outside.ts';
import { utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { practiceOffices, ringOf } from '../../../test/client/practice-office.ts';
import { askedOrKept, KeptLetters, LETTERS_BYTES_MAX, LETTERS_MAX } from './kept-letters.ts';
import type { OpenKeyring } from '../keyring/keyring.ts';

const LETTER = utf8('phong bì của Nguyễn Thị Ánh');
let ring: OpenKeyring;
before(async () => { ring = await ringOf(await practiceOffices(), 'anh', ['chuyen-vien']); });

function memory(): NamedStore & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return { kept, read: async (name) => kept.get(name) ?? null, write: async (name, bytes) => void kept.set(name, bytes), erase: async (name) => void kept.delete(name) };
}

const open = (store: NamedStore): KeptLetters => new KeptLetters({ crypto: nodeCrypto, random: nodeRandom, ring }, store);
const refused = (code: 'station-unreachable' | 'session-missing' | 'not-entitled') => () => Promise.reject(new Refusal(code));

test('what was of an office that somebody left goes, with its trace', async () => {
  const store = memory();
  const letters = open(store);
  for (const what of ['envelope vp aa', 'trace aa', 'envelope qs bb', 'trace bb', 'envelope qs aa']) await letters.keep(what, LETTER);
  await letters.keepOnly(['vp']);
  assert.equal(await letters.count(), 1);
  for (const [what, isKept] of [['envelope vp aa', true], ['trace aa', true], ['envelope qs bb', false], ['trace bb', false], ['envelope qs aa', false]] as const) {
    assert.equal((await letters.read(what)) !== null, isKept, what);
  }
  assert.equal(store.kept.size, 3, 'two sheets and the list');
});

test('what was looked at is there without the station, and only then', async () => {
  const store = memory();
  await open(store).keep('envelope vp aa', LETTER);
  const letters = open(store);
  for (const code of ['station-unreachable', 'session-missing'] as const) assert.deepEqual(await askedOrKept({ letters }, 'envelope vp aa', refused(code)), LETTER);
  assert.deepEqual(await askedOrKept({ letters }, 'envelope vp aa', async () => utf8('mới')), utf8('mới'));
  await assert.rejects(askedOrKept({ letters }, 'envelope vp aa', refused('not-entitled')), (error: unknown) => error instanceof Refusal && error.code === 'not-entitled');
  for (const [who, what] of [[letters, 'envelope vp bb'], [null, 'envelope vp aa']] as const) {
    await assert.rejects(askedOrKept({ letters: who }, what, refused('station-unreachable')), (error: unknown) => error instanceof Refusal && error.code === 'station-unreachable');
  }
  for (const [name, bytes] of store.kept) {
    assert.match(name, /^[0-9a-f]{32}$/);
    for (const piece of [LETTER, Buffer.from(LETTER).toString('base64url'), 'envelope']) assert.ok(!Buffer.from(bytes).includes(Buffer.from(piece)));
  }
});

test('the newest stay, by number and by size, and forgetting leaves nothing', async () => {
  const store = memory();
  const letters = open(store);
  for (let i = 0; i < LETTERS_MAX; i++) await letters.keep(`envelope vp ${i}`, LETTER);
  await letters.keep('envelope vp 0', LETTER);
  await letters.keep('envelope vp new', LETTER);
  assert.equal(await letters.count(), LETTERS_MAX);
  assert.equal(await letters.read('envelope vp 1'), null);
  assert.deepEqual(await letters.read('envelope vp 0'), LETTER);
  assert.equal(store.kept.size, LETTERS_MAX + 1);
  await letters.keep('envelope vp large', new Uint8Array(LETTERS_BYTES_MAX - LETTER.length));
  assert.equal(await letters.count(), 2);
  await letters.forget();
  assert.equal(store.kept.size, 0);
});

test('what was changed on the disk is as if it were not there', async () => {
  const store = memory();
  await open(store).keep('trace aa', LETTER);
  for (const [name, bytes] of store.kept) store.kept.set(name, bytes.with(14, bytes[14]! ^ 1));
  assert.equal(await open(store).read('trace aa'), null);
  assert.equal(await open(store).count(), 0);
});

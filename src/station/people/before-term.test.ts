/** What devices give back before a term has its index: in order, once, bounded, and dropped where the log grew otherwise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BeforeTerm } from './before-term.ts';

const entry = (text: string): Uint8Array => new TextEncoder().encode(text);
const accepts = async (): Promise<null> => null;
const refuses = (word: string) => async (entries: readonly Uint8Array[]): Promise<null> => {
  if (entries.some((bytes) => new TextDecoder().decode(bytes) === word)) throw new Error(word);
  return null;
};

test('two devices that saw more and less give back one log', async () => {
  const waiting = new BeforeTerm();
  await waiting.take([entry('a'), entry('b')], accepts);
  await waiting.take([entry('a')], accepts);
  await waiting.take([entry('a'), entry('b'), entry('c')], accepts);
  assert.deepEqual(await waiting.entriesOn(accepts), ['a', 'b', 'c'].map(entry));
});

test('what the log would not take is refused, and leaves what was kept', async () => {
  const waiting = new BeforeTerm();
  await waiting.take([entry('a')], accepts);
  await assert.rejects(waiting.take([entry('b')], refuses('b')), /b/);
  assert.deepEqual(await waiting.entriesOn(accepts), [entry('a')]);
});

test('where a neighbour gave them back meanwhile, they are not brought twice', async () => {
  const waiting = new BeforeTerm();
  await waiting.take([entry('a')], accepts);
  assert.deepEqual(await waiting.entriesOn(refuses('a')), []);
  await waiting.take([entry('b')], accepts);
  assert.deepEqual(await waiting.entriesOn(accepts), [entry('b')]);
});

test('nobody fills the memory', async () => {
  const waiting = new BeforeTerm();
  await waiting.take(Array.from({ length: 256 }, (_, i) => entry(String(i))), accepts);
  await assert.rejects(waiting.take([entry('more')], accepts), (error: unknown) => (error as { code?: unknown }).code === 'proposals-full');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTheirOrder, type LookedAt, readInOrder, type ReadVolume } from '#client/bundles.ts';

const said = (number: number, bundle: number, volume: number): LookedAt => ({ number, bundle: Uint8Array.of(bundle), volume, startBytes: 1 });
const made = (unfinished: number): ReadVolume => ({ report: { unfinished } } as ReadVolume);

test('files are read bundle after bundle, volume after volume; what is none is put aside', async () => {
  const of: Record<string, LookedAt> = { b2: said(2, 5, 2), a1: said(1, 9, 1), b1: said(2, 5, 1), other: said(2, 6, 1) };
  const aside: string[] = [];
  const look = async (file: string): Promise<LookedAt> => of[file] ?? Promise.reject(new Error('none'));
  assert.deepEqual(await inTheirOrder(['b2', 'x', 'other', 'b1', 'a1'], look, (file) => aside.push(file)), ['a1', 'b1', 'b2', 'other']);
  assert.deepEqual(aside, ['x']);
});

test('a volume whose item goes on in the next is read once more after it; the last one, and one that was refused, are not', async () => {
  const asked: string[] = [];
  await readInOrder(['one', 'two', 'three', 'four'], async (file) => {
    asked.push(file);
    return file === 'two' ? null : made(file === 'three' ? 0 : 1);
  });
  assert.deepEqual(asked, ['one', 'two', 'three', 'four', 'one']);
});

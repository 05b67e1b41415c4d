import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTheirOrder, type LookedAt, nextSteps, type ReadVolume, stillToCome } from '#client/bundles.ts';

const said = (number: number, bundle: number, volume: number): LookedAt => ({ number, bundle: Uint8Array.of(bundle), volume, startBytes: 1 });

test('files are read bundle after bundle, volume after volume; what is none is put aside', async () => {
  const of: Record<string, LookedAt> = { b2: said(2, 5, 2), a1: said(1, 9, 1), b1: said(2, 5, 1), other: said(2, 6, 1) };
  const aside: string[] = [];
  const look = async (file: string): Promise<LookedAt> => of[file] ?? Promise.reject(new Error('none'));
  assert.deepEqual(await inTheirOrder(['b2', 'x', 'other', 'b1', 'a1'], look, (file) => aside.push(file)), ['a1', 'b1', 'b2', 'other']);
  assert.deepEqual(aside, ['x']);
});

test('what is still to come of a bundle is less by what was read after it, and by no other bundle\'s', () => {
  const one = (bundle: string, volume: number, lacking: number[], how: Partial<ReadVolume['report']> = { isRead: false, goesOn: true }): ReadVolume =>
    ({ volume: { bundle, volume }, report: { lacking, ...how } } as ReadVolume);
  const first = one('a', 1, [2, 3, 4]);
  assert.deepEqual(stillToCome(first, [first]), [2, 3, 4]);
  const read = [first, one('a', 2, [3, 4]), one('b', 3, []), one('a', 4, [3], { isRead: false, goesOn: false })];
  assert.deepEqual(stillToCome(first, read), [3, 4]);
  assert.deepEqual(stillToCome(first, [...read, one('a', 3, [], { isRead: true, goesOn: false })]), [4]);
});

test('what came goes on or is opened here, by neighbour over all volumes', () => {
  const some = (count: number, flash: number) => ({ count, flash });
  const one = (here: object, onward: object[]): ReadVolume =>
    ({ volume: { peer: 'hub' }, report: { taken: 1, held: 0, refused: 0, where: { here, onward } } } as ReadVolume);
  assert.deepEqual(nextSteps([one(some(1, 0), [{ peer: 'xa', ...some(2, 1) }]), one(some(2, 1), [{ peer: 'xa', ...some(1, 0) }, { peer: 'huyen', ...some(1, 1) }])]), {
    here: some(3, 1), onward: [{ peer: 'xa', ...some(3, 1) }, { peer: 'huyen', ...some(1, 1) }], peers: ['hub'],
  });
});

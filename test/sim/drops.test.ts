/** What a relay says that it dropped: where that is so, and where somebody has the copy all the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { droppedIsGone } from './drops.ts';
import type { Observation, SeenEvent, SeenStation, SeenWord } from './observation.ts';

const ID = 'aa';

const event = (kind: string, time: number, facts: Record<string, unknown> = {}, subject: string | null = ID): SeenEvent =>
  ({ kind, subject, facts, time, noEarlierThan: time }) as unknown as SeenEvent;
const taken = (time: number, peer = 'tinh'): SeenEvent => event('custody-taken', time, { peer, channel: 1 });
const refused = (time: number, peer = 'xa'): SeenEvent => event('refused', time, { peer, code: 'not-entitled' });
const told = (time: number, receipt: string, code = 'xa'): SeenEvent => event('receipt', time, { receipt, code, office: { office: 'phong-xa' } });
const said = (kind: string, time: number, previousHop: string | null = null): SeenWord => ({ kind, id: ID, sealing: 0, office: 'phong-xa', time, previousHop });
const station = (code: string, events: readonly SeenEvent[], words: readonly SeenWord[], restores = 0): SeenStation => ({ code, events, words, restores }) as unknown as SeenStation;

/** What is found of a relay between `tinh` and `xa`. */
function found(events: readonly SeenEvent[], words: readonly SeenWord[], ...others: readonly SeenStation[]): string[] {
  return droppedIsGone({ stations: [station('huyen', events, words), ...others] } as unknown as Observation).map((finding) => finding.split(', ')[1]!);
}

const DROPPED = [said('custody', 10, 'tinh'), said('dropped', 30)];

test('is gone where its next hop refused it, and nobody has it', () => {
  assert.deepEqual(found([taken(10), refused(30)], DROPPED, station('xa', [], [])), []);
  assert.deepEqual(found([taken(10)], DROPPED), ['which nobody refused']);
  // With a number it is a refusal of what was offered here.
  assert.deepEqual(found([taken(10), event('refused', 30, { peer: 'tinh', code: 'no-route', channel: 2 })], DROPPED), ['which nobody refused']);
});

test('is not where its neighbour said that it has it, before or after', () => {
  assert.deepEqual(found([taken(10), told(20, 'custody'), refused(30)], DROPPED), ['of which it has the word custody of xa']);
  assert.deepEqual(found([taken(10), refused(30), told(40, 'arrived')], DROPPED), ['of which it has the word arrived of xa']);
});

test('is not where it arrived at that station itself, unless it was brought again', () => {
  const arrived = event('arrived', 50, { office: { office: 'phong-xa' } });
  assert.deepEqual(found([taken(10), refused(30), arrived], DROPPED), ['which it has as arrived itself']);
  assert.deepEqual(found([taken(10), refused(30), taken(45, 'ben'), arrived], DROPPED), []);
});

test('is not where somebody took it from there and was not heard', () => {
  assert.deepEqual(found([taken(10), refused(30)], DROPPED, station('xa', [], [said('custody', 20, 'huyen')])), ['which xa took from it']);
  // It came there another way.
  assert.deepEqual(found([taken(10), refused(30)], DROPPED, station('xa', [], [said('arrived', 20, 'ben')])), []);
});

test('is gone after it was given back, or lost with the disk of who took it', () => {
  const again = [said('custody', 25, 'xa'), said('dropped', 30)];
  assert.deepEqual(found([taken(10), told(20, 'custody'), taken(25, 'xa'), refused(30, 'ben')], again, station('xa', [], [said('custody', 15, 'huyen')])), []);
  const lost = [taken(10), told(20, 'custody'), event('incarnation', 25, { peer: 'xa', code: 'changed' }, null), refused(30)];
  assert.deepEqual(found(lost, DROPPED, station('xa', [], [said('custody', 15, 'huyen')], 1)), []);
});

test('is judged by when it was taken for that office, not for another', () => {
  // Another office's part was given back, and with it nothing of this one.
  assert.deepEqual(found([taken(10), told(20, 'custody'), taken(25, 'xa'), refused(30, 'ben')], DROPPED), ['of which it has the word custody of xa']);
  // Brought again after it was dropped it goes on, and is another copy.
  assert.deepEqual(found([taken(10), refused(30), taken(40, 'ben'), told(50, 'custody')], [said('custody', 40, 'ben'), said('dropped', 30)]), []);
});

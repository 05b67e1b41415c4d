/** What two ends of one thing come to, in either order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endingBy, endingOf, endsWith, mayEnd } from '#model/directory-ending.ts';
import { IN_FORCE } from '#model/directory-tables.ts';
import type { Ending } from '#model/directory-view.ts';

const left = (created: number, index = 7): Ending => endingBy({ index, created }, 'left');
const stolen = (created: number, index = 8): Ending => endingBy({ index, created }, 'stolen');
const told = ({ endedAt, endReason, exposedAt }: Ending) => [endedAt, endReason, exposedAt];
/** As the log takes one after the other: what ends nothing is refused. */
const after = (...ends: Ending[]): Ending => ends.reduce((record, end) => (mayEnd(record, end) ? endingOf(record, end) : record), IN_FORCE);

test('an end that says nothing of others takes back no word that others may have the keys, whichever is written first and whichever is dated first', () => {
  assert.deepEqual(told(after(left(9), stolen(13))), [9, 'stolen', 13]);
  assert.deepEqual(told(after(stolen(13), left(9))), [9, 'stolen', 13]);
  assert.deepEqual(told(after(left(13), stolen(9))), [9, 'stolen', 9]);
  assert.deepEqual(told(after(stolen(9), left(13))), [9, 'stolen', 9]);
});

test('what had ended before goes with nothing that ends later, whatever is said of that', () => {
  assert.equal(endsWith(left(9), stolen(13)), false);
  assert.equal(endsWith(left(13), stolen(9)), true);
  assert.equal(endsWith(IN_FORCE, stolen(13)), true);
});

test('of two ends of one kind the earlier counts, and the entry that ended it stays the first', () => {
  assert.deepEqual(told(after(left(13), left(9))), [9, 'left', null]);
  assert.deepEqual(told(after(stolen(13), stolen(9))), [9, 'stolen', 9]);
  assert.equal(after(left(13, 3), stolen(9, 4)).endedBy, 3);
  for (const [first, then] of [[left(9), left(13)], [left(9), left(9)], [stolen(9), stolen(13)], [stolen(9), stolen(9)], [stolen(9), left(9)]] as const) {
    assert.equal(mayEnd(endingOf(IN_FORCE, first), then), false, `${told(first)} then ${told(then)}`);
  }
});

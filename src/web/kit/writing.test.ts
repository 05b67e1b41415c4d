/** Sizes and counts as people read them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countText, sizeText } from './writing.ts';

test('a size has the unit that keeps its number small', () => {
  const sizes = [0, 999, 1_000, 1_400_000, 999_949, 999_951, 999_999_999, 2_147_483_648, 80_197_100_000, 3_200_000_000_000];
  assert.deepEqual(sizes.map((size) => sizeText(size, 'en')), ['0 bytes', '999 bytes', '1 kB', '1.4 MB', '999.9 kB', '1 MB', '1 GB', '2.1 GB', '80.2 GB', '3.2 TB']);
  assert.deepEqual([1, 2].map((size) => sizeText(size, 'en')), ['1 byte', '2 bytes']);
  assert.deepEqual([1, 2].map((size) => sizeText(size, 'vi')), ['1 byte', '2 byte']);
  assert.equal(sizeText(80_197_100_000, 'vi'), '80,2 GB');
});

test('a count is grouped as each language groups it', () => {
  assert.deepEqual([0, 999, 1_000, 100_000].map((count) => countText(count, 'vi')), ['0', '999', '1.000', '100.000']);
  assert.equal(countText(100_000, 'en'), '100,000');
});

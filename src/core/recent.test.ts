import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from './recent.ts';

test('the least recently used is forgotten first', () => {
  const recent = new Recent<number>(2);
  recent.keep('a', 1);
  recent.keep('b', 2);
  assert.equal(recent.get('a'), 1);
  assert.equal(recent.keep('c', 3), 3);
  assert.equal(recent.get('b'), undefined);
  assert.equal(recent.get('a'), 1);
  assert.equal(recent.get('c'), 3);
  assert.equal(recent.size, 2);
});

test('keeping again replaces and does not crowd out', () => {
  const recent = new Recent<number>(2);
  recent.keep('a', 1);
  recent.keep('b', 2);
  recent.keep('a', 3);
  assert.equal(recent.size, 2);
  recent.keep('c', 4);
  assert.equal(recent.get('a'), 3);
  assert.equal(recent.get('b'), undefined);
});

test('a memory for nothing is a mistake', () => {
  assert.throws(() => new Recent(0));
});

/** Source: docs/protocol/frames.md §Resume. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Shares } from './shares.ts';

it('what a neighbour left is there for it, and for whoever goes on with it, however much another leaves', () => {
  const shares = new Shares<number>(2);
  shares.keep('tot-bung', 'one', 1);
  for (let other = 0; other < 100; other++) shares.keep('ac-y', `other ${other}`, other);
  assert.deepEqual([shares.get('one'), shares.get('other 97'), shares.get('other 98'), shares.get('other 99')], [1, undefined, 98, 99]);
  shares.keep('hub', 'one', 2);
  assert.equal(shares.get('one'), 2, 'the newest, whoever keeps it');
  assert.deepEqual([shares.take('one'), shares.get('one')], [2, undefined]);
});

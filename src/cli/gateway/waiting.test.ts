/** What ends a gateway's round, and what holds up nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { noteWaiting, type Waiting } from './waiting.ts';

test('a dispatch of its own waits by itself; what concerns the station ends the round', () => {
  const waiting: Waiting[] = [];
  noteWaiting(waiting, 'a1', new Refusal('recipient-key-missing'));
  assert.deepEqual(waiting, [{ what: 'a1', code: 'recipient-key-missing' }]);
  for (const code of ['station-unreachable', 'download-unrecorded', 'disk-full'] as const) {
    const error = new Refusal(code);
    assert.throws(() => noteWaiting(waiting, 'a2', error), error);
  }
  assert.equal(waiting.length, 1);
});

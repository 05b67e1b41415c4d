import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

/** Work that ends when it is told to. */
function held(): { readonly work: () => Promise<string>; readonly end: (error?: Error) => void; readonly begun: () => boolean } {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let isBegun = false;
  return {
    work: () => {
      isBegun = true;
      return promise;
    },
    end: (error) => (error === undefined ? resolve('done') : reject(error)),
    begun: () => isBegun,
  };
}

test('work begins when what was asked before has ended, and not sooner', async () => {
  const turns = new Turns();
  const [first, second] = [held(), held()];
  const [one, two] = [turns.next(first.work), turns.next(second.work)];
  await Promise.resolve();
  assert.deepEqual([first.begun(), second.begun()], [true, false]);
  first.end();
  assert.equal(await one, 'done');
  second.end();
  assert.equal(await two, 'done');
});

test('work that fails fails for whoever asked, and holds up nobody', async () => {
  const turns = new Turns();
  const failing = turns.next(() => Promise.reject(new Error('broken')));
  const thrown = turns.next(() => { throw new Error('thrown'); });
  const after = turns.next(() => 'fine');
  await assert.rejects(failing, /broken/);
  await assert.rejects(thrown, /thrown/);
  assert.equal(await after, 'fine');
});

test('it ends when all that was asked has ended, and is idle then', async () => {
  const turns = new Turns();
  assert.ok(turns.isIdle);
  const work = held();
  const asked = turns.next(work.work);
  const ended = turns.ended();
  assert.ok(!turns.isIdle);
  work.end();
  await ended;
  assert.ok(turns.isIdle);
  assert.equal(await asked, 'done');
});

/** One window at a time, by the browser's own locks. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { holdNow } from './one-window.ts';

const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');

afterEach(() => {
  if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
  else Object.defineProperty(globalThis, 'navigator', before);
});

function locksAre(request: (name: string, options: unknown, held: (lock: object | null) => unknown) => Promise<unknown>): void {
  Object.defineProperty(globalThis, 'navigator', { value: { locks: { request } }, configurable: true });
}

test('a browser that refuses to say who holds it gives it to nobody', async () => {
  locksAre(async () => {
    throw new Error('SecurityError');
  });
  assert.equal(await holdNow('tram-draft 1'), null);
});

test('it is held until it is given back, and not where another window holds it', async () => {
  let given = false;
  locksAre(async (_, __, held) => {
    await held({});
    given = true;
  });
  const end = await holdNow('tram-draft 1');
  assert.equal(given, false);
  end!();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(given, true);
  locksAre(async (_, __, held) => held(null));
  assert.equal(await holdNow('tram-draft 1'), null);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whereaboutsOf } from './taken-items.ts';

test('what came is for offices here, goes on to one neighbour or to several, or both', async () => {
  const arrived = [1, 2];
  const waits: Record<number, string[]> = { 2: ['xa'], 3: ['xa', 'huyen', 'xa'] };
  const { here, onward } = await whereaboutsOf({
    store: { read: async (ask: (db: null) => unknown) => ask(null) },
    ledger: { entriesAbout: async (_: null, [id]: Uint8Array) => arrived.filter((one) => one === id) },
    queue: { waiting: async ([id]: Uint8Array) => (waits[id!] ?? []).map((peer) => ({ peer })) },
  } as unknown as Parameters<typeof whereaboutsOf>[0], [1, 2, 3, 4].map((id) => ({ id: Uint8Array.of(id), precedence: id === 3 ? 'flash' : 'routine' })));
  assert.deepEqual(here, { count: 2, flash: 0 });
  assert.deepEqual(onward, [{ peer: 'xa', count: 2, flash: 1 }, { peer: 'huyen', count: 1, flash: 1 }]);
});

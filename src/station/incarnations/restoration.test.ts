/** What a restored folder knows of the directory's log across a restart, on either engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeMigrations } from '#station/kernel/migrate.ts';
import { kernelMigrations } from '#station/kernel/migrations/index.ts';
import { openStore, type Store } from '#station/kernel/store.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { incarnationsMigrations } from './migrations/index.ts';
import { closeIncarnation, markClaimed, newestRestoration } from './restoration.ts';

const claimed = async (store: Store): Promise<number | null> => (await store.read((db) => newestRestoration(store, db)))!.claimed;

test('the most that a neighbour said to hold is known to the next run, and is no more than that', async () => {
  const disk = newDisk();
  const migrations = mergeMigrations(kernelMigrations, incarnationsMigrations);
  const store = await openStore(disk, { migrations });
  const digest = new Uint8Array(32);
  await store.commit((tx) => closeIncarnation(store, tx, { cause: 'restored', former: new Uint8Array(16), ledger: { size: 0, root: digest }, asOf: 1 }));
  assert.equal(await claimed(store), null);
  for (const size of [12, 15, 11]) await store.commit((tx) => markClaimed(store, tx, size));
  disk.crash();
  const again = await openStore(disk, { migrations });
  assert.equal(await claimed(again), 15);
  await again.close();
});

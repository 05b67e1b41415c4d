/** What a restored folder knows of the directory's log across a restart, and of those that it follows, on either engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeMigrations } from '#station/kernel/migrate.ts';
import { kernelMigrations } from '#station/kernel/migrations/index.ts';
import { openStore, type Store } from '#station/kernel/store.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { incarnationsMigrations } from './migrations/index.ts';
import { closeIncarnation, formersOf, markClaimed, newestRestoration } from './restoration.ts';
import type { IncarnationTables } from './tables.ts';

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

test('a folder that was reopened more than once knows each incarnation that it follows, and none that is only closed', async () => {
  const store = await openStore(newDisk(), { migrations: mergeMigrations(kernelMigrations, incarnationsMigrations) });
  const incarnations = [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte));
  for (const [place, former] of incarnations.entries()) {
    await store.commit((tx) => closeIncarnation(store, tx, { cause: 'restored', former, ledger: { size: 0, root: new Uint8Array(32) }, asOf: 1 }));
    assert.deepEqual(await store.read((db) => formersOf(store, db)), incarnations.slice(0, place));
    const opened = { opened: place, incarnation: incarnations[place + 1] ?? new Uint8Array(16), reason: 'disk-lost' };
    await store.commit((tx) => store.of<IncarnationTables>().in(tx).updateTable('restoration').set(opened).where('number', '=', place + 1).execute());
  }
  assert.deepEqual(await store.read((db) => formersOf(store, db)), incarnations);
  await store.close();
});

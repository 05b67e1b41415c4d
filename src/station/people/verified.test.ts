/** What a start verifies of a directory that was verified before, and that nothing on the disk makes it take what it would have refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CryptoProvider } from '#core/crypto.ts';
import { markKey, markVerified } from '#model/verified-log.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import type { Tx } from '#station/kernel/store.ts';
import { newDisk, type TestDisk } from '../../../test/fixtures/disks.ts';
import type { PeopleTables } from './store.ts';
import { open, province, refuses } from './testing.test.ts';

const practice = await province();
const own = markKey(nodeCrypto.hash, new Uint8Array(32).fill(1));
/** Of the checkpoint that a start reads, whatever it has verified before. */
const CHECKPOINT_SIGNATURES = 2;

/** A disk with the whole log, and a mark that says so. */
async function marked(): Promise<TestDisk> {
  const disk = newDisk();
  const { people, store } = await open(practice, 'tram-tinh', disk, { markKey: own });
  await people.receive({ from: 0, entries: practice.entries, checkpoint: await practice.checkpoint() });
  await store.close();
  return disk;
}

async function changed(disk: TestDisk, work: (tx: Tx<PeopleTables>) => Promise<unknown>): Promise<TestDisk> {
  const { store } = await open(practice, 'tram-tinh', disk);
  await store.of<PeopleTables>().commit(async (tx) => void (await work(tx)));
  await store.close();
  return disk;
}

/** @returns how many signatures a start looks at */
async function start(disk: TestDisk, key: Uint8Array | null = own): Promise<number> {
  let asked = 0;
  const { verify } = nodeCrypto.signatures;
  const provider: CryptoProvider = { ...nodeCrypto, signatures: { ...nodeCrypto.signatures, verify: (...what) => ((asked += 1), verify(...what)) } };
  const { people, store } = await open(practice, 'tram-tinh', disk, { provider, ...(key === null ? {} : { markKey: key }) });
  assert.deepEqual(people.view().point, practice.state.point);
  await store.close();
  return asked;
}

const EVERYTHING = await start(await marked(), null);

test('a start looks at no signature again; one without the key, with another, or after another program at all of them, and the next at none', async () => {
  assert.ok(EVERYTHING > practice.entries.length);
  const disk = await marked();
  assert.equal(await start(disk), CHECKPOINT_SIGNATURES);
  assert.equal(await start(disk, null), EVERYTHING);
  assert.equal(await start(disk, own.with(0, own[0]! ^ 1)), EVERYTHING);
  await changed(disk, (tx) => tx.updateTable('directory_verified').set({ mark: markVerified(nodeCrypto.hash, own, practice.state, 'an earlier program') }).execute());
  assert.equal(await start(disk), EVERYTHING);
  assert.equal(await start(disk), CHECKPOINT_SIGNATURES);
});

test('a folder from before there were marks is verified once', async () => {
  const disk = await changed(await marked(), (tx) => tx.deleteFrom('directory_verified').execute());
  assert.equal(await start(disk), EVERYTHING);
  assert.equal(await start(disk), CHECKPOINT_SIGNATURES);
});

test('a full disk marks nothing, and starts', async () => {
  const disk = await changed(await marked(), (tx) => tx.deleteFrom('directory_verified').execute());
  for (let run = 0; run < 2; run++) {
    const { people, store } = await open(practice, 'tram-tinh', disk, { markKey: own, room: { freeBytes: () => 0, floorBytes: 1 } });
    assert.deepEqual(people.view().point, practice.state.point);
    assert.equal(await store.of<PeopleTables>().read((db) => db.selectFrom('directory_verified').selectAll().executeTakeFirst()), undefined);
    await store.close();
  }
});

test('an entry that was changed under the mark stops the start', async () => {
  for (const at of [0, 5, practice.entries.length - 1]) {
    const entry = practice.entries[at]!;
    const bytes = entry.with(entry.length - 1, entry.at(-1)! ^ 1);
    const disk = await changed(await marked(), (tx) => tx.updateTable('directory_entry').set({ bytes }).where('entry_index', '=', at).execute());
    await refuses('database-damaged', open(practice, 'tram-tinh', disk, { markKey: own }));
  }
});

test('a log that was put back to what it was is verified whole, and what was lost comes again', async () => {
  const disk = await marked();
  const [before, size] = [await practice.checkpoint(), practice.entries.length];
  const { people, store } = await open(practice, 'tram-tinh', disk, { markKey: own });
  await practice.addPerson('tam', 'Lò Thị Tâm');
  const grown = { from: size, entries: practice.entries.slice(size), checkpoint: await practice.checkpoint() };
  await people.receive(grown);
  await store.close();
  await changed(disk, async (tx) => {
    await tx.deleteFrom('directory_entry').where('entry_index', '>=', size).execute();
    await tx.updateTable('directory_checkpoint').set({ size, note: before }).execute();
  });
  const back = await open(practice, 'tram-tinh', disk, { markKey: own });
  assert.equal(back.people.view().point.size, size);
  await back.people.receive(grown);
  await back.store.close();
  assert.equal(await start(disk), CHECKPOINT_SIGNATURES);
});

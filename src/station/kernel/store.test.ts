/** The store's promises: isolation, group commit, nothing half-done, nothing acknowledged that a crash takes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { Kysely } from 'kysely';
import { Refusal } from '#core/refusals.ts';
import { isOnPostgresql, newDisk, type TestDisk } from '../../../test/fixtures/disks.ts';
import type { Disk } from './disk.ts';
import { folderDisk } from './folder-disk.ts';
import { memoryDisk } from './memory-disk.ts';
import type { ColumnTypes } from './migrate.ts';
import { openStore, ROUND_MAX, type Store, type Tx } from './store.ts';

interface NoteTables {
  note: { id: number; body: Uint8Array | null };
}

const migrations = {
  '0001-note': {
    async up(db: Kysely<unknown>, types: ColumnTypes) {
      await db.schema
        .createTable('note')
        .addColumn('id', types.integer, (column) => column.primaryKey())
        .addColumn('body', types.bytes)
        .execute();
    },
  },
};

const root = mkdtempSync(path.join(tmpdir(), 'tram-store-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;

function newFolder(): string {
  return path.join(root, String(++folders));
}

function insert(id: number, bodyBytes = 4) {
  return async (tx: Tx<NoteTables>) => {
    await tx.insertInto('note').values({ id, body: new Uint8Array(bodyBytes) }).execute();
    return id;
  };
}

async function ids(store: Store): Promise<number[]> {
  const rows = await store.of<NoteTables>().read((db) => db.selectFrom('note').select('id').orderBy('id').execute());
  return rows.map(({ id }) => id);
}

function refusal(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

const DISKS: Record<string, () => Disk> = isOnPostgresql
  ? { postgresql: () => newDisk() }
  : { folder: () => folderDisk(newFolder()), memory: () => memoryDisk() };

for (const [kind, open] of Object.entries(DISKS)) {
  describe(`a store on a ${kind} disk`, () => {
    test('plans a limited question once: on SQLite the limit stands in its text, where a bound one is planned anew each time', async () => {
      const store = await openStore(open(), { migrations });
      await store.of<NoteTables>().commit(async (tx) => {
        for (const id of [1, 2, 3]) await insert(id)(tx);
        const limited = tx.selectFrom('note').select('id').orderBy('id').limit(2);
        assert.equal(limited.compile().sql.endsWith('limit 2'), !isOnPostgresql);
        assert.deepEqual(await limited.execute(), [{ id: 1 }, { id: 2 }]);
      });
      await store.close();
    });

    test('reads a column that was added since it was last asked', async () => {
      const store = await openStore(open(), { migrations });
      await store.of<NoteTables>().commit(async (tx) => {
        await insert(1)(tx);
        const all = tx.selectFrom('note').selectAll();
        assert.deepEqual(await all.execute(), [{ id: 1, body: new Uint8Array(4) }]);
        await tx.schema.alterTable('note').addColumn('mark', 'integer').execute();
        assert.deepEqual(await all.execute(), [{ id: 1, body: new Uint8Array(4), mark: null }]);
      });
      await store.close();
    });

    test('commits and reads back, rows as plain objects', async () => {
      const disk = open();
      const store = await openStore(disk, { migrations });
      const notes = store.of<NoteTables>();
      assert.equal(await notes.commit(insert(7)), 7);
      const rows = await notes.read((db) => db.selectFrom('note').selectAll().execute());
      assert.deepEqual(rows, [{ id: 7, body: new Uint8Array(4) }]);
      await store.close();
      disk.close();
    });

    test('work that fails is undone alone, and rejects after the round', async () => {
      const disk = open();
      const store = await openStore(disk, { migrations });
      const notes = store.of<NoteTables>();
      const settled = await Promise.allSettled([
        notes.commit(insert(1)),
        notes.commit(async (tx) => {
          await insert(2)(tx);
          throw new Refusal('name-taken');
        }),
        notes.commit(insert(1)),
        notes.commit(insert(3)),
      ]);
      assert.deepEqual(settled.map(({ status }) => status), ['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      assert.deepEqual(await ids(store), [1, 3]);
      await store.close();
      disk.close();
    });

    test('a read never sees a round that is not committed', async () => {
      const disk = open();
      const store = await openStore(disk, { migrations });
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      let written = () => {};
      const isWritten = new Promise<void>((resolve) => (written = resolve));
      const commit = store.of<NoteTables>().commit(async (tx) => {
        await insert(1)(tx);
        written();
        await held;
      });
      await isWritten;
      const seen: number[][] = [];
      const read = ids(store).then((found) => seen.push(found));
      // On a folder the read answers from the last commit; in memory it waits for its turn.
      if (kind !== 'memory') await read;
      release();
      await commit;
      await read;
      assert.deepEqual(seen, kind === 'memory' ? [[1]] : [[]]);
      await store.close();
      disk.close();
    });

    test('hooks: before each commit within it, after each commit once', async () => {
      const disk = open();
      const store = await openStore(disk, { migrations });
      let rounds = 0;
      store.beforeCommit(async (tx) => void (await insert(1_000 + rounds)(store.in(tx) as Tx<NoteTables>)));
      const stop = store.afterCommit(() => rounds++);
      await Promise.all([store.of<NoteTables>().commit(insert(1)), store.of<NoteTables>().commit(insert(2))]);
      stop();
      await store.of<NoteTables>().commit(insert(3));
      assert.equal(rounds, 1);
      assert.deepEqual(await ids(store), [1, 2, 3, 1_000, 1_001]);
      await store.close();
      disk.close();
    });

    test('a handle is dead once its work has ended, and scopes do not nest', async () => {
      const disk = open();
      const store = await openStore(disk, { migrations });
      const notes = store.of<NoteTables>();
      const leaked = await notes.commit(async (tx) => ({ tx }));
      await assert.rejects(insert(1)(leaked.tx), /before its commit or read has ended/);
      await assert.rejects(notes.commit(() => ids(store)), /use the handle it was given/);
      await assert.rejects(notes.read(() => notes.commit(insert(1))), /use the handle it was given/);
      await assert.rejects(notes.read((db) => insert(1)(db as Tx<NoteTables>)), /does not write/);
      assert.deepEqual(await ids(store), []);
      await store.close();
      disk.close();
    });

    test('many at once come through, in rounds', async () => {
      const disk = open();
      const store = await openStore(disk, { migrations });
      let rounds = 0;
      store.afterCommit(() => rounds++);
      const count = 2 * ROUND_MAX + 1;
      await Promise.all(Array.from({ length: count }, (_, id) => store.of<NoteTables>().commit(insert(id))));
      assert.equal((await ids(store)).length, count);
      assert.equal(rounds, 3);
      await store.close();
      await assert.rejects(store.of<NoteTables>().commit(insert(-1)), refusal('stopping'));
      disk.close();
    });

    test('a newer database is refused', async () => {
      const disk = open();
      const later = { ...migrations, '0002-later': { up: async () => {} } };
      await (await openStore(disk, { migrations: later })).close();
      await assert.rejects(openStore(disk, { migrations }), refusal('data-folder-newer'));
      await (await openStore(disk, { migrations: later })).close();
      disk.close();
    });

    test('a migration that fails leaves nothing, and runs again', async () => {
      const disk = open();
      const broken = { ...migrations, '0002-broken': { up: async (db: Kysely<unknown>) => {
        await db.schema.createTable('half').addColumn('id', 'integer').execute();
        throw new Error('power');
      } } };
      await assert.rejects(openStore(disk, { migrations: broken }), /power/);
      const mended = { ...migrations, '0002-broken': { up: async (db: Kysely<unknown>) => {
        await db.schema.createTable('half').addColumn('id', 'integer').execute();
      } } };
      await (await openStore(disk, { migrations: mended })).close();
      disk.close();
    });
  });
}

describe('crashes', () => {
  async function crashing(plan: (disk: TestDisk) => void): Promise<{ told: boolean; kept: boolean }> {
    const disk = newDisk();
    const store = await openStore(disk, { migrations });
    await store.of<NoteTables>().commit(insert(1));
    plan(disk);
    const told = await store.of<NoteTables>().commit(insert(2)).then(() => true, () => false);
    disk.faults = {};
    const again = await openStore(disk, { migrations });
    const found = await ids(again);
    assert.ok(found.includes(1));
    return { told, kept: found.includes(2) };
  }

  test('before the commit: nobody was told, nothing is kept', async () => {
    const outcome = await crashing((disk) => (disk.faults = { beforeCommit: () => disk.crash() }));
    assert.deepEqual(outcome, { told: false, kept: false });
  });

  test('after the commit: kept, though nobody was told', async () => {
    const outcome = await crashing((disk) => (disk.faults = { afterCommit: () => disk.crash() }));
    assert.deepEqual(outcome, { told: false, kept: true });
  });

  test('in the middle of the work: undone', async () => {
    const outcome = await crashing((disk) => (disk.faults = { beforeQuery: () => disk.crash() }));
    assert.deepEqual(outcome, { told: false, kept: false });
  });

  test('a copy of the disk is what was durable, and lives apart', async () => {
    const disk = newDisk();
    const store = await openStore(disk, { migrations });
    await store.of<NoteTables>().commit(insert(1));
    const backup = await disk.copy();
    await store.of<NoteTables>().commit(insert(2));
    const restored = await openStore(backup, { migrations });
    await restored.of<NoteTables>().commit(insert(3));
    assert.deepEqual([await ids(store), await ids(restored)], [[1, 2], [1, 3]]);
  });
});

describe('failing disks', () => {
  test('a failed fsync fails the store: every later commit is refused', async () => {
    const disk = memoryDisk();
    const store = await openStore(disk, { migrations });
    const ioError = Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 1_034 });
    disk.faults.beforeCommit = () => {
      throw ioError;
    };
    await assert.rejects(store.of<NoteTables>().commit(insert(1)), ioError);
    disk.faults = {};
    assert.equal(store.state, 'failed');
    await assert.rejects(store.of<NoteTables>().commit(insert(2)), refusal('store-failed'));
    await store.close();
  });

  test('a full disk refuses, undoes everything, and the store goes on when there is room', async () => {
    const disk = memoryDisk();
    const store = await openStore(disk, { migrations });
    const notes = store.of<NoteTables>();
    await notes.commit(insert(1));
    disk.shrink(8);
    assert.ok(disk.freeBytes() < 32_768);
    await assert.rejects(notes.commit(insert(2, 100_000)), refusal('disk-full'));
    disk.shrink(1_000);
    await notes.commit(insert(3));
    assert.deepEqual(await ids(store), [1, 3]);
    assert.equal(store.state, 'open');
  });

  test('work that hides a full disk from us cannot write past the lost transaction', async () => {
    const disk = memoryDisk();
    const store = await openStore(disk, { migrations });
    const notes = store.of<NoteTables>();
    disk.shrink(8);
    const stubborn = notes.commit(async (tx) => {
      await insert(1, 100_000)(tx).catch(() => {});
      await insert(2)(tx);
    });
    await assert.rejects(stubborn);
    assert.deepEqual(await ids(store), []);
  });

  test('no room for the commit itself: refused, undone, still open', async () => {
    const disk = memoryDisk();
    const store = await openStore(disk, { migrations });
    disk.faults.beforeCommit = () => {
      throw Object.assign(new Error('full'), { errcode: 13 });
    };
    await assert.rejects(store.of<NoteTables>().commit(insert(1)), refusal('disk-full'));
    disk.faults = {};
    assert.deepEqual(await ids(store), []);
    assert.equal(store.state, 'open');
  });
});

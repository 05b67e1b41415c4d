/**
 * What a store on PostgreSQL refuses, and what it does when its connection is lost: never acknowledge what did not take
 * place, never give up what did. On a cluster of this file's own, on a real disk, because it is restarted and killed.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { Refusal } from '#core/refusals.ts';
import { postgresFolderDisk } from '../../../test/fixtures/disks.ts';
import { type Cluster, startCluster } from '../../../test/fixtures/postgresql.ts';
import { until } from '../../../test/fixtures/until.ts';
import { want } from '../../../test/wants.ts';
import type { ColumnTypes } from './migrate.ts';
import { BINDING_FILE } from './postgres-disk.ts';
import { parseDatabaseUrl } from './postgres-url.ts';
import { openStore, type Store, type Tx } from './store.ts';

interface NoteTables {
  note: { id: number; body: Uint8Array | null };
}

const migrations = {
  '0001-note': {
    async up(db: Kysely<unknown>, { bytes, integer }: ColumnTypes) {
      await db.schema.createTable('note').addColumn('id', integer, (column) => column.primaryKey()).addColumn('body', bytes).execute();
    },
  },
};

const root = mkdtempSync(path.join(tmpdir(), 'tram-postgres-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = (): string => path.join(root, String(++folders));
const refusal = (code: string, reason?: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code && (reason === undefined || error.detail['reason'] === reason);
const insert = (id: number) => async (tx: Tx<NoteTables>) => void (await tx.insertInto('note').values({ id, body: new Uint8Array([id]) }).execute());

async function ids(store: Store): Promise<number[]> {
  const rows = await store.of<NoteTables>().read((db) => db.selectFrom('note').select('id').orderBy('id').execute());
  return rows.map(({ id }) => id);
}

describe('an address', () => {
  for (const [url, reason] of [
    ['postgres://tram:mật-khẩu@localhost/tram', 'password'],
    ['postgres://tram@localhost/tram?password=x', 'password'],
    ['mysql://tram@localhost/tram', 'protocol'],
    ['postgres://localhost/tram', 'user-or-database'],
    ['postgres://tram@localhost', 'user-or-database'],
    ['postgres://tram@db.example/tram', 'sslmode'],
    ['postgres://tram@db.example/tram?sslmode=require', 'sslmode'],
    ['postgres://tram@localhost/tram?options=-c%20fsync=off', 'parameter'],
    ['postgres://tr%FFm@localhost/tram', 'user-or-database'],
    ['postgres://tram@localhost/tr%m', 'user-or-database'],
    ['tram', 'url'],
  ] as const) {
    test(`${url} is refused and not repeated`, () => {
      assert.throws(() => parseDatabaseUrl(url), (error) => refusal('configuration-malformed', reason)(error) && !String(error).includes('mật'));
    });
  }

  test('of a socket, of this machine, and of another by TLS', () => {
    assert.deepEqual(parseDatabaseUrl('postgres://tram@localhost/so?host=/var/run/postgresql'),
      { host: '/var/run/postgresql', port: 5432, user: 'tram', database: 'so', tls: null });
    assert.deepEqual(parseDatabaseUrl('postgresql://t@[::1]:5433/so').host, '::1');
    assert.deepEqual(parseDatabaseUrl('postgres://t@db.example/so?sslmode=verify-full&sslrootcert=/etc/tram/ca.pem').tls, { authority: '/etc/tram/ca.pem' });
  });
});

if ((await want('postgresql', 'what a store on PostgreSQL refuses and survives')) !== null) onCluster(startCluster({ onDisk: true }));

function onCluster(cluster: Cluster): void {
  after(() => cluster.stop());

  async function opened(reconnectMsMax?: number) {
    const [folder, url] = [newFolder(), await cluster.newDatabase()];
    const disk = postgresFolderDisk(folder, url, { reconnectMsMax, lockMsMax: 400 });
    const store = await openStore(disk, { migrations });
    const close = async (): Promise<void> => {
      await store.close();
      disk.close();
    };
    return { folder, url, disk, store, notes: store.of<NoteTables>(), close };
  }

  const backends = (url: string): string =>
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${new URL(url).pathname.slice(1)}' and pid <> pg_backend_pid()`;

  describe('a database', () => {
    test('is one folder\'s, and one process\'s', async () => {
      const { folder, url, close } = await opened();
      await assert.rejects(openStore(postgresFolderDisk(newFolder(), url, { lockMsMax: 200 }), { migrations }), refusal('database-in-use'));
      await close();
      await assert.rejects(openStore(postgresFolderDisk(newFolder(), url), { migrations }), refusal('database-occupied'));
      const again = postgresFolderDisk(folder, url);
      await (await openStore(again, { migrations })).close();
      again.close();
    });

    test('that holds something else is not taken', async () => {
      const url = await cluster.newDatabase();
      await cluster.run('create table theirs (id int)', url);
      await assert.rejects(openStore(postgresFolderDisk(newFolder(), url), { migrations }), refusal('database-occupied'));
    });

    test('that was emptied, or another one, is not taken for a new station\'s', async () => {
      const { folder, url, close } = await opened();
      await close();
      const other = postgresFolderDisk(folder, await cluster.newDatabase());
      await assert.rejects(openStore(other, { migrations }), refusal('database-damaged', 'missing'));
      other.close();
      writeFileSync(path.join(folder, BINDING_FILE), 'x');
      assert.throws(() => postgresFolderDisk(folder, url), refusal('database-damaged'));
    });

    for (const [setting, value, reason] of [['synchronous_commit', 'off', 'synchronous_commit'], ['synchronous_commit', 'local', 'synchronous_commit']] as const) {
      test(`with ${setting} = ${value} is refused`, async () => {
        const url = await cluster.newDatabase();
        await cluster.run(`alter database ${new URL(url).pathname.slice(1)} set ${setting} = ${value}`);
        await assert.rejects(openStore(postgresFolderDisk(newFolder(), url), { migrations }), refusal('database-refused', reason));
      });
    }

    test('that orders text otherwise than by its bytes is refused', async () => {
      await cluster.run(`create database ordered template template0 locale_provider icu icu_locale 'vi' locale 'C' encoding 'UTF8'`);
      const url = (await cluster.newDatabase()).replace(/t_\d+_\d+/, 'ordered');
      await assert.rejects(openStore(postgresFolderDisk(newFolder(), url), { migrations }), refusal('database-refused', 'collation'));
    });

    test('gives numbers, bytes and truth as SQLite does', async () => {
      const { notes, close } = await opened();
      await notes.commit(insert(7));
      const read = await notes.read(async (db) => {
        const { rows } = await sql`select count(*) as many, sum(id) as sum, body, id = 7 as yes, 2 ^ 53 < 0 as no, null::bytea as nothing, 'Đặng'::text as name from note group by id, body`.execute(db);
        return rows[0];
      });
      assert.deepEqual(read, { many: 1, sum: 7, body: new Uint8Array([7]), yes: 1, no: 0, nothing: null, name: 'Đặng' });
      assert.equal(Object.getPrototypeOf((read as { body: object }).body), Uint8Array.prototype);
      await assert.rejects(notes.read((db) => sql`select 9007199254740993::int8 as large`.execute(db)), /below 2\^53/);
      await close();
    });

    test('forgets what was erased: the table\'s file is written anew by a scrub', async () => {
      const { notes, store, url, close } = await opened();
      const secret = new TextEncoder().encode('the reason, which has to be destroyed');
      await notes.commit((tx) => tx.insertInto('note').values({ id: 1, body: secret }).execute());
      const file = async (): Promise<string> => {
        const [row] = await cluster.run(`select current_setting('data_directory') || '/' || pg_relation_filepath('note') as file`, url);
        await cluster.run('checkpoint');
        return String(row!['file']);
      };
      const before = await file();
      assert.notEqual(readFileSync(before).indexOf(secret), -1);
      await notes.commit((tx) => tx.deleteFrom('note').where('id', '=', 1).execute());
      await store.scrub();
      const now = await file();
      assert.notEqual(now, before);
      assert.equal(readFileSync(now).indexOf(secret), -1);
      await close();
    });

    test('goes on while a backup reads, and forgets what was erased meanwhile once that has ended', async () => {
      const { notes, store, url, disk, close } = await opened();
      const secret = new TextEncoder().encode('the reason, which has to be destroyed');
      await notes.commit((tx) => tx.insertInto('note').values({ id: 1, body: secret }).execute());
      const isThere = async (): Promise<boolean> => {
        const [row] = await cluster.run(`select current_setting('data_directory') || '/' || pg_relation_filepath('note') as file`, url);
        await cluster.run('checkpoint');
        return readFileSync(String(row!['file'])).includes(secret);
      };
      for (const look of ['select 1', 'select id from note']) {
        const reader = (await disk.reader())!;
        await reader.begin('read');
        await reader.query(look, []);
        await notes.commit((tx) => tx.deleteFrom('note').execute());
        const began = performance.now();
        await store.scrub();
        assert.ok(performance.now() - began < 10_000, 'a round waits no longer than this');
        assert.equal(await isThere(), true, look);
        await reader.rollback();
        await reader.close();
        await store.scrub();
        assert.equal(await isThere(), false, look);
        await notes.commit((tx) => tx.insertInto('note').values({ id: 1, body: secret }).execute());
      }
      await close();
    });
  });

  describe('a lost connection', () => {
    test('between rounds is opened again, and nobody notices', async () => {
      const { url, notes, store, close } = await opened();
      await notes.commit(insert(1));
      await ids(store);
      await cutOff(url);
      await notes.commit(insert(2));
      assert.deepEqual(await ids(store), [1, 2]);
      await close();
    });

    test('in the middle of a round loses the round, and says so', async () => {
      const { url, notes, store, close } = await opened();
      const lost = notes.commit(async (tx) => {
        await insert(1)(tx);
        await cluster.run(backends(url));
        await insert(2)(tx);
      });
      await assert.rejects(lost, refusal('database-unreachable'));
      assert.equal(store.state, 'open');
      await notes.commit(insert(3));
      assert.deepEqual(await ids(store), [3]);
      await close();
    });

    for (const [how, isThere] of [['before', false], ['after', true]] as const) {
      test(`with the answer of a commit, ${how} it took place: the database is asked`, async () => {
        const { notes, store, url, close } = await opened();
        await cutAtCommit(url, isThere);
        const told = await notes.commit(insert(1)).then(() => true, () => false);
        assert.equal(told, isThere);
        assert.deepEqual(await ids(store), isThere ? [1] : []);
        await notes.commit(insert(2));
        assert.deepEqual(await ids(store), isThere ? [1, 2] : [2]);
        await close();
      });
    }

    test('that does not come back leaves the commit unacknowledged and the store failed, and a new start tells', async () => {
      const { notes, store, folder, url, disk } = await opened(300);
      await cutAtCommit(url, true, `alter database ${new URL(url).pathname.slice(1)} allow_connections false`);
      await assert.rejects(notes.commit(insert(1)), refusal('store-failed'));
      assert.equal(store.state, 'failed');
      await assert.rejects(notes.commit(insert(2)), refusal('store-failed'));
      await store.close();
      disk.close();
      await cluster.run(`alter database ${new URL(url).pathname.slice(1)} allow_connections true`);
      const again = postgresFolderDisk(folder, url);
      const restarted = await openStore(again, { migrations });
      assert.deepEqual(await ids(restarted), [1]);
      await restarted.close();
      again.close();
    });
  });

  test('a server that is restarted in a storm of commits loses nothing that was acknowledged', async () => {
    const { notes, store, close } = await opened();
    const told: number[] = [];
    const over = new AbortController();
    let next = 0;
    const writer = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const id = next++;
        await notes.commit(insert(id)).then(() => told.push(id), () => {});
      }
    };
    const writers = Array.from({ length: 8 }, writer);
    for (const mode of ['immediate', 'fast', 'immediate'] as const) {
      const before = told.length;
      await until(() => told.length >= before + 40, 'commits');
      await cluster.restart(mode);
    }
    const before = told.length;
    await until(() => told.length >= before + 40, 'commits');
    over.abort();
    await Promise.all(writers);
    const kept = new Set(await ids(store));
    assert.deepEqual(told.filter((id) => !kept.has(id)), []);
    assert.equal(new Set(told).size, told.length);
    await close();
  });

  test('a process whose lease was taken cannot commit, and knows it', async () => {
    const { notes, store, url, close } = await opened();
    await notes.commit(insert(1));
    await cluster.run(`update store_lease set holder = '${'0'.repeat(32)}'`, url);
    await assert.rejects(notes.commit(insert(2)), refusal('database-in-use'));
    assert.equal(store.state, 'failed');
    assert.deepEqual(await cluster.run('select id::text from note', url), [{ id: '1' }]);
    await close();
  });

  test('a database that went back in time under a running station is not written to', async () => {
    const { notes, store, url, close } = await opened();
    await notes.commit(insert(1));
    await cluster.run('update store_lease set round = 0', url);
    await cutOff(url);
    await assert.rejects(notes.commit(insert(2)), refusal('database-damaged', 'went-back'));
    assert.equal(store.state, 'failed');
    await close();
  });

  /**
   * A trigger that runs in the commit itself ends its own backend there (nothing was committed); or the connection is cut
   * by the server right after the commit record is durable, which a cancelled wait for a standby that never comes is.
   */
  async function cutAtCommit(url: string, isAfter: boolean, first = 'select 1'): Promise<void> {
    if (isAfter) {
      await cluster.run(`alter system set synchronous_standby_names = 'nobody'`);
      await cluster.run('select pg_reload_conf()');
      const name = new URL(url).pathname.slice(1);
      void (async () => {
        for (;;) {
          const rows = await cluster.run(`select pid from pg_stat_activity where datname = '${name}' and wait_event = 'SyncRep'`);
          if (rows.length > 0) break;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        await cluster.run(`set synchronous_commit = local; ${first}`);
        await cluster.run(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and wait_event = 'SyncRep'`);
        await cluster.run('alter system reset synchronous_standby_names');
        await cluster.run('select pg_reload_conf()');
      })();
      return;
    }
    await cluster.run(`create function cut() returns trigger language plpgsql as $$ begin
      perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
      create constraint trigger cut after insert on note initially deferred for each row when (new.id = 1) execute function cut()`, url);
  }

  /** Ends every connection, and waits until ours is known to have ended: its other end is a process that is gone. */
  async function cutOff(url: string): Promise<void> {
    const pids = (await cluster.run(`select pid::text from pg_stat_activity where datname = '${new URL(url).pathname.slice(1)}'`)).map(({ pid }) => String(pid));
    await cluster.run(backends(url));
    await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), 'the end of the backends');
    // What the kernel has for our sockets by now is read in the next turn, and told in the one after it.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What a folder refuses: a second holder, strangers' files, damage; and what it forgets when told to. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { Kysely } from 'kysely';
import { Refusal } from '#core/refusals.ts';
import { DATABASE_FILE, folderDisk } from './folder-disk.ts';
import { openStore, type Tx } from './store.ts';

interface NoteTables {
  note: { id: number; body: Uint8Array | null };
}

const migrations = {
  '0001-note': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('note')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('body', 'blob')
        .execute();
    },
  },
};

const root = mkdtempSync(path.join(tmpdir(), 'tram-folder-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;

function newFolder(): string {
  return path.join(root, String(++folders));
}

function insert(id: number, bodyBytes: number) {
  return async (tx: Tx<NoteTables>) => {
    await tx.insertInto('note').values({ id, body: new Uint8Array(bodyBytes) }).execute();
  };
}

function refusal(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

describe('data folders', () => {
  test('nobody else reads them, whoever made the folder', async () => {
    const folder = newFolder();
    mkdirSync(folder, { mode: 0o755 });
    const disk = folderDisk(folder);
    const store = await openStore(disk, { migrations });
    await store.of<NoteTables>().commit(insert(1, 10));
    const readable = readdirSync(folder).filter((file) => (statSync(path.join(folder, file)).mode & 0o077) !== 0);
    assert.deepEqual(readable, []);
    await store.close();
    disk.close();
  });

  test('one at a time', () => {
    const folder = newFolder();
    const disk = folderDisk(folder);
    assert.throws(() => folderDisk(folder), refusal('data-folder-in-use'));
    disk.close();
    folderDisk(folder).close();
  });

  test('a folder of something else is not taken', () => {
    assert.throws(() => folderDisk(import.meta.dirname), refusal('data-folder-occupied'));
  });

  for (const [damage, spoil] of Object.entries({
    truncated: (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 8_192),
    'not a database': (bytes: Uint8Array) => new Uint8Array(bytes.length).fill(0x41),
    'with a page overwritten': (bytes: Uint8Array) => bytes.fill(0xee, 4_096, 8_192),
    emptied: () => new Uint8Array(0),
  })) {
    test(`a database ${damage} is refused`, async () => {
      const folder = newFolder();
      const disk = folderDisk(folder);
      const store = await openStore(disk, { migrations });
      await store.of<NoteTables>().commit(insert(1, 50_000));
      await store.close();
      const file = path.join(folder, DATABASE_FILE);
      writeFileSync(file, spoil(readFileSync(file)));
      await assert.rejects(openStore(disk, { migrations }), refusal('database-damaged'));
      disk.close();
    });
  }

  test('what was erased is nowhere in the folder after a scrub', async () => {
    const folder = newFolder();
    const disk = folderDisk(folder);
    const store = await openStore(disk, { migrations });
    const notes = store.of<NoteTables>();
    const secret = new TextEncoder().encode('the reason, which has to be destroyed');
    await notes.commit((tx) => tx.insertInto('note').values({ id: 1, body: secret }).execute());
    await notes.commit((tx) => tx.deleteFrom('note').where('id', '=', 1).execute());
    await store.scrub();
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (statSync(file).isFile()) assert.equal(readFileSync(file).indexOf(secret), -1, name);
    }
    await store.close();
    disk.close();
  });
});

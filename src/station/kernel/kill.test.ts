/**
 * A process that writes to a real folder is killed without warning, again and again: whatever it was told is durable
 * must be there, state and ledger must agree, and the next process must be able to take the folder.
 *
 * Run with `child FOLDER FIRST`, this file is the process that is killed.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { concat, utf8 } from '#core/bytes.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import { DATABASE_VARIABLE, sharedCluster } from '../../../test/fixtures/postgresql.ts';
import { folderDisk } from './folder-disk.ts';
import { Jobs, type JobTables } from './jobs.ts';
import { Ledger } from './ledger.ts';
import { silentLog } from './log.ts';
import { kernelMigrations } from './migrations/index.ts';
import { postgresDisk } from './postgres-disk.ts';
import { parseDatabaseUrl } from './postgres-url.ts';
import { openStore } from './store.ts';
import { countingRandom, nodeCrypto, recomputedHead, START, stillClock } from './testing.test.ts';

const ROUNDS = 10;
const WRITERS = 8;
const isOnPostgresql = process.env[DATABASE_VARIABLE] === 'postgresql';
const NO_DATABASE = 'postgres://nobody@localhost/none';
const [, , role, folder = '', first = '0', url = ''] = process.argv;

if (role === 'child') await write(folder, Number(first), url);
else test(`${ROUNDS} kills lose nothing that was acknowledged`, surviveKills);

async function open(where: string, database: string) {
  const access = { address: parseDatabaseUrl(database === '' ? NO_DATABASE : database), password: async () => '' };
  const disk = database === '' ? folderDisk(where) : postgresDisk(where, { access, clock: nodeClock, random: nodeRandom });
  const store = await openStore(disk, { migrations: kernelMigrations });
  const ledger = new Ledger({
    store,
    clock: stillClock,
    random: countingRandom(),
    hash: nodeCrypto.hash,
    encodeEvent: ({ index, fields }) => concat(utf8(`${index} `), fields),
    incarnation: () => new Uint8Array(16),
  });
  const jobs = new Jobs({ store, clock: stillClock, log: silentLog, handlers: {} });
  return { disk, store, ledger, jobs };
}

/** Several writers at once; each says a number only when its commit has resolved. */
async function write(where: string, from: number, database: string): Promise<void> {
  const { store, ledger, jobs } = await open(where, database);
  let next = from;
  const writer = async (): Promise<void> => {
    for (;;) {
      const number = next++;
      await store.commit(async (tx) => {
        await ledger.append(tx, { kind: 'note.made', fields: utf8(String(number)) });
        await jobs.schedule(tx, 'chase', String(number), START);
      });
      process.stdout.write(`${number}\n`);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

async function surviveKills(): Promise<void> {
  const root = mkdtempSync(path.join(tmpdir(), 'tram-kill-'));
  const where = path.join(root, 'data');
  const told = new Set<number>();
  const database = isOnPostgresql ? await (await sharedCluster()).newDatabase() : '';
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await runAndKill(where, 1_000_000 * round, told, 40 + 37 * round, database);
      const { disk, store, ledger } = await open(where, database);
      const rows = await store.of<JobTables>().read((db) => db.selectFrom('job').select('key').execute());
      const kept = new Set(rows.map(({ key }) => Number(key)));
      assert.deepEqual([...told].filter((number) => !kept.has(number)), []);
      assert.equal((await recomputedHead(store, ledger)).size, kept.size);
      await store.close();
      disk.close();
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Runs a writer until it has said so many numbers, then kills it in the middle of whatever it does. */
async function runAndKill(where: string, from: number, told: Set<number>, count: number, database: string): Promise<void> {
  const child = spawn(process.execPath, [import.meta.filename, 'child', where, String(from), database], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const before = told.size;
  for await (const line of createInterface(child.stdout)) {
    told.add(Number(line));
    if (told.size - before === count) child.kill('SIGKILL');
  }
  await ended;
  assert.equal(child.signalCode, 'SIGKILL');
}

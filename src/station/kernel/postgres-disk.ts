/**
 * A station's disk whose database is PostgreSQL: the folder keeps identity, configuration, blobs and staging, and
 * `database.id`, which says whose the database is. One process holds both at a time. docs/decisions/0020.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hex } from '#core/bytes.ts';
import type { Clock, RandomSource } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { DatabaseHandle, Disk } from './disk.ts';
import { DATABASE_FILE, type HeldFolder, holdFolder } from './folder-disk.ts';
import { connect, disconnect, type PostgresAccess } from './postgres-client.ts';
import { postgresRefusal } from './postgres-errors.ts';
import { PostgresHandle } from './postgres-handle.ts';
import { type Binding, demandFolders, dropDatabase } from './postgres-lease.ts';
import { PostgresWriter } from './postgres-writer.ts';

export const BINDING_FILE = 'database.id';
const BINDING = /^[0-9a-f]{32}$/;

interface PostgresDiskOptions {
  readonly access: PostgresAccess;
  readonly clock: Pick<Clock, 'after' | 'monotonicMs'>;
  readonly random: RandomSource;
  /** How long a lost server is awaited before commits are refused. */
  readonly reconnectMsMax?: number;
}

export interface PostgresDisk extends Disk {
  /** Undoes the founding of a station that came to nothing: drops the tables where they are this folder's. */
  discard(): Promise<void>;
}

/**
 * Opens a data folder whose database is elsewhere, creating the folder where it is absent.
 * @throws Refusal `data-folder-in-use`, `data-folder-occupied`; with `database()` those of postgres-lease.ts and
 * postgres-client.ts
 */
export function postgresDisk(folder: string, options: PostgresDiskOptions): PostgresDisk {
  const held = holdFolder(folder);
  try {
    if (existsSync(path.join(folder, DATABASE_FILE))) throw new Refusal('data-folder-occupied', { folder });
    const bound = bindingOf(folder, held, options.random);
    return { ...held.files, ...postgresDatabase({ ...options, ...bound }), discard: () => discard(options.access, bound.binding()) };
  } catch (error) {
    held.files.close();
    throw error;
  }
}

interface PostgresDatabaseOptions extends PostgresDiskOptions {
  readonly binding: () => Binding;
  readonly setFounded: () => void;
}

/** The part of a disk that is the database; the rest of it may be anywhere. */
export function postgresDatabase(options: PostgresDatabaseOptions): Pick<Disk, 'database' | 'reader'> {
  return {
    async database() {
      const writer = await PostgresWriter.open({ ...options, holder: hex(options.random.bytes(16)) });
      options.setFounded();
      return writer;
    },
    reader: async () => new PostgresHandle(() => connect(options.access, 'tram read')),
  };
}

/**
 * A connection beside a station's, running or not: it only reads, and neither takes nor awaits the writer's lease.
 * @throws Refusal of postgres-client.ts and `demandFolders`
 */
export async function postgresReader(folder: string, access: PostgresAccess, application: string): Promise<DatabaseHandle> {
  const id = readId(folder);
  const handle = new PostgresHandle(async () => {
    const client = await connect(access, application);
    try {
      await demandFolders(client, id);
      await client.query('set default_transaction_read_only = on');
      return client;
    } catch (error) {
      disconnect(client);
      throw error;
    }
  });
  await handle.exec('select 1');
  return handle;
}

function bindingOf(folder: string, held: HeldFolder, random: RandomSource): Pick<PostgresDatabaseOptions, 'binding' | 'setFounded'> {
  const file = path.join(folder, BINDING_FILE);
  // Before the database knows it: a crash in between leaves an empty database, which is then founded.
  if (!held.isFounded() && !existsSync(file)) writeFileSync(file, `${hex(random.bytes(16))}\n`, { mode: 0o600, flush: true });
  const id = readId(folder);
  return { binding: () => ({ folder: id, isFounded: held.isFounded() }), setFounded: () => held.setFounded() };
}

function readId(folder: string): string {
  const file = path.join(folder, BINDING_FILE);
  const id = existsSync(file) ? readFileSync(file, 'latin1').trim() : '';
  if (!BINDING.test(id)) throw new Refusal('database-damaged', { place: BINDING_FILE });
  return id;
}

async function discard(access: PostgresAccess, { folder }: Binding): Promise<void> {
  const client = await connect(access).catch((error: unknown) => {
    throw postgresRefusal(error);
  });
  try {
    await dropDatabase(client, folder);
  } finally {
    disconnect(client);
  }
}

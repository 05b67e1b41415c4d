/** Which database a station has, as its configuration says, and how its password is come by. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '#core/refusals.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import type { Configuration } from '#station/kernel/config.ts';
import type { DatabaseHandle, Disk } from '#station/kernel/disk.ts';
import { DATABASE_FILE, folderDisk } from '#station/kernel/folder-disk.ts';
import type { PostgresAccess } from '#station/kernel/postgres-client.ts';
import type { PostgresDisk } from '#station/kernel/postgres-disk.ts';
import { parseDatabaseUrl, type PostgresAddress } from '#station/kernel/postgres-url.ts';
import { SqliteHandle } from '#station/kernel/sqlite-handle.ts';

/** What a configuration says of it. */
export type DatabaseKeys = Pick<Configuration, 'database' | 'databasePasswordFile'>;

/** Of postgres-disk.ts, which is loaded only where it is wanted: it brings the driver with it. */
const BINDING_FILE = 'database.id';
/** Readers wait this long for a checkpoint of the write-ahead log to let go. */
const BUSY_MS = 5_000;

/** Takes a data folder with its database. @throws Refusal of folder-disk.ts and postgres-disk.ts */
export async function stationDisk(data: string, configuration: DatabaseKeys): Promise<Disk | PostgresDisk> {
  if (configuration.database !== null) {
    const { postgresDisk } = await import('#station/kernel/postgres-disk.ts');
    return postgresDisk(data, { access: databaseAccess(configuration.database, configuration), clock: nodeClock, random: nodeRandom });
  }
  demandConfigured(data, configuration);
  return folderDisk(data);
}

/**
 * A connection that only reads, beside a station that runs or not.
 * @param application what the server shows of it
 * @throws Refusal `data-folder-empty` where there is no database; those of postgresReader
 */
export async function stationReader(data: string, configuration: DatabaseKeys, application: string): Promise<DatabaseHandle> {
  if (configuration.database !== null) {
    const { postgresReader } = await import('#station/kernel/postgres-disk.ts');
    return postgresReader(data, databaseAccess(configuration.database, configuration), application);
  }
  demandConfigured(data, configuration);
  const file = path.join(data, DATABASE_FILE);
  if (!existsSync(file)) throw new Refusal('data-folder-empty', { folder: data });
  return new SqliteHandle(new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS }));
}

/**
 * Where the records are in a PostgreSQL that the configuration has forgotten, an empty database beside them would be another
 * station. @throws Refusal `configuration-malformed`
 */
export function demandConfigured(data: string, { database }: Pick<DatabaseKeys, 'database'>): void {
  if (database !== null || !existsSync(path.join(data, BINDING_FILE))) return;
  throw new Refusal('configuration-malformed', { key: 'database', reason: 'missing' });
}

/** @throws Refusal `configuration-malformed` */
export function databaseAccess(url: string, { databasePasswordFile }: Pick<DatabaseKeys, 'databasePasswordFile'>): PostgresAccess {
  const address = parseDatabaseUrl(url);
  return { address, password: async () => passwordOf(address, databasePasswordFile) };
}

/** From the file that the configuration names, else as libpq does: PGPASSWORD, then a line of PGPASSFILE. Asked anew each time. */
function passwordOf(address: PostgresAddress, file: string): string {
  if (file !== '') return readPassword(file).replace(/\r?\n$/, '');
  const { PGPASSWORD: given, PGPASSFILE: list } = process.env;
  if (given !== undefined) return given;
  return list === undefined ? '' : (passwordIn(readPassword(list), address) ?? '');
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal('configuration-malformed', { key: 'databasePasswordFile', reason: (error as NodeJS.ErrnoException).code ?? 'unreadable' });
  }
}

/** `host:port:database:user:password`, with `*` for any and `\` before a colon. Source: PostgreSQL, "The Password File". */
export function passwordIn(list: string, { host, port, database, user }: PostgresAddress): string | null {
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  for (const line of list.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const found = /^((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):(.*)$/.exec(line);
    const [password, ...fields] = (found ?? []).slice(1).map((field) => field.replaceAll(/\\(.)/g, '$1')).toReversed();
    fields.reverse();
    if (password !== undefined && wanted.every((one, i) => fields[i] === '*' || fields[i] === one)) return password;
  }
  return null;
}

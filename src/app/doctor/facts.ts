/** What stands in a station's folder, read once for all checks. What cannot be read is null, and a check says why. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FindingName } from '#core/findings.ts';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';
import { foldEntries } from '#model/directory.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { type Configuration, DEFAULT_CONFIGURATION, type RenamedKey } from '#station/kernel/config.ts';
import { DATABASE_FILE, folderDisk } from '#station/kernel/folder-disk.ts';
import { demandConfigured } from '../station-database.ts';
import { readRunning, type RunningFile } from '../running-file.ts';
import { isStationFolder, readIdentity, readStationConfiguration, type StationIdentity } from '../station-folder.ts';
import { FactsDatabase } from './facts-database.ts';
import type { DoctorOutside } from './outside.ts';

/** Says a finding of the check that is being made. */
export type Find = (finding: FindingName, detail: RefusalDetail) => void;

export interface Facts {
  readonly data: string;
  readonly outside: DoctorOutside;
  /** How many days before something lapses it is said. */
  readonly days: number;
  readonly identity: StationIdentity | null;
  readonly configuration: Configuration;
  /** Why the configuration could not be read, and the defaults stand for it. */
  readonly configurationRefusal: Refusal | null;
  readonly renamed: readonly RenamedKey[];
  readonly isRunning: boolean;
  /** What the station that runs says of itself. */
  readonly running: RunningFile | null;
  readonly db: FactsDatabase | null;
  /** Why there is no database: the finding, and what fills it. */
  readonly databaseFinding: { readonly finding: FindingName; readonly reason: string } | null;
  readonly directory: DirectoryView | null;
  /** Why there is no directory. */
  readonly directoryReason: string | null;
}

export async function readFacts(data: string, days: number, outside: DoctorOutside): Promise<Facts> {
  const renamed: RenamedKey[] = [];
  const told = attempt(() => readConfigurationOf(data, renamed));
  const configuration = told.value ?? DEFAULT_CONFIGURATION;
  const isRunning = isHeld(data);
  const db = await FactsDatabase.open(data, configuration, isRunning).then((value) => ({ value, error: null }), (error: unknown) => ({ value: null, error }));
  const { directory, reason } = await readDirectory(db.value);
  return {
    data, outside, days, renamed, isRunning, directory, configuration,
    identity: attempt(() => readIdentity(data)).value,
    configurationRefusal: told.error instanceof Refusal ? told.error : null,
    running: isRunning ? readRunning(data) : null,
    db: db.value,
    databaseFinding: db.value === null ? findingOf(data, db.error) : null,
    directoryReason: reason,
  };
}

/** @throws Refusal `configuration-malformed`, also where it has forgotten that the records are in PostgreSQL */
function readConfigurationOf(data: string, renamed: RenamedKey[]): Configuration {
  const configuration = readStationConfiguration(data, (one) => void renamed.push(one));
  demandConfigured(data, configuration);
  return configuration;
}

/** A file of SQLite that is not there or not whole; else what PostgreSQL, or the way to it, has refused. */
function findingOf(data: string, error: unknown): Facts['databaseFinding'] {
  if (!(error instanceof Refusal)) return { finding: existsSync(path.join(data, DATABASE_FILE)) ? 'database-damaged' : 'database-missing', reason: 'unreadable' };
  if (error.code === 'database-occupied') return { finding: 'database-foreign', reason: 'other' };
  if (error.code === 'database-damaged') return { finding: 'database-foreign', reason: String(error.detail['reason'] ?? error.detail['place']) };
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return { finding: 'database-unreachable', reason: String(error.detail['reason'] ?? code ?? error.code) };
}

/** Whether a process holds the folder: the lock says, whatever any file claims. */
function isHeld(data: string): boolean {
  if (!isStationFolder(data)) return false;
  const { value, error } = attempt(() => folderDisk(data));
  value?.close();
  return error instanceof Refusal && error.code === 'data-folder-in-use';
}

async function readDirectory(db: FactsDatabase | null): Promise<{ directory: DirectoryView | null; reason: string | null }> {
  if (db === null) return { directory: null, reason: 'database' };
  try {
    const rows = await db.rows<{ bytes: Uint8Array }>('select bytes from directory_entry order by entry_index');
    return { directory: await foldEntries(nodeCrypto, null, rows.map(({ bytes }) => bytes)), reason: null };
  } catch (error) {
    return { directory: null, reason: error instanceof Refusal ? error.code : 'malformed' };
  }
}

function attempt<T>(work: () => T): { value: T; error: null } | { value: null; error: unknown } {
  try {
    return { value: work(), error: null };
  } catch (error) {
    return { value: null, error };
  }
}

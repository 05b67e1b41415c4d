/**
 * Which test files run when. All of them run where nothing may be left out (`npm run test:all`, as CI does); a
 * person's `npm test` leaves to that the stories that cost a minute of two cores each, and says so.
 */
import { globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY_ROOT } from './tidy.ts';

/** Node strips types but does not know JSX: what a `.tsx` does is tested from a `.test.ts`. */
const TESTS = ['src/**/*.test.ts', 'tools/**/*.test.ts', 'test/**/*.test.ts'];

/**
 * What each costs, a browser or a dozen programs, beside what it alone would show: that the pages hold, a letter's
 * whole way through them shows at once; that commands and stations do, the other scenarios.
 */
const LONG_STORIES = [
  ...[
    'countersigning', 'courier', 'days', 'directory', 'directory-acts', 'distant', 'door', 'firefox', 'index-reload', 'joining', 'ledger', 'local-index',
    'office-keys', 'offline', 'operations', 'papers', 'practice', 'register', 'setup', 'stations', 'structure', 'uploads',
  ].map((name) => `test/browser/${name}.test.ts`),
  ...[
    'courier', 'federation-courier', 'federation-relays', 'gateway', 'gateway-apart', 'pages-trust', 'reseal-commands', 'restore', 'restored-receipts', 'standby',
    'standby-alone', 'upgrade',
  ].map((name) => `test/scenario/${name}.test.ts`),
  'test/operations/{bundle,completion}.test.ts', 'src/app/audit/audit.test.ts', 'src/app/backup/reopen.test.ts',
];

/** What stands nearest to the database: statements, numbering, acceptance. */
const NEAR_DATABASE = ['src/station/*.test.ts', 'src/station/kernel/*.test.ts', 'src/station/dispatch/acceptance.test.ts'];

/** What else opens a store by test/fixtures/disks.ts, or starts a station. */
const STORE_STORIES = [
  'src/station/dispatch/*.test.ts', 'src/station/{feed,health,incarnations,links,people}/**/*.test.ts', 'test/client/real-station.test.ts', 'src/app/backup/*.test.ts', 'src/app/doctor/{doctor,device-checks,running}.test.ts',
  'test/scenario/errands.test.ts', 'test/scenario/escrow.test.ts', 'test/scenario/reseal.test.ts', 'test/scenario/recovery.test.ts', 'test/scenario/keyring.test.ts',
  'test/scenario/restore.test.ts', 'test/operations/migration.test.ts', 'test/scenario/federation-relays.test.ts', 'test/scenario/federation-crossing.test.ts',
];

/** Tests of single functions: starting a process for each would cost more than what it does. */
const SMALL = /^src\/(?:cli|client|core|model|platform|web|wire|x509)\//;
/** More, and what the runner keeps of each test would cost more again. */
const SMALL_TOGETHER = 8;

export interface TestPlan {
  /** Relative to the repository. */
  readonly files: readonly string[];
  readonly leftToCi: number;
}

/** Over the embedded database. */
export function everything(isStrict: boolean): TestPlan {
  return planned(found(TESTS), isStrict, found(LONG_STORIES));
}

/** What runs again over PostgreSQL. */
export function onPostgresql(isStrict: boolean): TestPlan {
  const near = found(NEAR_DATABASE);
  const stories = found(STORE_STORIES).filter((file) => !near.includes(file));
  return planned([...near, ...stories].toSorted(), isStrict, stories);
}

function planned(files: readonly string[], isStrict: boolean, long: readonly string[]): TestPlan {
  return isStrict ? { files, leftToCi: 0 } : { files: files.filter((file) => !long.includes(file)), leftToCi: long.length };
}

/** @throws Error for a pattern that no file has: it would be a story that nobody runs */
function found(patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) => {
    const files = globSync(pattern, { cwd: REPOSITORY_ROOT });
    if (files.length === 0) throw new Error(`no test file is ${pattern}`);
    return files;
  }).toSorted();
}

/** The same tests in fewer processes. @param folder for the files that name those that run together */
export function gathered(files: readonly string[], folder: string): readonly string[] {
  const small = files.filter((file) => SMALL.test(file));
  const together = Array.from({ length: Math.ceil(small.length / SMALL_TOGETHER) }, (_, nth) => {
    const file = path.join(folder, `small-${nth}.mjs`);
    const imports = small.slice(nth * SMALL_TOGETHER, (nth + 1) * SMALL_TOGETHER).map((one) => `import ${JSON.stringify(pathToFileURL(path.join(REPOSITORY_ROOT, one)).href)};\n`);
    writeFileSync(file, imports.join(''));
    return file;
  });
  return [...together, ...files.filter((file) => !SMALL.test(file))];
}

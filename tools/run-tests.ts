/**
 * `npm test`: runs every test of the house, then says which suites were left out and why.
 *
 * Then, where PostgreSQL is installed, what stands nearest to the database runs a second time over a cluster of its own: that is
 * TRAM_TEST_DATABASE=postgresql, which a person may set as well; with TRAM_REQUIRE_ALL=1 everything that starts a station does. Arguments are files or patterns to run instead of
 * everything, once; arguments that start with `-` go to Node's test runner as they are. With TRAM_REQUIRE_ALL=1 a suite
 * left out is a failure.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CLUSTER_VARIABLE, DATABASE_VARIABLE, findPostgresql, startCluster } from '../test/fixtures/postgresql.ts';
import { HOUSES_VARIABLE, PAGES_VARIABLE } from '../test/fixtures/run-variables.ts';
import { describeLeftOut, readLeftOut, recordLeftOut, wantsEnvironment } from '../test/wants.ts';
import { REPOSITORY_ROOT } from './tidy.ts';

/** Node strips types but does not know JSX: what a `.tsx` does is tested from a `.test.ts`. */
const TESTS = ['src/**/*.test.ts', 'tools/**/*.test.ts', 'test/**/*.test.ts'];

/** What stands nearest to the database: statements, numbering, acceptance, people and their keys. */
const STATION_TESTS = [
  'src/station/*.test.ts', 'src/station/{kernel,dispatch,people}/*.test.ts', 'test/client/real-station.test.ts', 'test/scenario/errands.test.ts',
];

/** What else opens a store by test/fixtures/disks.ts, or starts a station: minutes that a person need not wait for, and CI does. */
const STATION_STORIES = [
  'src/station/{feed,health,incarnations,links}/**/*.test.ts', 'src/app/backup/*.test.ts', 'src/app/doctor/doctor.test.ts',
  'test/scenario/escrow.test.ts', 'test/scenario/reseal.test.ts', 'test/scenario/recovery.test.ts', 'test/scenario/keyring.test.ts', 'test/scenario/restore.test.ts',
  'test/operations/migration.test.ts', 'test/scenario/federation-relays.test.ts', 'test/scenario/federation-crossing.test.ts',
];

/** As many test files at once as the smallest machine we run on has cores. */
const CONCURRENCY = 2;

/** A test that hangs is a failure and must not be a wait: the longest takes two minutes on a busy machine. */
const TEST_MS_MAX = 420_000;
/** Nor must what a failed test left open: everything takes a quarter of an hour on an idle machine. */
const ALL_MS_MAX = 40 * 60_000;

process.exitCode = await runTests(process.argv.slice(2));

/** @returns the exit code */
async function runTests(argv: readonly string[]): Promise<number> {
  const options = argv.filter((argument) => argument.startsWith('-'));
  const patterns = argv.filter((argument) => !argument.startsWith('-'));
  const files = globSync(patterns.length > 0 ? patterns : TESTS, { cwd: REPOSITORY_ROOT });
  if (files.length === 0) {
    console.error('no test files match');
    return 1;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'tram-tests-'));
  try {
    const leftOutFile = path.join(folder, 'left-out');
    let passed = await runNode([...options, ...files.toSorted()], leftOutFile, patterns.length > 0 ? {} : { [HOUSES_VARIABLE]: path.join(folder, 'houses') });
    if (patterns.length === 0) passed = (await runOnPostgresql(options, leftOutFile)) && passed;
    if (!isStrict()) console.log('left to CI: pages in the other two of their four looks (TRAM_REQUIRE_ALL=1 looks at all)');
    const leftOut = readLeftOut(leftOutFile);
    for (const one of leftOut) console.log(describeLeftOut(one));
    return passed && !(leftOut.length > 0 && isStrict()) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Everything that opens a store, over PostgreSQL; where that is not installed, it is left out aloud. */
async function runOnPostgresql(options: readonly string[], leftOutFile: string): Promise<boolean> {
  if (process.env[DATABASE_VARIABLE] !== undefined) return true;
  if (findPostgresql() === null) {
    recordLeftOut({ suite: 'stations on PostgreSQL', wanted: 'postgresql' }, leftOutFile);
    return true;
  }
  const cluster = startCluster();
  try {
    console.log('\nPostgreSQL:');
    const files = globSync(STATION_TESTS, { cwd: REPOSITORY_ROOT });
    const stories = globSync(STATION_STORIES, { cwd: REPOSITORY_ROOT });
    if (isStrict()) files.push(...stories);
    else console.log(`left to CI: ${stories.length} further files on this engine (TRAM_REQUIRE_ALL=1 runs them too)`);
    return await runNode([...options, ...files.toSorted()], leftOutFile, { [DATABASE_VARIABLE]: 'postgresql', [CLUSTER_VARIABLE]: cluster.socket });
  } finally {
    cluster.stop();
  }
}

async function runNode(argv: readonly string[], leftOutFile: string, more: Record<string, string> = {}): Promise<boolean> {
  const { status } = spawnSync(
    process.execPath,
    ['--test', `--test-concurrency=${CONCURRENCY}`, `--test-timeout=${TEST_MS_MAX}`, '--test-reporter=spec', ...argv],
    {
      cwd: REPOSITORY_ROOT,
      stdio: 'inherit',
      timeout: ALL_MS_MAX,
      // Hundreds of processes load the same files: each is stripped of its types and compiled once.
      env: {
        NODE_COMPILE_CACHE: path.join(path.dirname(leftOutFile), 'compiled'), [PAGES_VARIABLE]: path.join(path.dirname(leftOutFile), 'pages'), ...process.env, ...(await wantsEnvironment(leftOutFile)), ...more,
      },
    },
  );
  return status === 0;
}

function isStrict(): boolean {
  return process.env['TRAM_REQUIRE_ALL'] === '1';
}

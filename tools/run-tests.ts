/**
 * `npm test`: runs the tests of the house, then says again which failed and how, and which suites were left out and why.
 *
 * Then, where PostgreSQL is installed, what stands nearest to the database runs a second time over a cluster of its own: that is
 * TRAM_TEST_DATABASE=postgresql, which a person may set as well. Arguments are files or patterns to run instead, once; arguments
 * that start with `-` go to Node's test runner as they are. With TRAM_REQUIRE_ALL=1 the long stories of test-plan.ts run too, on
 * both engines and in all looks, and a suite left out is a failure.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CLUSTER_VARIABLE, DATABASE_VARIABLE, findPostgresql, startCluster } from '../test/fixtures/postgresql.ts';
import { HOUSES_VARIABLE, PAGES_VARIABLE } from '../test/fixtures/run-variables.ts';
import { describeLeftOut, readLeftOut, recordLeftOut, wantsEnvironment } from '../test/wants.ts';
import { everything, gathered, onPostgresql } from './test-plan.ts';
import { REPOSITORY_ROOT } from './tidy.ts';

/** As many test files at once as the smallest machine we run on has cores. */
const CONCURRENCY = 2;

/** A test that hangs is a failure and must not be a wait: the longest takes two minutes on a busy machine. */
const TEST_MS_MAX = 420_000;
/** Nor must what a failed test left open: all of it takes half an hour on an idle machine. */
const ALL_MS_MAX = 40 * 60_000;

/** How a file begins in which a run of Node's tests leaves what failed, and the reporter that writes it. */
const FAILED = 'failed-';
const FAILED_REPORTER = path.join(REPOSITORY_ROOT, 'tools/failed-tests.ts');

process.exitCode = await runTests(process.argv.slice(2));

/** @returns the exit code */
async function runTests(argv: readonly string[]): Promise<number> {
  const options = argv.filter((argument) => argument.startsWith('-'));
  const patterns = argv.filter((argument) => !argument.startsWith('-'));
  const plan = patterns.length > 0 ? { files: globSync(patterns, { cwd: REPOSITORY_ROOT }).toSorted(), leftToCi: 0 } : everything(isStrict());
  if (plan.files.length === 0) {
    console.error('no test files match');
    return 1;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'tram-tests-'));
  try {
    const leftOutFile = path.join(folder, 'left-out');
    const isAll = patterns.length === 0;
    let passed = await runNode([...options, ...(isAll ? gathered(plan.files, folder) : plan.files)], leftOutFile, isAll ? { [HOUSES_VARIABLE]: path.join(folder, 'houses') } : {});
    if (isAll) passed = (await runOnPostgresql(options, leftOutFile)) && passed;
    if (!isStrict()) {
      const stories = plan.leftToCi === 0 ? '' : `${plan.leftToCi} long stories, and `;
      console.log(`left to CI: ${stories}pages in the other three of their four looks (npm run test:all runs them)`);
    }
    for (const file of globSync(`${FAILED}*`, { cwd: folder }).toSorted()) process.stdout.write(readFileSync(path.join(folder, file), 'utf8'));
    const leftOut = readLeftOut(leftOutFile);
    for (const one of leftOut) console.log(describeLeftOut(one));
    return passed && !(leftOut.length > 0 && isStrict()) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the plan has for PostgreSQL; where that is not installed, it is left out aloud. */
async function runOnPostgresql(options: readonly string[], leftOutFile: string): Promise<boolean> {
  if (process.env[DATABASE_VARIABLE] !== undefined) return true;
  if (findPostgresql() === null) {
    recordLeftOut({ suite: 'stations on PostgreSQL', wanted: 'postgresql' }, leftOutFile);
    return true;
  }
  const cluster = startCluster();
  try {
    console.log('\nPostgreSQL:');
    const { files, leftToCi } = onPostgresql(isStrict());
    if (leftToCi > 0) console.log(`left to CI: ${leftToCi} further files on this engine`);
    return await runNode([...options, ...files], leftOutFile, { [DATABASE_VARIABLE]: 'postgresql', [CLUSTER_VARIABLE]: cluster.socket });
  } finally {
    cluster.stop();
  }
}

async function runNode(argv: readonly string[], leftOutFile: string, more: Record<string, string> = {}): Promise<boolean> {
  const folder = path.dirname(leftOutFile);
  const failed = path.join(folder, `${FAILED}${more[DATABASE_VARIABLE] ?? ''}`);
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', `--test-reporter=${FAILED_REPORTER}`, `--test-reporter-destination=${failed}`];
  const { status } = spawnSync(
    process.execPath,
    ['--test', `--test-concurrency=${CONCURRENCY}`, `--test-timeout=${TEST_MS_MAX}`, ...reporters, ...argv],
    {
      cwd: REPOSITORY_ROOT,
      stdio: 'inherit',
      timeout: ALL_MS_MAX,
      // Hundreds of processes load the same files: each is stripped of its types and compiled once.
      env: {
        NODE_COMPILE_CACHE: path.join(folder, 'compiled'), [PAGES_VARIABLE]: path.join(folder, 'pages'), ...process.env, ...(await wantsEnvironment(leftOutFile)), ...more,
      },
    },
  );
  return status === 0;
}

function isStrict(): boolean {
  return process.env['TRAM_REQUIRE_ALL'] === '1';
}

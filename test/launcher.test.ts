/**
 * bin/tram.mjs finds a Node that can run Trạm, and stands aside once it has.
 *
 * The launcher is copied beside a planted app and a planted pinned Node; an old Node is played by
 * this one, told to claim an older version.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';

const LAUNCHER = path.join(import.meta.dirname, '../bin/tram.mjs');
const CLAIM_NODE_20 =
  '--import=data:text/javascript,' +
  encodeURIComponent("Object.defineProperty(process,'versions',{value:{node:'20.20.2'}})");

/** Ends as its first argument says, and reports its arguments once it is ready to. */
const APP = `
  const [how] = process.argv.slice(2);
  if (how === 'exit') process.exitCode = 7;
  if (how === 'handle') process.on('SIGTERM', () => process.exit(9));
  if (how === 'handle' || how === 'wait') setInterval(() => {}, 1_000);
  const heap = process.execArgv.filter((option) => option.includes('semi-space'));
  process.stdout.write(JSON.stringify([...process.argv.slice(2), ...heap]) + '\\n');`;

type Planted = { readonly folder: string; readonly pinnedVersion?: string };

function plant(context: TestContext, pinnedVersion?: string): Planted {
  const folder = mkdtempSync(path.join(tmpdir(), 'tram-launcher-'));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, 'src/app'), { recursive: true });
  writeFileSync(path.join(folder, 'src/app/tram.ts'), APP);
  cpSync(LAUNCHER, path.join(folder, 'bin/tram.mjs'));
  if (pinnedVersion === undefined) return { folder };
  const pinned = path.join(folder, `node_modules/node-${process.platform}-${process.arch}`);
  mkdirSync(path.join(pinned, 'bin'), { recursive: true });
  writeFileSync(path.join(pinned, 'package.json'), JSON.stringify({ version: pinnedVersion }));
  symlinkSync(process.execPath, path.join(pinned, 'bin/node'));
  return { folder, pinnedVersion };
}

function launch({ folder }: Planted, options: readonly string[], argv: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const launcher = path.join(folder, 'bin/tram.mjs');
  return spawn(process.execPath, [...options, launcher, ...argv], { stdio: 'pipe', env: { ...process.env, ...env } });
}

async function outcome(child: ChildProcess) {
  assert.ok(child.stdout !== null && child.stderr !== null);
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}

test('a new enough Node runs the app itself', async (context) => {
  const { code, stdout } = await outcome(launch(plant(context), [], ['exit', 'điện khẩn']));
  assert.equal(stdout, '["exit","điện khẩn"]\n');
  assert.equal(code, 7);
});

test('an old Node hands over to the pinned one, arguments and exit code alike', async (context) => {
  const child = launch(plant(context, '26.10.0'), [CLAIM_NODE_20], ['exit', 'điện khẩn']);
  const { code, stdout } = await outcome(child);
  assert.equal(stdout, '["exit","điện khẩn"]\n');
  assert.equal(code, 7);
});

for (const [how, code, signal] of [
  ['handle', 9, null],
  ['wait', null, 'SIGTERM'],
] as const) {
  test(`SIGTERM reaches the app on the pinned Node (${how})`, async (context) => {
    const child = launch(plant(context, '26.10.0'), [CLAIM_NODE_20], [how]);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const ended = await outcome(child);
    assert.deepEqual([ended.code, ended.signal], [code, signal]);
  });
}

for (const [name, pinnedVersion] of [
  ['no pinned Node', undefined],
  ['a pinned Node that is too old', '24.1.0'],
] as const) {
  test(`an old Node with ${name} refuses in both languages`, async (context) => {
    const child = launch(plant(context, pinnedVersion), [CLAIM_NODE_20], ['exit']);
    const { code, stdout, stderr } = await outcome(child);
    assert.equal(code, 78);
    assert.equal(stdout, '');
    assert.match(stderr, /Trạm cần Node 26 trở lên, .*Node 20\.20\.2.*npm ci/);
    assert.match(stderr, /Trạm needs Node 26 or later .*Node 20\.20\.2.*npm ci/);
  });
}

for (const [name, options] of [['itself', []], ['on the pinned Node', [CLAIM_NODE_20]]] as const) {
  test(`a station starts with a small young heap, ${name}; nothing else does`, async (context) => {
    const planted = plant(context, '26.10.0');
    for (const argv of [['station', 'start', '--data', 'Trạm Sốp Cộp'], ['start']]) {
      assert.deepEqual(JSON.parse((await outcome(launch(planted, options, argv))).stdout), [...argv, '--max-semi-space-size=4']);
    }
    for (const argv of [['station', 'init'], ['inbox']]) {
      assert.deepEqual(JSON.parse((await outcome(launch(planted, options, argv))).stdout), argv);
    }
  });
}

test('who says how large the young heap may be is heard', async (context) => {
  const { stdout } = await outcome(launch(plant(context), ['--max-semi-space-size=8'], ['station', 'start']));
  assert.deepEqual(JSON.parse(stdout), ['station', 'start', '--max-semi-space-size=8']);
});

test('what was compiled is kept beside what npm brought, unless a place is said', async (context) => {
  const planted = plant(context);
  const kept = path.join(planted.folder, 'node_modules/.cache/tram');
  const elsewhere = path.join(planted.folder, 'elsewhere');
  await outcome(launch(planted, [], ['exit'], { NODE_COMPILE_CACHE: elsewhere }));
  assert.deepEqual([existsSync(elsewhere), existsSync(kept)], [true, false]);
  await outcome(launch(planted, [], ['exit'], { NODE_COMPILE_CACHE: undefined }));
  assert.equal(existsSync(kept), true);
});

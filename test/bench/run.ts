/** `npm run bench`: Trạm beside its peers, as markdown tables. Source: docs/operating/performance.md. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { askedOf } from '../asked.ts';
import { want, type Wanted } from '../wants.ts';
import { backupTable, measureBackup } from './backup.ts';
import { browserRegisterTable, measureBrowserRegister } from './browser-register.ts';
import { browserSealTable, measureBrowserSeal } from './browser-seal.ts';
import { acceptanceTable, measureAcceptances } from './acceptances.ts';
import { CURVE_OFFICES, curveTable, measureCurve } from './curve.ts';
import { listTable, measureList } from './list.ts';
import { median, type Row, table } from './measure.ts';
import { age, cms, type Inputs, nncp } from './peers.ts';
import { measurePreemption, narrowLoopback, preemptionTable } from './preemption.ts';
import { product, type ProductFigures } from './product.ts';
import { measureService, serviceTable } from './service.ts';
import { measureSituations, situationsTable } from './situations.ts';
import { measureStorm, STORM_DISPATCHES, stormTable } from './storm.ts';
import { measureWire, wireTable } from './wire.ts';

const SMALL_BYTES = 2_048;
const MIB = 2 ** 20;
/** Of each figure. */
const ACCEPTANCES = 300;
const ONLY = ['tram', 'peers', 'list', 'service', 'storm', 'curve', 'acceptances', 'backup', 'browser-seal', 'browser-register', 'preemption', 'situations', 'wire'];

const USAGE = `
Trạm beside NNCP, age and CMS in one run on one disk, as markdown tables; a peer that is not installed is left out and named.

npm run bench -- --runs 3 --small 1000 --big-mib 256 --folder DIR
npm run bench -- --only tram|peers      ours or the peers alone
npm run bench -- --only storm|curve --share 0.02      of the storm's 60,000 dispatches, of the curve's 1,000 offices
npm run bench -- --only browser-seal --bytes 1073741824     the file that a browser sends
npm run bench -- --only ${ONLY.slice(2).join('|')}

Everything happens in a new folder below DIR (the system's temporary folder unless given), which is removed at the end.
`;

/** Without `bytes` a browser sends 64 MiB and 1 GiB. */
const asked = askedOf(USAGE, { runs: 3, small: 1_000, 'big-mib': 256, only: null, bytes: 0, share: 0.02, folder: tmpdir() });

if (asked.only !== null && !ONLY.includes(asked.only)) {
  console.error(`--only ${asked.only}: there is ${ONLY.join(', ')}`);
  process.exit(2);
}
const folder = mkdtempSync(path.join(asked.folder, 'tram-bench-'));
try {
  await main(prepared(folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(inputs: Inputs): Promise<void> {
  const isWhole = asked.only === null || asked.only === 'tram' || asked.only === 'peers';
  console.log(`Node ${process.version}, ${availableParallelism()} cores${isWhole ? `, ${inputs.small.length} × ${SMALL_BYTES} bytes, 1 × ${inputs.bigBytes / MIB} MiB, median of ${inputs.runs}` : `: ${asked.only}, some minutes`}\n`);
  if (asked.only === 'list') return console.log(listTable(await measureList(75)));
  if (asked.only === 'acceptances') return console.log(acceptanceTable(await measureAcceptances(inputs.folder, ACCEPTANCES)));
  if (asked.only === 'preemption') return preemption(inputs);
  if (asked.only === 'situations') return situations(inputs);
  if (asked.only === 'wire') return wire(inputs);
  if (asked.only === 'storm') return console.log(stormTable(await measureStorm(path.join(inputs.folder, 'storm'), Math.ceil(asked.share * STORM_DISPATCHES))));
  if (asked.only === 'curve') return console.log(curveTable(await measureCurve(CURVE_OFFICES.filter((offices) => offices <= Math.max(CURVE_OFFICES[0]!, asked.share * CURVE_OFFICES.at(-1)!)))));
  if (asked.only === 'browser-seal') return browserSeal(inputs);
  if (asked.only === 'browser-register') return browserRegister(inputs);
  if (asked.only === 'backup') return console.log(backupTable(await measureBackup(inputs)));
  if (asked.only === 'service') return console.log(serviceTable(await measureService(path.join(inputs.folder, 'service'))));
  // Ours first: this process is the device, and its memory is measured before the peers' files pass through it.
  const ours = asked.only === 'peers' ? null : await product(inputs);
  const theirs = asked.only === 'tram' ? [] : await peers(inputs);
  console.log(table(withTotals([...theirs, ...(ours?.rows ?? [])])));
  if (ours !== null) console.log(`\n${shown(ours)}\n\n${listTable(await measureList(75))}\n\n${serviceTable(await measureService(path.join(inputs.folder, 'service')))}\n\n${acceptanceTable(await measureAcceptances(inputs.folder, ACCEPTANCES))}\n\n${backupTable(await measureBackup(inputs))}`);
}

/** Its loopback is made narrow. */
async function preemption({ folder: home }: Inputs): Promise<void> {
  if (!isApart()) return againApart('preemption', home);
  narrowLoopback();
  const nncpAt = await want('nncp', 'npm run bench, preemption');
  console.log(preemptionTable(await measurePreemption(path.join(home, 'preemption'), nncpAt !== null)));
}

/** Its stations have ports of their own, and one of them a small disk. */
async function situations({ folder: home }: Inputs): Promise<void> {
  if (!isApart()) return againApart('situations', home);
  execFileSync('/bin/sh', ['-c', 'ip link set lo up']);
  const nncpAt = await want('nncp', 'npm run bench, situations');
  console.log(situationsTable(await measureSituations(path.join(home, 'situations'), nncpAt !== null)));
}

async function wire({ folder: home }: Inputs): Promise<void> {
  const nncpAt = await want('nncp', 'npm run bench, wire');
  console.log(wireTable(await measureWire(path.join(home, 'wire'), nncpAt !== null)));
}

function isApart(): boolean {
  return process.env['TRAM_BENCH_APART'] !== undefined;
}

/** Once more in a network and mounts of its own. */
function againApart(only: string, home: string): void {
  const again = ['-n', '-m', process.execPath, ...process.execArgv, import.meta.filename, '--only', only, '--small', '1', '--big-mib', '1', '--folder', home];
  execFileSync('/usr/bin/unshare', again, { stdio: 'inherit', env: { ...process.env, TRAM_BENCH_APART: '1' } });
}

async function browserSeal({ folder: home }: Inputs): Promise<void> {
  const executablePath = await want('chromium', 'npm run bench, browser-seal');
  if (executablePath === null) return console.log('left out: Chromium is not installed');
  console.log(browserSealTable(await measureBrowserSeal(path.join(home, 'browser-seal'), executablePath, asked.bytes === 0 ? undefined : [Math.max(1, Math.ceil(asked.bytes / MIB))])));
}

async function browserRegister({ folder: home, runs }: Inputs): Promise<void> {
  const executablePath = await want('chromium', 'npm run bench, browser-register');
  if (executablePath === null) return console.log('left out: Chromium is not installed');
  console.log(browserRegisterTable(await measureBrowserRegister(path.join(home, 'browser-register'), executablePath, runs)));
}

async function peers(inputs: Inputs): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [tool, measure] of [['nncp', nncp], ['age', age], ['openssl', cms]] as const satisfies (readonly [Wanted, unknown])[]) {
    if ((await want(tool, `npm run bench, ${tool}`)) === null) console.log(`left out: ${tool} is not installed`);
    else rows.push(...(await measure(inputs)));
  }
  return rows;
}

/** After each tool's steps of one size, their sum; receipts on their way home are nobody's wait, and no peer has them. */
function withTotals(rows: readonly Row[]): Row[] {
  const steps = ['seal', 'transfer', 'open'];
  const groups = Map.groupBy(rows, ({ tool, task }) => `${tool} ${task.split('-')[0]}`);
  return [...groups.values()].flatMap((group) => {
    const counted = group.filter(({ task }) => steps.some((step) => task.endsWith(`-${step}`)));
    const [first] = counted;
    if (first === undefined) return group;
    const { overheadBytes: _, spawnSeconds: __, ...row } = first;
    return [...group, { ...row, task: `${row.task.split('-')[0]}-total`, ...summed(counted) }];
  });
}

function summed(rows: readonly Row[]): Pick<Row, 'seconds' | 'spawnSeconds'> {
  const sum = (of: (row: Row) => readonly number[]): number[] =>
    rows[0]!.seconds.map((_, run) => rows.reduce((total, row) => total + (of(row)[run] ?? 0), 0));
  return { seconds: sum(({ seconds }) => seconds), spawnSeconds: sum(({ spawnSeconds }) => spawnSeconds ?? []) };
}

function shown({ startSeconds, peakMib }: ProductFigures): string {
  const memory = Object.entries(peakMib).map(([mode, by]) => `| ${mode} | ${['device', 'hub', 'post'].map((who) => Math.round(by[who]!)).join(' | ')} |`);
  return [
    '| greatest memory (VmHWM), MiB | device | hub | post |', '| --- | --- | --- | --- |', ...memory,
    `\nstation start, from spawning to the ready line: ${median(startSeconds).toFixed(2)} s (median of ${startSeconds.length})`,
  ].join('\n');
}

function prepared(home: string): Inputs {
  const { small: count, 'big-mib': mib, runs } = asked;
  mkdirSync(path.join(home, 'in'));
  const small = Array.from({ length: count }, (_, i) => path.join(home, 'in', `m${i}`));
  for (const file of small) writeFileSync(file, randomBytes(SMALL_BYTES));
  const big = path.join(home, 'big');
  const handle = openSync(big, 'w');
  for (let i = 0; i < mib; i++) writeSync(handle, randomBytes(MIB));
  closeSync(handle);
  return { folder: home, small, smallBytes: SMALL_BYTES, big, bigBytes: mib * MIB, runs };
}

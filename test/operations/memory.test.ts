/** A station that was started by hand is at rest under 150 MB, and says so itself. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { closeOffice, smallOffice, type SmallOffice } from '../scenario/small-office.ts';

const TRAM = path.join(import.meta.dirname, '../../bin/tram.mjs');
const REST_BYTES_MAX = 150e6;

type Station = ChildProcessByStdio<null, Readable, null>;

if (process.platform === 'linux') {
  let office: SmallOffice;
  let place: string;
  before(async () => {
    office = await smallOffice();
    await office.stop();
    place = mkdtempSync(path.join(tmpdir(), 'tram-memory-'));
  });
  after(async () => {
    await closeOffice(office);
    rmSync(place, { recursive: true });
  });

  test('from its first start on, which compiles what it keeps for the others', async () => {
    const compiled = path.join(place, 'compiled');
    for (const which of ['first', 'second']) await measure(start(office.data, TRAM, { NODE_COMPILE_CACHE: compiled }), which);
  });

  test('where nothing can be kept, and nothing is left behind', async () => {
    const passing = path.join(place, 'passing');
    mkdirSync(passing);
    await measure(start(office.data, plantReadOnly(path.join(place, 'program')), { NODE_COMPILE_CACHE: undefined, TMPDIR: passing }), 'read-only');
    assert.deepEqual(readdirSync(passing), []);
  });
}

async function measure(child: Station, which: string): Promise<void> {
  try {
    const ready = await readyOf(child);
    assert.equal(ready.pid, child.pid, 'neither launcher nor compiler leaves a process of its own behind');
    // Asked a few times first: what answering needs is loaded by then.
    for (const where of ['/health/ready', '/metrics', '/api/1/station', '/api/1/directory']) await (await fetch(ready.url + where)).text();
    const status = readFileSync(`/proc/${ready.pid}/status`, 'utf8');
    const bytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
    assert.ok(bytes > 20e6 && bytes < REST_BYTES_MAX, `${which}: ${bytes} bytes`);
    const metrics = await (await fetch(`${ready.url}/metrics`)).text();
    const told = Number(/^process_resident_memory_bytes (\d+)$/m.exec(metrics)?.[1]);
    assert.ok(Math.abs(told - bytes) < 20e6, `${told} told, ${bytes} seen`);
  } finally {
    await stop(child);
  }
}

/** The same program where its folder takes nothing, from whoever runs it: what npm brings has a file where the folder would be. */
function plantReadOnly(folder: string): string {
  mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
  writeFileSync(path.join(folder, 'node_modules/.cache'), '');
  symlinkSync(path.join(import.meta.dirname, '../../src'), path.join(folder, 'src'));
  cpSync(TRAM, path.join(folder, 'bin/tram.mjs'));
  return path.join(folder, 'bin/tram.mjs');
}

function start(data: string, program: string, env: NodeJS.ProcessEnv): Station {
  const argv = ['station', 'start', '--json', '--data', data, '--link-port', '0'];
  return spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
}

async function readyOf(child: Station): Promise<{ pid: number; url: string }> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return (JSON.parse(line) as { ready: { pid: number; url: string } }).ready;
}

async function stop(child: Station): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

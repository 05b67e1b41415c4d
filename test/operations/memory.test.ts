/**
 * A station that was started by hand is at rest under 150 MB, and says so itself: from its second start on, for the first one
 * compiles what the launcher keeps for the others.
 */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { closeOffice, smallOffice } from '../scenario/small-office.ts';

const TRAM = path.join(import.meta.dirname, '../../bin/tram.mjs');
const REST_BYTES_MAX = 150e6;

type Station = ChildProcessByStdio<null, Readable, null>;

if (process.platform === 'linux') {
  test('resident memory at rest', async () => {
    const office = await smallOffice();
    await office.stop();
    const compiled = mkdtempSync(path.join(tmpdir(), 'tram-compiled-'));
    const first = start(office.data, compiled);
    await readyOf(first);
    await stop(first);
    const child = start(office.data, compiled);
    try {
      const ready = await readyOf(child);
      assert.equal(ready.pid, child.pid, 'the launcher leaves no process of its own behind');
      // Asked a few times first: what answering needs is loaded by then.
      for (const where of ['/health/ready', '/metrics', '/api/1/station', '/api/1/directory']) await (await fetch(ready.url + where)).text();
      const status = readFileSync(`/proc/${ready.pid}/status`, 'utf8');
      const bytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
      assert.ok(bytes > 20e6 && bytes < REST_BYTES_MAX, `${bytes} bytes`);
      const metrics = await (await fetch(`${ready.url}/metrics`)).text();
      const told = Number(/^process_resident_memory_bytes (\d+)$/m.exec(metrics)?.[1]);
      assert.ok(Math.abs(told - bytes) < 20e6, `${told} told, ${bytes} seen`);
    } finally {
      await stop(child);
      await closeOffice(office);
      rmSync(compiled, { recursive: true });
    }
  });
}

function start(data: string, compiled: string): Station {
  const argv = ['station', 'start', '--json', '--data', data, '--link-port', '0'];
  return spawn(process.execPath, [TRAM, ...argv], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_COMPILE_CACHE: compiled } });
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

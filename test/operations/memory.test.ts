/** A station that was started by hand is at rest under 150 MB, and says so itself. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { closeOffice, smallOffice } from '../scenario/small-office.ts';

const TRAM = path.join(import.meta.dirname, '../../bin/tram.mjs');
const REST_BYTES_MAX = 150e6;

if (process.platform === 'linux') {
  test('resident memory at rest', async () => {
    const office = await smallOffice();
    await office.stop();
    const child = spawn(process.execPath, [TRAM, 'station', 'start', '--json', '--data', office.data, '--link-port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const { ready } = JSON.parse(line) as { ready: { pid: number; url: string } };
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
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await closeOffice(office);
    }
  });
}

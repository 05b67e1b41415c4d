import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-watchdog-'));
after(() => rmSync(folder, { recursive: true }));
const WATCHDOG = pathToFileURL(path.join(import.meta.dirname, 'watchdog.ts')).href;

/** A process with a watchdog, which does what is given with it. */
function watched(name: string, work: string, { hangMsMax = 60_000, memoryBytesMax = 2 ** 40 } = {}): { signal: string | null; status: number | null; stderr: string; kept: Buffer[] } {
  const kept = path.join(folder, name);
  const program = `
    import { startWatchdog } from '${WATCHDOG}';
    const dog = await startWatchdog({ hangMsMax: ${hangMsMax}, memoryBytesMax: ${memoryBytesMax}, folder: ${JSON.stringify(kept)} });
    ${work}`;
  const { signal, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', timeout: 60_000, cwd: import.meta.dirname });
  const files = existsSync(kept) ? readdirSync(kept) : [];
  return { signal, status, stderr, kept: files.map((file) => readFileSync(path.join(kept, file))) };
}

describe('a decoder that is watched', () => {
  it('is ended where it never comes back, and its input is kept', () => {
    const { signal, stderr, kept } = watched('hang', 'dog.watch("endless", Uint8Array.of(1, 2, 3)); for (;;);', { hangMsMax: 300 });
    assert.equal(signal, 'SIGKILL');
    assert.match(stderr, /^endless\n {2}BROKEN: has not come back for \d+ ms\n {2}kept as .*endless-/);
    assert.deepEqual(kept, [Buffer.of(1, 2, 3)]);
  });

  it('is ended where the process grows beyond its limit', () => {
    const { signal, stderr, kept } = watched('memory', `
      dog.watch("hungry", Uint8Array.of(4));
      for (const all = []; ; ) all.push(new Uint8Array(2 ** 20).fill(1));`, { memoryBytesMax: 400 * 2 ** 20 });
    assert.equal(signal, 'SIGKILL');
    assert.match(stderr, /^hungry\n {2}BROKEN: the process has \d+ MiB\n/);
    assert.deepEqual(kept, [Buffer.of(4)]);
  });

  it('is left alone where it comes back, however long nothing is asked of it after', () => {
    const { status, stderr, kept } = watched('well', `
      for (let i = 0; i < 100; i++) { dog.watch("well", Uint8Array.of(i)); dog.rest(); }
      await new Promise((resolve) => setTimeout(resolve, 900));`, { hangMsMax: 300 });
    assert.equal(status, 0, stderr);
    assert.deepEqual(kept, []);
  });
});

/** The thread that watches: see watchdog.ts. */

import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { fromUtf8 } from '#core/bytes.ts';
import { nameOf } from './fuzzing.ts';
import { HEAD_BYTES, NAME_BYTES_MAX, WATCHED, type WatchdogOptions } from './watchdog.ts';

const { shared, hangMsMax, memoryBytesMax, folder } = workerData as WatchdogOptions & { shared: SharedArrayBuffer };
const LOOK_MS = 50;
const STANDARD_ERROR = 2;
const numbers = new Int32Array(shared, 0, 4);
let seen = { count: 0, since: performance.now() };

setInterval(() => {
  const count = Atomics.load(numbers, WATCHED.count);
  const isBusy = Atomics.load(numbers, WATCHED.isBusy) === 1;
  if (count !== seen.count || !isBusy) seen = { count, since: performance.now() };
  const tookMs = performance.now() - seen.since;
  if (tookMs > hangMsMax) end(`has not come back for ${tookMs.toFixed(0)} ms`);
  const { rss } = process.memoryUsage();
  if (isBusy && rss > memoryBytesMax) end(`the process has ${(rss / 2 ** 20).toFixed(0)} MiB`);
}, LOOK_MS);
// A port between threads has no origin to name.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort!.postMessage('watching');

/** Kept and said at once, because nothing comes after: the other thread may never leave what it does. */
function end(what: string): void {
  const name = fromUtf8(copy(0, Atomics.load(numbers, WATCHED.nameBytes))) ?? '';
  const input = copy(NAME_BYTES_MAX, Atomics.load(numbers, WATCHED.inputBytes));
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, nameOf(name, input));
  writeFileSync(file, input);
  writeSync(STANDARD_ERROR, `${name}\n  BROKEN: ${what}\n  kept as ${path.relative(process.cwd(), file)}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function copy(from: number, length: number): Uint8Array {
  return new Uint8Array(shared, HEAD_BYTES + from, length).slice();
}

/**
 * Watches a decoder from another thread, because one that never comes back can report nothing: the input that it was
 * given last is kept, said, and the process is ended. The same where the process has grown beyond what is reasonable.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { utf8 } from '#core/bytes.ts';

/** What is longer is cut: it is kept for whoever looks for the fault, and few are. */
export const WATCHED_BYTES_MAX = 1_048_576;
export const NAME_BYTES_MAX = 256;
/** Places of the numbers that both threads look at; then come the name and the input. */
export const WATCHED = { count: 0, isBusy: 1, nameBytes: 2, inputBytes: 3 } as const;
export const HEAD_BYTES = 16;

export interface WatchdogOptions {
  readonly hangMsMax: number;
  /** Of the whole process. */
  readonly memoryBytesMax: number;
  /** Where the input is kept. */
  readonly folder: string;
}

export interface Watchdog {
  /** Before an input is given to a target. */
  watch(target: string, input: Uint8Array): void;
  /** After it came back. */
  rest(): void;
}

/** Does not keep the process alive. It watches when this answers: a thread that begins needs the other one for a moment. */
export async function startWatchdog(options: WatchdogOptions): Promise<Watchdog> {
  const shared = new SharedArrayBuffer(HEAD_BYTES + NAME_BYTES_MAX + WATCHED_BYTES_MAX);
  const numbers = new Int32Array(shared, 0, 4);
  const bytes = new Uint8Array(shared, HEAD_BYTES);
  const worker = new Worker(new URL('./watchdog-worker.ts', import.meta.url), { workerData: { shared, ...options }, execArgv: [] });
  await once(worker, 'message');
  worker.unref();
  return {
    watch(target, input) {
      const name = utf8(target).subarray(0, NAME_BYTES_MAX);
      const kept = input.subarray(0, WATCHED_BYTES_MAX);
      bytes.set(name);
      bytes.set(kept, NAME_BYTES_MAX);
      Atomics.store(numbers, WATCHED.nameBytes, name.length);
      Atomics.store(numbers, WATCHED.inputBytes, kept.length);
      Atomics.add(numbers, WATCHED.count, 1);
      Atomics.store(numbers, WATCHED.isBusy, 1);
    },
    rest: () => void Atomics.store(numbers, WATCHED.isBusy, 0),
  };
}

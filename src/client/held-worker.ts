/**
 * A worker that a page holds while it has jobs for it: opened for the first, ended when none is left, at once or after a
 * while, so that nothing of a job stays in its memory. Where it dies, every job fails.
 */
import type { Clock } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { MessageEnd } from './parts/part-messages.ts';

/** A worker as the page holds it. */
export interface WorkerEnd extends MessageEnd {
  /** Called once where the worker died, or could not be opened. */
  failed(listener: () => void): void;
  close(): void;
}

/** How long a worker without jobs is kept. */
export interface Idle {
  readonly ms: number;
  readonly clock: Pick<Clock, 'after'>;
}

export class HeldWorker<Job extends { reject(error: unknown): void }> {
  readonly #open: () => WorkerEnd;
  readonly #hear: (message: unknown, worker: WorkerEnd) => void;
  readonly #idle: Idle | null;
  readonly #jobs = new Map<number, Job>();
  #worker: WorkerEnd | null = null;
  #cancelEnd: (() => void) | null = null;
  #last = 0;

  /** @param hear what the worker says @param idle null: ended with its last job */
  constructor(open: () => WorkerEnd, hear: (message: unknown, worker: WorkerEnd) => void, idle: Idle | null = null) {
    this.#open = open;
    this.#hear = hear;
    this.#idle = idle;
  }

  /** Until `end` it is the worker's to answer. @returns the number under which it is asked and answers */
  begin(job: Job): { readonly number: number; readonly worker: WorkerEnd } {
    this.#cancelEnd?.();
    const worker = this.#worker ??= this.#opened();
    this.#jobs.set(++this.#last, job);
    return { number: this.#last, worker };
  }

  /** What waits for that answer; undefined where nothing does any more. */
  of(number: number): Job | undefined {
    return this.#jobs.get(number);
  }

  end(number: number, worker: WorkerEnd): void {
    this.#jobs.delete(number);
    if (this.#jobs.size > 0) return;
    if (this.#idle === null) this.#close(worker);
    else this.#cancelEnd = this.#idle.clock.after(this.#idle.ms, () => this.#close(worker));
  }

  #opened(): WorkerEnd {
    const worker = this.#open();
    worker.listen((message) => this.#hear(message, worker));
    worker.failed(() => {
      this.#close(worker);
      for (const { reject } of this.#jobs.values()) reject(new Refusal('internal', { reason: 'worker' }));
    });
    return worker;
  }

  #close(worker: WorkerEnd): void {
    if (this.#worker === worker) this.#worker = null;
    worker.close();
  }
}

/**
 * The page's end of a worker for files: a session's part work, done elsewhere. A page that only asks and waits never
 * stands still, however large the file. The worker is opened for the first job and ended when nothing is left to do, so
 * that nothing of a finished job stays in its memory.
 */
import type { FileSink } from '#core/outside.ts';
import { Refusal, REFUSAL_STATUS, type RefusalCode } from '#core/refusals.ts';
import { isBlobFile, type MessageEnd, type PartJob, type PartNews, type PartOrder } from './part-messages.ts';
import { ownPartWork, type PartWork } from './part-work.ts';
import type { Watch } from './parts.ts';
import type { Session } from './session.ts';

/** A worker as the page holds it. */
export interface WorkerEnd extends MessageEnd {
  /** Called once where the worker died, or could not be opened. */
  failed(listener: () => void): void;
  close(): void;
}

export interface PartDeskDeps {
  readonly open: () => WorkerEnd;
  /** Where the session's station is, as the worker's transport takes it. */
  readonly base: string;
}

type Done = Extract<PartNews, { done: unknown }>['done'];

interface Waiting {
  readonly watch: Watch;
  readonly sink: FileSink | null;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: unknown) => void;
}

/** Part work in a worker; files that only this thread can read are worked on here. */
export function partDesk(session: Session, deps: PartDeskDeps): PartWork {
  const own = ownPartWork(session);
  const desk = new Desk(deps.open);
  const lent = (): { base: string; token: string } => ({ base: deps.base, token: session.api.token });
  return {
    async measure(checked, watch = {}) {
      const { file, name, mediaType } = checked;
      if (!isBlobFile(file)) return own.measure(checked, watch);
      const { key, part, leaves } = await desk.order({ kind: 'measure', blob: file.blob, name, mediaType }, watch);
      if (key === undefined || part === undefined || leaves === undefined) throw new Refusal('internal', { reason: 'answer-malformed' });
      return { file, key, part, leaves };
    },
    async upload(office, measured, watch = {}) {
      const { file, key, part, leaves } = measured;
      if (!isBlobFile(file)) return own.upload(office, measured, watch);
      await desk.order({ kind: 'upload', ...lent(), office, blob: file.blob, key, part, leaves }, watch);
    },
    async receive(part, key, sink, watch = {}) {
      try {
        await desk.order({ kind: 'receive', ...lent(), part, key, isWritten: sink !== null }, watch, sink);
        return sink === null ? null : await sink.commit();
      } catch (error) {
        await sink?.abandon();
        throw error;
      }
    },
  };
}

class Desk {
  readonly #open: () => WorkerEnd;
  readonly #waiting = new Map<number, Waiting>();
  #worker: WorkerEnd | null = null;
  #last = 0;

  constructor(open: () => WorkerEnd) {
    this.#open = open;
  }

  async order(order: PartJob, watch: Watch, sink: FileSink | null = null): Promise<Done> {
    if (watch.signal?.aborted === true) throw new Refusal('cancelled');
    const job = ++this.#last;
    const worker = this.#worker ??= this.#opened();
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    this.#waiting.set(job, { watch, sink, resolve, reject });
    const cancel = (): void => worker.post({ job, cancel: true } satisfies PartOrder);
    watch.signal?.addEventListener('abort', cancel, { once: true });
    worker.post({ job, order } satisfies PartOrder);
    try {
      return await promise;
    } finally {
      watch.signal?.removeEventListener('abort', cancel);
      this.#waiting.delete(job);
      if (this.#waiting.size === 0) this.#close(worker);
    }
  }

  #opened(): WorkerEnd {
    const worker = this.#open();
    worker.listen((message) => this.#hear(worker, message as PartNews));
    worker.failed(() => {
      this.#close(worker);
      for (const { reject } of this.#waiting.values()) reject(new Refusal('internal', { reason: 'worker' }));
    });
    return worker;
  }

  #close(worker: WorkerEnd): void {
    if (this.#worker === worker) this.#worker = null;
    worker.close();
  }

  #hear(worker: WorkerEnd, news: PartNews): void {
    const waiting = this.#waiting.get(news.job);
    if (waiting === undefined) return;
    if ('progress' in news) waiting.watch.progress?.(news.progress);
    else if ('done' in news) waiting.resolve(news.done);
    else if ('refused' in news) waiting.reject(refusalOf(news.refused));
    else {
      const written = (): void => worker.post({ job: news.job, written: true } satisfies PartOrder);
      waiting.sink?.write(news.bytes).then(written, (error: unknown) => {
        worker.post({ job: news.job, cancel: true } satisfies PartOrder);
        waiting.reject(error);
      });
    }
  }
}

function refusalOf({ code, detail }: Extract<PartNews, { refused: unknown }>['refused']): Refusal {
  return new Refusal(Object.hasOwn(REFUSAL_STATUS, code) ? code as RefusalCode : 'internal', detail as Refusal['detail']);
}

/**
 * The page's end of a worker for files: a session's part work, done elsewhere. A page that only asks and waits never
 * stands still, however large the file.
 */
import type { FileSink } from '#core/outside.ts';
import { Refusal, refusalSaid } from '#core/refusals.ts';
import { HeldWorker, type WorkerEnd } from '../held-worker.ts';
import { isBlobFile, type PartJob, type PartNews, type PartOrder } from './part-messages.ts';
import { type CopyPlace, ownPartWork, type PartWork } from './part-work.ts';
import type { Watch } from '../watch.ts';
import type { Session } from '../session.ts';

export interface PartDeskDeps {
  readonly open: () => WorkerEnd;
  /** Where the session's station is, as the worker's transport takes it. */
  readonly base: string;
}

type Done = Extract<PartNews, { done: unknown }>['done'];

/** Whom a job tells more than how far it is. */
interface Told {
  readonly sink?: FileSink | null;
  readonly marked?: CopyPlace['marked'] | null;
}

interface Waiting {
  readonly watch: Watch;
  readonly told: Told;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: unknown) => void;
}

/** Part work in a worker; files that only this thread can read are worked on here. */
export function partDesk(session: Session, deps: PartDeskDeps): PartWork {
  const own = ownPartWork(session);
  const desk = new Desk(deps.open);
  const lent = (): { base: string; token: string } => ({ base: deps.base, token: session.api.token });
  return {
    async measure(checked, watch = {}, copied) {
      const { file, name, mediaType } = checked;
      if (!isBlobFile(file)) return own.measure(checked, watch);
      const { marked = null, ...place } = copied ?? {};
      const { key, part, leaves, isCopied } = await desk.order({ kind: 'measure', blob: file.blob, name, mediaType, copied: copied === undefined ? null : place as CopyPlace }, watch, { marked });
      if (key === undefined || part === undefined || leaves === undefined || isCopied === undefined) throw new Refusal('internal', { reason: 'answer-malformed' });
      return { file, key, part, leaves, isCopied };
    },
    async upload(office, one, watch = {}) {
      if ('sealed' in one) return void await desk.order({ kind: 'bring', ...lent(), office, ...one }, watch);
      const { file, key, part, leaves } = one;
      if (!isBlobFile(file)) return own.upload(office, one, watch);
      await desk.order({ kind: 'upload', ...lent(), office, blob: file.blob, key, part, leaves }, watch);
    },
    async receive(part, key, sink, watch = {}) {
      try {
        await desk.order({ kind: 'receive', ...lent(), part, key, isWritten: sink !== null }, watch, { sink });
        return sink === null ? null : await sink.commit();
      } catch (error) {
        await sink?.abandon();
        throw error;
      }
    },
  };
}

class Desk {
  readonly #worker: HeldWorker<Waiting>;

  constructor(open: () => WorkerEnd) {
    this.#worker = new HeldWorker(open, (message, worker) => this.#hear(worker, message as PartNews));
  }

  async order(order: PartJob, watch: Watch, told: Told = {}): Promise<Done> {
    if (watch.signal?.aborted === true) throw new Refusal('cancelled');
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    const { number: job, worker } = this.#worker.begin({ watch, told, resolve, reject });
    const cancel = (): void => worker.post({ job, cancel: true } satisfies PartOrder);
    watch.signal?.addEventListener('abort', cancel, { once: true });
    worker.post({ job, order } satisfies PartOrder);
    try {
      return await promise;
    } finally {
      watch.signal?.removeEventListener('abort', cancel);
      this.#worker.end(job, worker);
    }
  }

  #hear(worker: WorkerEnd, news: PartNews): void {
    const waiting = this.#worker.of(news.job);
    if (waiting === undefined) return;
    if ('progress' in news) waiting.watch.progress?.(news.progress);
    else if ('mark' in news) waiting.told.marked?.(news.mark);
    else if ('done' in news) waiting.resolve(news.done);
    else if ('refused' in news) waiting.reject(refusalSaid(news.refused));
    else {
      const written = (): void => worker.post({ job: news.job, written: true } satisfies PartOrder);
      waiting.told.sink?.write(news.bytes).then(written, (error: unknown) => {
        worker.post({ job: news.job, cancel: true } satisfies PartOrder);
        waiting.reject(error);
      });
    }
  }
}

/**
 * The inside of a worker for files: does the jobs that a page orders, one after another as they come, and remembers
 * nothing of a job that ended. The page's session lends its token; nothing else of the device is here.
 */
import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { FileSink, HttpTransport, PartCopies } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { StationApi } from '../api.ts';
import { receivePart } from './download.ts';
import { blobFile, type MessageEnd, type PartJob, type PartNews, type PartOrder } from './part-messages.ts';
import type { CopyMark } from './part-copy.ts';
import { type MeasuredPart, measurePart } from './parts.ts';
import type { Watch } from '../watch.ts';
import { type Carrier, uploadPart } from './upload.ts';

export interface PartWorkerDeps {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly transport: (base: string) => HttpTransport;
  /** Where a device's sealed copies stand, by its folder; null where there can be none. */
  readonly copies: (folder: string) => Promise<PartCopies | null>;
}

/** Progress is told and plaintext given in steps of this size. */
const STEP_BYTES = 1024 * 1024;

interface Running {
  readonly stop: AbortController;
  /** Whoever waits for the page to have written what it was given. */
  written: (() => void) | null;
}

/** Serves one page. @param ready what may take a while to load; orders wait for it */
export function servePartWork(end: MessageEnd, ready: Promise<PartWorkerDeps>): void {
  const running = new Map<number, Running>();
  end.listen((message) => {
    const order = message as PartOrder;
    if ('cancel' in order) return running.get(order.job)?.stop.abort();
    if ('written' in order) return running.get(order.job)?.written?.();
    const mine: Running = { stop: new AbortController(), written: null };
    running.set(order.job, mine);
    void perform(end, ready, order.job, order.order, mine).finally(() => running.delete(order.job));
  });
}

async function perform(end: MessageEnd, ready: Promise<PartWorkerDeps>, job: number, order: PartJob, mine: Running): Promise<void> {
  const tell = (news: PartNews, transfer?: readonly ArrayBuffer[]): void => end.post(news, transfer);
  try {
    const marked = (mark: CopyMark): void => tell({ job, mark });
    tell({ job, done: await done(await ready, order, watching(tell, job, mine), { sink: sinkOf(tell, job, mine), marked }) });
  } catch (error) {
    const { code, detail } = error instanceof Refusal ? error : new Refusal('internal');
    tell({ job, refused: { code, detail } });
  } finally {
    if ('key' in order) order.key.fill(0);
    else if (order.kind === 'measure') order.copied?.key.fill(0);
  }
}

interface Told {
  readonly sink: FileSink;
  readonly marked: (mark: CopyMark) => void;
}

async function done(deps: PartWorkerDeps, order: PartJob, watch: Watch, { sink, marked }: Told): Promise<Extract<PartNews, { done: unknown }>['done']> {
  if (order.kind === 'measure') return measured(deps, order, watch, marked);
  const carrier = carrierOf(deps, order);
  const { part } = order;
  if (order.kind === 'bring') await uploadPart(carrier, order.office, { sealed: order.sealed, part, leaves: order.leaves }, watch);
  else if (order.kind === 'upload') await uploadPart(carrier, order.office, { file: blobFile(order.blob, part.name), key: order.key, part, leaves: order.leaves, isCopied: false }, watch);
  else await receivePart(carrier, part, order.key, order.isWritten ? sink : null, watch);
  return {};
}

async function measured(
  { crypto, random, copies }: PartWorkerDeps, { blob, name, mediaType, copied }: Extract<PartJob, { kind: 'measure' }>, watch: Watch, marked: Told['marked'],
): Promise<Omit<MeasuredPart, 'file'>> {
  const checked = { file: blobFile(blob, name), name, mediaType };
  const copy = copied === null ? null : await copies(copied.folder).then((all) => all?.open(copied.name) ?? null).catch(() => null);
  try {
    const { key, part, leaves, isCopied } = await measurePart(crypto, random, checked, watch, copy === null || copied === null ? null : { ...copied, copy, marked });
    return { key, part, leaves, isCopied };
  } finally {
    await copy?.close();
  }
}

function carrierOf({ crypto, clock, random, transport }: PartWorkerDeps, { base, token }: { base: string; token: string }): Carrier {
  const api = new StationApi({ transport: transport(base), clock, random });
  api.adopt(token);
  return { api, crypto, clock };
}

function watching(tell: (news: PartNews) => void, job: number, { stop: { signal } }: Running): Watch {
  let told = 0;
  return {
    signal,
    progress: (bytes) => {
      if (bytes - told < STEP_BYTES) return;
      told = bytes;
      tell({ job, progress: bytes });
    },
  };
}

/** Gathers a step, gives it to the page, and waits until the page has written it: no more than a step is under way. */
function sinkOf(tell: (news: PartNews, transfer?: readonly ArrayBuffer[]) => void, job: number, mine: Running): FileSink {
  let filling = new Uint8Array(STEP_BYTES);
  let filled = 0;
  const give = async (): Promise<void> => {
    const bytes = filling.subarray(0, filled);
    [filling, filled] = [new Uint8Array(STEP_BYTES), 0];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancelled = (): void => reject(new Refusal('cancelled'));
    mine.written = resolve;
    mine.stop.signal.addEventListener('abort', cancelled, { once: true });
    tell({ job, bytes }, [bytes.buffer]);
    await promise.finally(() => mine.stop.signal.removeEventListener('abort', cancelled));
  };
  return {
    write: async (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const taken = bytes.subarray(at, at + STEP_BYTES - filled);
        filling.set(taken, filled);
        filled += taken.length;
        at += taken.length;
        if (filled === STEP_BYTES) await give();
      }
    },
    commit: async () => {
      if (filled > 0) await give();
      return '';
    },
    abandon: async () => void filling.fill(0),
  };
}

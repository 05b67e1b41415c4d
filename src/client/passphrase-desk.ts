/**
 * The page's end of a worker for passphrases: stretching one, and a device's half of OPAQUE. Each takes most of a second of
 * pure computing, in which a page would stand still. The worker is ended when it has had nothing to do for a while, so that
 * nothing of a passphrase stays in its memory.
 */
import type { Clock } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { OpaqueClient } from '#core/opaque.ts';
import { Refusal, REFUSAL_STATUS, type RefusalCode } from '#core/refusals.ts';
import type { WorkerEnd } from './part-desk.ts';

/** What such a worker does. */
export interface PassphraseWork extends OpaqueClient, Pick<CryptoProvider, 'stretch'> {}

/** To the worker. */
export interface PassphraseOrder {
  readonly call: number;
  readonly ask: keyof PassphraseWork;
  readonly given: readonly unknown[];
}
/** From the worker. */
export type PassphraseAnswer =
  | { readonly call: number; readonly done: unknown }
  | { readonly call: number; readonly refused: string };

interface Waiting {
  readonly resolve: (done: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Long enough for a station's answer between the two halves of a log-in. */
const IDLE_MS_MAX = 5_000;

export function passphraseDesk(open: () => WorkerEnd, clock: Pick<Clock, 'after'>): PassphraseWork {
  const desk = new Desk(open, clock);
  return {
    stretch: (...given) => desk.call('stretch', given),
    startRegistration: (...given) => desk.call('startRegistration', given),
    finishRegistration: (...given) => desk.call('finishRegistration', given),
    startLogIn: (...given) => desk.call('startLogIn', given),
    finishLogIn: (...given) => desk.call('finishLogIn', given),
  };
}

class Desk {
  readonly #open: () => WorkerEnd;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #waiting = new Map<number, Waiting>();
  #worker: WorkerEnd | null = null;
  #cancelEnd: (() => void) | null = null;
  #last = 0;

  constructor(open: () => WorkerEnd, clock: Pick<Clock, 'after'>) {
    this.#open = open;
    this.#clock = clock;
  }

  async call<Done>(ask: keyof PassphraseWork, given: readonly unknown[]): Promise<Done> {
    this.#cancelEnd?.();
    const worker = this.#worker ??= this.#opened();
    const call = ++this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    this.#waiting.set(call, { resolve, reject });
    worker.post({ call, ask, given } satisfies PassphraseOrder);
    try {
      return await promise;
    } finally {
      this.#waiting.delete(call);
      if (this.#waiting.size === 0) this.#cancelEnd = this.#clock.after(IDLE_MS_MAX, () => this.#close(worker));
    }
  }

  #opened(): WorkerEnd {
    const worker = this.#open();
    worker.listen((message) => this.#hear(message as PassphraseAnswer));
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

  #hear(answer: PassphraseAnswer): void {
    const waiting = this.#waiting.get(answer.call);
    if ('done' in answer) waiting?.resolve(answer.done as never);
    else waiting?.reject(new Refusal(Object.hasOwn(REFUSAL_STATUS, answer.refused) ? answer.refused as RefusalCode : 'internal'));
  }
}

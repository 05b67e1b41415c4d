/**
 * The page's end of a worker for passphrases: stretching one, and a device's half of OPAQUE. Each takes most of a second of
 * pure computing, in which a page would stand still. The worker is ended when it has had nothing to do for a while, so that
 * nothing of a passphrase stays in its memory.
 */
import type { CryptoProvider } from '#core/crypto.ts';
import type { OpaqueClient } from '#core/opaque.ts';
import { refusalSaid } from '#core/refusals.ts';
import { HeldWorker, type Idle, type WorkerEnd } from '../held-worker.ts';

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

export function passphraseDesk(open: () => WorkerEnd, clock: Idle['clock']): PassphraseWork {
  const held = new HeldWorker<Waiting>(open, (message) => {
    const answer = message as PassphraseAnswer;
    if ('done' in answer) held.of(answer.call)?.resolve(answer.done as never);
    else held.of(answer.call)?.reject(refusalSaid({ code: answer.refused }));
  }, { ms: IDLE_MS_MAX, clock });
  const call = async <Done>(ask: keyof PassphraseWork, given: readonly unknown[]): Promise<Done> => {
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    const { number, worker } = held.begin({ resolve, reject });
    worker.post({ call: number, ask, given } satisfies PassphraseOrder);
    try {
      return await promise;
    } finally {
      held.end(number, worker);
    }
  };
  return {
    stretch: (...given) => call('stretch', given),
    startRegistration: (...given) => call('startRegistration', given),
    finishRegistration: (...given) => call('finishRegistration', given),
    startLogIn: (...given) => call('startLogIn', given),
    finishLogIn: (...given) => call('finishLogIn', given),
  };
}

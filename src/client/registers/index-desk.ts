/** The page's end of the worker in which registers are kept and searched: however long they are, the page only asks and waits. */
import { hex, utf8 } from '#core/bytes.ts';
import { hkdf } from '#core/hkdf.ts';
import { Refusal } from '#core/refusals.ts';
import type { KeptSize } from './kept-lines.ts';
import type { WorkerEnd } from '../held-worker.ts';
import type { RegisterPlace } from './register-book.ts';
import { shelfName } from './register-index.ts';
import type { Session } from '../session.ts';

/** Registers of a session that somebody has to close. */
export interface OpenRegisters extends RegisterPlace {
  /** Keeps now what waits to be kept. */
  flush(): Promise<void>;
  /** What is kept on this device, sealed; null where nothing is. */
  kept(): Promise<KeptSize | null>;
  /** Erases what is kept. */
  forget(): Promise<void>;
  /** Ends it: nothing of the lines stays in memory. */
  close(): void;
}

type Ask = 'merge' | 'put' | 'ask' | 'all' | 'row' | 'others' | 'flush' | 'kept' | 'forget';
export interface IndexBegin {
  /** Null: nothing is kept. */
  readonly kept: IndexSecret | null;
  readonly shelves: readonly string[];
}
/** To the worker. */
export type IndexOrder = { readonly begin: IndexBegin } | { readonly call: number; readonly ask: Ask; readonly given: readonly unknown[] };
/** From the worker. */
export type IndexAnswer = { readonly call: number; readonly done: unknown } | { readonly call: number; readonly failed: true };

export interface IndexSecret {
  readonly name: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

const KEY_LABEL = 'tram/v1/index\0';
const NAME_LABEL = 'tram/v1/index-name\0';

/** What a device's index is sealed under, and called. @throws Refusal `keyring-missing` once locked, `key-missing` for a ring that is no person's device */
export function indexSecretOf({ crypto: { hash }, ring }: Pick<Session, 'crypto' | 'ring'>): IndexSecret {
  const { kem, organisation } = ring.contents;
  if (kem === undefined) throw new Refusal('key-missing');
  return { key: hkdf(hash, kem, organisation, utf8(KEY_LABEL), 32), name: hex(hkdf(hash, kem, organisation, utf8(NAME_LABEL), 16)) };
}

/** @param isKept whether this device keeps what it opened, sealed, over the session */
export function openRegisters(session: Session, open: () => WorkerEnd, isKept: boolean): OpenRegisters {
  const worker = open();
  const waiting = new Map<number, { readonly resolve: (done: unknown) => void; readonly reject: (error: unknown) => void }>();
  const fault = new Refusal('internal', { reason: 'worker' });
  let [last, isEnded] = [0, false];
  const end = (): void => {
    isEnded = true;
    worker.close();
    for (const { reject } of waiting.values()) reject(fault);
    waiting.clear();
  };
  worker.failed(end);
  worker.listen((message) => {
    const answer = message as IndexAnswer;
    const asked = waiting.get(answer.call);
    waiting.delete(answer.call);
    if ('failed' in answer) asked?.reject(fault);
    else asked?.resolve(answer.done);
  });
  const kept = isKept ? indexSecretOf(session) : null;
  worker.post({ begin: { kept, shelves: session.offices().flatMap((office) => [shelfName(office, 'in'), shelfName(office, 'out')]) } } satisfies IndexOrder);
  kept?.key.fill(0);
  const call = <T>(ask: Ask, ...given: readonly unknown[]): Promise<T> => {
    if (isEnded) return Promise.reject(fault);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    waiting.set(++last, { resolve, reject });
    worker.post({ call: last, ask, given } satisfies IndexOrder);
    return promise as Promise<T>;
  };
  return {
    merge: (...given) => call('merge', ...given), put: (lines) => call('put', lines), ask: (...given) => call('ask', ...given),
    all: (question) => call('all', question), row: (...given) => call('row', ...given), others: (...given) => call('others', ...given),
    flush: () => call('flush'), kept: () => call('kept'), forget: () => call('forget'), close: end,
  };
}

/**
 * Long work of this device itself: sealing and opening files, reading a register for the first time. Whoever begins it
 * waits for it as for any other; besides, it stands in one list, with how far it is, a stop, and what failed, whichever
 * room somebody looks at.
 */
import type { Clock } from '#core/clock.ts';

export type WorkKind = 'sealing' | 'opening' | 'saving' | 'reading' | 'stick';

export interface WorkAsked {
  /** What it is about, so that a room finds its own again. */
  readonly key: string;
  readonly kind: WorkKind;
  /** In the reader's words; stays in memory. */
  readonly name: string;
  /** It is begun again by itself: where it failed nothing stays to be read. */
  readonly isRepeated?: boolean;
}

export interface WorkItem extends WorkAsked {
  readonly id: number;
  readonly done: number;
  /** Null where nobody knows how much there is. */
  readonly all: number | null;
  readonly state: 'running' | 'stopping' | 'failed';
  /** What it failed with. */
  readonly fault: unknown;
  /** It takes long enough to be told to who is elsewhere. */
  readonly isLong: boolean;
}

export interface WorkWatch {
  readonly signal: AbortSignal;
  /** @param all null where nobody knows */
  readonly progress: (done: number, all: number | null) => void;
}

/** Shorter work is over before somebody could read of it. */
const LONG_MS = 800;
/** Of those that failed, the newest. */
const FAILED_MAX = 8;

export class LongWork {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #listeners = new Set<() => void>();
  readonly #stops = new Map<number, AbortController>();
  #items: readonly WorkItem[] = [];
  #last = 0;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** The oldest first; another array whenever something changed. */
  get items(): readonly WorkItem[] {
    return this.#items;
  }

  /** @returns ends it */
  listen(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /**
   * Does it, and gives or throws what it does. What was stopped leaves nothing; what failed stays until it is forgotten, or
   * the same is begun anew.
   */
  async run<T>(asked: WorkAsked, work: (watch: WorkWatch) => Promise<T>): Promise<T> {
    const [id, stop] = [++this.#last, new AbortController()];
    this.#stops.set(id, stop);
    const begun: WorkItem = { ...asked, id, done: 0, all: null, state: 'running', fault: null, isLong: false };
    this.#set([...this.#items.filter(({ key, state }) => key !== asked.key || state !== 'failed'), begun]);
    const cancel = this.#clock.after(LONG_MS, () => this.#change(id, { isLong: true }));
    try {
      const made = await work({ signal: stop.signal, progress: (done, all) => this.#change(id, { done, all }) });
      this.forget(id);
      return made;
    } catch (fault) {
      if (stop.signal.aborted || asked.isRepeated === true) this.forget(id);
      else this.#fail(id, fault);
      throw fault;
    } finally {
      cancel();
      this.#stops.delete(id);
    }
  }

  stop(id: number): void {
    this.#change(id, { state: 'stopping' });
    this.#stops.get(id)?.abort();
  }

  /** One that failed, once it was read. */
  forget(id: number): void {
    this.#set(this.#items.filter((one) => one.id !== id));
  }

  /** Stops everything: the device is locked. */
  close(): void {
    for (const stop of this.#stops.values()) stop.abort();
    this.#listeners.clear();
    this.#items = [];
  }

  #fail(id: number, fault: unknown): void {
    this.#change(id, { state: 'failed', fault, isLong: true });
    const failed = this.#items.filter(({ state }) => state === 'failed');
    const old = new Set(failed.slice(0, Math.max(0, failed.length - FAILED_MAX)).map((one) => one.id));
    if (old.size > 0) this.#set(this.#items.filter((one) => !old.has(one.id)));
  }

  #change(id: number, change: Partial<WorkItem>): void {
    if (this.#items.some((one) => one.id === id)) this.#set(this.#items.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  #set(items: readonly WorkItem[]): void {
    this.#items = items;
    for (const changed of this.#listeners) changed();
  }
}

/**
 * The registers of an unlocked device, where they are asked: lines in memory, and behind them, where the device keeps any,
 * the sealed index that they come from and go to. Runs in a worker. Source: docs/protocol/local-index.md.
 */
import type { Clock } from '#core/clock.ts';
import { Turns } from '#core/turns.ts';
import type { IndexStore, KeptSize } from './index-store.ts';
import type { RegisterPlace } from './register-book.ts';
import { type RegisterDirection, RegisterIndex, type RegisterQuestion, type RegisterRow, shelfName } from './register-index.ts';
import type { StationLine } from './register.ts';

/** After the last line that came; a register that is being read for the first time is kept as it grows. */
const KEEP_MS = 1_000;
const KEEP_LINES = 4_096;

export class LocalRegister implements RegisterPlace {
  readonly #clock: Clock;
  readonly #store: IndexStore | null;
  readonly #index = new RegisterIndex();
  /** Shelves that were read from the store, or are being. */
  readonly #read = new Map<string, Promise<void>>();
  /** Dispatches of each shelf whose line is not kept as it is. */
  readonly #fresh = new Map<string, Set<string>>();
  readonly #turns = new Turns();
  #cancel = (): void => undefined;

  /** @param store null: in memory only */
  constructor(clock: Clock, store: IndexStore | null) {
    this.#clock = clock;
    this.#store = store;
  }

  /** Reads what is kept of these and forgets what is kept of others. @param shelves as shelfName */
  async begin(shelves: readonly string[]): Promise<void> {
    const others = this.#store?.shelves.filter((one) => !shelves.includes(one)) ?? [];
    await this.#next(async () => this.#store?.drop(others));
    await Promise.all(shelves.map((one) => this.#ready(one)));
  }

  async merge(office: string, direction: RegisterDirection, lines: readonly StationLine[], others: readonly (readonly string[])[]) {
    const shelf = shelfName(office, direction);
    await this.#ready(shelf);
    const before = lines.map(({ dispatch }) => this.#index.entries(shelf).get(dispatch));
    const merged = this.#index.merge(office, direction, lines, others);
    const changed = lines.filter(({ dispatch }, i) => this.#index.entries(shelf).get(dispatch) !== before[i]);
    this.#changed(shelf, changed.map(({ dispatch }) => dispatch));
    return merged;
  }

  async put(lines: readonly RegisterRow[]): Promise<void> {
    for (const [shelf, rows] of Map.groupBy(lines, ({ office, direction }) => shelfName(office, direction))) {
      await this.#ready(shelf);
      this.#index.put(rows);
      this.#changed(shelf, rows.map(({ dispatch }) => dispatch));
    }
  }

  async ask(question: RegisterQuestion, from: number, count: number) {
    await this.#ready(shelfName(question.office, question.direction));
    return this.#index.ask(question, from, count);
  }

  async all(question: RegisterQuestion): Promise<readonly RegisterRow[]> {
    await this.#ready(shelfName(question.office, question.direction));
    return this.#index.all(question);
  }

  async row(office: string, direction: RegisterDirection, dispatch: string): Promise<RegisterRow | null> {
    await this.#ready(shelfName(office, direction));
    return this.#index.row(office, direction, dispatch);
  }

  async others(office: string, direction: RegisterDirection): Promise<readonly string[]> {
    await this.#ready(shelfName(office, direction));
    return this.#index.others(office, direction);
  }

  /** What is kept on the device, once what waits to be kept is; null where nothing can be. */
  async kept(): Promise<KeptSize | null> {
    await this.flush();
    return this.#store?.size ?? null;
  }

  /** Erases what is kept. What is in memory stays until the device is locked, and is not kept again but where it changes. */
  async forget(): Promise<void> {
    await this.flush();
    await this.#next(async () => this.#store?.clear());
  }

  /** Keeps now what waits to be kept. */
  async flush(): Promise<void> {
    this.#cancel();
    this.#save();
    await this.#turns.ended();
  }

  async close(): Promise<void> {
    await this.flush();
    this.#store?.close();
  }

  #ready(shelf: string): Promise<void> {
    const reading = this.#read.get(shelf) ?? this.#next(() => this.#load(shelf));
    this.#read.set(shelf, reading);
    return reading;
  }

  async #load(shelf: string): Promise<void> {
    if (this.#store === null) return;
    const loaded = await this.#store.load(shelf);
    for (const lines of loaded ?? []) this.#index.take(shelf, lines);
    // Nothing is kept any more: what is known is kept again.
    if (loaded === null) for (const known of this.#read.keys()) this.#changed(known, [...this.#index.entries(known).keys()]);
  }

  #changed(shelf: string, dispatches: readonly string[]): void {
    if (this.#store === null || dispatches.length === 0) return;
    const fresh = this.#fresh.get(shelf) ?? new Set();
    for (const one of dispatches) fresh.add(one);
    this.#fresh.set(shelf, fresh);
    this.#cancel();
    if (fresh.size >= KEEP_LINES) this.#save();
    else this.#cancel = this.#clock.after(KEEP_MS, () => this.#save());
  }

  #save(): void {
    const store = this.#store;
    if (store === null) return;
    for (const [shelf, fresh] of this.#fresh) {
      this.#fresh.delete(shelf);
      void this.#next(() => store.keep(shelf, this.#index.entries(shelf), fresh));
    }
  }

  /** One after the other. A disk that is full costs what was to be kept, never the register. */
  #next(work: () => Promise<void> | undefined): Promise<void> {
    return this.#turns.next(work).catch(() => undefined);
  }
}

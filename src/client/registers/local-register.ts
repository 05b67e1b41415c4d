/**
 * The registers of an unlocked device, where they are asked: lines in memory, and behind them, where the device keeps any,
 * the sealed index that they come from and go to. Runs in a worker. Source: docs/protocol/local-index.md.
 */
import type { Clock } from '#core/clock.ts';
import { Turns } from '#core/turns.ts';
import { INDEX_SEGMENT_LINES } from '#wire/local-index.ts';
import type { IndexStore } from './index-store.ts';
import { type KeptPart, type KeptSize, LinesInMemory } from './kept-lines.ts';
import type { RegisterPlace } from './register-book.ts';
import { entryOf, newestFirst, type RegisterEntry } from './register-entry.ts';
import { type RegisterDirection, RegisterIndex, type RegisterQuestion, type RegisterRow, shelfName } from './register-index.ts';
import type { RegisterShelf } from './register-shelf.ts';
import type { StationLine } from './register.ts';

/** After the last line that came; a register that is being read for the first time is kept as it grows. */
const KEEP_MS = 1_000;
const KEEP_LINES = 4_096;

export class LocalRegister implements RegisterPlace {
  readonly #clock: Clock;
  readonly #store: IndexStore | null;
  /** Whether what comes is kept on the device. */
  #isKeeping: boolean;
  readonly #memory = new LinesInMemory();
  readonly #index = new RegisterIndex(async () => this.#store?.clear());
  /** Shelves that were read from the store, or are being. */
  readonly #read = new Map<string, Promise<void>>();
  readonly #turns = new Turns();
  #cancel = (): void => undefined;

  /** @param store null: in memory only */
  constructor(clock: Clock, store: IndexStore | null) {
    this.#clock = clock;
    this.#store = store;
    this.#isKeeping = store !== null;
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
    const merged = await this.#index.merge(office, direction, lines, others);
    if (merged.isChanged) this.#changed(shelf);
    return merged;
  }

  async put(lines: readonly RegisterRow[]): Promise<void> {
    for (const [shelf, rows] of Map.groupBy(lines, ({ office, direction }) => shelfName(office, direction))) {
      await this.#ready(shelf);
      await this.#index.put(rows);
      this.#changed(shelf);
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

  /** Erases what is kept, with what was read of it: a register that is looked at afterwards comes from the station, and is not kept again until the device is opened anew. */
  async forget(): Promise<void> {
    await this.flush();
    await this.#next(async () => {
      this.#isKeeping = false;
      this.#index.dropParts();
      await this.#store?.clear();
    });
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
    const loaded = await this.#store?.load(shelf);
    // Nothing is kept any more, and lines of other registers were read from there too.
    if (loaded === null) this.#index.dropParts();
    else if (loaded !== undefined) this.#index.shelf(shelf).swap(new Set(), loaded, []);
  }

  #changed(name: string): void {
    this.#cancel();
    if (this.#index.shelf(name).freshCount >= KEEP_LINES) this.#save();
    else this.#cancel = this.#clock.after(KEEP_MS, () => this.#save());
  }

  #save(): void {
    for (const [name, shelf] of this.#index.shelves) if (shelf.freshCount > 0) void this.#next(() => this.#keep(name, shelf));
  }

  /** A disk that is full costs what was to be kept, never the register: those lines go on in memory. */
  async #keep(name: string, shelf: RegisterShelf): Promise<void> {
    const taken = shelf.fresh;
    if (taken.length === 0) return;
    const inMemory = (lines: readonly RegisterEntry[]): KeptPart[] => this.#memory.keep(lines.toSorted(newestFirst));
    if (this.#store === null || !this.#isKeeping) return shelf.swap(new Set(), inMemory(taken), taken);
    const doomed = doomedOf(shelf, taken.length);
    const moved = await this.#index.linesIn(shelf, doomed);
    try {
      const { parts, left } = await this.#store.keep(name, doomed, [...taken, ...moved.map(entryOf)].toSorted(newestFirst));
      shelf.swap(doomed, [...parts, ...(left.length === 0 ? [] : inMemory(left))], taken);
    } catch {
      return shelf.swap(new Set(), inMemory(taken), taken);
    }
    await this.#store.sweep();
  }

  /** One after the other. */
  #next(work: () => Promise<void> | undefined): Promise<void> {
    return this.#turns.next(work).catch(() => undefined);
  }
}

/**
 * Parts that are written again together with what is new: small ones as they add up, so that there are few, and those of
 * which most was replaced.
 */
export function doomedOf(shelf: RegisterShelf, fresh: number): Set<number> {
  const doomed = new Set<number>();
  let gathered = fresh;
  for (const { number, count, alive } of shelf.partSizes().toReversed()) {
    const isSmall = alive < INDEX_SEGMENT_LINES / 2 && alive <= 2 * gathered;
    if (!isSmall && alive * 2 >= count) continue;
    doomed.add(number);
    gathered += alive;
  }
  return doomed;
}

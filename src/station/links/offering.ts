/**
 * In which order what waits is offered: at every moment by precedence, then by acceptance. Each precedence has a line of
 * its own, so that none waits for another's offers to find room; a line lets those above it catch up before each of its
 * own, once, so that a stream of small urgent items does not keep it from ever offering one.
 * Source: docs/protocol/frames.md §Order.
 */
import type { NumberedItem, QueuedItem } from './queue.ts';
import type { LinksRoom } from './talk.ts';
import type { OutgoingItem } from './traffic.ts';

/** How many items of one precedence are offered ahead of custody. */
export const AHEAD = 64;
/** Of each precedence so many wait at the outlet: where the last of them goes and the next is not there yet, lower ones would go. */
const AT_THE_OUTLET = 4;
const RANKS = [4, 3, 2, 1] as const;

/** What a line needs of the connection that it is on. */
export interface Offerer {
  readonly room: Pick<LinksRoom, 'queue' | 'store' | 'traffic'>;
  readonly peer: string;
  readonly closed: boolean;
  /** How many of a rank are offered and not answered. */
  inFlight(rank: number): number;
  isInFlight(item: QueuedItem): boolean;
  offer(item: NumberedItem, load: OutgoingItem): Promise<void>;
  /** Nothing is left to offer for now. */
  worked(): void;
  failed(error: unknown): void;
}

export class Offering {
  readonly #lines: readonly Line[];

  constructor(offerer: Offerer) {
    const lines: Line[] = [];
    for (const rank of RANKS) lines.push(new Line(rank, offerer, [...lines]));
    this.#lines = lines;
  }

  get isIdle(): boolean {
    return this.#lines.every(({ isIdle }) => isIdle);
  }

  /** Something of this rank waits, and of lower ones there may be. */
  wake(rank: number): void {
    for (const line of this.#lines) if (line.rank <= rank) line.wake();
  }

  /** There is room for more of this rank. */
  wakeOnly(rank: number): void {
    this.#lines.find((line) => line.rank === rank)!.wake();
  }

  /** Resolves when all that waits above this rank is at the outlet, as far as it may. */
  async caughtUpAbove(rank: number): Promise<void> {
    for (const line of this.#lines) if (line.rank > rank) await line.caughtUp();
  }
}

/** The offers of one precedence, one after another. */
class Line {
  readonly rank: number;
  readonly #offerer: Offerer;
  readonly #above: readonly Line[];
  #isWanted = false;
  #isRunning = false;
  /** Ends with the look at the queue that is under way. */
  #pass = Promise.withResolvers<void>();
  /** The last that the outlet was handed, the oldest first: some of them may have left it. */
  readonly #atOutlet: Promise<void>[] = [];

  constructor(rank: number, offerer: Offerer, above: readonly Line[]) {
    this.rank = rank;
    this.#offerer = offerer;
    this.#above = above;
  }

  get isIdle(): boolean {
    return !this.#isRunning;
  }

  wake(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  /**
   * Resolves when what waited here when it was asked is at the outlet, as far as there is room for it. Not when it has left: the
   * outlet keeps the order, and while a line waited for that, what stands there already of a line below it would go.
   */
  async caughtUp(): Promise<void> {
    const isBehind = this.#isWanted;
    if (this.#isRunning) await this.#pass.promise;
    if (isBehind && this.#isRunning) await this.#pass.promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isWanted && !this.#offerer.closed) await this.#look();
    } catch (error) {
      this.#offerer.failed(error);
    } finally {
      this.#isRunning = false;
      this.#endPass();
    }
    this.#offerer.worked();
  }

  async #look(): Promise<void> {
    this.#isWanted = false;
    const most = AHEAD - this.#offerer.inFlight(this.rank);
    if (most > 0) await this.#offerUpTo(most);
    if (this.#isWanted) this.#endPass();
  }

  #endPass(): void {
    this.#pass.resolve();
    this.#pass = Promise.withResolvers();
  }

  async #offerUpTo(most: number): Promise<void> {
    const { room, peer } = this.#offerer;
    const first = await room.queue.first(peer, this.rank, most + this.#offerer.inFlight(this.rank));
    const fresh = first.filter((item) => !this.#offerer.isInFlight(item)).slice(0, most);
    if (fresh.length === 0) return;
    const loaded = await Promise.all(fresh.map((item) => this.#load(item)));
    const held = loaded.filter((one) => one !== null);
    if (held.length === 0 || this.#offerer.closed) return;
    const numbered = await room.queue.number(peer, held.map(({ item }) => item));
    const loads = new Map(held.map(({ item, load }) => [item.position, load]));
    for (const item of numbered) {
      for (const line of this.#above) await line.caughtUp();
      if (this.#atOutlet.length === AT_THE_OUTLET) await this.#atOutlet.shift();
      this.#atOutlet.push(this.#offerer.offer(item, loads.get(item.position)!).catch((error: unknown) => this.#offerer.failed(error)));
    }
  }

  async #load(item: QueuedItem): Promise<{ item: QueuedItem; load: OutgoingItem } | null> {
    const { room, peer } = this.#offerer;
    const load = await room.traffic().load(item, peer);
    if (load !== null) return { item, load };
    await room.queue.letGo(room.traffic(), peer, item);
    return null;
  }
}

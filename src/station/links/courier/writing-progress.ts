/** How far the writing of a bundle is: what is on it, and what waits on. Source: docs/protocol/bundles.md §Writing; api.md §Bundles. */
import { hex } from '#core/bytes.ts';
import { WAITING_MAX } from '#wire/bundle.ts';
import type { BundleRecord } from '#wire/api/bundles.ts';
import type { QueuedItem } from '../queue.ts';

/** Dispatches left out that are named. */
const NAMED_MAX = 8;

type Kind = Pick<QueuedItem, 'kind'>;

export class Progress {
  items = 0;
  bytes = 0;
  /** Numbers of earlier bundles of which something is written again. */
  readonly repeated = new Set<number>();
  readonly leftOut = { underWay: 0, precedence: 0, tooLarge: 0, full: 0 };
  readonly #bundles = new Set<number>();
  readonly #ids: string[] = [];
  #notes = 0;

  wrote({ kind }: Kind, bytes: number): void {
    this.items += 1;
    this.bytes += bytes;
    if (kind === 'note') this.#notes += 1;
  }

  /** @param bundle in which it lies, by number */
  underWay(bundle: number): void {
    this.leftOut.underWay += 1;
    this.#bundles.add(bundle);
  }

  /** It alone is larger than what may go at most. */
  tooLarge({ kind, id }: QueuedItem): void {
    this.leftOut.tooLarge += 1;
    if (kind === 'dispatch' && this.#ids.length < NAMED_MAX) this.#ids.push(hex(id));
  }

  /** What nobody keeps beyond the writing. */
  told(): Pick<BundleRecord, 'notes' | 'repeated' | 'leftOut'> {
    return { notes: this.#notes, repeated: ascending(this.repeated), leftOut: { ...this.leftOut, bundles: ascending(this.#bundles), ids: [...this.#ids] } };
  }
}

function ascending(numbers: ReadonlySet<number>): number[] {
  return [...numbers].toSorted((a, b) => a - b).slice(-WAITING_MAX);
}

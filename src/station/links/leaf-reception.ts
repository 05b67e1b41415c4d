/**
 * The list of leaves of one part as one neighbour brings it: paid for before it is wanted, put into the tree once, and kept for
 * whoever goes on with it. Source: docs/protocol/parts.md; frames.md §Measure, §Resume.
 */
import { hex } from '#core/bytes.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { FrameOf } from '#wire/frames.ts';
import { UNITS } from './budget.ts';
import { bytesBeyond } from './chunk-assembly.ts';
import { LeafList } from './leaf-list.ts';
import type { Talk } from './talk.ts';

/** Whose connection brings it. */
export interface Bringer {
  readonly talk: Pick<Talk, 'room' | 'peer' | 'isCounted'>;
  /** Resolves when its neighbour's measure has so much for it. */
  readonly afford: (units: number) => Promise<void>;
}

/** `passed-over`: it came before; `torn`: what stands before it has not. */
export type DataOutcome = 'taken' | 'passed-over' | 'torn' | 'forged';

export class LeafReception {
  readonly #bringer: Bringer;
  readonly #part: HeaderPart;
  readonly #list: LeafList;
  /** So many leaves may be put into the tree. */
  #paid = 0;

  constructor(bringer: Bringer, part: HeaderPart) {
    const { room: { incomingLists, provider }, peer, isCounted } = bringer.talk;
    const name = hex(part.root);
    this.#bringer = bringer;
    this.#part = part;
    const begun = isCounted ? incomingLists.take(begunName(peer, name)) : undefined;
    this.#list = incomingLists.get(name) ?? begun ?? new LeafList(provider.hash, part);
  }

  get list(): Pick<LeafList, 'isChecked' | 'filled' | 'size' | 'bytes' | 'leaf'> {
    return this.#list;
  }

  /** Leaves cost when they come, so they are paid for before they are asked for. */
  async afford(): Promise<void> {
    const missing = this.#list.missing - this.#paid;
    if (missing <= 0) return;
    await this.#bringer.afford(UNITS.leaf * missing);
    this.#paid += missing;
  }

  data(frame: FrameOf<'data'>): DataOutcome {
    const { missing, isChecked, filled } = this.#list;
    const mayTake = !isChecked && this.#paid >= missing;
    const next = mayTake ? bytesBeyond(frame, filled) : null;
    const outcome = next === null ? 'too-much' : this.#list.add(next);
    if (outcome === 'too-much') return 'passed-over';
    this.#paid = outcome === 'forged' ? 0 : this.#paid - (missing - this.#list.missing);
    if (this.#list.isChecked) this.#budget.inOrder(UNITS.leaf * this.#part.chunks);
    return outcome;
  }

  /** What did not come costs nothing. */
  leave(): void {
    if (this.#list.isChecked || (this.#bringer.talk.isCounted && this.#list.filled > 0)) this.keep();
    this.#budget.giveBack(UNITS.leaf * this.#paid);
    this.#paid = 0;
  }

  /** One that was checked is for whoever brings the part next. */
  keep(): void {
    const { room: { incomingLists }, peer } = this.#bringer.talk;
    const name = hex(this.#part.root);
    if (this.#part.chunks > 1) incomingLists.keep(peer, this.#list.isChecked ? name : begunName(peer, name), this.#list);
  }

  get #budget(): ReturnType<Talk['room']['budgets']['of']> {
    const { room: { budgets }, peer } = this.#bringer.talk;
    return budgets.of(peer);
  }
}

/** Unchecked, so its neighbour's own: another can neither take it away nor add to it what is wrong. @param name of a part */
export function begunName(peer: string, name: string): string {
  return `${peer} ${name}`;
}

/**
 * What devices give back to a promoted sequencer before its term has an index: in memory, and only what the log would take.
 * Source: docs/protocol/directory.md §Terms.
 */
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';

/** What a day may have brought: a device that has seen more founds its directory anew from a neighbour's. */
const ENTRIES_MAX = 256;

/** Throws where the log would not take all of them, one after the other. */
type Fold = (entries: readonly Uint8Array[]) => Promise<unknown>;

export class BeforeTerm {
  #entries: readonly Uint8Array[] = [];

  /** Keeps entries behind those that are kept. @throws Refusal `proposals-full`; what `fold` throws */
  async take(given: readonly Uint8Array[], fold: Fold): Promise<void> {
    const kept = await this.entriesOn(fold);
    const next = [...kept, ...given.filter((bytes) => !kept.some((one) => equal(one, bytes)))];
    if (next.length > ENTRIES_MAX) throw new Refusal('proposals-full');
    if (next.length > kept.length) await fold(next);
    this.#entries = next;
  }

  /** What is kept, if the log takes it still: it may have grown by what a neighbour gave back. */
  async entriesOn(fold: Fold): Promise<readonly Uint8Array[]> {
    const isTaken = this.#entries.length === 0 || (await fold(this.#entries).then(() => true, () => false));
    if (!isTaken) this.clear();
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}

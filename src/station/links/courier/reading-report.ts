/** What came of reading one volume. Source: docs/protocol/bundles.md §Reading; api.md §Bundles. */
import type { Whereabouts } from './taken-items.ts';

export interface ReadingReport {
  /** Dispatches that came now, came before, will never be taken. */
  taken: number;
  held: number;
  refused: number;
  /** Where those are that came now. */
  where: Whereabouts;
  /** Receipts and other notes that came. */
  notes: number;
  /** Items that are not whole, or could not be taken now: they stay with their sender, what came of them stays here. */
  unfinished: number;
  /** Nothing lacks but the rest of an item that goes on in another volume: this one counts as read when that item is decided. */
  goesOn: boolean;
  /** The volume in which its first item begins, where what is needed of that is not here: it is read first, then this one again. */
  continues: number | null;
  /** Items of ours that the neighbour says it has, or will never take. */
  settled: number;
  /** Segments that were damaged, from 1. */
  readonly damaged: number[];
  /** Codes of refusals and of what could not be taken now. */
  readonly codes: string[];
}

/** A check that stumbles is a fault of its own, and the others are made all the same. */
import { Refusal } from '#core/refusals.ts';
import type { Find } from './facts.ts';

/** The kind of an error, not its message, which may quote a row. */
export async function guarded(find: Find, work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    find('check-failed', { reason: error instanceof Refusal ? error.code : error instanceof Error ? error.name : 'unknown' });
  }
}

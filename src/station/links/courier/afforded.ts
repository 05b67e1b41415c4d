/**
 * What a stick makes a station do has the neighbour's measure, as what comes over a connection has: it waits a while for it,
 * and what cannot be had by then is not looked at. Nothing of it is lost: the volume is not read, and is read again.
 * Source: docs/protocol/bundles.md §Reading, docs/decisions/0144-a-stick-has-its-neighbours-measure.md.
 */
import { MINUTE_MS, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import type { LinksRoom } from '../talk.ts';

/** Somebody stands there and waits. */
const WAIT_MS_MAX = 30 * SECOND_MS;

/** @returns whether there was enough within that time; if not, nothing was taken */
export async function afforded({ budgets, clock }: Pick<LinksRoom, 'budgets' | 'clock'>, peer: string, units: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  let isOver = false;
  const cancel = clock.after(WAIT_MS_MAX, () => {
    isOver = true;
    late.resolve(false);
  });
  const turn = budgets.of(peer).take(units, PRECEDENCE_RANK.flash, () => isOver).then(() => true as const);
  // Cancelled when its turn would have come.
  turn.catch(() => {});
  try {
    return await Promise.race([turn, late.promise]);
  } finally {
    cancel();
  }
}

/** To whoever stands there with the stick: it may be read again then. */
export function tooMuchNow(): Refusal {
  return new Refusal('too-many-attempts', { seconds: MINUTE_MS / SECOND_MS });
}

/** A while between two tries, on the clock that was handed in. */
import type { Clock } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';

/** @throws Refusal `cancelled` as soon as whoever waits gives up */
export function pause({ clock }: { readonly clock: Pick<Clock, 'after'> }, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    // They may have given up before, over what they were told.
    if (signal?.aborted === true) return reject(new Refusal('cancelled'));
    const stop = (): void => {
      cancel();
      reject(new Refusal('cancelled'));
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Waiting for something that others bring about. */
import { Refusal } from '#core/refusals.ts';
import type { CliContext } from '#cli/context.ts';

const LOOK_AGAIN_MS = 100;
const PATIENCE_MS = 300_000;

/** @throws Refusal `cancelled` | `step-pending` where it does not come about in five minutes */
export async function until(context: Pick<CliContext, 'clock' | 'stop'>, holds: () => Promise<boolean> | boolean, patienceMs = PATIENCE_MS): Promise<void> {
  const beganMs = context.clock.monotonicMs();
  while (!(await holds())) {
    if (context.stop.aborted) throw new Refusal('cancelled');
    if (context.clock.monotonicMs() - beganMs > patienceMs) throw new Refusal('step-pending');
    await new Promise<void>((resolve) => context.clock.after(LOOK_AGAIN_MS, resolve));
  }
}

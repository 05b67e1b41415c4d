/** A while between two rounds of a command that goes on until it is stopped. */
import { pause as pauseOrCancel } from '#client/pause.ts';
import type { CliContext } from './context.ts';

/** Resolves after so long, at once where the command is stopped: its loop looks whether it was. */
export async function pause({ clock, stop }: Pick<CliContext, 'clock' | 'stop'>, delayMs: number): Promise<void> {
  await pauseOrCancel({ clock }, delayMs, stop).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
}

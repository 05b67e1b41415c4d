/** A promoted station's term on its way into the log. Source: docs/protocol/directory.md §Terms. */
import { type Clock, SECOND_MS } from '#core/clock.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { Log } from './kernel/log.ts';
import type { Proposed } from './people/index.ts';

/** What passes, and when it is tried again: neighbours are heard one after the other, and somebody makes room on the disk. */
const AGAIN_MS: Partial<Record<RefusalCode, number>> = { 'directory-unheard': SECOND_MS, 'disk-full': 30 * SECOND_MS };

/** A term for this station's keys that the root signed and no log has yet. */
export interface TermInHand {
  readonly entry: Uint8Array;
  /** Whether an operator said that it is sequenced where no neighbour is heard. */
  readonly alone: boolean;
}

interface TakingDeps {
  readonly term?: TermInHand;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
}

/** Puts a term into the log as soon as this station may; what is in the log already is passed over. @returns ends it */
export function takeTerm({ term, clock, log }: TakingDeps, propose: (entries: readonly Uint8Array[]) => Promise<Proposed>): () => void {
  if (term === undefined) return () => {};
  let cancel = (): void => {};
  let isEnded = false;
  const attempt = async (): Promise<void> => {
    try {
      const { size } = await propose([term.entry]);
      log.info('term-taken', { room: 'people', count: size });
    } catch (error) {
      if (!(error instanceof Refusal)) return log.fault('term', error);
      const againMs = AGAIN_MS[error.code];
      if (error.code !== 'directory-unheard') log.warn('term-refused', { room: 'people', refusal: error.code });
      if (againMs !== undefined && !isEnded) cancel = clock.after(againMs, () => void attempt());
    }
  };
  void attempt();
  return () => {
    isEnded = true;
    cancel();
  };
}

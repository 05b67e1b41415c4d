/** What whoever waits for the practice province sees: with each line the seconds since the beginning, and between lines that they pass. */
import type { CliContext } from '#cli/context.ts';
import { SECOND_MS } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';

export interface Counted {
  /** The same context, whose lines have the seconds before them. */
  readonly context: CliContext;
  end(): void;
}

export function countedFrom(beganMs: number, context: CliContext): Counted {
  const { clock, output, words } = context;
  const seconds = (): number => Math.round((clock.monotonicMs() - beganMs) / SECOND_MS);
  let cancel = (): void => {};
  const tick = (): void => {
    output.progress(fill(words.practice.waiting, { seconds: seconds() }));
    cancel = clock.after(SECOND_MS, tick);
  };
  tick();
  return {
    context: { ...context, output: { ...output, say: (line) => output.say(`${String(seconds()).padStart(3)} s  ${line}`) } },
    end: () => cancel(),
  };
}

/** Wakes one who waits, also where it was rung a moment before they began to. */

import type { Clock } from '#core/clock.ts';

export class Bell {
  #isRung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** @returns whether it was rung; false after the time */
  async wait(clock: Pick<Clock, 'after'>, delayMs: number): Promise<boolean> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(delayMs, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      this.#wake = null;
    }
    const was = this.#isRung;
    this.#isRung = false;
    return was;
  }
}

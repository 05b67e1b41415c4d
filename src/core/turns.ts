/** Work that must not overlap, one after the other, in the order in which it was asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Begins when all that was asked before has ended, well or not. @returns what the work returns; its failure is its own */
  next<T>(work: () => T | Promise<T>): Promise<T> {
    this.#waiting++;
    const done = this.#last.then(() => work());
    this.#last = done.then(() => this.#waiting--, () => this.#waiting--);
    return done;
  }

  /** When all that was asked up to now has ended. */
  async ended(): Promise<void> {
    await this.#last;
  }

  /** Whether nothing runs or waits. */
  get isIdle(): boolean {
    return this.#waiting === 0;
  }
}

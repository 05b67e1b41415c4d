/** What was begun in a world and takes its time: who joins and leaves, links that begin and end, disks that fill up. It is not home before that has ended. */
export class Undertakings {
  readonly #open = new Set<{ readonly what: string }>();
  readonly #broken: (error: unknown) => void;

  constructor(broken: (error: unknown) => void) {
    this.#broken = broken;
  }

  /** What has not ended. */
  get open(): string[] {
    return Array.from(this.#open, ({ what }) => what);
  }

  begin(what: string, work: Promise<void>): void {
    const one = { what };
    this.#open.add(one);
    work.catch(this.#broken).finally(() => this.#open.delete(one));
  }
}

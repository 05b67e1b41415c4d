/** A few connections that only read, each lent to one reader at a time: a read is one state of the database. */
import { Refusal } from '#core/refusals.ts';
import type { DatabaseHandle, Disk } from './disk.ts';

/** More would not be faster: SQLite answers on the one thread. They only let a slow reader not hold up the rest. */
const READERS_MAX = 4;

export class ReaderPool {
  readonly #disk: Disk;
  readonly #idle: DatabaseHandle[];
  #opened = 1;
  #waiting: ((handle: DatabaseHandle | null) => void)[] = [];
  #closed = false;

  /** @returns null where the disk has no connections for readers */
  static async over(disk: Disk): Promise<ReaderPool | null> {
    const first = await disk.reader();
    return first === null ? null : new ReaderPool(disk, first);
  }

  private constructor(disk: Disk, first: DatabaseHandle) {
    this.#disk = disk;
    this.#idle = [first];
  }

  /** Lends a connection to `work`, within one read transaction. */
  async run<R>(work: (handle: DatabaseHandle) => Promise<R>): Promise<R> {
    const handle = await this.#take();
    try {
      await handle.begin('read');
      return await work(handle);
    } finally {
      try {
        if (handle.inTransaction) await handle.rollback();
      } finally {
        // Also one whose connection is lost, which opens it again: kept back, the fourth would leave nobody any.
        await this.#give(handle);
      }
    }
  }

  /** Readers at work finish; those who wait are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting(null);
    for (const handle of this.#idle.splice(0)) await handle.close();
  }

  async #take(): Promise<DatabaseHandle> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (!this.#closed && this.#opened < READERS_MAX) {
      this.#opened++;
      return this.#open();
    }
    const given = this.#closed ? null : await new Promise<DatabaseHandle | null>((r) => this.#waiting.push(r));
    if (given === null) throw new Refusal('stopping');
    return given;
  }

  async #open(): Promise<DatabaseHandle> {
    try {
      return (await this.#disk.reader())!;
    } catch (error) {
      this.#opened--;
      throw error;
    }
  }

  async #give(handle: DatabaseHandle): Promise<void> {
    const next = this.#waiting.shift();
    if (next !== undefined) next(handle);
    else if (this.#closed) await handle.close();
    else this.#idle.push(handle);
  }
}

/**
 * Work for later: one small table of jobs, run when due, again after a failure, and again after a crash. A job is
 * scheduled in the transaction that makes it necessary, so neither is without the other. Handlers run at least once
 * and must bear a second time.
 */
import { type Clock, HOUR_MS, type Instant, MINUTE_MS } from '#core/clock.ts';
import { assert } from '#core/refusals.ts';
import type { Log } from './log.ts';
import type { Store, Tables, Transaction } from './store.ts';

export interface JobTables {
  job: {
    kind: string;
    key: string;
    due: number;
    attempts: number;
    lease_until: number;
    /** Raised with each lease and each rescheduling, so that an old run cannot finish a newer job. */
    lease_number: number;
    payload: Uint8Array | null;
  };
}

export interface Job {
  readonly kind: string;
  /** Unique within the kind; scheduling it again replaces due time and payload. */
  readonly key: string;
  readonly payload: Uint8Array | null;
  /** How often it has failed before. */
  readonly attempts: number;
}

/** @returns when to run again (a repeating job), or nothing when it is done */
export type JobHandler = (job: Job) => Promise<Instant | void>;

interface JobsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly handlers: Readonly<Record<string, JobHandler>>;
}

/** At once; more would only queue up before the one writer. */
const PARALLEL_MAX = 4;
/** How long a run that no longer renews its lease keeps it; a long one renews it as it goes. */
const LEASE_MS = 10 * MINUTE_MS;
const RETRY_MS_FIRST = 1_000;
const RETRY_MS_MAX = HOUR_MS;
/** A clock that was set back must not leave us asleep. */
const SLEEP_MS_MAX = MINUTE_MS;
const CODE = /^[a-z0-9][a-z0-9.-]{0,47}$/;

/** Doubles with each failure, from a second to an hour. */
export function retryDelayMs(attempts: number): number {
  return Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** Math.min(attempts, 30));
}

export class Jobs {
  readonly #deps: JobsDeps;
  readonly #tables: Tables<JobTables>;
  readonly #running = new Set<Promise<void>>();
  #cancelSleep: () => void = () => {};
  #endListening: () => void = () => {};
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #started = false;
  /** Whether the table may have changed since the last look. Wrongly true after a failed commit, which is harmless. */
  #scheduled = false;

  constructor(deps: JobsDeps) {
    this.#deps = deps;
    this.#tables = deps.store.of<JobTables>();
  }

  /** Adds a job, or replaces due time and payload of the one with this kind and key. */
  async schedule(tx: Transaction, kind: string, key: string, due: Instant, payload: Uint8Array | null = null): Promise<void> {
    assert(CODE.test(kind) && key.length <= 200, 'a job has a short kind and key');
    this.#scheduled = true;
    await this.#tables
      .in(tx)
      .insertInto('job')
      .values({ kind, key, due, attempts: 0, lease_until: 0, lease_number: 1, payload })
      .onConflict((conflict) =>
        conflict.columns(['kind', 'key']).doUpdateSet((set) => ({
          due,
          payload,
          attempts: 0,
          lease_until: 0,
          lease_number: set('job.lease_number', '+', 1),
        })),
      )
      .execute();
  }

  /** Removes a job; one that is running finishes. */
  async cancel(tx: Transaction, kind: string, key: string): Promise<void> {
    await this.#tables.in(tx).deleteFrom('job').where('kind', '=', kind).where('key', '=', key).execute();
  }

  /** Makes a job due now, whatever it waits for; one that runs, or is not there, is left alone. */
  async hurry({ kind, key }: Pick<Job, 'kind' | 'key'>): Promise<void> {
    const now = this.#deps.clock.now();
    this.#scheduled = true;
    await this.#tables.commit((tx) => tx.updateTable('job').set({ due: now }).where('kind', '=', kind).where('key', '=', key)
      .where('due', '>', now).where('lease_until', '<=', now).execute());
  }

  /** Begins to run what is due. What another process of this data folder had leased is free: the folder is ours. */
  async start(): Promise<void> {
    assert(!this.#started, 'jobs are started once');
    this.#started = true;
    await this.#tables.commit((tx) => tx.updateTable('job').set({ lease_until: 0 }).execute());
    this.#endListening = this.#deps.store.afterCommit(() => {
      if (this.#scheduled) this.#look();
    });
    this.#look();
  }

  /** Starts nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#cancelSleep();
    this.#endListening();
    await this.#looking;
    await Promise.all(this.#running);
  }

  /** Resolves when nothing runs and nothing is due: for tests and simulations. */
  async settled(): Promise<void> {
    while (this.#looking !== null || this.#running.size > 0) {
      await this.#looking;
      await Promise.all(this.#running);
    }
  }

  #look(): void {
    this.#lookAgain = true;
    this.#looking ??= this.#lookOnce().finally(() => (this.#looking = null));
  }

  async #lookOnce(): Promise<void> {
    while (this.#started && this.#lookAgain) {
      this.#lookAgain = false;
      this.#scheduled = false;
      try {
        await this.#startDue();
      } catch (error) {
        // A full or failed disk: the next look is a sleep away.
        this.#deps.log.fault('jobs-not-read', error, { room: 'jobs' });
        this.#sleepUntil(this.#deps.clock.now() + SLEEP_MS_MAX);
      }
    }
  }

  async #startDue(): Promise<void> {
    const now = this.#deps.clock.now();
    const room = PARALLEL_MAX - this.#running.size;
    const due = await this.#tables.read((db) =>
      db
        .selectFrom('job')
        .select(['kind', 'key'])
        .where('due', '<=', now)
        .where('lease_until', '<=', now)
        .where('kind', 'in', Object.keys(this.#deps.handlers))
        .orderBy('due')
        .limit(Math.max(0, room))
        .execute(),
    );
    for (const { kind, key } of due) await this.#lease(kind, key, now);
    if (due.length < room) await this.#sleepUntilNext(now);
  }

  async #lease(kind: string, key: string, now: Instant): Promise<void> {
    const leased = await this.#tables.commit((tx) =>
      tx
        .updateTable('job')
        .set((set) => ({ lease_until: now + LEASE_MS, lease_number: set('lease_number', '+', 1) }))
        .where('kind', '=', kind)
        .where('key', '=', key)
        .where('due', '<=', now)
        .where('lease_until', '<=', now)
        .returning(['kind', 'key', 'payload', 'attempts', 'lease_number'])
        .executeTakeFirst(),
    );
    if (leased === undefined || !this.#started) return;
    const { lease_number: leaseNumber, ...job } = leased;
    const run = this.#run(job, leaseNumber).finally(() => {
      this.#running.delete(run);
      this.#look();
    });
    this.#running.add(run);
  }

  async #run(job: Job, leaseNumber: number): Promise<void> {
    const endRenewing = this.#renew(job, leaseNumber);
    try {
      const again = await this.#deps.handlers[job.kind]!(job);
      await this.#finish(job, leaseNumber, again ?? null, 0);
    } catch (error) {
      this.#deps.log.fault('job-failed', error, { room: 'jobs', kind: job.kind, attempts: job.attempts + 1 });
      const due = this.#deps.clock.now() + retryDelayMs(job.attempts);
      await this.#finish(job, leaseNumber, due, job.attempts + 1).catch(() => {});
    } finally {
      endRenewing();
    }
  }

  #renew({ kind, key }: Job, leaseNumber: number): () => void {
    const { clock } = this.#deps;
    const ours = { kind, key, lease_number: leaseNumber };
    const longer = async (): Promise<void> => {
      cancel = clock.after(LEASE_MS / 2, () => void longer());
      // A full disk: the run goes on, and renews again.
      await this.#tables.commit((tx) => tx.updateTable('job').set({ lease_until: clock.now() + LEASE_MS }).where((where) => where.and(ours)).execute()).catch(() => {});
    };
    let cancel = clock.after(LEASE_MS / 2, () => void longer());
    return () => cancel();
  }

  async #finish({ kind, key }: Job, leaseNumber: number, due: Instant | null, attempts: number): Promise<void> {
    await this.#tables.commit(async (tx) => {
      const ours = { kind, key, lease_number: leaseNumber };
      if (due === null) {
        await tx.deleteFrom('job').where((where) => where.and(ours)).execute();
      } else {
        const next = { due, attempts, lease_until: 0 };
        await tx.updateTable('job').set(next).where((where) => where.and(ours)).execute();
      }
    });
  }

  async #sleepUntilNext(now: Instant): Promise<void> {
    const next = await this.#tables.read((db) =>
      db
        .selectFrom('job')
        .select((all) => all.fn.min('due').as('due'))
        .where('lease_until', '<=', now)
        .where('kind', 'in', Object.keys(this.#deps.handlers))
        .executeTakeFirst(),
    );
    this.#sleepUntil(Math.min(next?.due ?? Infinity, now + SLEEP_MS_MAX));
  }

  #sleepUntil(instant: Instant): void {
    this.#cancelSleep();
    if (!this.#started) return;
    this.#cancelSleep = this.#deps.clock.after(Math.max(0, instant - this.#deps.clock.now()), () => this.#look());
  }
}

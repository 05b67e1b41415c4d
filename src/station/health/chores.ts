/**
 * Chores: long work on the station's own machine that a registrar asks for from afar. Each is a job of the station's table,
 * so that it is begun again after a crash; what it does is the machine's, which whoever composes the station brings, and
 * with it where to and with which key. Source: docs/decisions/0092.
 */
import type { Clock, Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Job, Jobs } from '#station/kernel/jobs.ts';
import type { Log } from '#station/kernel/log.ts';
import type { Store } from '#station/kernel/store.ts';
import { type BackupStand, CHORES, type Chore, type ChoreState, type Examination } from '#wire/api/operations.ts';

/** Of all chores; there is at most one of each. */
const KEY = 'asked';

export interface ChoreProgress {
  readonly rows: number;
  readonly blobs: number;
  readonly bytes: number;
}

export interface ChoreWatch {
  readonly stop: AbortSignal;
  readonly progress: (what: ChoreProgress) => void;
}

/** What the machine does, and what it remembers of it. Each throws a Refusal, having remembered it. */
export interface Machine {
  readonly work: Readonly<Record<Chore, (watch: ChoreWatch) => Promise<void>>>;
  /** How the station's backups stand, as far as its folder and the configured one say. */
  backupStand(): Promise<BackupStand>;
  /** What the doctor last said; null where it was never asked from afar. */
  examination(): Examination | null;
}

export interface ChoresDeps {
  readonly machine: Machine | null;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly jobs: () => Pick<Jobs, 'schedule' | 'cancel'>;
}

interface Running {
  readonly since: Instant;
  readonly stop: AbortController;
  /** A person said so: then it is done with. Where the station stops, it is begun again by the next start. */
  isCancelled: boolean;
  progress: ChoreProgress | null;
  readonly ended: Promise<void>;
}

export class Chores {
  readonly #deps: ChoresDeps;
  readonly #running = new Map<Chore, Running>();
  /** Since when one is asked for that has not begun. */
  readonly #asked = new Map<Chore, Instant>();
  /** Dropped by a person while its job may be on its way to `#run` already. */
  readonly #dropped = new Set<Chore>();
  #isStopped = false;
  readonly handlers: Readonly<Record<Chore, (job: Job) => Promise<void>>>;

  constructor(deps: ChoresDeps) {
    this.#deps = deps;
    this.handlers = Object.fromEntries(CHORES.map((chore) => [chore, () => this.#run(chore)])) as Record<Chore, () => Promise<void>>;
  }

  get machine(): Machine | null {
    return this.#deps.machine;
  }

  /** Has it begun; one that is under way goes on. @throws Refusal `chores-unattended`, `backup-folder-unset`, `backup-recipient-missing` */
  async begin(chore: Chore): Promise<void> {
    const { machine, store, clock, jobs, log } = this.#deps;
    if (machine === null) throw new Refusal('chores-unattended');
    if (chore === 'backup') {
      const { lacks } = await machine.backupStand();
      if (lacks !== null) throw new Refusal(lacks === 'folder' ? 'backup-folder-unset' : 'backup-recipient-missing');
    }
    const under = this.#running.get(chore);
    if (under !== undefined && !under.isCancelled) return;
    await under?.ended;
    this.#dropped.delete(chore);
    log.info('chore-asked', { room: 'health', kind: chore });
    const now = clock.now();
    this.#asked.set(chore, now);
    await store.commit((tx) => jobs().schedule(tx, chore, KEY, now)).catch((error: unknown) => {
      this.#asked.delete(chore);
      throw error;
    });
  }

  /** Ends it, or has it not begun; nothing where it is not asked for. Answers when it has stopped. */
  async cancel(chore: Chore): Promise<void> {
    const { store, jobs, log } = this.#deps;
    const before = this.#running.get(chore);
    if (before !== undefined) before.isCancelled = true;
    this.#dropped.add(chore);
    log.info('chore-cancelled', { room: 'health', kind: chore });
    try {
      await store.commit((tx) => jobs().cancel(tx, chore, KEY));
    } catch (error) {
      if (before !== undefined) before.isCancelled = false;
      this.#dropped.delete(chore);
      throw error;
    }
    this.#asked.delete(chore);
    before?.stop.abort();
    await before?.ended;
  }

  /** The station stops: what is under way stays a job, and what has its lease already does not begin. */
  stop(): void {
    this.#isStopped = true;
    for (const { stop } of this.#running.values()) stop.abort();
  }

  /** Null where it neither runs nor is asked for. */
  state(chore: Chore): ChoreState | null {
    const running = this.#running.get(chore);
    const asked = this.#asked.get(chore);
    if (running === undefined) return asked === undefined ? null : { since: asked, progress: null, isStopping: false };
    const { since, progress, isCancelled } = running;
    return { since, progress, isStopping: isCancelled };
  }

  async #run(chore: Chore): Promise<void> {
    const { machine, clock, log } = this.#deps;
    const under = this.#running.get(chore);
    // Asked for again between the lease and here: one run serves both.
    if (under !== undefined) return under.ended;
    this.#asked.delete(chore);
    if (this.#dropped.delete(chore) || machine === null) return;
    if (this.#isStopped) throw new Refusal('cancelled');
    const ended = Promise.withResolvers<void>();
    const running: Running = { since: clock.now(), stop: new AbortController(), isCancelled: false, progress: null, ended: ended.promise };
    this.#running.set(chore, running);
    try {
      await machine.work[chore]({ stop: running.stop.signal, progress: (what) => void (running.progress = what) });
      log.info('chore-done', { room: 'health', kind: chore, tookMs: clock.now() - running.since });
    } catch (error) {
      const isLeft = running.stop.signal.aborted && !running.isCancelled;
      if (isLeft || !(error instanceof Refusal)) throw error;
      // Said in the answer from now on; a folder that is not there does not come back by itself within seconds.
      log.warn('chore-refused', { room: 'health', kind: chore, refusal: error.code });
    } finally {
      this.#running.delete(chore);
      ended.resolve();
    }
  }
}

/** How a station stands at one moment, as families of figures: links, queues, ledger, disk, jobs, process. */
import { type Clock, HOUR_MS } from '#core/clock.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { LedgerTables } from '#station/kernel/ledger-tables.ts';
import type { JobTables } from '#station/kernel/jobs.ts';
import type { Store } from '#station/kernel/store.ts';
import { DISK_LEVELS, diskLevel, orderedWatermarks, type Watermarks } from '#station/kernel/watermarks.ts';
import type { LinkState } from '../links/index.ts';
import { type Family, labelled, single } from './exposition.ts';

/** Of the process that runs the station: whoever composes it knows. */
export interface ProcessFigures {
  readonly startedAt: number;
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  readonly cpuSeconds: number;
  /** How late the event loop was since the last look, in seconds. */
  readonly lag: { readonly median: number; readonly p99: number; readonly max: number };
  /** Lines that the log could not keep. */
  readonly logLinesLost: number;
  readonly runtime: string;
}

export interface FiguresDeps {
  readonly station: string;
  readonly version: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly ledger: Ledger;
  /** Of this station's own checkpoints. */
  readonly origin: string;
  readonly freeBytes: () => number;
  readonly watermarks: Watermarks;
  readonly links: () => Promise<readonly LinkState[]>;
  readonly directorySize: () => number;
  readonly sessions: () => number;
  readonly process?: () => ProcessFigures;
  /** When the newest backup was made, and how often one is to be; null where it is not known. */
  readonly backups?: () => { readonly made: number | null; readonly everyMs: number | null };
}

/** A job that is due for longer than this and not done is late. */
const JOB_LATE_MS = HOUR_MS / 4;

export async function figuresOf(deps: FiguresDeps): Promise<Family[]> {
  const links = await deps.links();
  const told = deps.process?.();
  return [
    {
      name: 'tram_build_info', help: 'The program that runs, by version.', type: 'gauge',
      samples: [{ labels: { version: deps.version, station: deps.station, runtime: told?.runtime ?? '' }, value: 1 }],
    },
    single('gauge', 'tram_clock_uncertainty_seconds', 'How far the clock may be off.', deps.clock.uncertaintyMs() / 1_000),
    ...linkFamilies(links, deps.clock.now()),
    ...diskFamilies(deps),
    ...(await storeFamilies(deps)),
    single('gauge', 'tram_directory_entries', 'Entries of the directory that this station holds.', deps.directorySize()),
    single('gauge', 'tram_sessions', 'Sessions of devices.', deps.sessions()),
    ...backupFamilies(deps.backups?.() ?? { made: null, everyMs: null }),
    ...(told === undefined ? [] : processFamilies(told)),
  ];
}

function linkFamilies(links: readonly LinkState[], now: number): Family[] {
  const by = (value: (link: LinkState) => number): [string, number][] => links.map((link) => [link.peer, value(link)]);
  const waiting = links.filter(({ oldestQueued }) => oldestQueued !== null);
  return [
    labelled('gauge', 'tram_link_up', 'Whether a link is up.', 'peer', by(({ state }) => Number(state === 'up'))),
    labelled('gauge', 'tram_link_stopped', 'Whether a side was restored from a copy, so that nothing is numbered.', 'peer', by(({ state }) => Number(state === 'stopped'))),
    {
      name: 'tram_link_queued', help: 'What waits for a neighbour, by precedence.', type: 'gauge',
      samples: links.flatMap(({ peer, queued }) => Object.entries(queued).map(([precedence, value]) => ({ labels: { peer, precedence }, value }))),
    },
    labelled('gauge', 'tram_link_oldest_queued_seconds', 'For how long the oldest item has waited.', 'peer',
      waiting.map(({ peer, oldestQueued }) => [peer, Math.max(0, now - oldestQueued!) / 1_000])),
    labelled('gauge', 'tram_link_last_met_timestamp_seconds', 'When the neighbour was last heard.', 'peer',
      links.filter(({ lastMet }) => lastMet !== null).map(({ peer, lastMet }) => [peer, lastMet! / 1_000])),
    labelled('gauge', 'tram_link_channel_sent', 'Last channel number sent.', 'peer', by(({ lastSent }) => lastSent)),
    labelled('gauge', 'tram_link_channel_received', 'Last channel number received without a gap.', 'peer', by(({ lastReceived }) => lastReceived)),
  ];
}

function backupFamilies({ made, everyMs }: { readonly made: number | null; readonly everyMs: number | null }): Family[] {
  return [
    single('gauge', 'tram_backup_timestamp_seconds', 'As of when the newest backup is.', made === null ? null : made / 1_000),
    single('gauge', 'tram_backup_interval_seconds', 'How often a backup is to be made.', everyMs === null ? null : everyMs / 1_000),
  ];
}

function diskFamilies({ freeBytes, watermarks }: FiguresDeps): Family[] {
  const free = freeBytes();
  const marks = orderedWatermarks(watermarks);
  const now = diskLevel(free, watermarks);
  return [
    single('gauge', 'tram_disk_free_bytes', 'Bytes that may still be written to the data folder.', free),
    labelled('gauge', 'tram_disk_watermark_bytes', 'Marks below which the disk gets worse.', 'level',
      [['low', marks.warnBytes], ['no-parts', marks.partsBytes], ['no-dispatches', marks.dispatchesBytes]]),
    labelled('gauge', 'tram_disk_level', 'One at the level of the disk.', 'level', DISK_LEVELS.map((level) => [level, Number(level === now)])),
  ];
}

async function storeFamilies({ store, ledger, clock, origin }: FiguresDeps): Promise<Family[]> {
  const now = clock.now();
  const { size, jobs, checkpoint } = await store.read(async (db) => {
    const checkpoints = store.of<LedgerTables>().in(db);
    return {
      size: await ledger.size(db),
      jobs: await store.of<JobTables>().in(db).selectFrom('job').select(['kind', 'due', 'attempts', 'lease_until']).execute(),
      checkpoint: await checkpoints.selectFrom('checkpoint').select(['size', 'time']).where('origin', '=', origin)
        .orderBy('size', 'desc').limit(1).executeTakeFirst(),
    };
  });
  const count = (which: (job: (typeof jobs)[number]) => boolean): [string, number][] => {
    const kinds = [...new Set(jobs.map(({ kind }) => kind))].toSorted();
    return kinds.map((kind) => [kind, jobs.filter((job) => job.kind === kind && which(job)).length]);
  };
  return [
    single('gauge', 'tram_ledger_entries', 'Entries of the ledger.', size),
    single('gauge', 'tram_checkpoint_entries', 'Entries that the newest own checkpoint covers.', checkpoint?.size ?? null),
    single('gauge', 'tram_checkpoint_timestamp_seconds', 'When the newest own checkpoint was signed.', checkpoint === undefined ? null : checkpoint.time / 1_000),
    labelled('gauge', 'tram_jobs', 'Jobs that are kept, by kind.', 'kind', count(() => true)),
    labelled('gauge', 'tram_jobs_failing', 'Jobs that failed at least once since they last succeeded.', 'kind', count(({ attempts }) => attempts > 0)),
    labelled('gauge', 'tram_jobs_late', 'Jobs that are due for a quarter of an hour and more.', 'kind', count(({ due }) => due < now - JOB_LATE_MS)),
  ];
}

function processFamilies(told: ProcessFigures): Family[] {
  return [
    single('gauge', 'process_start_time_seconds', 'When the process started.', told.startedAt / 1_000),
    single('gauge', 'process_resident_memory_bytes', 'Resident memory.', told.residentBytes),
    single('counter', 'process_cpu_seconds_total', 'Time of processors used.', told.cpuSeconds),
    single('gauge', 'tram_heap_used_bytes', 'Heap in use.', told.heapUsedBytes),
    single('gauge', 'tram_external_memory_bytes', 'Memory outside the heap.', told.externalBytes),
    labelled('gauge', 'tram_event_loop_lag_seconds', 'How late the event loop was since the last look.', 'of',
      [['median', told.lag.median], ['p99', told.lag.p99], ['max', told.lag.max]]),
    single('counter', 'tram_log_lines_lost_total', 'Lines that the log file could not take.', told.logLinesLost),
  ];
}

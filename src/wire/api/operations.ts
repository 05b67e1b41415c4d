/** How a station stands and what it has to do, for whoever looks after it. Names of persons and offices are not in it. Source: docs/protocol/api.md §Operations. */

import { z } from 'zod';
import { readyAnswer } from '#wire/api/health.ts';
import { instantMs } from '#wire/api/session.ts';

/** Jobs in one answer: those that fail first, then those due soonest. */
export const JOBS_SHOWN_MAX = 200;

const jobKind = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,47}$/);
const jobKey = z.string().min(1).max(200);

/** Long work on the station's own machine, asked for from afar: a backup as `tram backup` makes it, a look as `tram doctor` takes it. */
export const CHORES = ['backup', 'doctor'] as const;
export type Chore = (typeof CHORES)[number];

const count = z.number().int().min(0);

/** Of one that is under way. */
const choreState = z.strictObject({
  since: instantMs,
  progress: z.strictObject({ rows: count, blobs: count, bytes: count }).nullable(),
  /** Somebody has cancelled it, and it ends soon. */
  isStopping: z.boolean(),
});
export type ChoreState = z.output<typeof choreState>;

/** When a backup was tried, as of when it was, and whether the audit found nothing. */
const trial = z.strictObject({ at: instantMs, asOf: instantMs, ok: z.boolean() });

/** As whoever makes and tries backups has left it in the station's folder and in the configured one. */
export const backupStand = z.strictObject({
  made: instantMs.nullable(),
  everyMs: z.number().int().min(1).nullable(),
  /** Rows of the newest, by which the next one's progress is seen. */
  rows: count.nullable(),
  /** The last try, where it failed. */
  failed: z.strictObject({ at: instantMs, code: z.string().max(64) }).nullable(),
  verified: trial.nullable(),
  restored: trial.nullable(),
  /** What the station was not told, so that a backup cannot be begun from afar. */
  lacks: z.enum(['folder', 'key']).nullable(),
});
export type BackupStand = z.output<typeof backupStand>;

export const FINDINGS_MAX = 500;

/** What the doctor said: the codes of core/findings.ts, worded by whoever shows it. */
export const examination = z.strictObject({
  at: instantMs,
  ok: z.boolean(),
  checked: z.array(jobKind).max(64),
  findings: z.array(z.strictObject({
    check: jobKind, finding: jobKind, level: z.enum(['warn', 'fault']),
    detail: z.record(z.string().max(32), z.union([z.string().max(1_024), z.number()])),
  })).max(FINDINGS_MAX),
});
export type Examination = z.output<typeof examination>;

export const examinationAnswer = z.strictObject({ running: choreState.nullable(), last: examination.nullable() });

/** Lines in one answer; the newest where there are more. */
export const LOG_LINES_IN_ANSWER_MAX = 500;

/** A line of the station's log: names and forms of the closed list in station/kernel/log.ts. */
const logLine = z.strictObject({
  index: z.number().int().min(1),
  time: instantMs,
  level: z.enum(['info', 'warn', 'fault']),
  what: z.string().max(48),
  fields: z.record(z.string().max(32), z.union([z.string().max(160), z.number(), z.array(z.string().max(200)).max(12)])),
});
export type LogLine = z.output<typeof logLine>;

export const logAnswer = z.strictObject({ lines: z.array(logLine).max(LOG_LINES_IN_ANSWER_MAX), next: z.number().int().min(0) });

export const choreNamed = z.strictObject({ chore: z.enum(CHORES) });

export const operationsAnswer = z.strictObject({
  version: z.string(),
  /** Of the process; null where whoever runs the station does not say. */
  startedAt: instantMs.nullable(),
  health: readyAnswer,
  sessions: z.number().int().min(0),
  ledger: z.strictObject({ size: z.number().int().min(0), signed: z.number().int().min(0), signedAt: instantMs.nullable() }),
  backup: z.strictObject({ ...backupStand.shape, running: choreState.nullable() }),
  /** The newest time that the folder was found to be a copy: as of when, and whether a new incarnation was opened since. */
  restored: z.strictObject({ asOf: instantMs, isOpen: z.boolean() }).nullable(),
  jobs: z.array(z.strictObject({ kind: jobKind, key: jobKey, due: instantMs, attempts: z.number().int().min(0), isRunning: z.boolean() })).max(JOBS_SHOWN_MAX),
});

export const jobNamed = z.strictObject({ kind: jobKind, key: jobKey });

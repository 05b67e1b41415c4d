/** How a station stands and what it has to do, for whoever looks after it. Names of persons and offices are not in it. Source: docs/protocol/api.md §Operations. */

import { z } from 'zod';
import { readyAnswer } from '#wire/api/health.ts';
import { instantMs } from '#wire/api/session.ts';

/** Jobs in one answer: those that fail first, then those due soonest. */
export const JOBS_SHOWN_MAX = 200;

const jobKind = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,47}$/);
const jobKey = z.string().min(1).max(200);

export const operationsAnswer = z.strictObject({
  version: z.string(),
  /** Of the process; null where whoever runs the station does not say. */
  startedAt: instantMs.nullable(),
  health: readyAnswer,
  sessions: z.number().int().min(0),
  ledger: z.strictObject({ size: z.number().int().min(0), signed: z.number().int().min(0), signedAt: instantMs.nullable() }),
  /** As whoever makes backups has left it in the folder. */
  backup: z.strictObject({ made: instantMs.nullable(), everyMs: z.number().int().min(1).nullable() }),
  /** The newest time that the folder was found to be a copy: as of when, and whether a new incarnation was opened since. */
  restored: z.strictObject({ asOf: instantMs, isOpen: z.boolean() }).nullable(),
  jobs: z.array(z.strictObject({ kind: jobKind, key: jobKey, due: instantMs, attempts: z.number().int().min(0), isRunning: z.boolean() })).max(JOBS_SHOWN_MAX),
});

export const jobNamed = z.strictObject({ kind: jobKind, key: jobKey });

/** How the station stands and what it has to do, to registrars over the API: what the figures say, for people. */
import { z } from 'zod';
import type { LogTail } from '#station/kernel/log-tail.ts';
import type { Jobs, JobTables } from '#station/kernel/jobs.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import type { LedgerTables } from '#station/kernel/ledger-tables.ts';
import type { ReadyAnswer } from '#wire/api/health.ts';
import { type BackupStand, CHORES, choreNamed, JOBS_SHOWN_MAX, jobNamed } from '#wire/api/operations.ts';
import { ROUTES } from '#wire/api/routes.ts';
import type { Chores } from './chores.ts';
import type { FiguresDeps } from './figures.ts';

export interface OperationsDeps extends FiguresDeps {
  /** @throws Refusal `registrar-required` */
  readonly demandOperator: (caller: OperationsCaller) => void;
  readonly jobs: Pick<Jobs, 'hurry'>;
  readonly chores: Chores;
  /** Newest lines of the log; none where nobody keeps them. */
  readonly logTail?: Pick<LogTail, 'after'>;
  /** The newest time that the folder was found to be a copy; null where it never was. */
  readonly restored: () => { readonly asOf: number; readonly isOpen: boolean } | null;
}

export interface OperationsCaller {
  readonly person: string;
}

export function operationsRoutes(deps: OperationsDeps, ready: () => ReadyAnswer): Route[] {
  const route = routesFor<OperationsCaller>();
  return [
    route({
      method: ROUTES.operations.method, path: ROUTES.operations.path, access: 'session',
      handler: async ({ session }) => {
        deps.demandOperator(session);
        const { version, restored } = deps;
        const startedAt = deps.process?.().startedAt;
        return { json: {
          version, health: ready(), sessions: deps.sessions(), backup: await backupOf(deps), restored: restored(),
          startedAt: startedAt === undefined ? null : Math.round(startedAt), ...(await kept(deps)),
        } };
      },
    }),
    route({
      method: ROUTES.runJob.method, path: ROUTES.runJob.path, access: 'session', body: jobNamed,
      handler: async ({ session, body }) => {
        deps.demandOperator(session);
        await deps.jobs.hurry(body);
        return {};
      },
    }),
    ...choreRoutes(deps),
  ];
}

function choreRoutes(deps: OperationsDeps): Route[] {
  const route = routesFor<OperationsCaller>();
  const { chores } = deps;
  return [
    route({
      method: ROUTES.examination.method, path: ROUTES.examination.path, access: 'session',
      handler: async ({ session }) => {
        deps.demandOperator(session);
        return { json: { running: chores.state('doctor'), last: chores.machine?.examination() ?? null } };
      },
    }),
    route({
      method: ROUTES.stationLog.method, path: ROUTES.stationLog.path, access: 'session', query: z.object({ line: z.coerce.number().int().min(0) }),
      handler: async ({ session, query }) => {
        deps.demandOperator(session);
        return { json: deps.logTail?.after(query.line) ?? { lines: [], next: 0 } };
      },
    }),
    route({
      method: ROUTES.beginChore.method, path: ROUTES.beginChore.path, access: 'session', body: choreNamed,
      handler: async ({ session, body }) => {
        deps.demandOperator(session);
        await chores.begin(body.chore);
        return {};
      },
    }),
    route({
      method: ROUTES.cancelChore.method, path: ROUTES.cancelChore.path, access: 'session', params: z.object({ chore: z.enum(CHORES) }),
      handler: async ({ session, params }) => {
        deps.demandOperator(session);
        await chores.cancel(params.chore);
        return {};
      },
    }),
  ];
}

/** Where nobody brought a machine, what is known is what the figures say. */
async function backupOf({ chores, backups }: OperationsDeps) {
  const none: BackupStand = { made: null, everyMs: null, rows: null, failed: null, verified: null, restored: null, lacks: 'folder' };
  const stand = (await chores.machine?.backupStand()) ?? { ...none, ...backups?.() };
  return { ...stand, running: chores.state('backup') };
}

function kept({ store, ledger, origin, clock }: FiguresDeps) {
  const now = clock.now();
  return store.read(async (db) => {
    const checkpoint = await store.of<LedgerTables>().in(db).selectFrom('checkpoint').select(['size', 'time']).where('origin', '=', origin)
      .orderBy('size', 'desc').limit(1).executeTakeFirst();
    const jobs = await store.of<JobTables>().in(db).selectFrom('job').select(['kind', 'key', 'due', 'attempts', 'lease_until'])
      .orderBy('attempts', 'desc').orderBy('due').limit(JOBS_SHOWN_MAX).execute();
    return {
      ledger: { size: await ledger.size(db), signed: checkpoint?.size ?? 0, signedAt: checkpoint?.time ?? null },
      jobs: jobs.map(({ kind, key, due, attempts, lease_until: until }) => ({ kind, key, due, attempts, isRunning: until > now })),
    };
  });
}

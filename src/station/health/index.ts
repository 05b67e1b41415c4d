/**
 * The health room: says how the station stands, to whoever watches over it on the same machine. It changes nothing, and
 * its figures name stations and codes, never persons or offices.
 */
import type { RefusalCode } from '#core/refusals.ts';
import { utf8 } from '#core/bytes.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { diskLevel, orderedWatermarks } from '#station/kernel/watermarks.ts';
import { HEALTH_PATHS, type ReadyAnswer } from '#wire/api/health.ts';
import { Chores, type ChoreProgress, type ChoreWatch, type Machine } from './chores.ts';
import { expose, EXPOSITION_TYPE } from './exposition.ts';
import { figuresOf } from './figures.ts';
import { Meters } from './meters.ts';
import { type OperationsDeps, operationsRoutes } from './operations.ts';
import { TrafficCount, type TrafficCountDeps } from './traffic-count.ts';

export { Chores, Meters };
export type { ChoreProgress, ChoreWatch, Machine };
export type { FiguresDeps, ProcessFigures } from './figures.ts';

export interface HealthDeps extends OperationsDeps, TrafficCountDeps {
  readonly meters: Meters;
}

export interface Health {
  /** Of the HTTP server, beside the API's. */
  readonly routes: readonly Route[];
  /** Of the API. */
  readonly apiRoutes: readonly Route[];
  /** A client was told no. */
  refused(code: RefusalCode): void;
  ready(): ReadyAnswer;
  /** Every figure, as Prometheus reads it. */
  metrics(): Promise<string>;
  /** @param state `not-reopened`: the folder was restored, and nothing is numbered before a new incarnation */
  start(state?: 'running' | 'not-reopened'): Promise<void>;
  stop(): void;
}

export function createHealth(deps: HealthDeps): Health {
  const traffic = new TrafficCount(deps);
  let state: 'starting' | 'running' | 'not-reopened' | 'stopping' = 'starting';
  const health = {
    refused: deps.meters.refused,
    ready(): ReadyAnswer {
      const freeBytes = deps.freeBytes();
      const level = diskLevel(freeBytes, deps.watermarks);
      const reasons = [
        ...(state === 'running' ? [] : [state]),
        ...(deps.store.state === 'failed' ? ['store-failed'] : []),
        ...(level === 'no-dispatches' ? ['disk-full'] : []),
      ];
      return { ready: reasons.length === 0, reasons, disk: { level, freeBytes, ...orderedWatermarks(deps.watermarks) } };
    },
    async metrics(): Promise<string> {
      const ready = { name: 'tram_ready', help: 'Whether the station takes work.', type: 'gauge', samples: [{ value: Number(health.ready().ready) }] } as const;
      return expose([ready, ...(await figuresOf(deps)), ...(await traffic.families()), ...deps.meters.families()]);
    },
    async start(now: 'running' | 'not-reopened' = 'running'): Promise<void> {
      await traffic.start();
      state = now;
    },
    stop: (): void => void (state = 'stopping'),
  };
  return { ...health, routes: healthRoutes(health, deps), apiRoutes: operationsRoutes(deps, health.ready) };
}

function healthRoutes(health: Pick<Health, 'ready' | 'metrics'>, { version, station }: HealthDeps): Route[] {
  const route = routesFor<unknown>();
  const shared = { method: 'GET', access: 'public' } as const;
  return [
    route({ ...shared, path: HEALTH_PATHS.live, handler: async () => ({ json: { live: true, version, station } }) }),
    route({
      ...shared, path: HEALTH_PATHS.ready,
      handler: async () => {
        const answer = health.ready();
        return { status: answer.ready ? 200 : 503, json: answer };
      },
    }),
    route({
      ...shared, path: HEALTH_PATHS.metrics,
      handler: async () => ({ bytes: utf8(await health.metrics()), contentType: EXPOSITION_TYPE }),
    }),
  ];
}

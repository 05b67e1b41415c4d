/**
 * What a station answers about itself without a session, beside its API: for supervisors and for Prometheus. Only on
 * loopback, like everything it answers, and without names of persons or offices. Source: docs/protocol/api.md §Health.
 */
import { z } from 'zod';

export const HEALTH_PATHS = { live: '/health/live', ready: '/health/ready', metrics: '/metrics' } as const;

export const liveAnswer = z.strictObject({ live: z.literal(true), version: z.string(), station: z.string() });
/** 200 where `ready`, 503 where not. */
export const readyAnswer = z.strictObject({
  ready: z.boolean(),
  /** Why not: `starting`, `not-reopened`, `stopping`, `store-failed`, `disk-full`. */
  reasons: z.array(z.string()),
  disk: z.strictObject({
    level: z.enum(['good', 'low', 'no-parts', 'no-dispatches']),
    freeBytes: z.number(),
    warnBytes: z.number(),
    partsBytes: z.number(),
    dispatchesBytes: z.number(),
  }),
});
export type ReadyAnswer = z.infer<typeof readyAnswer>;

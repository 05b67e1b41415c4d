/**
 * The feed room: what happens at this station, told live to whoever may read it, from the ledger that has it already.
 * It keeps nothing: the ledger is the buffer, and a stream that was broken goes on by index. Whoever wants to check the
 * ledger itself gets its leaves and, of the entries, the same ones. Source: docs/protocol/api.md §Events, §Ledger.
 */

import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { Refusal } from '#core/refusals.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { z } from 'zod';
import type { FeedCaller, FeedDeps } from './deps.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import { Streams } from './streams.ts';

export type { Audience, FeedCaller, FeedDeps } from './deps.ts';

const INDEX = /^(?:-1|0|[1-9]\d{0,14})$/;

/** @returns this room's routes, for the kernel's server */
export function feedRoutes(deps: FeedDeps): Route[] {
  const streams = new Streams(deps);
  const { method, path } = ROUTES.events;
  const query = z.strictObject({ after: z.string().regex(INDEX).optional() });
  return [routesFor<FeedCaller>()({
    method, path, access: 'session', query,
    handler: async (request) => {
      const after = indexOf(request.header('last-event-id')) ?? indexOf(request.query.after ?? null);
      const chunks = await streams.open(request.session, after, request.signal);
      return { contentType: 'text/event-stream; charset=utf-8', chunks, endsWithSession: true };
    },
  }), ...ledgerRoutes(deps)];
}

/** @throws Refusal `request-malformed` */
function indexOf(text: string | null): number | null {
  if (text === null) return null;
  if (!INDEX.test(text)) throw new Refusal('request-malformed', { field: 'last-event-id' });
  return Number(text);
}

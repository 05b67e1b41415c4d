/** Waiting entries' part of this room's HTTP API. Source: docs/protocol/api.md. */

import { z } from 'zod';
import { base64url } from '#core/bytes.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import { proposalId, withdrawalWhy } from '#wire/api/pending.ts';
import { ROUTES } from '#wire/api/routes.ts';
import type { PendingProposals } from './pending-proposals.ts';
import type { Caller } from './policy.ts';

/** 64 entries of 64 KiB and one request, in base64. */
const BODY_BYTES_MAX = 6 * 2 ** 20;

export function pendingRoutes(pending: PendingProposals): Route[] {
  const route = routesFor<Caller>();
  const { pending: list, putPending, dropPending } = ROUTES;
  return [
    route({
      method: list.method, path: list.path, access: 'session',
      handler: async ({ session }) => {
        const { proposals, withdrawn } = await pending.list(session);
        return { json: { withdrawn: withdrawn.map(({ why, ...one }) => ({ ...one, statements: one.statements.map(base64url), ...(why !== null && { why }) })), proposals: proposals.map(({ asked, ...one }) => ({ ...one, entries: one.entries.map(base64url), ...(asked !== null && { asked: base64url(asked) }) })) } };
      },
    }),
    {
      ...route({
        method: putPending.method, path: putPending.path, access: 'session', body: putPending.body,
        handler: async ({ session, body }) => ({ json: await pending.put(session, body.entries.map((one) => bytesOf(one)), body.asked === undefined ? null : bytesOf(body.asked)) }),
      }),
      jsonBytesMax: BODY_BYTES_MAX,
    },
    route({
      method: dropPending.method, path: dropPending.path, access: 'session', params: z.object({ proposal: proposalId }), query: z.object({ why: withdrawalWhy.optional() }),
      handler: async ({ session, params, query }) => {
        await pending.drop(session, params.proposal, query.why ?? null);
        return {};
      },
    }),
  ];
}

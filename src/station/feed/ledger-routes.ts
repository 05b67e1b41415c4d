/** The ledger to be checked: its leaves, the entries that the caller may hear of, and the checkpoint that was signed over it. */

import { base64url, concat, fromUtf8 } from '#core/bytes.ts';
import { leafHash } from '#core/compact-tree.ts';
import { Refusal } from '#core/refusals.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { LEDGER_LEAVES_MAX } from '#wire/api/ledger.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { z } from 'zod';
import type { FeedCaller, FeedDeps } from './deps.ts';
import { heard } from './telling.ts';

const INDEX = /^(?:0|[1-9]\d{0,14})$/;

export function ledgerRoutes({ store, ledger, audience, checkpoints, provider }: FeedDeps): Route[] {
  const query = z.strictObject({ from: z.string().regex(INDEX).optional() });
  const route = routesFor<FeedCaller>();
  return [
    route({
      method: ROUTES.ledger.method, path: ROUTES.ledger.path, access: 'session', query,
      handler: (request) => store.read(async (db) => {
        const from = Number(request.query.from ?? 0);
        const size = await ledger.size(db);
        if (from > size) throw new Refusal('offset-differs', { expected: size });
        const entries = await ledger.entries(db, from, Math.min(size, from + LEDGER_LEAVES_MAX));
        const leaves = concat(...entries.map(({ bytes }) => leafHash(provider.hash, bytes)));
        const own = await heard(audience, db, request.session, entries);
        return { json: { size, from, leaves: base64url(leaves), entries: own.map(({ index, bytes }) => ({ index, bytes: base64url(bytes) })) } };
      }),
    }),
    route({
      method: ROUTES.ledgerCheckpoint.method, path: ROUTES.ledgerCheckpoint.path, access: 'session',
      handler: async () => {
        const note = await checkpoints.latest();
        return { json: { note: note === null ? null : fromUtf8(note) } };
      },
    }),
  ];
}

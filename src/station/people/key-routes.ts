/** The life of office keys in this room's HTTP API. Source: docs/protocol/keyring.md, docs/protocol/api.md. */

import { z } from 'zod';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { codeText } from '#wire/api/session.ts';
import type { KeyLife } from './key-life.ts';
import type { Caller } from './policy.ts';

const office = z.object({ office: codeText });

export function keyRoutes(life: KeyLife): Route[] {
  const route = routesFor<Caller>();
  const { officeKeys, destroyKey } = ROUTES;
  return [
    route({
      method: officeKeys.method, path: officeKeys.path, access: 'session', params: office,
      handler: async ({ session, params }) => ({ json: { office: params.office, ...(await life.state(session, params.office)) } }),
    }),
    route({
      method: destroyKey.method, path: destroyKey.path, access: 'session', params: office, body: destroyKey.body,
      handler: async ({ session, params, body }) => {
        await life.destroy(session, params.office, body.number);
        return {};
      },
    }),
  ];
}

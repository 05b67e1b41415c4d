/** Escrow's part of this room's HTTP API. Source: docs/protocol/escrow.md. */

import { z } from 'zod';
import { base64url } from '#core/bytes.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { codeText } from '#wire/api/session.ts';
import type { EscrowShares } from './escrow-shares.ts';
import type { Caller } from './policy.ts';

const office = z.object({ office: codeText });
/** 256 shares of 2 KiB, in base64. */
const BODY_BYTES_MAX = 2 * 2 ** 20;

export function escrowRoutes(escrow: EscrowShares): Route[] {
  const route = routesFor<Caller>();
  const { escrow: state, putEscrowShares, putEscrowReleases, tellEscrow } = ROUTES;
  return [
    route({
      method: state.method, path: state.path, access: 'session', params: office,
      handler: async ({ session, params }) => {
        const { shares, releases, ...more } = await escrow.state(session, params.office);
        return { json: { office: params.office, shares: shares.map(base64url), releases: releases.map(base64url), ...more } };
      },
    }),
    sized(route({
      method: putEscrowShares.method, path: putEscrowShares.path, access: 'session', params: office, body: putEscrowShares.body,
      handler: async ({ session, params, body }) => {
        await escrow.deposit(session, params.office, body.shares.map((one) => bytesOf(one)));
        return {};
      },
    })),
    sized(route({
      method: putEscrowReleases.method, path: putEscrowReleases.path, access: 'session', params: office, body: putEscrowReleases.body,
      handler: async ({ session, params, body }) => {
        await escrow.release(session, params.office, body.releases.map((one) => bytesOf(one)));
        return {};
      },
    })),
    route({
      method: tellEscrow.method, path: tellEscrow.path, access: 'session', params: office, body: tellEscrow.body,
      handler: async ({ session, params, body }) => {
        await escrow.conclude(session, params.office, body.use, body.numbers);
        return {};
      },
    }),
  ];
}

function sized(route: Route): Route {
  return { ...route, jsonBytesMax: BODY_BYTES_MAX };
}

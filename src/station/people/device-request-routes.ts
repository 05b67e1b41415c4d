/** The shelf of device requests' part of this room's HTTP API. Source: docs/protocol/api.md. */

import { z } from 'zod';
import { base64url } from '#core/bytes.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import { requestCode } from '#wire/api/device-requests.ts';
import { ROUTES } from '#wire/api/routes.ts';
import type { DeviceRequests } from './device-requests.ts';
import type { Caller } from './policy.ts';

const code = z.object({ code: requestCode });

export function deviceRequestRoutes(requests: DeviceRequests): Route[] {
  const route = routesFor<Caller>();
  const { leaveRequest, leftRequest, vouchRequest, vouchedRequests, dropRequest } = ROUTES;
  return [
    route({
      method: leaveRequest.method, path: leaveRequest.path, access: 'public', body: leaveRequest.body,
      handler: async ({ body }) => ({ json: await requests.leave(bytesOf(body.request)) }),
    }),
    route({
      method: leftRequest.method, path: leftRequest.path, access: 'public', params: code,
      handler: async ({ params }) => {
        const { bytes, expires } = await requests.find(params.code);
        return { json: { request: base64url(bytes), expires } };
      },
    }),
    route({
      method: vouchRequest.method, path: vouchRequest.path, access: 'session', params: code, body: vouchRequest.body,
      handler: async ({ session, params, body }) => ({ json: await requests.vouch(session, params.code, bytesOf(body.voucher)) }),
    }),
    route({
      method: vouchedRequests.method, path: vouchedRequests.path, access: 'session',
      handler: async ({ session }) => ({ json: await requests.listed(session) }),
    }),
    route({
      method: dropRequest.method, path: dropRequest.path, access: 'session', params: code, body: dropRequest.body,
      handler: async ({ session, params, body }) => ({ json: await requests.drop(session, params.code, bytesOf(body.takenBack)) }),
    }),
  ];
}

/** `GET /api/1/openapi.json`: the routes of this station for strangers, made once when it is first asked for. */
import { openApiDocument } from '#wire/api/openapi.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { type Route, routesFor } from './kernel/http-routes.ts';

/** @param version of the program */
export function openApiRoute(version: string): Route {
  const { method, path } = ROUTES.openapi;
  let document: Uint8Array | null = null;
  return routesFor<unknown>()({
    method, path, access: 'public',
    handler: async () => {
      document ??= new TextEncoder().encode(JSON.stringify(openApiDocument(version)));
      return { bytes: document, contentType: 'application/json; charset=utf-8' };
    },
  });
}

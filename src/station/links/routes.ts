/** `GET /api/1/links`: how the links stand, for whoever is logged in. */
import { ROUTES } from '#wire/api/routes.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import type { DiskLevel } from '#station/kernel/watermarks.ts';
import type { LinkState } from './link-state.ts';

export interface LinksDisk {
  readonly level: DiskLevel;
  readonly freeBytes: number;
}

/** @param disk how full the disk is, for who wonders why nothing is taken */
export function linkRoutes<Session>(links: { states(): Promise<LinkState[]> }, disk?: () => LinksDisk): Route[] {
  const route = routesFor<Session>();
  const { method, path } = ROUTES.links;
  return [
    route({
      method,
      path,
      access: 'session',
      handler: async () => ({ json: { links: await links.states(), ...(disk !== undefined && { disk: disk() }) } }),
    }),
  ];
}

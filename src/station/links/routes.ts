/** `GET /api/1/links`: how the links stand, for whoever is logged in. */
import type { z } from 'zod';
import type { linksAnswer } from '#wire/api/directory.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import type { DiskLevel } from '#station/kernel/watermarks.ts';
import type { LinkState } from './link-state.ts';

interface LinksDisk {
  readonly level: DiskLevel;
  readonly freeBytes: number;
}

export interface LinksBeside {
  /** How full the disk is, for who wonders why nothing is taken. */
  readonly disk: () => LinksDisk;
  /** What waits for no neighbour, for no way leads on from here. */
  readonly stranded: () => Promise<NonNullable<z.output<typeof linksAnswer>['stranded']>>;
}

export function linkRoutes<Session>(links: { states(): Promise<LinkState[]> }, beside?: LinksBeside): Route[] {
  const route = routesFor<Session>();
  const { method, path } = ROUTES.links;
  return [
    route({
      method,
      path,
      access: 'session',
      handler: async () => {
        const stranded = (await beside?.stranded()) ?? [];
        return { json: { links: await links.states(), ...(stranded.length > 0 && { stranded }), ...(beside !== undefined && { disk: beside.disk() }) } };
      },
    }),
  ];
}

/** Bundles over HTTP, for who may carry them. Source: docs/protocol/api.md §Bundles. */
import { z } from 'zod';
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { FEED_BYTES_MAX, id16Hex } from '#wire/api/bundles.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { VOLUME_HEAD_BYTES_MAX } from '#wire/bundle.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import type { Courier } from './courier.ts';
import type { VolumeReading } from './volume-reading.ts';

const whole = z.string().regex(/^[0-9]{1,15}$/).transform(Number);
const ofBundle = z.object({ bundle: id16Hex });
const ofReading = z.object({ reading: id16Hex });
const fromOffset = z.object({ offset: whole.optional() });

/** All of them for carriers only. @param demandCarrier throws Refusal `not-entitled` */
export function bundleRoutes<Session>(courier: Courier, demandCarrier: (session: Session) => void): Route[] {
  return [...writingRoutes(courier), ...readingRoutes(courier)].map((route) => ({
    ...route,
    handler: async (request) => {
      demandCarrier(request.session);
      return route.handler(request);
    },
  }));
}

function writingRoutes(courier: Courier): Route[] {
  const route = routesFor<unknown>();
  const { bundles, writeBundle, bundle, bundleVolume, dropBundle } = ROUTES;
  return [
    route({
      method: bundles.method, path: bundles.path, access: 'session',
      handler: async () => ({ json: await courier.list() }),
    }),
    route({
      method: writeBundle.method, path: writeBundle.path, access: 'session', body: writeBundle.body,
      handler: async ({ body }) => ({ json: courier.write(body) }),
    }),
    route({
      method: bundle.method, path: bundle.path, access: 'session', params: ofBundle,
      handler: async ({ params }) => ({ json: await courier.state(params.bundle) }),
    }),
    route({
      method: bundleVolume.method, path: bundleVolume.path, access: 'session', query: fromOffset,
      params: z.object({ bundle: id16Hex, volume: z.string().regex(/^[0-9]{1,2}$/).transform(Number) }),
      handler: async ({ params, query }) => {
        const { size, source } = await courier.volume(params.bundle, params.volume, query.offset ?? 0);
        return { chunks: source, headers: { 'content-length': String(size) } };
      },
    }),
    route({
      method: dropBundle.method, path: dropBundle.path, access: 'session', params: ofBundle, query: z.object({ why: z.enum(['fetched', 'stopped']) }),
      handler: async ({ params, query }) => {
        await courier.drop(params.bundle, query.why === 'stopped');
        return {};
      },
    }),
  ];
}

function readingRoutes(courier: Courier): Route[] {
  const route = routesFor<unknown>();
  const { readBundle, feedBundle, endReading } = ROUTES;
  return [
    route({
      method: readBundle.method, path: readBundle.path, access: 'session', streamBytesMax: VOLUME_HEAD_BYTES_MAX,
      handler: async ({ stream }) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of stream) pieces.push(Uint8Array.from(piece));
        const { reading, volume } = await courier.begin(Uint8Array.from(Buffer.concat(pieces)));
        return { json: readingOf(reading, volume) };
      },
    }),
    route({
      method: feedBundle.method, path: feedBundle.path, access: 'session', params: ofReading, query: fromOffset, streamBytesMax: FEED_BYTES_MAX,
      handler: async ({ params, query, stream }) => {
        if (query.offset === undefined) throw new Refusal('request-malformed', { field: 'query.offset' });
        return { json: readingOf(params.reading, await courier.feed(params.reading, query.offset, stream)) };
      },
    }),
    route({
      method: endReading.method, path: endReading.path, access: 'session', params: ofReading,
      handler: async ({ params }) => ({ json: await courier.end(params.reading) }),
    }),
  ];
}

function readingOf(reading: string, { statement, peer, bytes, offset, wasRead }: VolumeReading) {
  const { bundle, number, volume, volumes, written } = statement;
  return { reading, bundle: hex(bundle), peer, number, volume, volumes, written, bytes, offset, wasRead };
}

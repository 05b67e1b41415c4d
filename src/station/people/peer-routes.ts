/** Peers' part of this room's HTTP API. Source: docs/protocol/api.md. */

import { z } from 'zod';
import { equal, fromBase64url, hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { codeText } from '#wire/api/session.ts';
import type { PeopleDeps } from './deps.ts';
import type { PeerDirectories } from './peer-directories.ts';
import { type Caller, demandRegistrar } from './policy.ts';

/** 64 MiB in base64, and what stands around it. */
const BODY_BYTES_MAX = 90_001_024;

const params = z.object({ peer: codeText });

export function peerRoutes({ clock, station }: Pick<PeopleDeps, 'clock' | 'station'>, directories: PeerDirectories, view: () => DirectoryView): Route[] {
  const route = routesFor<Caller>();
  const { peers, peerDirectory, putDisclosure } = ROUTES;
  return [
    route({
      method: peers.method, path: peers.path, access: 'session',
      handler: async () => {
        const held = directories.held();
        return {
          json: {
            peers: view().agreements().map(({ peer, organisation }) =>
              ({ peer, organisation: hex(organisation), size: held.find((one) => equal(one.organisation, organisation))?.point.size ?? null })),
          },
        };
      },
    }),
    route({
      method: peerDirectory.method, path: peerDirectory.path, access: 'session', params,
      handler: async ({ params: { peer } }) => {
        const { organisation } = agreementNamed(view(), peer);
        const held = directories.held().find((one) => equal(one.organisation, organisation));
        if (held === undefined) throw new Refusal('organisation-unknown', { organisation: peer });
        return { bytes: held.bytes };
      },
    }),
    {
      ...route({
        method: putDisclosure.method, path: putDisclosure.path, access: 'session', params, body: putDisclosure.body,
        demand: (session) => demandRegistrar({ view: view(), station, now: clock.now() }, session),
        handler: async ({ params: { peer }, body }) => {
          const bytes = fromBase64url(body.disclosure);
          if (bytes === null) throw new Refusal('request-malformed', { field: 'disclosure', reason: 'base64url' });
          const { size, root } = await directories.takeDisclosure(agreementNamed(view(), peer).organisation, bytes);
          return { json: { size, root: hex(root) } };
        },
      }),
      jsonBytesMax: BODY_BYTES_MAX,
    },
  ];
}

/** @throws Refusal `agreement-missing` */
function agreementNamed(view: DirectoryView, peer: string): AgreementRecord {
  const agreement = view.agreement(peer);
  if (agreement === null) throw new Refusal('agreement-missing', { organisation: peer });
  return agreement;
}

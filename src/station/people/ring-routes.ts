/** Keyring copies, the card and log-in by OPAQUE over HTTP (wire/api/routes.ts). Source: docs/protocol/log-in.md. */
import { base64url, fromBase64url } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { ROUTES } from '#wire/api/routes.ts';
import type { Gates } from './gates.ts';
import type { OpaqueLogIn } from './opaque-log-in.ts';
import type { Caller } from './policy.ts';
import type { RingCopies, RingCopy } from './ring-copies.ts';

export interface RingNouns {
  readonly copies: RingCopies;
  readonly gates: Gates;
  readonly opaque: OpaqueLogIn;
}

/** A file of 320 KiB in base64, and what goes with it. */
const BODY_BYTES_MAX = 2 ** 19;

export function ringRoutes(nouns: RingNouns, view: () => DirectoryView): Route[] {
  return [...ownRoutes(nouns), ...openRoutes(nouns, view)];
}

/** Of a device that has a session: its own copy and record, and nobody else's. */
function ownRoutes({ copies, opaque }: RingNouns): Route[] {
  const route = routesFor<Caller>();
  const put = route({
    ...place('putRing'), access: 'session', body: ROUTES.putRing.body,
    handler: async ({ session, body: { revision, file, gate, signature, record } }) => {
      const upload = { revision, file: bytesOf(file, 'file'), gate: bytesOf(gate, 'gate'), signature, record: record === undefined ? null : bytesOf(record, 'record') };
      return { json: await copies.put(session, upload) };
    },
  });
  return [
    { ...put, jsonBytesMax: BODY_BYTES_MAX },
    route({
      ...place('registerOpaque'), access: 'session', body: ROUTES.registerOpaque.body,
      handler: async ({ session, body }) => ({ json: { response: base64url(await opaque.register(session, bytesOf(body.request, 'request'))) } }),
    }),
  ];
}

/** Of whoever proves a gate: they have no session yet. */
function openRoutes({ copies, gates, opaque }: RingNouns, view: () => DirectoryView): Route[] {
  const route = routesFor<Caller>();
  return [
    route({
      ...place('ringByCard'), access: 'public', body: ROUTES.ringByCard.body,
      handler: async ({ body: { card, challenge, proof } }) => {
        const copy = await byCard({ copies, gates }, card, { challenge, proof });
        const { person } = view().device(copy.device)!;
        return { json: { device: copy.device, person, file: base64url(copy.bytes), leastRevision: await copies.greatestOf(copy.device) } };
      },
    }),
    route({
      ...place('opaqueStart'), access: 'public', body: ROUTES.opaqueStart.body,
      handler: async ({ body }) => {
        const { log, response } = await opaque.start({ ...body, request: bytesOf(body.request, 'request') });
        return { json: { log, response: base64url(response) } };
      },
    }),
    route({
      ...place('opaqueFinish'), access: 'public', body: ROUTES.opaqueFinish.body,
      handler: async ({ body }) => {
        const { copy, ...session } = await opaque.finish(body.log, bytesOf(body.finish, 'finish'));
        return { json: { ...session, device: copy.device, file: base64url(copy.bytes) } };
      },
    }),
  ];
}

/** @throws Refusal `proof-wrong`, for an unknown card as for a wrong proof */
async function byCard({ copies, gates }: Pick<RingNouns, 'copies' | 'gates'>, card: string, given: { challenge: string; proof: string }): Promise<RingCopy> {
  // One device names a card; whoever copied another's locator into their own ring must not stand in its way.
  const named = await copies.byCard(card);
  const proof = { id: card, request: new Uint8Array(0), ...given };
  for (const copy of named.slice(0, -1)) {
    const isIt = await gates.demand('card', copy.card_gate, proof).then(() => true, () => false);
    if (isIt) return copy;
  }
  const last = named.at(-1) ?? null;
  await gates.demand('card', last?.card_gate ?? null, proof);
  return last!;
}

type RouteHere = 'putRing' | 'registerOpaque' | 'ringByCard' | 'opaqueStart' | 'opaqueFinish';

function place<const N extends RouteHere>(name: N): Pick<(typeof ROUTES)[N], 'method' | 'path'> {
  const { method, path } = ROUTES[name];
  return { method, path };
}

function bytesOf(text: string, field: string): Uint8Array {
  const bytes = fromBase64url(text);
  if (bytes === null) throw new Refusal('request-malformed', { field, reason: 'base64url' });
  return bytes;
}

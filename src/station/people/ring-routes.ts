/** Keyring copies, the card and log-in by OPAQUE over HTTP (wire/api/routes.ts). Source: docs/protocol/log-in.md. */
import { base64url, equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import { ROUTES } from '#wire/api/routes.ts';
import type { GateProof, Gates } from './gates.ts';
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
      handler: async ({ body: { card, challenge, proof, after } }) => {
        const copy = await byCard({ copies, gates }, { id: card, challenge, proof, request: new Uint8Array(0) }, after ?? '');
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

/**
 * The first copy past that device whose card this proof is of. Locator and gate stand in the clear in a sealed ring, so
 * whoever has read one can leave a copy that names both, and then either order of two could be the thief's. Refusing the
 * second would let whoever comes first shut the owner out; a bounded list, whoever has more devices than it has places.
 * So each is given out when it is asked for, and the card itself tells on the device which one is its own.
 * @throws Refusal `proof-wrong`, for an unknown card, and past the last, as for a wrong proof
 */
async function byCard({ copies, gates }: Pick<RingNouns, 'copies' | 'gates'>, proof: GateProof, after: string): Promise<RingCopy> {
  const named = (await copies.namedByCard(proof.id)).filter(({ device }) => device > after);
  const gate = await gates.demandOneOf('card', named.map((one) => one.gate), proof);
  const { device } = named.find((one) => equal(one.gate, gate))!;
  const copy = await copies.of(device);
  if (copy === null) throw new Refusal('proof-wrong');
  return copy;
}

type RouteHere = 'putRing' | 'registerOpaque' | 'ringByCard' | 'opaqueStart' | 'opaqueFinish';

function place<const N extends RouteHere>(name: N): Pick<(typeof ROUTES)[N], 'method' | 'path'> {
  const { method, path } = ROUTES[name];
  return { method, path };
}

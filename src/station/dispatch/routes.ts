/**
 * This room's part of the HTTP API: what each route of wire/api/routes.ts asks of the nouns. Every route demands a
 * session; every noun demands its right by itself (policy.ts). Source: docs/protocol/api.md.
 */

import { z } from 'zod';
import { base64url, fromHex, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { routesFor, type HttpReply, type HttpRequest, type Route as HttpRoute } from '#station/kernel/http-routes.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import { direction } from '#wire/api/dispatch.ts';
import { ROUTES, type Route, type RouteName } from '#wire/api/routes.ts';
import { codeText, digestHex } from '#wire/api/session.ts';
import type { Acceptance, Accepted, SubmissionRequest } from './acceptance.ts';
import type { DeviceCaller } from './policy.ts';
import type { Downloads } from './downloads.ts';
import type { Drafts } from './drafts.ts';
import type { Exposure } from './exposure.ts';
import type { Numbers } from './numbers.ts';
import type { PartReading } from './part-reading.ts';
import type { Parts } from './parts.ts';
import type { Receipts } from './receipts.ts';
import type { Arrivals } from './rewraps.ts';
import { PAGE_MAX, type Register } from './register.ts';
import type { Resealing } from './resealing.ts';
import type { Traces } from './trace.ts';

export interface DispatchNouns {
  readonly parts: Parts;
  readonly reading: PartReading;
  readonly drafts: Drafts;
  readonly numbers: Numbers;
  readonly acceptance: Acceptance;
  readonly receipts: Receipts;
  readonly register: Register;
  readonly traces: Traces;
  readonly downloads: Downloads;
  readonly arrivals: Arrivals;
  readonly resealing: Resealing;
  readonly exposure: Exposure;
}

/** A route that another room answers is not here. */
type DispatchRouteName = Extract<RouteName,
  | 'drafts' | 'draft' | 'putDraft' | 'discardDraft' | 'declarePart' | 'part' | 'appendPart' | 'dropPart' | 'partBytes' | 'partLeaves'
  | 'number' | 'numbers' | 'submit' | 'submitMany' | 'envelope' | 'envelopes' | 'incomingNumber' | 'incomingNumbers'
  | 'putReceipts' | 'downloads' | 'recordDownloads' | 'trace' | 'register' | 'arrivals' | 'rewrap' | 'unreadable' | 'reseal' | 'exposed'>;

type BodyOf<N extends RouteName> = (typeof ROUTES)[N]['body'] extends infer B extends z.ZodType ? z.output<B> : null;

interface Call<N extends RouteName> {
  readonly caller: DeviceCaller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: BodyOf<N>;
  readonly stream: AsyncIterable<Uint8Array>;
}

type Handlers = { readonly [N in DispatchRouteName]: (call: Call<N>) => Promise<HttpReply> };

const PARAMS: Readonly<Record<string, z.ZodType>> = {
  office: codeText, draft: z.string().regex(/^[0-9a-f]{32}$/), root: digestHex, dispatch: digestHex, direction,
};

/** Leaves of the largest part, and 256 submissions, are larger than other bodies. */
const LARGE_BODY_BYTES: Partial<Record<DispatchRouteName, number>> = {
  declarePart: 3 * 2 ** 20, submit: 2 * 2 ** 20, submitMany: 32 * 2 ** 20, putReceipts: 6 * 2 ** 20, reseal: 2 * 2 ** 20,
};
/** One appending request carries at most a whole part. */
const APPEND_BYTES_MAX = 65_536 * (65_536 + 16);

/** @returns this room's routes, for the kernel's server */
export function dispatchRoutes(nouns: DispatchNouns): HttpRoute[] {
  const handlers = handlersOf(nouns);
  return Object.keys(handlers).map((name) => mount(name as DispatchRouteName, handlers));
}

function mount(name: DispatchRouteName, handlers: Handlers): HttpRoute {
  const { method, path, query, body }: Route = ROUTES[name];
  const names = path.split('/').filter((part) => part.startsWith(':')).map((part) => part.slice(1));
  const jsonBytesMax = LARGE_BODY_BYTES[name];
  return routesFor<DeviceCaller>()({
    method, path, access: 'session',
    params: z.object(Object.fromEntries(names.map((one) => [one, PARAMS[one]!]))),
    query: z.strictObject(Object.fromEntries(query.map((one) => [one, z.string().optional()]))),
    ...(typeof body === 'string' ? {} : { body }),
    ...(body === 'bytes' ? { streamBytesMax: APPEND_BYTES_MAX } : {}),
    ...(jsonBytesMax === undefined ? {} : { jsonBytesMax }),
    handler: (request) => answer(handlers[name] as (call: Call<never>) => Promise<HttpReply>, request as never),
  });
}

type Handled = HttpRequest<Call<never>['params'], Call<never>['query'], never, DeviceCaller>;

async function answer(handler: (call: Call<never>) => Promise<HttpReply>, request: Handled): Promise<HttpReply> {
  const { session: caller, params, query, body, stream } = request;
  try {
    return await handler({ caller, params, query, body, stream });
  } catch (error) {
    throw refusalOf(error);
  }
}

/** Malformed bytes inside a well-formed request are refused as such. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof DecodeError)) return error;
  return new Refusal('cbor-malformed', { field: error.field, offset: error.offset }, { cause: error });
}

function handlersOf(nouns: DispatchNouns): Handlers {
  return { ...draftHandlers(nouns), ...partHandlers(nouns), ...numberHandlers(nouns), ...dispatchHandlers(nouns), ...arrivalHandlers(nouns), ...resealHandlers(nouns), ...exposureHandlers(nouns) };
}

function draftHandlers({ drafts }: DispatchNouns): Pick<Handlers, 'drafts' | 'draft' | 'putDraft' | 'discardDraft'> {
  return {
    drafts: async ({ caller, params }) => ({ json: { drafts: await drafts.list(caller, params['office']!) } }),
    draft: async ({ caller, params }) => ({ json: await drafts.get(caller, params['draft']!) }),
    putDraft: async ({ caller, params, body }) => ({ json: await drafts.put(caller, params['draft']!, body) }),
    discardDraft: async ({ caller, params }) => ({ json: await drafts.discard(caller, params['draft']!) }),
  };
}

function partHandlers({ parts, reading }: DispatchNouns): Pick<Handlers, 'declarePart' | 'part' | 'appendPart' | 'dropPart' | 'partBytes' | 'partLeaves'> {
  return {
    declarePart: async ({ caller, body }) => ({ json: await parts.declare(caller, body) }),
    part: async ({ caller, params }) => ({ json: await parts.state(caller, params['root']!) }),
    appendPart: async ({ caller, params, query, stream }) => ({
      json: await parts.append(caller, params['root']!, numberOf(query, 'offset') ?? 0, stream),
    }),
    dropPart: async ({ caller, params }) => {
      await parts.drop(caller, params['root']!);
      return {};
    },
    partBytes: async ({ caller, params, query }) => {
      const { size, source } = await reading.bytes(caller, params['root']!, numberOf(query, 'offset') ?? 0);
      return { chunks: source, headers: { 'content-length': String(size) } };
    },
    partLeaves: async ({ caller, params }) => ({ bytes: await reading.leaves(caller, params['root']!) }),
  };
}

function numberHandlers({ numbers }: DispatchNouns): Pick<Handlers, 'number' | 'numbers' | 'incomingNumber' | 'incomingNumbers'> {
  return {
    number: async ({ caller, body }) => ({ json: await numbers.forDraft(caller, body.draft, body.series) }),
    numbers: async ({ caller, body }) => {
      const { number: first, time, count } = await numbers.batch(caller, body.office, body.series, body.count);
      return { json: { first, count, time } };
    },
    incomingNumber: async ({ caller, params, body }) => {
      const [only] = await numbers.incoming(caller, body.office, body.series, [fromHex(params['dispatch']!)!]);
      return { json: only };
    },
    incomingNumbers: async ({ caller, body }) => {
      const dispatches = body.dispatches.map((dispatch) => fromHex(dispatch)!);
      return { json: { numbers: await numbers.incoming(caller, body.office, body.series, dispatches) } };
    },
  };
}

function arrivalHandlers({ arrivals }: DispatchNouns): Pick<Handlers, 'arrivals' | 'rewrap'> {
  return {
    arrivals: async ({ caller, params }) => {
      const all = await arrivals.list(caller, params['office']!);
      return { json: { office: params['office'], arrivals: all.map(({ dispatch, header, stanza }) => ({ dispatch, header: base64url(header), stanza: base64url(stanza) })) } };
    },
    rewrap: async ({ caller, params, body }) => {
      await arrivals.put(caller, params['office']!, body.stanzas);
      return {};
    },
  };
}

function resealHandlers({ resealing }: DispatchNouns): Pick<Handlers, 'unreadable' | 'reseal'> {
  return {
    unreadable: async ({ caller, params }) =>
      ({ json: { office: params['office'], dispatches: await resealing.unreadable(caller, params['office']!) } }),
    reseal: async ({ caller, params, body }) => ({ json: await resealing.accept(caller, params['dispatch']!, body) }),
  };
}

function exposureHandlers({ exposure }: DispatchNouns): Pick<Handlers, 'exposed'> {
  return {
    exposed: async ({ caller, params, query }) =>
      ({ json: await exposure.page(caller, params['office']!, direction.parse(params['direction']), numberOf(query, 'before')) }),
  };
}

function dispatchHandlers(nouns: DispatchNouns): Pick<Handlers, 'submit' | 'submitMany' | 'envelope' | 'envelopes' | 'putReceipts' | 'downloads' | 'recordDownloads' | 'trace' | 'register'> {
  const { acceptance, receipts, downloads, traces, register } = nouns;
  return {
    submit: async ({ caller, body }) => ({ json: await acceptance.accept(caller, body) }),
    submitMany: async ({ caller, body }) => ({ json: { results: await acceptMany(acceptance, caller, body.submissions) } }),
    envelope: async ({ caller, params, query }) => {
      const office = query['office'];
      return { bytes: await traces.envelope(caller, params['dispatch']!, office ?? null) };
    },
    envelopes: async ({ caller, body }) => {
      const envelopes = await traces.envelopes(caller, body.dispatches, body.office);
      return { json: { envelopes: envelopes.map((one) => one instanceof Refusal ? { code: one.code, detail: one.detail } : base64url(one)) } };
    },
    putReceipts: async ({ caller, body }) => ({ json: { taken: await receipts.upload(caller, body.receipts.map((one) => bytesOf(one)), body.own?.map((one) => bytesOf(one))) } }),
    downloads: async ({ caller, params, query }) => {
      const [dispatch, office] = [params['dispatch']!, query['office']];
      if (office === undefined) throw new Refusal('request-malformed', { field: 'office' });
      return { json: { dispatch, office, downloads: await downloads.list(caller, dispatch, office) } };
    },
    recordDownloads: async ({ caller, params, body }) => {
      await downloads.record(caller, params['dispatch']!, body.office, body.roots);
      return {};
    },
    trace: async ({ caller, params }) => {
      const { header, sealing, receipts: all, own, related, ...rest } = await traces.trace(caller, params['dispatch']!);
      return { json: { ...rest, header: base64url(header), sealing: base64url(sealing), receipts: all.map(({ bytes }) => base64url(bytes)), taken: all.map(({ taken }) => taken), ...(own.length > 0 && { own: own.map(({ receipt, note }) => ({ receipt: hex(receipt), note: base64url(note) })) }), related: related.map((one) => ({ header: base64url(one.header), sealing: base64url(one.sealing) })) } };
    },
    register: async ({ caller, params, query }) => {
      const asked = { before: numberOf(query, 'before'), limit: numberOf(query, 'limit', 1, PAGE_MAX) };
      return { json: await register.page(caller, params['office']!, direction.parse(params['direction']), asked) };
    },
  };
}

type Outcome = Accepted | { readonly code: string; readonly detail: Refusal['detail'] };

/** Each on its own: they share a signature and a commit, and one that is refused changes nothing of the others. */
async function acceptMany(acceptance: Acceptance, caller: DeviceCaller, submissions: readonly SubmissionRequest[]): Promise<Outcome[]> {
  return Promise.all(submissions.map(async (submission) => {
    try {
      return await acceptance.accept(caller, submission);
    } catch (error) {
      const refusal = refusalOf(error);
      if (!(refusal instanceof Refusal)) throw error;
      return { code: refusal.code, detail: refusal.detail };
    }
  }));
}

/** @throws Refusal `request-malformed` */
function numberOf(query: Call<never>['query'], name: string, minimum = 0, maximum = Number.MAX_SAFE_INTEGER): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : -1;
  if (!Number.isSafeInteger(value) || value < minimum || value > maximum) throw new Refusal('request-malformed', { field: name });
  return value;
}

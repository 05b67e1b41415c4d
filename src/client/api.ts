/**
 * A station's HTTP API as typed calls: routes and schemas are the server's own (wire/api). An answer that is not what
 * its schema says is a fault of the station and is not passed on. Source: docs/protocol/api.md.
 */
import type { z } from 'zod';
import { base64url, concat, fromBase64url, fromUtf8, uint64be, utf8 } from '#core/bytes.ts';
import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { HttpResponse, HttpTransport } from '#core/outside.ts';
import { isRefusalCode, Refusal, refusalSaid } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { refusalAnswer, type Route, type RouteName, ROUTES } from '#wire/api/routes.ts';
import { LIMITS } from '#wire/limits.ts';
import { signOne } from '#wire/sign.ts';
import { signature } from '#wire/signature.ts';
import type { OpenKeyring } from './keyring/keyring.ts';
import { pause } from './pause.ts';
import { actorOf, signer } from './signers.ts';

type BodyOf<R> = R extends Route<infer B, infer _A>
  ? B extends z.ZodType ? { readonly body: z.input<B> } : B extends 'bytes' ? { readonly body: Uint8Array | AsyncIterable<Uint8Array> } : { readonly body?: undefined }
  : never;
type AnswerOf<R> = R extends Route<infer _B, infer A>
  ? A extends z.ZodType ? z.output<A> : A extends 'bytes' | 'events' ? AsyncIterable<Uint8Array> : undefined
  : never;

interface Place {
  /** Values of the path's `:names`. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal | undefined;
}
export type CallOf<N extends RouteName> = Place & BodyOf<(typeof ROUTES)[N]>;

export interface ApiDeps {
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly random: RandomSource;
}

const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** What a peer shows, with the steps by which its log grew. */
const SHOWN_BYTES_MAX = LIMITS.disclosureBytes + ANSWER_BYTES_MAX;
const RETRIES_MAX = 3;
const RETRY_MS = 250;
const SESSION_LABEL = utf8('tram/v1/session\0');
const ZERO = Uint8Array.of(0);
/** What may be asked again after a lost answer (docs/protocol/api.md §Idempotence). */
const NOT_REPEATABLE: readonly RouteName[] = ['numbers', 'appendPart', 'logIn', 'opaqueStart', 'opaqueFinish', 'ringByCard', 'writeBundle', 'readBundle', 'feedBundle', 'endReading'];

export class StationApi {
  readonly #deps: ApiDeps;
  #token: string | null = null;

  constructor(deps: ApiDeps) {
    this.#deps = deps;
  }

  /** Takes over a session that was begun in another way than `logIn`. */
  adopt(token: string): void {
    this.#token = token;
  }

  /** What `adopt` takes, for work that this session has done elsewhere on the same device. @throws Refusal `session-missing` */
  get token(): string {
    return this.#tokenOrRefuse();
  }

  /** The most bytes of one streamed body; undefined where bodies truly stream. */
  get streamBytesMax(): number | undefined {
    return this.#deps.transport.streamBytesMax;
  }

  get isLoggedIn(): boolean {
    return this.#token !== null;
  }

  /**
   * Calls a route; what is repeatable is tried again after a lost connection.
   * @throws Refusal the station's own; `station-unreachable`, `cancelled`; `internal` where the answer is not one
   */
  async call<N extends RouteName>(name: N, call: CallOf<N>): Promise<AnswerOf<(typeof ROUTES)[N]>> {
    const route: Route = ROUTES[name];
    const isStream = call.body !== undefined && !(call.body instanceof Uint8Array) && route.body === 'bytes';
    const tries = NOT_REPEATABLE.includes(name) || isStream ? 1 : RETRIES_MAX;
    for (let tried = 1; ; tried++) {
      try {
        return (await this.#once(route, call)) as AnswerOf<(typeof ROUTES)[N]>;
      } catch (error) {
        const isLost = error instanceof Refusal && error.code === 'station-unreachable';
        if (!isLost || tried >= tries) throw error;
        await pause(this.#deps, RETRY_MS * 2 ** (tried - 1), call.signal);
      }
    }
  }

  /**
   * Proves this device to its station and keeps the token.
   * @throws Refusal `keyring-rolled-back` where the station has seen a greater revision; `proof-wrong`, `device-unknown`
   */
  async logIn(crypto: CryptoProvider, ring: OpenKeyring, view: DirectoryView): Promise<{ copyRevision: number; station: string }> {
    const { device } = actorOf(ring);
    const { revision } = ring;
    const { challenge, station } = await this.call('challenge', {});
    const bytes = fromBase64url(challenge);
    if (bytes?.length !== 32 || view.station(station) === null) throw new Refusal('station-unknown');
    const item = concat(SESSION_LABEL, utf8(station), ZERO, utf8(device), ZERO, bytes, uint64be(revision));
    const proof = await signOne(crypto, await signer(crypto, ring, view, { kind: 'device' }), 'session', item, this.#deps.random);
    const body = { device, challenge, signature: base64url(signature.encode(proof)), keyringRevision: revision };
    const answer = await this.call('logIn', { body });
    if (answer.keyringRevision > revision) {
      throw new Refusal('keyring-rolled-back', { revision, leastRevision: answer.keyringRevision });
    }
    this.#token = answer.token;
    return { copyRevision: answer.copyRevision, station };
  }

  async logOut(): Promise<void> {
    if (this.#token === null) return;
    await this.call('logOut', {});
    this.#token = null;
  }

  /** All bytes of a streamed answer. @throws Refusal `body-too-large` */
  async bytes(name: 'envelope' | 'partLeaves' | 'peerDirectory', call: Place): Promise<Uint8Array> {
    return gather(await this.call(name, call), name === 'peerDirectory' ? SHOWN_BYTES_MAX : ANSWER_BYTES_MAX);
  }

  async #once(route: Route, call: Place & { readonly body?: unknown }): Promise<unknown> {
    const headers: Record<string, string> = {};
    if (route.session) headers['authorization'] = `Bearer ${this.#tokenOrRefuse()}`;
    const response = await this.#deps.transport.request({
      method: route.method,
      path: pathOf(route, call),
      headers: { ...headers, ...headersOf(route) },
      body: bodyOf(route, call.body),
      signal: call.signal,
    });
    if (response.status >= 300) throw await refusalOf(response);
    if (route.answer === 'bytes' || route.answer === 'events') return response.body;
    const answer = await gather(response.body, ANSWER_BYTES_MAX);
    return route.answer === 'none' ? undefined : parsed(route.answer, answer);
  }

  #tokenOrRefuse(): string {
    if (this.#token === null) throw new Refusal('session-missing');
    return this.#token;
  }
}

function pathOf({ path, query }: Route, call: Place): string {
  const filled = path.replaceAll(/:([a-z]+)/g, (_, name: string) => {
    const value = call.path?.[name];
    if (value === undefined) throw new Error(`the path needs ${name}`);
    return encodeURIComponent(value);
  });
  const asked = query.flatMap((name) => {
    const value = call.query?.[name];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`];
  });
  return asked.length === 0 ? filled : `${filled}?${asked.join('&')}`;
}

function headersOf({ body }: Route): Record<string, string> {
  if (body === 'none') return {};
  return { 'content-type': body === 'bytes' ? 'application/octet-stream' : 'application/json' };
}

function bodyOf(route: Route, body: unknown): Uint8Array | AsyncIterable<Uint8Array> | undefined {
  if (route.body === 'none' || route.body === 'events') return undefined;
  return route.body === 'bytes' ? (body as Uint8Array | AsyncIterable<Uint8Array>) : utf8(JSON.stringify(body));
}

function parsed(schema: z.ZodType, answer: Uint8Array): unknown {
  const json = jsonOf(answer);
  const result = schema.safeParse(json);
  if (!result.success) throw new Refusal('internal', { reason: 'answer-malformed' });
  return result.data;
}

async function refusalOf({ status, body }: HttpResponse): Promise<Refusal> {
  const result = refusalAnswer.safeParse(jsonOf(await gather(body, 64 * 1024)));
  if (result.success && isRefusalCode(result.data.code)) return refusalSaid(result.data);
  return new Refusal(status === 503 ? 'station-unreachable' : 'internal', { status });
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes) ?? '');
  } catch {
    return null;
  }
}

/** @throws Refusal `body-too-large` */
export async function gather(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > bytesMax) throw new Refusal('body-too-large', { bytesMax });
    pieces.push(piece);
  }
  return concat(...pieces);
}

/**
 * The server of the API: node:http and a table of routes. JSON in and out with strict limits, raw streams for parts,
 * refusals as `{code, detail}` that the client words. Tokens, no cookies, and no CORS: a page of another origin can
 * neither send a session's token nor read an answer.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { hex } from '#core/bytes.ts';
import type { Clock, RandomSource } from '#core/clock.ts';
import { REFUSAL_STATUS, Refusal, type RefusalCode } from '#core/refusals.ts';
import { type BodyAccount, BodyBudget } from './body-budget.ts';
import { JSON_BYTES_MAX, PUBLIC_JSON_BYTES_MAX, readJson, readQuery, readStream, validate } from './http-body.ts';
import type { HttpReply, HttpRequest, Route } from './http-routes.ts';
import { RouteTable } from './http-routes.ts';
import type { Log } from './log.ts';
import { isLoopbackHost, type Listening, listenHere } from './loopback.ts';
import { isPipelined } from './pipelining.ts';

interface HttpDeps<Session> {
  readonly routes: readonly Route[];
  /** @returns the session of a bearer token, or null where it is none or has ended */
  readonly authenticate: (token: string) => Promise<Session | null>;
  /** Whether what is under way in a session may go on; asked again after every wait for the other side, who may have ended meanwhile. */
  mayGoOn(session: Session): boolean;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  readonly limits?: Partial<HttpLimits>;
  /** Told of every refusal that is answered. */
  readonly refused?: (code: RefusalCode) => void;
  /** Who calls in a session, whatever token they have: what their bodies and answers hold of memory is counted together. */
  callerOf(session: Session): string;
  /** Who else answers on this port, such as the pages; true where it takes a request. It checks the host by itself. */
  readonly beside?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

interface HttpLimits {
  /** How long headers, and a JSON body, may take to arrive. */
  readonly requestMs: number;
  /** How long a connection may stay silent. */
  readonly idleMs: number;
  /** How long `stop` waits for requests in flight. */
  readonly stopMs: number;
}

const LIMITS: HttpLimits = { requestMs: 30_000, idleMs: 60_000, stopMs: 20_000 };
const HEADER_BYTES_MAX = 16 * 1024;
const URL_CHARACTERS_MAX = 4 * 1024;
const LINGER_BYTES_MAX = 4 * 1024 * 1024;
const LINGER_MS = 2_000;
const CONNECTIONS_MAX = 1_024;
const TOKEN = /^Bearer ([A-Za-z0-9_.~+/-]{16,512}=*)$/;
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

interface Asked {
  readonly route: Route;
  readonly params: Record<string, string>;
  readonly query: URLSearchParams;
  /** Aborted when the answer has gone out, or nobody waits for it any more. */
  readonly gone: AbortSignal;
}

export class HttpServer<Session> {
  readonly #deps: HttpDeps<Session>;
  readonly #limits: HttpLimits;
  readonly #table: RouteTable;
  readonly #server: Server;
  readonly #stopping = new AbortController();
  readonly #bodies = new BodyBudget();
  #listening: Listening | null = null;

  constructor(deps: HttpDeps<Session>) {
    this.#deps = deps;
    this.#limits = { ...LIMITS, ...deps.limits };
    this.#table = new RouteTable(deps.routes);
    const { requestMs, idleMs } = this.#limits;
    // `requestTimeout` would also cut a part that takes an hour over a slow line; JSON has a limit of its own.
    const options = { headersTimeout: requestMs, requestTimeout: 0, keepAliveTimeout: idleMs, maxHeaderSize: HEADER_BYTES_MAX };
    this.#server = createServer(options, (request, response) => void this.#answer(request, response));
    this.#server.timeout = idleMs;
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  /** Every route with its access. */
  get routes(): readonly Route[] {
    return this.#table.routes;
  }

  /**
   * @param port 0 for any free one
   * @throws Refusal `address-not-loopback` for any other address: beyond this machine the pages pass calls on, over TLS; `port-in-use`
   */
  async listen(address: string, port: number): Promise<{ address: string; port: number }> {
    if (!LOOPBACK.test(address)) throw new Refusal('address-not-loopback', { address });
    this.#listening = await listenHere(this.#server, port, address);
    return this.#listening;
  }

  /** Takes no more connections, lets requests in flight finish, and cuts what takes too long. */
  async stop(): Promise<void> {
    const closed = this.#listening?.close();
    this.#stopping.abort();
    this.#server.closeIdleConnections();
    const cancel = this.#deps.clock.after(this.#limits.stopMs, () => this.#server.closeAllConnections());
    await closed;
    cancel();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isPipelined(response)) return void request.socket.destroy();
    if (this.#deps.beside?.(request, response) === true) return;
    const startedMs = this.#deps.clock.monotonicMs();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    let route: Route | null = null;
    try {
      const url = readTarget(request);
      const found = this.#table.find(request.method ?? '', url.path);
      route = found.route;
      await this.#handle(request, response, { ...found, query: url.query, gone: gone.signal });
    } catch (error) {
      // A client that went away in the middle of its request is no fault of ours.
      const isGone = request.destroyed && !request.complete;
      await this.#refuse(request, response, isGone ? new Refusal('cancelled') : error);
    }
    const tookMs = Math.round(this.#deps.clock.monotonicMs() - startedMs);
    const { statusCode: status } = response;
    this.#deps.log.info('request', { room: 'http', method: request.method, route: route?.path, status, tookMs });
  }

  async #handle(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
    const { route } = asked;
    const session = route.access === 'session' ? await this.#authenticate(request) : null;
    // Nobody else's large body waits for what this one may not do.
    route.demand?.(session as never);
    // What whoever has not logged in sends is small, and what they are answered is small, or the same bytes for all.
    const account = this.#bodies.open(session === null ? '' : this.#deps.callerOf(session));
    try {
      const reply = await this.#replyTo(request, asked, session, account);
      account.giveBack();
      const answered = bodyOf(reply);
      // By now the change is made. Beyond the free bytes is only what was read, or a draft, whose PUT gives the same when it is repeated.
      if (session !== null) account.take(answered.bytes?.length ?? 0);
      await this.#send(request, response, reply, answered, session);
    } catch (error) {
      account.giveBack();
      throw error;
    }
    if (asked.gone.aborted) account.giveBack();
    else asked.gone.addEventListener('abort', () => account.giveBack());
  }

  async #replyTo(request: IncomingMessage, { route, params, query, gone }: Asked, session: Session | null, account: BodyAccount): Promise<HttpReply> {
    const parsed: HttpRequest<unknown, unknown, unknown, unknown> = {
      params: route.params === undefined ? params : validate(route.params, params, 'params'),
      query: route.query === undefined ? null : validate(route.query, readQuery(query), 'query'),
      body: route.body === undefined ? null : validate(route.body, await this.#readBody(request, route, account), 'body'),
      session,
      stream: readStream(request, route.streamBytesMax ?? 0, () => this.#demandGoingOn(session)),
      header: (name) => readHeader(request, name),
      signal: AbortSignal.any([gone, this.#stopping.signal]),
    };
    this.#demandGoingOn(session);
    return route.handler(parsed as HttpRequest<never, never, never, never>);
  }

  /** @throws Refusal `session-expired` */
  #demandGoingOn(session: Session | null): void {
    if (session !== null && !this.#deps.mayGoOn(session)) throw new Refusal('session-expired');
  }

  async #authenticate(request: IncomingMessage): Promise<Session> {
    const [, token] = TOKEN.exec(readHeader(request, 'authorization') ?? '') ?? [];
    if (token === undefined) throw new Refusal('session-missing');
    const session = await this.#deps.authenticate(token);
    if (session === null) throw new Refusal('session-expired');
    return session;
  }

  async #readBody(request: IncomingMessage, { access, jsonBytesMax }: Route, account: BodyAccount): Promise<unknown> {
    const cancel = this.#deps.clock.after(this.#limits.requestMs, () => request.destroy());
    try {
      return await readJson(request, jsonBytesMax ?? (access === 'public' ? PUBLIC_JSON_BYTES_MAX : JSON_BYTES_MAX), account);
    } finally {
      cancel();
    }
  }

  async #send(request: IncomingMessage, response: ServerResponse, reply: HttpReply, { bytes, contentType }: Body, session: Session | null = null): Promise<void> {
    if (!request.complete || this.#stopping.signal.aborted) response.setHeader('connection', 'close');
    response.statusCode = reply.status ?? (contentType === null ? 204 : 200);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (contentType !== null) response.setHeader('content-type', contentType);
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
    if (reply.chunks === undefined) {
      if (bytes !== null) response.setHeader('content-length', bytes.length);
      response.end(bytes ?? undefined);
      return;
    }
    for await (const chunk of reply.chunks) {
      if (response.destroyed) return;
      if (session !== null && reply.endsWithSession !== true && !this.#deps.mayGoOn(session)) return void response.destroy();
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
  }

  async #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    // Half an answer cannot be taken back: the client sees that it is cut.
    if (response.headersSent) {
      this.#deps.log.fault('answer-cut', error, { room: 'http' });
      response.destroy();
      return;
    }
    const { code, detail } = error instanceof Refusal ? error : this.#internal(error);
    this.#deps.refused?.(code);
    await this.#discardRest(request);
    const reply = { status: REFUSAL_STATUS[code], json: { code, detail } };
    await this.#send(request, response, reply, bodyOf(reply));
  }

  /** A socket closed with bytes unread is reset, and the refusal may be lost on its way: so a little is read still. */
  async #discardRest(request: IncomingMessage): Promise<void> {
    if (request.complete || request.destroyed) return;
    const cancel = this.#deps.clock.after(LINGER_MS, () => request.pause().emit('linger'));
    await discard(request, LINGER_BYTES_MAX);
    cancel();
  }

  /** What is no refusal is a fault of ours: the client gets a number to name, the log gets the place. */
  #internal(error: unknown): Refusal {
    const fault = this.#deps.random.bytes(8);
    this.#deps.log.fault('request-failed', error, { room: 'http', fault });
    return new Refusal('internal', { id: hex(fault) });
  }
}

/** @throws Refusal `request-malformed` for a target that is no plain path, or a host that is not this machine */
function readTarget(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const target = request.url ?? '';
  if (!target.startsWith('/') || target.length > URL_CHARACTERS_MAX) throw new Refusal('request-malformed', { field: 'url' });
  if (!isLoopbackHost(request.headers.host)) throw new Refusal('request-malformed', { field: 'host' });
  const [path = '', ...query] = target.split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

function readHeader(request: IncomingMessage, name: string): string | null {
  const values = request.headersDistinct[name];
  return values?.length === 1 ? values[0]! : null;
}

interface Body {
  readonly bytes: Uint8Array | null;
  readonly contentType: string | null;
}

function bodyOf({ json, bytes, chunks, contentType }: HttpReply): Body {
  if (json !== undefined) return { bytes: Buffer.from(JSON.stringify(json)), contentType: 'application/json; charset=utf-8' };
  if (bytes === undefined && chunks === undefined) return { bytes: null, contentType: null };
  return { bytes: bytes ?? null, contentType: contentType ?? 'application/octet-stream' };
}

/** Reads and forgets, until the end, the limit, or the event `linger`. */
function discard(request: IncomingMessage, bytesMax: number): Promise<void> {
  return new Promise((resolve) => {
    let size = 0;
    const done = (): void => {
      request.removeAllListeners('data').pause();
      resolve();
    };
    for (const event of ['end', 'close', 'error', 'linger']) request.once(event, done);
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > bytesMax) done();
    });
  });
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}

/**
 * Serves the pages and passes their calls on to stations, so that one page of one origin can work with several. No
 * cookies: what a call may do hangs on the token that it carries. Who listens is another's business: a station beside its
 * API, the practice province and a desk on loopback, and secure-listener.ts beyond it.
 */
import { createServer, request as callPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Agent, request as callSecurely } from 'node:https';
import { isLocalhost, isLoopbackHost, type Listening, listenHere, LOCALHOST } from '#station/kernel/loopback.ts';
import { isPipelined } from '#station/kernel/pipelining.ts';
import type { Asset, Assets } from './assets.ts';
import { PAGE_HEADERS, PAPER, PAPER_POLICY, STRICT_TRANSPORT } from './headers.ts';

const STATION_CALL = /^\/at\/([a-z0-9-]{1,32})(\/api\/1\/[^?]*(?:\?.*)?)$/;
const OWN_CALL = /^\/api\/1\//;
/** Of a request, what a station reads, beside how its body is framed. */
const PASSED_ON = ['authorization', 'content-type', 'last-event-id'];
/** What a station is asked by, and whether there is a body to it. */
const METHODS: ReadonlyMap<string, boolean> = new Map([['GET', false], ['HEAD', false], ['DELETE', false], ['POST', true], ['PUT', true], ['PATCH', true]]);

const NOT_HERE = `Trạm này không mở bằng địa chỉ đang ghi ở trên. Hãy mở đúng địa chỉ trên giấy văn thư đã đưa; chưa có thì hỏi người giữ danh bạ.

This station does not open at the address above. Open the very address on the sheet that you were given; ask a registrar if you have none.
`;

/** A call that is for whoever runs the pages, such as the practice province. */
export type OwnCall = (request: IncomingMessage, path: string) => Promise<{ readonly status: number; readonly json: unknown } | null>;

/** Before whom the pages stand: what `GET /here` answers. */
export interface Here {
  readonly kind: 'practice' | 'station' | 'desk' | 'setup';
  /** Code of the station; null where there are several. */
  readonly station: string | null;
  /** What people call the station; null or absent where only its code is known. */
  readonly site?: string | null;
  /** Name of the organisation. */
  readonly organisation: string;
  /** Where other machines open these pages, as an address; null or absent where they cannot. */
  readonly elsewhere?: string | null;
  /** The station's folder, for whoever stands at its machine: commands are shown with it; null or absent from anywhere else. */
  readonly data?: string | null;
}

/** Where a station's interface is, and how it is reached. */
export interface Upstream {
  readonly base: string;
  /** For HTTPS: whom to believe. */
  readonly agent?: Agent;
}

export interface PagesDeps {
  /** Asked again after it failed. */
  readonly assets: () => Promise<Assets>;
  readonly here: () => Here | Promise<Here>;
  /** By code; null for a station that is not ours. */
  readonly station: (code: string) => Upstream | null;
  readonly own?: OwnCall;
  /** Where else a path leads whoever typed it or had it opened; null for one that leads nowhere else. */
  readonly lead?: (path: string) => string | null;
  /** Whether a `host` header names us; loopback unless given. A page of elsewhere whose name was made to point here sends its own. */
  readonly isOurHost?: (host: string) => boolean;
  /** Over TLS, where a browser is told to come no other way. */
  readonly isSecure?: boolean;
  /** Called where pages cannot be had, with why. */
  readonly failed?: (error: unknown) => void;
}

export class PagesServer {
  readonly #deps: PagesDeps;
  readonly #headers: Readonly<Record<string, string>>;
  #server: (Listening & { readonly http: Server }) | null = null;

  constructor(deps: PagesDeps) {
    this.#deps = deps;
    this.#headers = deps.isSecure === true ? { ...PAGE_HEADERS, ...STRICT_TRANSPORT } : PAGE_HEADERS;
  }

  /** Listens on loopback. @param port 0 for any free one @returns where the pages are @throws Refusal `port-in-use` */
  async listen(port = 0): Promise<string> {
    const http = createServer((request, response) => void this.answer(request, response));
    const listening = await listenHere(http, port);
    this.#server = { ...listening, http };
    return localAddress(LOCALHOST, listening.port);
  }

  async close(): Promise<void> {
    this.#server?.http.closeAllConnections();
    await this.#server?.close();
  }

  /** Answers one request, whoever listens. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isPipelined(response)) return void request.socket.destroy();
    const target = request.url ?? '/';
    // A page of elsewhere may lead a window here, but neither call nor frame us, even under a name that was made to point here.
    const site = request.headers['sec-fetch-site'];
    const isOurHost = this.#deps.isOurHost ?? isLoopbackHost;
    const isToUs = isOurHost(request.headers.host ?? '');
    // Nobody else's page may use up what leads somewhere once.
    const led = isToUs && request.method === 'GET' && (site === undefined || site === 'none') ? this.#deps.lead?.(target) ?? null : null;
    if (led !== null) return this.#leadTo(response, led);
    if (isToUs && isNavigation(request, target)) return this.#answerAsset(request, response, target);
    const isOurs = isToUs && (site === undefined || site === 'same-origin' || site === 'none');
    if (!isToUs && isNavigation(request, target)) return this.#notHere(response);
    if (!isOurs) return this.#json(response, 403, { code: 'request-malformed', detail: { field: 'host' } });
    const called = await this.#called(target);
    if (called !== null) return this.#passOn(request, response, called.code, called.path);
    try {
      if (target === '/here' && request.method === 'GET') return this.#json(response, 200, await this.#deps.here());
      const answer = await this.#deps.own?.(request, target) ?? null;
      if (answer !== null) return this.#json(response, answer.status, answer.json);
    } catch {
      return this.#json(response, 500, { code: 'internal', detail: {} });
    }
    await this.#answerAsset(request, response, target);
  }

  /** A call of a station by its code, or, where there is one only, as its own interface has it. */
  async #called(target: string): Promise<{ code: string; path: string } | null> {
    const [, code, path] = STATION_CALL.exec(target) ?? [];
    if (code !== undefined && path !== undefined) return { code, path };
    if (!OWN_CALL.test(target)) return null;
    const { station } = await this.#deps.here();
    return station === null ? null : { code: station, path: target };
  }

  async #answerAsset(request: IncomingMessage, response: ServerResponse, target: string): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.#json(response, 404, { code: 'route-unknown', detail: {} });
    const assets = await this.#deps.assets().catch((error: unknown) => {
      this.#deps.failed?.(error);
      return null;
    });
    if (assets === null) return this.#json(response, 503, { code: 'pages-missing', detail: {} });
    const asset = assetFor(assets, target);
    if (asset === null) return this.#json(response, 404, { code: 'route-unknown', detail: {} });
    this.#send(request, response, asset, target);
  }

  #passOn(request: IncomingMessage, response: ServerResponse, code: string, path: string): void {
    const upstream = this.#deps.station(code);
    if (upstream === null) return this.#json(response, 404, { code: 'station-unknown', detail: { station: code } });
    const headers = Object.fromEntries(PASSED_ON.flatMap((name) => (request.headers[name] === undefined ? [] : [[name, request.headers[name]]])));
    const url = new URL(path, upstream.base);
    // Dots in a path lead elsewhere: to what a station tells its own machine alone.
    const hasBody = METHODS.get(request.method ?? '');
    if (!OWN_CALL.test(url.pathname) || hasBody === undefined) return this.#json(response, 404, { code: 'route-unknown', detail: {} });
    const framing = framingOf(request, hasBody);
    if (framing === null) return this.#json(response.setHeader('connection', 'close'), 400, { code: 'request-malformed', detail: { field: 'body' } });
    const options = { method: request.method!, headers: { ...headers, ...framing }, ...(upstream.agent === undefined ? {} : { agent: upstream.agent }) };
    const call = url.protocol === 'https:' ? callSecurely(url, options) : callPlain(url, options);
    call.once('response', (answer) => {
      const { 'content-type': type, 'content-length': length } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, {
        ...this.#headers, 'cache-control': 'no-store', ...(type === undefined ? {} : { 'content-type': type }), ...(length === undefined ? {} : { 'content-length': length }),
      });
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    call.once('error', () => (response.headersSent ? response.destroy() : this.#json(response, 503, { code: 'station-unreachable', detail: {} })));
    response.once('close', () => call.destroy());
    if (hasBody) request.pipe(call);
    else call.end();
  }

  #send(request: IncomingMessage, response: ServerResponse, { contentType, bytes, brotli }: Asset, target: string): void {
    const takesBrotli = brotli !== null && /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = takesBrotli ? brotli : bytes;
    response.writeHead(200, {
      ...this.#headers, 'content-type': contentType, 'content-length': body.length,
      ...(PAPER.test(target) ? { 'content-security-policy': PAPER_POLICY } : {}),
      'cache-control': target.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(takesBrotli ? { 'content-encoding': 'br' } : {}), ...(brotli === null ? {} : { vary: 'accept-encoding' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #leadTo(response: ServerResponse, location: string): void {
    response.writeHead(303, { ...this.#headers, location, 'cache-control': 'no-store' }).end();
  }

  /** For whoever typed an address that is none of ours, into a browser or a bookmark. */
  #notHere(response: ServerResponse): void {
    response.writeHead(403, { ...this.#headers, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end(NOT_HERE);
  }

  #json(response: ServerResponse, status: number, value: unknown): void {
    response.writeHead(status, { ...this.#headers, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    response.end(JSON.stringify(value));
  }
}

/**
 * Where pages on this machine are opened: by name, since passkeys need one, and the same everywhere, since what a browser
 * keeps stands under the address at which it was opened.
 */
export function localAddress(host: string, port: number): string {
  const named = isLocalhost(host) ? LOCALHOST : host;
  return `http://${named.includes(':') ? `[${named}]` : named}:${port}/`;
}

/**
 * Whether a window goes here, whoever led it: from the practice province, which has another port, to a station that is set
 * up, or from a list of links. It gets the page, never an answer of the API; what the page then asks is its own.
 */
function isNavigation({ method, headers }: IncomingMessage, target: string): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document' && !target.startsWith('/assets/');
}

/**
 * How a body is told from what follows it on the connection to the station, which other people's calls share: without it
 * the body would be read as somebody else's next call. Source: RFC 9112 §6.3, §11.2.
 * @returns null where there is a body and must be none
 */
function framingOf(request: IncomingMessage, hasBody: boolean): Readonly<Record<string, string>> | null {
  const { 'transfer-encoding': encoding, 'content-length': length = '0' } = request.headers;
  if (!hasBody) return encoding === undefined && /^0+$/.test(length) ? {} : null;
  return encoding === undefined ? { 'content-length': length } : { 'transfer-encoding': 'chunked' };
}

/** Any path without a dot is a place within the pages. */
function assetFor(assets: Assets, target: string): Asset | null {
  const [path = '/'] = target.split('?');
  return assets.get(path) ?? (path.includes('.') ? null : assets.get('/index.html') ?? null);
}

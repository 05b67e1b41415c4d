/**
 * Serves the pages on loopback and passes their calls on to stations, so that one page of one origin can work with
 * several. No cookies: what a call may do hangs on the token that it carries.
 */
import { createServer, request as callStation, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Asset, Assets } from './assets.ts';

const HOST = '127.0.0.1';
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/;
const STATION_CALL = /^\/at\/([a-z0-9-]{1,32})(\/api\/1\/[^?]*(?:\?.*)?)$/;
/** Of a request, what a station reads. */
const PASSED_ON = ['authorization', 'content-type', 'content-length', 'last-event-id'];

/**
 * Scripts, styles and fonts of ours and nothing else; no script from text. OPAQUE and Argon2id are WebAssembly.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "font-src 'self'", "img-src 'self' data: blob:",
  "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types tram-workers",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** A call that is for whoever runs the pages, such as the practice province. */
export type OwnCall = (request: IncomingMessage, path: string) => Promise<{ readonly status: number; readonly json: unknown } | null>;

export interface PagesDeps {
  readonly assets: Assets;
  /** Where a station's interface is, by its code; null for one that is not ours. */
  readonly station: (code: string) => string | null;
  readonly own: OwnCall;
}

export class PagesServer {
  readonly #deps: PagesDeps;
  readonly #server: Server;

  constructor(deps: PagesDeps) {
    this.#deps = deps;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** @param port 0 for any free one @returns where the pages are */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, HOST, resolve);
    });
    return `http://${HOST}:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    // A page of elsewhere may neither call nor frame us, even under a name that was made to point here.
    const site = request.headers['sec-fetch-site'];
    const isOurs = LOOPBACK_HOST.test(request.headers.host ?? '') && (site === undefined || site === 'same-origin' || site === 'none');
    if (!isOurs) return void json(response, 403, { code: 'request-malformed', detail: { field: 'host' } });
    const [, code, path] = STATION_CALL.exec(target) ?? [];
    if (code !== undefined && path !== undefined) return this.#passOn(request, response, code, path);
    const answer = await this.#deps.own(request, target).catch(() => ({ status: 500, json: { code: 'internal', detail: {} } }));
    if (answer !== null) return void json(response, answer.status, answer.json);
    const asset = this.#assetFor(request.method ?? '', target);
    if (asset === null) return void json(response, 404, { code: 'route-unknown', detail: {} });
    send(request, response, asset, target.startsWith('/assets/'));
  }

  /** Any path without a dot is a place within the pages. */
  #assetFor(method: string, target: string): Asset | null {
    if (method !== 'GET' && method !== 'HEAD') return null;
    const [path = '/'] = target.split('?');
    return this.#deps.assets.get(path) ?? (path.includes('.') ? null : this.#deps.assets.get('/index.html') ?? null);
  }

  #passOn(request: IncomingMessage, response: ServerResponse, code: string, path: string): void {
    const base = this.#deps.station(code);
    if (base === null) return json(response, 404, { code: 'station-unknown', detail: { station: code } });
    const headers = Object.fromEntries(PASSED_ON.flatMap((name) => (request.headers[name] === undefined ? [] : [[name, request.headers[name]]])));
    const call = callStation(new URL(path, base), { method: request.method ?? 'GET', headers });
    call.once('response', (answer) => {
      const { 'content-type': type, 'content-length': length } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, {
        ...HEADERS, 'cache-control': 'no-store', ...(type === undefined ? {} : { 'content-type': type }), ...(length === undefined ? {} : { 'content-length': length }),
      });
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    call.once('error', () => (response.headersSent ? response.destroy() : json(response, 503, { code: 'station-unreachable', detail: {} })));
    response.once('close', () => call.destroy());
    request.pipe(call);
  }
}

function send(request: IncomingMessage, response: ServerResponse, { contentType, bytes, brotli }: Asset, isNamedByContent: boolean): void {
  const takesBrotli = brotli !== null && /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = takesBrotli ? brotli : bytes;
  response.writeHead(200, {
    ...HEADERS, 'content-type': contentType, 'content-length': body.length,
    'cache-control': isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(takesBrotli ? { 'content-encoding': 'br' } : {}), ...(brotli === null ? {} : { vary: 'accept-encoding' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

/**
 * Routes: what the station answers, declared once. Each names its access, so that a test can enumerate all of them and
 * nobody adds an open door by leaving something out.
 */
import type { z } from 'zod';
import { assert, Refusal } from '#core/refusals.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** `session` demands a valid bearer token; `public` takes none. */
type Access = 'public' | 'session';

/** Path parts by name: `:name` in the path, or the rest of it as `*name` at its end. */
type ParamsOf<Path extends string> = Path extends `${infer Part}/${infer Rest}`
  ? ParamsOf<Part> & ParamsOf<Rest>
  : Path extends `:${infer Name}` | `*${infer Name}`
    ? { readonly [N in Name]: string }
    : unknown;

/** A schema of plain values; where a route has none, the value is null. */
type Schema = z.ZodType;
type Parsed<S> = S extends Schema ? z.output<S> : null;

export interface HttpRequest<Params, Query, Body, Session> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly session: Session;
  /** The raw body of a route that declares `streamBytesMax`, in pieces; throws Refusal `body-too-large` beyond it. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** A header by its lower-case name, or null where it is absent or repeated. */
  header(name: string): string | null;
  /** Aborted when the client has gone or the server stops: ends answers that would go on. */
  readonly signal: AbortSignal;
}

/** What a handler answers: at most one of `json`, `bytes` and `chunks`; none is 204. */
export interface HttpReply {
  readonly status?: number;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly chunks?: AsyncIterable<Uint8Array>;
  /** The chunks end by themselves, with a word, when the session does; others are cut. */
  readonly endsWithSession?: true;
  /** Of `bytes` and `chunks`; application/octet-stream unless given. */
  readonly contentType?: string;
  /** Added to, or in place of, the security headers; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route as the server keeps it; made by `routesFor`. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly access: Access;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** Of a body that is larger than JSON_BYTES_MAX by its nature. */
  readonly jsonBytesMax?: number;
  readonly streamBytesMax?: number;
  /** Asked before a body is read; throws the refusal. */
  readonly demand?: (session: never) => void;
  readonly handler: (request: HttpRequest<never, never, never, never>) => Promise<HttpReply>;
}

/** What one route's author writes: its schemas say what the handler is given. */
interface RouteDeclaration<Path extends string, A extends Access, Session, P, Q, B> {
  readonly method: Method;
  readonly path: Path;
  readonly access: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly streamBytesMax?: number;
  readonly demand?: (session: A extends 'session' ? Session : null) => void;
  readonly handler: (
    request: HttpRequest<
      P extends Schema ? z.output<P> : ParamsOf<Path>,
      Parsed<Q>,
      Parsed<B>,
      A extends 'session' ? Session : null
    >,
  ) => Promise<HttpReply>;
}

const PLAIN_PATH = /^\/(?:(?:[a-z0-9._-]+|:[a-z][a-zA-Z]*)\/)*(?:[a-z0-9._-]+|[:*][a-z][a-zA-Z]*)?$/;

/** Gives a `route` function whose handlers see what the schemas yield and the session that `authenticate` gives. */
export function routesFor<Session>() {
  return function route<
    const Path extends string,
    A extends Access,
    P extends Schema | undefined = undefined,
    Q extends Schema | undefined = undefined,
    B extends Schema | undefined = undefined,
  >(declaration: RouteDeclaration<Path, A, Session, P, Q, B>): Route {
    const { method, path, body, streamBytesMax } = declaration;
    assert(PLAIN_PATH.test(path), `path ${path} is plain`);
    assert(body === undefined || streamBytesMax === undefined, 'a body is parsed or streamed');
    assert(method !== 'GET' || (body === undefined && streamBytesMax === undefined), 'GET has no body');
    return declaration as unknown as Route;
  };
}

/** One level of the path: by literal, else any part, else the rest. */
interface Branch {
  readonly literal: Map<string, Branch>;
  part: Branch | null;
  /** By method: what ends here. */
  readonly here: Map<string, Route>;
  /** By method: what takes the rest. */
  readonly rest: Map<string, Route>;
}

/** Finds a route in time that grows with the path's length. A literal part wins over a named one. */
export class RouteTable {
  readonly routes: readonly Route[];
  readonly #root: Branch = newBranch();

  constructor(routes: readonly Route[]) {
    this.routes = routes;
    for (const route of routes) this.#add(route);
  }

  /**
   * @param path percent-encoded, without the query
   * @throws Refusal `route-unknown`; `request-malformed` where a part is not percent-encoded UTF-8
   */
  find(method: string, path: string): { route: Route; params: Record<string, string> } {
    const parts = path.slice(1).split('/').map(decodePart);
    const route = findIn(this.#root, method, parts, 0);
    if (route === null) throw new Refusal('route-unknown');
    return { route, params: namedParts(route.path, parts) };
  }

  #add(route: Route): void {
    let branch = this.#root;
    const parts = route.path.slice(1).split('/');
    for (const part of parts) {
      if (part.startsWith('*')) break;
      if (part.startsWith(':')) {
        branch = branch.part ??= newBranch();
      } else {
        const next = branch.literal.get(part) ?? newBranch();
        branch.literal.set(part, next);
        branch = next;
      }
    }
    const ends = parts.at(-1)!.startsWith('*') ? branch.rest : branch.here;
    assert(!ends.has(route.method), `route ${route.method} ${route.path} is declared once`);
    ends.set(route.method, route);
  }
}

function newBranch(): Branch {
  return { literal: new Map(), part: null, here: new Map(), rest: new Map() };
}

function findIn(branch: Branch, method: string, parts: readonly string[], at: number): Route | null {
  if (at === parts.length) return branch.here.get(method) ?? null;
  const literal = branch.literal.get(parts[at]!);
  const found = literal === undefined ? null : findIn(literal, method, parts, at + 1);
  if (found !== null) return found;
  const named = branch.part === null || parts[at] === '' ? null : findIn(branch.part, method, parts, at + 1);
  return named ?? branch.rest.get(method) ?? null;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal('request-malformed', { field: 'path' });
  }
}

function namedParts(path: string, parts: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [at, name] of path.slice(1).split('/').entries()) {
    if (name.startsWith(':')) params[name.slice(1)] = parts[at]!;
    if (name.startsWith('*')) params[name.slice(1)] = parts.slice(at).join('/');
  }
  return params;
}

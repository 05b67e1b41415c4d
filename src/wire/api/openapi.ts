/**
 * The OpenAPI 3.1 document of a station's API, made of the routes and schemas by which it answers: it cannot say
 * anything else than the station does. Source: docs/protocol/api.md.
 */

import { z } from 'zod';
import { REFUSAL_STATUS, type RefusalCode } from '#core/refusals.ts';
import { liveEventShape } from '#wire/api/events.ts';
import { exampleOf, type JsonSchema } from '#wire/api/openapi-examples.ts';
import { ROUTE_WORDS, type RouteWords } from '#wire/api/route-words.ts';
import { type Carried, type Route, type RouteName, ROUTES } from '#wire/api/routes.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly unknown[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly securitySchemes: unknown };
}

export interface Operation {
  readonly operationId: RouteName;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security: readonly unknown[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;

const TAGS: Readonly<Record<RouteWords['tag'], string>> = {
  station: 'The station itself, and its links.',
  session: 'A device signs a challenge with both of its keys and gets a token. Needs a device key: see docs/api/README.md.',
  live: 'Server-sent events: ids only, resumable by the ledger\'s index.',
  directory: 'The organisation\'s signed log of offices, positions, persons, devices and keys.',
  keys: 'Office keys on their way between devices, and shares of them with custodians. Sealed; needs a device key.',
  drafts: 'Drafts, sealed for the devices of their office.',
  parts: 'Sealed attachments, chunk by chunk, resumable.',
  numbers: 'Register numbers, without gaps.',
  dispatches: 'Sealed dispatches. Sealing and opening need a device key.',
  receipts: 'Signed receipts of what was opened, handed over, acted upon.',
  registers: 'Registers as the station keeps them: headers, numbers, states.',
};

const EVERY_ROUTE: readonly RefusalCode[] = ['request-malformed', 'internal', 'stopping', 'store-failed'];
const WITH_SESSION: readonly RefusalCode[] = ['session-missing', 'session-expired'];
const WITH_BODY: readonly RefusalCode[] = ['body-too-large'];

/** @param version of the program */
export function openApiDocument(version: string): OpenApiDocument {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    const path = route.path.replaceAll(/:([a-z]+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(name, route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Trạm', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'A station\'s HTTP API. JSON in UTF-8; bytes inside JSON as unpadded base64url; digests as lower-case hexadecimal; '
        + 'instants as milliseconds since 1970. Unknown fields are refused. The station never sees text: whatever is sealed is sealed on a device.',
    },
    servers: [{ url: 'http://127.0.0.1:7440', description: 'A station on this machine: the API is served on loopback only.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { ...schemas.named, Refusal: refusalSchema(paths), LiveEvent: schemas.inline(liveEventShape, 'output') },
      securitySchemes: { session: { type: 'http', scheme: 'bearer', description: 'The token of POST /api/1/session. It lapses when it is not used.' } },
    },
  };
}

function operationOf(name: RouteName, route: Route, schemas: Schemas): Operation {
  const words = ROUTE_WORDS[name];
  const body = contentOf(`${capital(name)}Body`, route.body, schemas, 'input');
  return {
    operationId: name,
    tags: [words.tag],
    summary: words.summary,
    description: `Who may: ${words.who}`,
    security: route.session ? [{ session: [] }] : [],
    parameters: parametersOf(name, route),
    ...(body === null ? {} : { requestBody: { required: true as const, content: body } }),
    responses: { ...goodAnswer(name, route, schemas), ...refusedAnswers(route, words) },
  };
}

function goodAnswer(name: RouteName, { answer }: Route, schemas: Schemas): Operation['responses'] {
  const content = contentOf(`${capital(name)}Answer`, answer, schemas, 'output');
  return content === null ? { 204: { description: 'Done.' } } : { 200: { description: 'Done.', content } };
}

function refusedAnswers({ session, body }: Route, { refusals }: RouteWords): Operation['responses'] {
  const all = new Set([...EVERY_ROUTE, ...(session ? WITH_SESSION : []), ...(body === 'none' ? [] : WITH_BODY), ...refusals]);
  const byStatus = Map.groupBy([...all].toSorted(), (code) => REFUSAL_STATUS[code]);
  return Object.fromEntries([...byStatus].toSorted(([one], [other]) => one - other).map(([status, codes]) => [String(status), {
    description: `Refused: ${codes.join(', ')}.`,
    content: { 'application/json': { schema: refusalOf(codes), example: { code: codes[0], detail: {} } } },
  }]));
}

function refusalOf(codes: readonly string[]): JsonSchema {
  return { allOf: [{ $ref: '#/components/schemas/Refusal' }, { type: 'object', properties: { code: { enum: codes } } }] };
}

/** Of the closed table, the codes that a route may answer. */
function refusalSchema(paths: OpenApiDocument['paths']): JsonSchema {
  const answers = Object.values(paths).flatMap((path) => Object.values(path)).flatMap(({ responses }) => Object.values(responses));
  const codes = answers.flatMap(({ content }) => codesOf(content?.['application/json']?.schema));
  return {
    type: 'object', additionalProperties: false, required: ['code', 'detail'],
    description: 'Anything that is not the answer. A code is forever; the detail has short values that are safe to show.',
    properties: {
      code: { type: 'string', enum: [...new Set(codes)].toSorted() },
      detail: { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
    },
  };
}

function codesOf(schema: JsonSchema | undefined): readonly string[] {
  const [, narrowed] = (schema?.['allOf'] ?? []) as [unknown, { properties: { code: { enum: string[] } } }?];
  return narrowed?.properties.code.enum ?? [];
}

const BINARY: JsonSchema = { type: 'string', format: 'binary' };

function contentOf(name: string, carried: Carried, schemas: Schemas, io: 'input' | 'output'): Content | null {
  if (carried === 'none') return null;
  if (carried === 'bytes') return { 'application/octet-stream': { schema: BINARY } };
  if (carried === 'events') {
    return { 'text/event-stream': { schema: { type: 'string', description: 'Each `data:` line is one LiveEvent (#/components/schemas/LiveEvent) as JSON.' } } };
  }
  const schema = schemas.reference(name, carried, io);
  const example = exampleOf(schemas.inline(carried, io));
  return { 'application/json': { schema, example } };
}

/** Shapes of what stands in paths, and what each is. */
const PATH_PARAMETERS: Readonly<Record<string, readonly [string, string]>> = {
  office: ['^[a-z0-9]+(-[a-z0-9]+)*$', 'Code of an office.'],
  draft: ['^[0-9a-f]{32}$', 'Id of a draft.'],
  root: ['^[0-9a-f]{64}$', 'Root of a part.'],
  dispatch: ['^[0-9a-f]{64}$', 'Id of a dispatch: the SHA-256 of its header.'],
  chore: ['^(?:backup|doctor)$', 'Work on the station\'s own machine.'],
  direction: ['^(?:out|in)$', 'Register of what went out, or came in.'],
};
const QUERY_PARAMETERS: Readonly<Record<string, readonly [JsonSchema, string]>> = {
  from: [{ type: 'integer', minimum: 0 }, 'Index of the first entry.'],
  offset: [{ type: 'integer', minimum: 0 }, 'First byte.'],
  after: [{ type: 'integer', minimum: -1 }, 'Index of the ledger after which the stream begins; what is new where absent.'],
  line: [{ type: 'integer', minimum: 0 }, 'Line of the log after which the answer begins; 0 for the newest that there are.'],
  before: [{ type: 'integer', minimum: 0 }, 'The `next` of the page before.'],
  limit: [{ type: 'integer', minimum: 1, maximum: 500 }, 'Lines of a page.'],
  office: [{ type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }, 'Code of the office that reads.'],
};

function parametersOf(name: RouteName, { path, query }: Route): Parameter[] {
  const inPath = [...path.matchAll(/:([a-z]+)/g)].map(([, one]): Parameter => {
    const [pattern, description] = PATH_PARAMETERS[one!] ?? ['^[^/]+$', `The ${one}.`];
    return { name: one!, in: 'path', required: true, description, schema: { type: 'string', pattern } };
  });
  const inQuery = query.map((one): Parameter => {
    const [schema, description] = QUERY_PARAMETERS[one] ?? [{ type: 'string' }, `The ${one}.`];
    return { name: one, in: 'query', required: false, description, schema };
  });
  const last: Parameter = {
    name: 'Last-Event-ID', in: 'header', required: false, description: 'As `after`, which it goes before.', schema: { type: 'integer', minimum: -1 },
  };
  return [...inPath, ...inQuery, ...(name === 'events' ? [last] : [])];
}

/** Schemas by name: one that several routes share stands once, under the first of them. */
class Schemas {
  readonly named: Record<string, JsonSchema> = {};
  readonly #names = new Map<z.ZodType, string>();

  reference(name: string, schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const known = this.#names.get(schema);
    if (known !== undefined) return { $ref: `#/components/schemas/${known}` };
    this.#names.set(schema, name);
    this.named[name] = this.inline(schema, io);
    return { $ref: `#/components/schemas/${name}` };
  }

  inline(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _, ...made } = z.toJSONSchema(schema, { target: 'draft-2020-12', io }) as JsonSchema;
    return made;
  }
}

function capital(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}

/**
 * Writes the TypeScript client of clients/typescript from the OpenAPI document: one file without dependencies, for
 * whoever builds on a station without the rest of this program.
 */
import type { JsonSchema } from '#wire/api/openapi-examples.ts';
import type { OpenApiDocument, Operation } from '#wire/api/openapi.ts';

const HEAD = `/**
 * A station's HTTP API, typed. Written by npm run generate from docs/api/openapi.json; it depends on nothing.
 * What needs a device key (sealing, opening, logging in) is not here: see docs/api/README.md.
 */

/** The part of the platform's fetch that is used; hand in \`(url, init) => fetch(url, init)\`. */
export type Send = (url: string, init: {
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}) => Promise<Answer>;

interface Answer {
  readonly status: number;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
  readonly body: { getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>; cancel(): Promise<unknown> } } | null;
}

/** A "no" of the station: match on the code, show the detail. */
export class TramRefusal extends Error {
  readonly status: number;
  readonly code: Refusal['code'];
  readonly detail: Refusal['detail'];

  constructor(status: number, { code, detail }: Refusal) {
    super(code);
    this.name = 'TramRefusal';
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export interface TramOptions {
  /** Such as http://127.0.0.1:7440 */
  readonly origin: string;
  readonly send: Send;
  /** Of a session; absent for routes that need none. */
  readonly token?: string;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal | undefined;
  readonly session: boolean;
}
`;

const TAIL = `
  async #send(call: Call): Promise<Answer> {
    const query = Object.entries(call.query ?? {}).filter(([, value]) => value !== undefined);
    const search = query.map(([name, value]) => \`\${name}=\${encodeURIComponent(String(value))}\`).join('&');
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(call.headers ?? {})) if (value !== undefined) headers[name] = String(value);
    if (call.session) headers['authorization'] = \`Bearer \${this.#options.token ?? ''}\`;
    if (call.json !== undefined) headers['content-type'] = 'application/json';
    if (call.bytes !== undefined) headers['content-type'] = 'application/octet-stream';
    const body = call.json === undefined ? call.bytes : JSON.stringify(call.json);
    const answer = await this.#options.send(this.#options.origin + call.path + (search === '' ? '' : \`?\${search}\`), {
      method: call.method, headers, ...(body === undefined ? {} : { body }), ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    if (answer.status >= 300) throw new TramRefusal(answer.status, JSON.parse(await answer.text()) as Refusal);
    return answer;
  }

  async #json<T>(call: Call): Promise<T> {
    return JSON.parse(await (await this.#send(call)).text()) as T;
  }

  async #bytes(call: Call): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.#send(call)).arrayBuffer());
  }

  async *#events(call: Call): AsyncGenerator<LiveEvent> {
    const reader = (await this.#send(call)).body!.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const blocks = (rest + decoder.decode(value, { stream: true })).split('\\n\\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const data = block.split('\\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5));
          if (data.length > 0) yield JSON.parse(data.join('\\n')) as LiveEvent;
        }
      }
    } finally {
      await reader.cancel();
    }
  }
}
`;

export function typescriptClient(document: OpenApiDocument): string {
  const types = Object.entries(document.components.schemas).map(([name, schema]) => `\n${comment(schema, '')}export type ${name} = ${typeOf(schema, '')};\n`);
  const methods = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => methodOf(path, method.toUpperCase(), operation)));
  return [
    HEAD, ...types,
    '\n/** One method a route; what each refuses stands in docs/api/openapi.json. */\nexport class Tram {\n  readonly #options: TramOptions;\n\n',
    '  constructor(options: TramOptions) {\n    this.#options = options;\n  }\n', ...methods, TAIL,
  ].join('');
}

function methodOf(path: string, method: string, operation: Operation): string {
  const { operationId, summary, description, parameters, requestBody, responses, security } = operation;
  const body = Object.entries(requestBody?.content ?? {})[0];
  const isJson = body?.[0] === 'application/json';
  const fields = parameters.map((one) => `${fieldName(one.name)}${one.required ? '' : '?'}: ${typeOf(one.schema, '')}`);
  if (body !== undefined) fields.push(`body: ${isJson ? typeOf(body[1].schema, '') : 'Uint8Array<ArrayBuffer>'}`);
  const isOptional = body === undefined && parameters.every(({ required }) => !required);
  const [kind, answer] = answerOf(responses);
  const filled = path.replaceAll(/\{([a-z]+)\}/g, (_, name: string) => `\${encodeURIComponent(call.${name})}`);
  const place = (where: 'query' | 'header'): string => parameters.filter((one) => one.in === where)
    .map(({ name }) => `${where === 'header' ? `'${name.toLowerCase()}'` : name}: call.${fieldName(name)}`).join(', ');
  const parts = [
    `method: '${method}'`, `path: ${filled.includes('$') ? `\`${filled}\`` : `'${filled}'`}`,
    ...(place('query') === '' ? [] : [`query: { ${place('query')} }`]), ...(place('header') === '' ? [] : [`headers: { ${place('header')} }`]),
    ...(body === undefined ? [] : [isJson ? 'json: call.body' : 'bytes: call.body']), 'signal: call.signal', `session: ${security.length > 0}`,
  ];
  const given = `call: { ${[...fields, 'signal?: AbortSignal'].join('; ')} }${isOptional ? ' = {}' : ''}`;
  const doc = `\n  /** ${summary} ${description} */\n`;
  if (kind === 'events') return `${doc}  ${operationId}(${given}): AsyncGenerator<LiveEvent> {\n    return this.#events({ ${parts.join(', ')} });\n  }\n`;
  if (kind === 'none') return `${doc}  async ${operationId}(${given}): Promise<void> {\n    await this.#send({ ${parts.join(', ')} });\n  }\n`;
  return `${doc}  ${operationId}(${given}): Promise<${answer}> {\n    return this.#${kind}({ ${parts.join(', ')} });\n  }\n`;
}

function answerOf(responses: Operation['responses']): ['none' | 'events' | 'bytes' | 'json', string] {
  const [type, given] = Object.entries(responses['200']?.content ?? {})[0] ?? [];
  if (type === undefined || given === undefined) return ['none', 'void'];
  if (type === 'text/event-stream') return ['events', 'LiveEvent'];
  if (type === 'application/octet-stream') return ['bytes', 'Uint8Array<ArrayBuffer>'];
  return ['json', typeOf(given.schema, '')];
}

/** `Last-Event-ID` as a field: lastEventId. */
function fieldName(name: string): string {
  const [first, ...others] = name.split('-');
  return first!.toLowerCase() + others.map((one) => one[0]!.toUpperCase() + one.slice(1).toLowerCase()).join('');
}

function typeOf(schema: JsonSchema, indent: string): string {
  if (typeof schema['$ref'] === 'string') return schema['$ref'].split('/').at(-1)!;
  if ('const' in schema) return JSON.stringify(schema['const']).replaceAll('"', '\'');
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map((one) => (typeof one === 'string' ? `'${one}'` : String(one))));
  const choices = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
  if (choices !== undefined) return union(choices.map((one) => typeOf(one, indent)));
  switch (schema['type']) {
    case 'object': return objectOf(schema, indent);
    case 'array': return arrayOf(typeOf((schema['items'] ?? {}) as JsonSchema, indent));
    case 'string': return 'string';
    case 'integer': case 'number': return 'number';
    case 'boolean': return 'boolean';
    case 'null': return 'null';
    default: return 'unknown';
  }
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}

function arrayOf(item: string): string {
  return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
}

function objectOf(schema: JsonSchema, indent: string): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const rest = schema['additionalProperties'];
  const required = (schema['required'] ?? []) as string[];
  if (properties.length === 0) return typeof rest === 'object' ? `Record<string, ${typeOf(rest as JsonSchema, indent)}>` : 'Record<string, unknown>';
  const inner = `${indent}  `;
  const lines = properties.map(([name, one]) => `${comment(one, inner)}${inner}${name}${required.includes(name) ? '' : '?'}: ${typeOf(one, inner)};`);
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function comment({ description }: JsonSchema, indent: string): string {
  return typeof description === 'string' ? `${indent}/** ${description} */\n` : '';
}

/** Examples for the OpenAPI document, made of the schemas themselves: valid by construction, told apart by their field's name. */

export type JsonSchema = { readonly [key: string]: unknown };

/** Values that mean something, by the name of the field, where the schema takes them. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  office: 'van-phong', from: 'van-phong', station: 'tram-tinh', peer: 'tram-muong-leo', person: 'anh', device: 'anh-may', site: 'Trạm tỉnh',
  series: '2026', number: 12, version: 1, kind: 'arrived', code: 'not-entitled', step: 'saved', limit: 100, count: 1, size: 65_552, held: 65_552, chunks: 1,
  openapi: '3.1.0',
};
const INSTANT = 1_795_600_000_000;
const BY_PATTERN: Readonly<Record<string, string>> = {
  '^[A-Za-z0-9_-]*$': 'oWFhAQ',
  '^[0-9a-f]{64}$': '9a3e'.repeat(16),
  '^[0-9a-f]{32}$': '4f1c'.repeat(8),
  '^[0-9]{4}$': '2026',
  '^[0-9A-HJKMNP-TV-Z]{20}$': '7KQ2M0XD91TAB3CD4EFG',
  '^[a-z0-9]+(-[a-z0-9]+)*$': 'van-phong',
  '^[a-z0-9][a-z0-9.-]{0,47}$': 'backup',
};

/** @returns a value that the schema takes */
export function exampleOf(schema: JsonSchema, name = ''): unknown {
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'].includes(BY_NAME[name]) ? BY_NAME[name] : schema['enum'][0];
  const choices = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as JsonSchema[] | undefined;
  if (choices !== undefined) return exampleOf(choices[0]!, name);
  switch (schema['type']) {
    case 'object': return objectOf(schema);
    case 'array': return Number(schema['maxItems'] ?? 1) === 0 ? [] : [exampleOf((schema['items'] ?? {}) as JsonSchema, singular(name))];
    case 'string': return textOf(schema, name);
    case 'integer': case 'number': return numberOf(schema, name);
    case 'boolean': return false;
    case 'null': return null;
    default: return {};
  }
}

function objectOf(schema: JsonSchema): unknown {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = (schema['required'] ?? []) as string[];
  return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {}, name)]));
}

function textOf({ pattern }: JsonSchema, name: string): string {
  const named = BY_NAME[name];
  if (typeof named === 'string' && (pattern === undefined || new RegExp(pattern as string).test(named))) return named;
  return pattern === undefined ? 'chữ' : BY_PATTERN[pattern as string] ?? '';
}

function numberOf({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema, name: string): number {
  const isInstant = maximum === 253_402_300_799_999 || name === 'now';
  const named = BY_NAME[name];
  const wanted = isInstant ? INSTANT : typeof named === 'number' ? named : Number(minimum);
  return Math.min(Math.max(wanted, Number(minimum)), Number(maximum));
}

function singular(name: string): string {
  return name.replace(/s$/, '');
}

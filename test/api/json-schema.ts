/**
 * The part of JSON Schema 2020-12 that the API's document uses, strictly: a keyword that is not known here is an error,
 * so that no rule passes because nobody looked at it.
 */

export type Schema = Readonly<Record<string, unknown>>;

const KNOWN = new Set([
  '$ref', 'type', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'oneOf', 'allOf', 'enum', 'const', 'pattern', 'format',
  'minimum', 'maximum', 'exclusiveMinimum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'propertyNames', 'description', 'default',
]);

/** @returns what is wrong, each with its place; nothing where the value fits */
export function faultsOf(root: Schema, schema: Schema, value: unknown, place = '$'): string[] {
  for (const keyword of Object.keys(schema)) if (!KNOWN.has(keyword)) return [`${place}: unknown keyword ${keyword}`];
  const faults: string[] = [];
  if (typeof schema['$ref'] === 'string') faults.push(...faultsOf(root, resolve(root, schema['$ref']), value, place));
  if ('const' in schema && schema['const'] !== value) faults.push(`${place}: is not ${JSON.stringify(schema['const'])}`);
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(value)) faults.push(`${place}: ${JSON.stringify(value)} is none of ${schema['enum'].length}`);
  if (schema['type'] !== undefined && !isOf(schema['type'], value)) return [...faults, `${place}: is no ${JSON.stringify(schema['type'])}`];
  faults.push(...combined(root, schema, value, place));
  if (typeof value === 'string') faults.push(...ofText(schema, value, place));
  if (typeof value === 'number') faults.push(...ofNumber(schema, value, place));
  if (Array.isArray(value)) faults.push(...ofArray(root, schema, value, place));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) faults.push(...ofObject(root, schema, value as Record<string, unknown>, place));
  return faults;
}

export function resolve(root: Schema, pointer: string): Schema {
  const found = pointer.replace(/^#\//, '').split('/').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], root);
  if (typeof found !== 'object' || found === null) throw new Error(`nothing at ${pointer}`);
  return found as Schema;
}

function isOf(type: unknown, value: unknown): boolean {
  const types = Array.isArray(type) ? type : [type];
  return types.some((one) => {
    switch (one) {
      case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value);
      case 'array': return Array.isArray(value);
      case 'integer': return Number.isInteger(value);
      case 'null': return value === null;
      default: return typeof value === one;
    }
  });
}

function combined(root: Schema, schema: Schema, value: unknown, place: string): string[] {
  const fits = (one: Schema): boolean => faultsOf(root, one, value, place).length === 0;
  const [any, one, all] = ['anyOf', 'oneOf', 'allOf'].map((name) => schema[name] as Schema[] | undefined);
  return [
    ...(any !== undefined && !any.some(fits) ? [`${place}: fits none of anyOf: ${any.flatMap((each) => faultsOf(root, each, value, place)).join('; ')}`] : []),
    ...(one !== undefined && one.filter(fits).length !== 1 ? [`${place}: fits ${one.filter(fits).length} of oneOf`] : []),
    ...(all ?? []).flatMap((each) => faultsOf(root, each, value, place)),
  ];
}

function ofText({ pattern, minLength, maxLength }: Schema, value: string, place: string): string[] {
  return [
    ...(pattern !== undefined && !new RegExp(String(pattern), 'u').test(value) ? [`${place}: ${value.slice(0, 40)} is not ${String(pattern)}`] : []),
    ...(minLength !== undefined && value.length < Number(minLength) ? [`${place}: too short`] : []),
    ...(maxLength !== undefined && value.length > Number(maxLength) ? [`${place}: too long`] : []),
  ];
}

function ofNumber({ minimum, maximum, exclusiveMinimum }: Schema, value: number, place: string): string[] {
  return [
    ...(minimum !== undefined && value < Number(minimum) ? [`${place}: too small`] : []),
    ...(exclusiveMinimum !== undefined && value <= Number(exclusiveMinimum) ? [`${place}: too small`] : []),
    ...(maximum !== undefined && value > Number(maximum) ? [`${place}: too large`] : []),
  ];
}

function ofArray(root: Schema, { items, minItems, maxItems }: Schema, value: readonly unknown[], place: string): string[] {
  return [
    ...(minItems !== undefined && value.length < Number(minItems) ? [`${place}: too few`] : []),
    ...(maxItems !== undefined && value.length > Number(maxItems) ? [`${place}: too many`] : []),
    ...(items === undefined ? [] : value.flatMap((one, i) => faultsOf(root, items as Schema, one, `${place}[${i}]`))),
  ];
}

function ofObject(root: Schema, schema: Schema, value: Record<string, unknown>, place: string): string[] {
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
  const rest = schema['additionalProperties'];
  const missing = ((schema['required'] ?? []) as string[]).filter((name) => !(name in value));
  const faults = missing.map((name) => `${place}: lacks ${name}`);
  for (const [name, one] of Object.entries(value)) {
    const known = properties[name];
    if (known !== undefined) faults.push(...faultsOf(root, known, one, `${place}.${name}`));
    else if (rest === false) faults.push(`${place}: has ${name}`);
    else if (typeof rest === 'object' && rest !== null) faults.push(...faultsOf(root, rest as Schema, one, `${place}.${name}`));
  }
  return faults;
}

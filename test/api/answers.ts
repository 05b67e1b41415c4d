/**
 * Answers of a real station against docs/api/openapi.json, as whoever builds on that document reads it: a status and a code
 * that the route says, and a body of the schema that stands there.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fromUtf8 } from '#core/bytes.ts';
import type { OpenApiDocument, Operation } from '#wire/api/openapi.ts';
import { ROUTES, type RouteName } from '#wire/api/routes.ts';
import { faultsOf, type Schema } from './json-schema.ts';

const document = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../docs/api/openapi.json'), 'utf8')) as OpenApiDocument;
const operations = new Map<string, Operation>(Object.values(document.paths).flatMap((item) =>
  Object.values(item).map((operation) => [operation.operationId, operation] as const)));

/** @returns what of an answer the document does not say; nothing where it is as written */
export function undocumented(name: string, status: number, bytes: Uint8Array): string[] {
  const answer = operations.get(name)?.responses[String(status)];
  if (answer === undefined) return [`${name} does not answer ${status}: ${fromUtf8(bytes)?.slice(0, 100)}`];
  const json = answer.content?.['application/json'];
  if (json !== undefined) return faultsOf(document as unknown as Schema, json.schema, JSON.parse(fromUtf8(bytes)!), name);
  return answer.content === undefined && bytes.length > 0 ? [`${name}: ${bytes.length} bytes with ${status}`] : [];
}

/** The name of the operation that a request is for. @throws where the document has none */
export function operationAt(method: string, pathname: string): string {
  for (const [template, item] of Object.entries(document.paths)) {
    const operation = item[method.toLowerCase()];
    if (operation !== undefined && new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname)) return operation.operationId;
  }
  throw new Error(`no operation at ${method} ${pathname}`);
}

/** What of an event the document does not say. */
export function undocumentedEvent(event: unknown): string[] {
  return faultsOf(document as unknown as Schema, { $ref: '#/components/schemas/LiveEvent' }, event);
}

export function demandDocumented(name: RouteName, status: number, bytes: Uint8Array): void {
  assert.deepEqual(undocumented(name, status, bytes), [], `${ROUTES[name].method} ${ROUTES[name].path}`);
}

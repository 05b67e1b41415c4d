/** The OpenAPI document: what the specification demands of it, and that it says what the protocol's page says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { REFUSAL_STATUS } from '#core/refusals.ts';
import { openApiDocument, type Operation } from '#wire/api/openapi.ts';
import { ROUTE_WORDS } from '#wire/api/route-words.ts';
import { type Route, type RouteName, ROUTES } from '#wire/api/routes.ts';
import { faultsOf, resolve, type Schema } from './json-schema.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const document = openApiDocument('0.1.0');
const operations: readonly (readonly [string, string, Operation])[] = Object.entries(document.paths).flatMap(([where, item]) =>
  Object.entries(item).map(([method, operation]) => [where, method, operation] as const));

test('the document has every route once, by its own name', () => {
  const written = operations.map(([where, method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${where.replaceAll(/\{(\w+)\}/g, ':$1')}`);
  const real = (Object.entries(ROUTES) as [RouteName, Route][]).map(([name, { method, path: where }]) => `${name} ${method} ${where}`);
  assert.deepEqual(written.toSorted(), real.toSorted());
});

test('what OpenAPI 3.1 demands holds', () => {
  assert.deepEqual(Object.keys(document).toSorted(), ['components', 'info', 'openapi', 'paths', 'servers', 'tags']);
  assert.match(document.openapi, /^3\.1\.\d+$/);
  for (const field of ['title', 'version']) assert.equal(typeof document.info[field], 'string');
  const tags = document.tags.map(({ name }) => name);
  assert.equal(new Set(tags).size, tags.length);
  for (const name of Object.keys(document.components.schemas)) assert.match(name, /^[A-Za-z0-9._-]+$/);
  for (const [where, method, operation] of operations) {
    const label = `${method} ${where}`;
    assert.match(where, /^\//);
    assert.ok(['get', 'post', 'put', 'patch', 'delete'].includes(method), label);
    assert.ok(operation.tags.length > 0 && operation.tags.every((tag) => tags.includes(tag)), label);
    assert.ok(operation.summary !== '' && operation.description !== '', label);
    demandParameters(where, operation, label);
    demandResponses(operation, label);
    assert.ok(method !== 'get' || operation.requestBody === undefined, `${label}: no body`);
    for (const scheme of operation.security.flatMap((one) => Object.keys(one as object))) {
      assert.ok(scheme in (document.components.securitySchemes as object), label);
    }
  }
});

function demandParameters(where: string, { parameters }: Operation, label: string): void {
  const templated = [...where.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  assert.deepEqual(parameters.filter((one) => one.in === 'path').map(({ name }) => name), templated, label);
  assert.ok(parameters.every((one) => (one.in === 'path') === one.required && one.description !== ''), label);
  const keys = parameters.map((one) => `${one.in} ${one.name.toLowerCase()}`);
  assert.equal(new Set(keys).size, keys.length, label);
}

function demandResponses({ responses }: Operation, label: string): void {
  const statuses = Object.keys(responses);
  assert.ok(statuses.includes('200') !== statuses.includes('204'), label);
  for (const [status, { description, content }] of Object.entries(responses)) {
    assert.match(status, /^[1-5]\d\d$/, label);
    assert.notEqual(description, '', label);
    assert.equal(status === '204', content === undefined, `${label} ${status}`);
  }
}

test('every reference leads somewhere, every schema uses words that are checked, and every example fits', () => {
  const root = document as unknown as Schema;
  let examples = 0;
  for (const [where, method, { requestBody, responses }] of operations) {
    const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
    for (const content of contents) {
      for (const { schema, example } of Object.values(content ?? {})) {
        walk(schema, (one) => {
          if (typeof one['$ref'] === 'string') resolve(root, one['$ref']);
        });
        if (example === undefined) continue;
        assert.deepEqual(faultsOf(root, schema, example), [], `${method} ${where}`);
        examples += 1;
      }
    }
  }
  assert.ok(examples > operations.length);
  for (const schema of Object.values(document.components.schemas)) walk(schema, (one) => void faultsOf(root, one, undefined));
});

function walk(value: unknown, visit: (schema: Schema) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) visit(value as Schema);
  for (const one of Object.values(value)) walk(one, visit);
}

test('a value that is none is told from one that is', () => {
  const root = document as unknown as Schema;
  const schema = { $ref: '#/components/schemas/DraftAnswer' };
  const [draft, office, good] = ['4f'.repeat(16), 'van-phong', { step: 'saved', version: 1, changed: 1, sealed: null, number: null, dispatch: null }];
  assert.deepEqual(faultsOf(root, schema, { draft, office, ...good }), []);
  for (const bad of [{ office, ...good }, { draft, office, ...good, more: 1 }, { draft, office: 'Ă', ...good }, { draft, office, ...good, version: 0 }, null, 'x']) {
    assert.notDeepEqual(faultsOf(root, schema, bad), [], JSON.stringify(bad));
  }
});

test('each route says the refusals that the page of the API says', () => {
  const page = readFileSync(path.join(ROOT, 'docs/protocol/api.md'), 'utf8');
  for (const line of page.split('\n').filter((one) => /^\| `(?:GET|POST|PUT|PATCH|DELETE) /.test(one))) {
    const [, routes = '', , refusals = ''] = line.split('|');
    const codes = [...refusals.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code!).filter((code) => Object.hasOwn(REFUSAL_STATUS, code));
    // A row may speak of several routes; in a batch refusals stand in place of the answers.
    const said = [...routes.matchAll(/`([A-Z]+) ([^`]+)`/g)].flatMap(([, method, where]): readonly string[] => {
      const [name] = (Object.entries(ROUTES) as [RouteName, Route][]).find(([, one]) => one.method === method && one.path === `/api/1/${where}`)!;
      return name === 'envelopes' ? codes : ROUTE_WORDS[name].refusals;
    });
    const missing = codes.filter((code) => code !== 'request-malformed' && !said.includes(code));
    assert.deepEqual(missing, [], routes);
  }
});

/** The protocol's pages and the code name the same routes, events and purposes: a page that lags is a lie. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { EVENT_KINDS } from '#app/audit/event-kinds.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { PURPOSES } from '#wire/signature.ts';

function page(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '../../docs/protocol', name), 'utf8');
}

/** The cells of each row of the table that stands below a heading, without the table's head. */
function rowsBelow(text: string, heading: string): string[][] {
  const [, below = ''] = text.split(`\n${heading}\n`);
  const rows = below.split('\n## ')[0]!.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

test('the page of the API has every route, and no other', () => {
  const written = [...page('api.md').matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) [a-z][\w/:.-]*)`/g)].map(([, route]) => route);
  const real = Object.values(ROUTES).map(({ method, path: where }) => `${method} ${where.replace('/api/1/', '')}`);
  assert.deepEqual([...new Set(written)].toSorted(), real.toSorted());
});

test('the page of the ledger has every kind of event, with what it carries', () => {
  const written = Object.fromEntries(rowsBelow(page('ledger.md'), '## Event kinds').map(([kind, subject, fields, sealed]) => {
    const named = fields!.replace(/\([^)]*\)/g, '').split(',').map((field) => field.trim()).filter((field) => field !== '');
    const isOptional = (field: string): boolean => field.endsWith('?');
    return [kind, {
      subject: presence(subject!), sealed: presence(sealed!),
      fields: named.filter((field) => !isOptional(field)).toSorted(),
      optional: named.filter(isOptional).map((field) => field.slice(0, -1)).toSorted(),
    }];
  }));
  const real = Object.fromEntries(Object.entries(EVENT_KINDS).map(([kind, { subject, sealed, fields, optional = [] }]) =>
    [kind, { subject, sealed, fields: fields.toSorted(), optional: optional.toSorted() }]));
  assert.deepEqual(written, real);
});

function presence(cell: string): string {
  if (cell === '') return 'never';
  return cell.includes('?') ? 'maybe' : 'always';
}

test('the page of suites has every purpose', () => {
  const [, list = ''] = /^Purposes: ([^.]*)\./m.exec(page('suite.md')) ?? [];
  assert.deepEqual(list.split(',').map((purpose) => purpose.trim()), PURPOSES);
});

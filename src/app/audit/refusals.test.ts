/** What may stand beside a stanza after refusals of several copies. Source: docs/decisions/0154-what-was-offered-stays-as-it-was.md. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex } from '#core/bytes.ts';
import type { EventFields } from '#wire/event.ts';
import type { Placed } from './database.ts';
import { Facts } from './facts.ts';
import { auditRefusal } from './refusals.ts';
import type { AuditRun } from './run.ts';
import { Tally } from './tally.ts';

const ID = new Uint8Array(32).fill(1);
const NEXT = 'tram-huyen';
const OFFICE = { organisation: new Uint8Array(16), office: 'ban-a' };

type Happened = readonly [kind: string, fields?: EventFields];

const queued: Happened = ['queued', { peer: NEXT }];
const delivered: Happened = ['custody-received', { peer: NEXT }];
const refused = (code: string): Happened => ['refused', { peer: NEXT, code }];
const custody: Happened = ['receipt', { receipt: 'custody', office: OFFICE, code: NEXT }];

function isHonest(happened: readonly Happened[], refusal: string | null, { isOrigin = true, hasOthers = true, back = 0 } = {}): boolean {
  const facts = new Facts();
  happened.forEach(([kind, fields = {}], index) => facts.add({ index, time: 0, uncertaintyMs: 0, incarnation: '', kind, subject: hex(ID), fields }));
  const row = { id: ID, sealing: 0, office: OFFICE.office, previous: isOrigin ? null : 'tram-tinh', next: NEXT, refusal, back } as Placed<'dispatch_stanza'>;
  const tally = new Tally();
  auditRefusal({ facts, directory: null, identity: null } as unknown as AuditRun, row, { isOrigin, hasOthers }, tally.claim('stanzas').item('a stanza'));
  return tally.faults.length === 0;
}

test('what a neighbour has is not refused with what it was offered later', () => {
  const second = [queued, custody, delivered, queued, refused('no-route')];
  assert.ok(isHonest(second, null));
  assert.ok(isHonest(second, 'no-route'));
  assert.ok(!isHonest(second, null, { back: 1 }), 'what came back waits again');
  assert.ok(!isHonest([queued, delivered, queued, refused('no-route')], null), 'nobody said custody of it');
  assert.ok(!isHonest(second, null, { hasOthers: false }));
});

test('what was refused stays so when another part of it is taken', () => {
  const happened = [queued, refused('directory-behind'), queued, custody, delivered];
  assert.ok(isHonest(happened, 'directory-behind'));
  assert.ok(isHonest(happened, null));
  assert.ok(!isHonest(happened, 'no-route'), 'nobody said that');
  assert.ok(!isHonest(happened, 'directory-behind', { hasOthers: false }));
  const dropped = [queued, refused('not-entitled'), queued, delivered];
  assert.ok(isHonest(dropped, 'not-entitled', { isOrigin: false }), 'a relay drops that');
  assert.ok(isHonest(dropped.slice(0, 2), null, { isOrigin: false }), 'and wrote nothing beside it once');
  assert.ok(!isHonest(dropped.slice(0, 2), null));
});

test('what is given back waits for a way, whatever the word, also where another than the first brought it', () => {
  const given: Happened[] = [['custody-taken', { peer: 'tram-tinh' }], queued, ['custody-taken', { peer: NEXT }], queued, refused('hop-limit-reached')];
  const alone = { isOrigin: false, hasOthers: false, back: 1 };
  assert.ok(isHonest(given, 'no-route', alone));
  assert.ok(!isHonest(given.toSpliced(2, 1), 'no-route', alone), 'it never brought it');
});

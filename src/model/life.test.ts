import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HANDLING_TARGETS_MS, type LifeInput, lifeOf, type LifeReceipt } from '#model/life.ts';
import type { Header } from '#wire/envelope.ts';
import type { ReceiptKind } from '#wire/receipt.ts';

const ORGANISATION = new Uint8Array(16);
const DISPATCH = new Uint8Array(32).fill(7);
const OFFICE = { organisation: ORGANISATION, office: 'don-bien-phong' };
const OTHER = { organisation: ORGANISATION, office: 'cong-an' };
const T = Date.UTC(2026, 10, 23, 8);
const MINUTE = 60_000;

const HEADER: Header = {
  version: 1, suite: 1, kind: 'dispatch', station: 'hub', from: { organisation: ORGANISATION, office: 'van-phong' },
  to: [
    { office: OFFICE, role: 'action', precedence: 'flash' },
    { office: OTHER, role: 'info', precedence: 'routine' },
  ],
  created: T, deliverBy: T + 30 * MINUTE, replyBy: T + 60 * MINUTE, exercise: true, core: DISPATCH, parts: [], hopLimit: 8,
};

function receipt(kind: ReceiptKind, station: string, minutes: number, previousHop?: string, office = OFFICE, sealing = 0): LifeReceipt {
  return { kind, dispatch: DISPATCH, sealing, office, station, previousHop, time: T + minutes * MINUTE };
}

function life(receipts: LifeReceipt[], minutes: number, more: Partial<LifeInput> = {}) {
  const [first, second] = lifeOf({ dispatch: DISPATCH, header: HEADER, accepted: T, receipts, now: T + minutes * MINUTE, ...more }).offices;
  return { post: first!, police: second! };
}

test('before any receipt: unknown, last custodian the origin', () => {
  const { post } = life([], 5);
  assert.equal(post.state, 'underway');
  assert.equal(post.lastCustodian, 'hub');
  assert.equal(post.awaited, 'arrived');
  assert.deepEqual(post.late, { delivery: false, handling: false, reply: false });
});

test('hops stand in the order of travel whatever order their receipts came home in', () => {
  const receipts = [
    receipt('arrived', 'post', 3, 'relay-two'), receipt('custody', 'relay-two', 9, 'relay'), receipt('custody', 'relay', 1, 'hub'),
  ];
  const { post } = life(receipts, 5);
  assert.deepEqual(post.hops.map(({ station }) => station), ['hub', 'relay', 'relay-two', 'post']);
  assert.equal(post.state, 'arrived');
});

test('what was given back is where it was given to last, at the origin or at a relay, and where it went from there', () => {
  const custodian = (...receipts: LifeReceipt[]): string => life(receipts, 30).post.lastCustodian;
  const back = [receipt('custody', 'relay', 1, 'hub'), receipt('custody', 'hub', 4, 'relay')];
  assert.equal(custodian(...back), 'hub');
  assert.equal(custodian(...back, receipt('custody', 'other', 5, 'hub')), 'other');
  assert.equal(custodian(receipt('custody', 'relay', 6, 'hub'), back[1]!), 'relay', 'given to the same relay once more, of which the later word counts');
  const toRelay = [receipt('custody', 'relay-two', 2, 'relay'), receipt('custody', 'relay', 4, 'relay-two')];
  assert.equal(custodian(...toRelay), 'relay');
  assert.equal(custodian(...toRelay, receipt('custody', 'hub', 5, 'relay'), receipt('custody', 'other', 6, 'hub')), 'other');
  assert.equal(custodian(receipt('custody', 'b', 2, 'a'), receipt('custody', 'c', 3, 'b'), receipt('custody', 'a', 4, 'c')), 'a', 'in a ring');
});

test('a relay that dropped its copy proves nothing about the others', () => {
  const { post } = life([receipt('custody', 'relay', 1, 'hub'), receipt('dropped', 'relay', 2)], 40);
  assert.equal(post.state, 'underway');
  assert.deepEqual(post.dropped, ['relay']);
  assert.equal(post.lastCustodian, 'relay');
  assert.ok(post.late.delivery);
});

test('who acts owes opening, handing over, acting, a reply; who is told owes opening', () => {
  const path: [ReceiptKind, string][] = [['arrived', 'opened'], ['opened', 'handed-over'], ['handed-over', 'acted'], ['acted', 'reply']];
  const receipts: LifeReceipt[] = [];
  for (const [kind, awaited] of path) {
    receipts.push(receipt(kind, 'post', 1));
    assert.equal(life(receipts, 2).post.awaited, awaited);
  }
  const replies = [{ office: OFFICE, time: T + 5 * MINUTE }];
  assert.equal(life(receipts, 6, { replies }).post.awaited, null);
  const info = ['arrived', 'opened'].map((kind) => receipt(kind as ReceiptKind, 'post', 1, undefined, OTHER));
  assert.equal(life(info, 2).police.awaited, null);
});

test('handling is late by precedence, reply by its date', () => {
  const arrived = [receipt('arrived', 'post', 0), receipt('arrived', 'post', 0, undefined, OTHER)];
  const at = HANDLING_TARGETS_MS.flash / MINUTE + 1;
  assert.equal(life(arrived, at).post.late.handling, true);
  assert.equal(life(arrived, at).police.late.handling, false);
  assert.equal(life(arrived, 61).post.late.reply, true);
  assert.equal(life(arrived, 61).police.late.reply, false);
});

test('order and repetition of receipts change nothing, and more receipts never undo a state', () => {
  const kinds: ReceiptKind[] = ['custody', 'arrived', 'opened', 'handed-over', 'acted'];
  const rank = ['underway', 'arrived', 'opened', 'handed-over', 'acted'];
  const any = fc.record({ kind: fc.constantFrom(...kinds), station: fc.constantFrom('relay', 'post'), minutes: fc.nat(90) });
  fc.assert(fc.property(fc.array(any, { maxLength: 8 }), any, (list, extra) => {
    const receipts = list.map(({ kind, station, minutes }) => receipt(kind, station, minutes));
    const now = life(receipts, 100).post;
    const doubled = life([...receipts.toReversed(), ...receipts], 100).post;
    assert.equal(doubled.state, now.state);
    assert.equal(doubled.since, now.since);
    const later = life([...receipts, receipt(extra.kind, extra.station, extra.minutes)], 100).post;
    assert.ok(rank.indexOf(later.state) >= rank.indexOf(now.state));
  }), { numRuns: 200 });
});

test('unreadable is neither underway nor settled: it waits for a new sealing, whose arrival begins anew', () => {
  const first = [receipt('arrived', 'post', 3, 'hub'), receipt('unreadable', 'post', 10)];
  const { post } = life(first, 25);
  assert.deepEqual([post.state, post.awaited, post.since, post.late.handling], ['unreadable', 're-seal', T + 10 * MINUTE, false]);
  const { settled } = lifeOf({ dispatch: DISPATCH, header: { ...HEADER, to: [HEADER.to[0]!] }, accepted: T, receipts: first, now: T });
  assert.equal(settled, false);
  const made = life(first, 26, { resealed: [{ office: OFFICE, sealing: 1 }] }).post;
  assert.deepEqual([made.state, made.awaited], ['underway', 'arrived']);
  const again = life([...first, receipt('arrived', 'post', 30, 'hub', OFFICE, 1)], 31).post;
  assert.deepEqual([again.state, again.since, again.awaited], ['arrived', T + 30 * MINUTE, 'opened']);
  const late = life([...first, receipt('expired', 'post', 30, 'hub', OFFICE, 1)], 31).post;
  assert.equal(late.state, 'expired');
  const twice = life([...first, receipt('arrived', 'post', 30, 'hub', OFFICE, 1), receipt('unreadable', 'post', 32, undefined, OFFICE, 1)], 33).post;
  assert.deepEqual([twice.state, twice.since], ['unreadable', T + 32 * MINUTE]);
});

test('who read it has read it, whatever another device said of it', () => {
  const { post } = life([receipt('arrived', 'post', 3, 'hub'), receipt('unreadable', 'post', 20), receipt('opened', 'post', 22)], 25);
  assert.deepEqual([post.state, post.since], ['opened', T + 22 * MINUTE]);
});

test('the way of each sealing stands after that of the one before', () => {
  const { post } = life([
    receipt('arrived', 'post', 30, 'relay', OFFICE, 1), receipt('custody', 'relay', 29, 'hub', OFFICE, 1),
    receipt('arrived', 'post', 3, 'relay'), receipt('custody', 'relay', 1, 'hub'), receipt('unreadable', 'post', 20),
  ], 40);
  assert.deepEqual(post.hops.map(({ station, kind }) => `${station} ${kind}`), [
    'hub accepted', 'relay custody', 'post arrived', 'relay custody', 'post arrived',
  ]);
});

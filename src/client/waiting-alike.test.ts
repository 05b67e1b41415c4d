/** What waits is taken for what is about to be signed only where it says the same, and nothing that waits stops whoever proposes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { proposalId } from '#model/proposals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { directoryEntry } from '#wire/directory.ts';
import type { Session } from './session.ts';
import { waitingAlike, waitingPosition } from './waiting-alike.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW - 60 * DAY_MS, cheap: true });
await practice.addOffice('vp', 'tram-tinh');
await practice.addPosition('vp-vt', 'vp', ['draft', 'dispatch', 'receive', 'keys']);
for (const person of ['anh', 'khue']) await practice.addPerson(person);
await practice.hold('anh', 'vp-vt');

/** A registrar's device two days after something was handed in. */
async function lookingAt(parked: readonly EntryPlan[], { isGone = false, handedIn = NOW - 2 * DAY_MS } = {}): Promise<Session> {
  practice.now = handedIn;
  const entries = await practice.sign(parked);
  const proposal = proposalId(nodeCrypto, entries.map((bytes) => directoryEntry.decode(bytes).statement));
  const proposals = [{ proposal, person: 'dang-ky-mot', created: handedIn, expires: NOW + DAY_MS, entries: entries.map(base64url) }];
  const seen = isGone ? [{ proposal: Buffer.from(proposal, 'hex'), seen: handedIn, state: 'gone' }] : [];
  return {
    crypto: nodeCrypto, view: practice.state, now: () => NOW, clock: { now: () => NOW }, ring: { contents: { proposals: seen } }, api: { call: () => Promise.resolve({ proposals }) },
  } as unknown as Session;
}

const isAlike = async (parked: EntryPlan, wanted: EntryPlan, how = {}): Promise<boolean> => (await waitingAlike(await lookingAt([parked], how), [wanted])) !== null;
const holding = (from: number): EntryPlan => ({ kind: 'holder', body: { person: 'khue', position: 'vp-vt', from } });
const end: EntryPlan = { kind: 'end', body: { what: 'holder', code: 'anh', other: 'vp-vt', reason: 'left' } };
const theft = (created?: number): EntryPlan => ({ kind: 'end', body: { what: 'device', code: 'anh-may', reason: 'stolen' }, created });

test('what begins or ends at once is the same as what began or ended when it was handed in', async () => {
  assert.ok(await isAlike(holding(NOW - 2 * DAY_MS - MINUTE_MS), holding(NOW)));
  assert.ok(await isAlike(end, end));
  assert.ok(await isAlike(theft(), theft()));
});

test('what is dated back or ahead is not, in either direction', async () => {
  assert.ok(!(await isAlike(holding(NOW - 700 * DAY_MS), holding(NOW))));
  assert.ok(!(await isAlike(holding(NOW + 7 * DAY_MS), holding(NOW))));
  assert.ok(!(await isAlike(holding(NOW - 2 * DAY_MS), holding(NOW - 700 * DAY_MS))));
  assert.ok(!(await isAlike({ ...end, created: NOW - 40 * DAY_MS }, end)));
  const since = NOW - 3 * DAY_MS;
  assert.ok(!(await isAlike(theft(), theft(since))));
  assert.ok(!(await isAlike(theft(since - HOUR_MS), theft(since))));
  assert.ok(!(await isAlike(theft(since), theft())));
  assert.ok(await isAlike(theft(since), theft(since)));
});

test('neither is what was seen to go, or grew too old to be signed', async () => {
  assert.ok(!(await isAlike(end, end, { isGone: true })));
  assert.ok(!(await isAlike(end, end, { handedIn: NOW - 32 * DAY_MS })));
});

test('a certificate made anew for the same key says the same; what is no certificate says nothing and stops nobody', async () => {
  const { certificates } = await practice.identity('office-seal', 'Văn phòng');
  const sealed = (seal: typeof certificates): EntryPlan => ({ kind: 'position', body: { position: 'pct', office: 'vp', title: 'Phó Chủ tịch', rights: ['receive'], seal } });
  assert.ok(await isAlike(sealed(certificates), sealed(certificates)));
  const none = { p256: nodeRandom.bytes(64), mldsa: nodeRandom.bytes(64) };
  assert.ok(!(await isAlike(sealed(none), sealed(certificates))));
  assert.ok(!(await isAlike(sealed(none), theft())));
});

test('a position that waits is found by its code', async () => {
  const session = await lookingAt([{ kind: 'position', body: { position: 'pct', office: 'vp', title: 'Phó Chủ tịch', rights: ['receive'] } }]);
  assert.notEqual(await waitingPosition(session, 'pct'), null);
  assert.equal(await waitingPosition(session, 'ct'), null);
});

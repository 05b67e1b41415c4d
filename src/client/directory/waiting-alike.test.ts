/** What waits is taken for what is about to be signed only where it says the same, and nothing that waits stops whoever proposes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { proposalId } from '#model/proposals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { directoryEntry } from '#wire/directory.ts';
import type { Session } from '../session.ts';
import { soundProposals, subjectsOf, waitingAlike, waitingInstead } from './waiting-alike.ts';

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

test('what is unknown because it only waits is named by its proposal, by kind and code', async () => {
  const session = await lookingAt([{ kind: 'office', body: { office: 'kho', name: 'Kho', symbol: 'KHO', station: 'tram-tinh' } }, { kind: 'position', body: { position: 'tk', office: 'kho', title: 'Thủ kho', rights: [] } }]);
  const instead = async (code: RefusalCode, detail: Record<string, string>) => {
    const found = await waitingInstead(session, new Refusal(code, detail));
    return found === null ? null : [found.kind, found.code];
  };
  assert.deepEqual(await instead('position-unknown', { position: 'tk' }), ['position', 'tk']);
  assert.deepEqual(await instead('office-unknown', { office: 'kho' }), ['office', 'kho']);
  assert.equal(await instead('position-unknown', { position: 'kho' }), null, 'an office of that code is no position');
  assert.equal(await instead('name-taken', { position: 'tk' }), null);
  assert.equal(await instead('position-unknown', {}), null);
});

test('who is no registrar is shown nothing, and a station that does not answer is no empty list', async () => {
  const refusing = async (code: RefusalCode) => ({ ...(await lookingAt([end])), api: { call: async () => { throw new Refusal(code); } } }) as unknown as Session;
  assert.deepEqual(await soundProposals(await refusing('registrar-required')), []);
  await assert.rejects(soundProposals(await refusing('station-unreachable')), { code: 'station-unreachable' });
});

test('entries are about what they write, and an end about what it ends', async () => {
  assert.deepEqual(subjectsOf(await practice.sign([holding(NOW), end, theft()])), ['holder khue', 'holder anh', 'device anh-may']);
});

/** What a peer's exchange station may bring in, and what it may not. Source: docs/protocol/federation.md §Links over the border. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { DAY_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { type Peers, peersOf } from '#model/directories.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import type { OfficeRef } from '#wire/names.ts';
import { note as noteCodec, type Note } from '#wire/receipt.ts';
import { type CrossingOrder, makeCrossing } from '../../../test/fixtures/crossing.ts';
import { officeReceipt } from '../../../test/fixtures/submissions.ts';
import { accepted, agree, foundTwo, GUARD_CODE, PROVINCE_CODE, START } from '../../../test/fixtures/two-organisations.ts';
import { demandMayEnter } from './borders.ts';

let province: PracticeOrganisation;
let guard: PracticeOrganisation;
let shown: Peers;

before(async () => {
  ({ province, guard } = await foundTwo(true));
  await agree({ province, guard });
  shown = peersOf([await accepted(province, guard)]);
});

const order = (): Omit<CrossingOrder, 'to'> => ({
  from: province, office: 'van-phong', station: 'tram-tinh', seal: 'van-phong-van-thu', author: ['nguyen-thi-anh', 'van-phong-soan'],
  signatory: ['luong-van-them', 'van-phong-ky'], now: START,
});
const at = (practice: PracticeOrganisation, office: string): { office: OfficeRef } => ({ office: { organisation: practice.founded.organisation, office } });

/** The guard's exchange station is offered a head by the province's. */
function enter(kind: 'dispatch' | 'note', head: Uint8Array, { now = START, peers = shown, beyond = province.founded.organisation }: { now?: number; peers?: Peers; beyond?: Uint8Array } = {}): void {
  demandMayEnter({ view: () => guard.state, peers: () => peers, clock: { now: () => now } as never }, { beyond, from: PROVINCE_CODE, kind, head });
}

function refuses(code: RefusalCode, work: () => void): void {
  assert.throws(work, (error) => error instanceof Refusal && error.code === code ? true : assert.fail(String(error)));
}

const note = (kind: Note['kind'], change: Partial<Note> = {}): Uint8Array => noteCodec.encode({
  version: 1, kind, organisation: province.founded.organisation, from: 'tram-tinh', to: 'tram-bo-doi', created: START, precedence: 'routine', hopLimit: 8,
  salt: new Uint8Array(16), items: [new Uint8Array(8)], toOrganisation: guard.founded.organisation, ...change,
});

test('a dispatch of the peer\'s organisation to an agreed office comes in, while the agreement counts', async () => {
  const { envelope } = await makeCrossing({ ...order(), to: [at(guard, 'don')] });
  enter('dispatch', envelope);
  refuses('agreement-missing', () => enter('dispatch', envelope, { now: START - 9 * DAY_MS }));
  refuses('organisation-unknown', () => enter('dispatch', envelope, { peers: peersOf([]) }));
  await guard.add([{ kind: 'end', body: { what: 'agreement', code: PROVINCE_CODE, reason: 'left' } }]);
  refuses('agreement-missing', () => enter('dispatch', envelope, { now: START + 1 }));
});

test('no office that was not agreed is written to, and none writes', async () => {
  ({ province, guard } = await foundTwo(true));
  await agree({ province, guard });
  shown = peersOf([await accepted(province, guard)]);
  const { envelope: hidden } = await makeCrossing({ ...order(), to: [at(guard, 'kho')] });
  refuses('office-not-agreed', () => enter('dispatch', hidden));
  const { envelope: both } = await makeCrossing({ ...order(), to: [at(guard, 'don'), at(guard, 'kho')] });
  refuses('office-not-agreed', () => enter('dispatch', both));
  const { envelope: urgent } = await makeCrossing({ ...order(), to: [{ ...at(guard, 'don'), precedence: 'flash' }] });
  refuses('precedence-not-permitted', () => enter('dispatch', urgent));
  // A head names its sender; who signed the letter inside is another question, and not the border's.
  const { envelope: fromHidden } = await makeCrossing({ ...order(), office: 'phong-kin', to: [at(guard, 'don')] });
  refuses('office-not-agreed', () => enter('dispatch', fromHidden));
});

test('a peer brings its own dispatches, and nobody else\'s: not ours back, not a third\'s', async () => {
  const { envelope: ours } = await makeCrossing({
    from: guard, office: 'don', station: 'tram-bo-doi', seal: 'don-van-thu', author: ['sung-a-po', 'don-soan'], signatory: ['vang-seo-lu', 'don-truong'],
    to: [at(province, 'van-phong')], now: START,
  });
  refuses('organisation-unknown', () => enter('dispatch', ours));
  const { envelope } = await makeCrossing({ ...order(), to: [at(guard, 'don')] });
  refuses('organisation-unknown', () => enter('dispatch', envelope, { beyond: new Uint8Array(16).fill(7) }));
});

test('of notes only receipts of its own offices, to us: nobody outside proposes entries for our directory', async () => {
  const opened = (practice: PracticeOrganisation, position: string): Promise<Uint8Array> =>
    officeReceipt(practice, { code: 'tram-tinh', incarnation: new Uint8Array(16) }, position, { dispatch: new Uint8Array(32), kind: 'opened' });
  const receipts = [await opened(province, 'van-phong-van-thu')];
  const ours = await opened(guard, 'don-van-thu');
  const { organisation } = guard.founded;
  enter('note', note('receipts', { items: receipts }));
  for (const kind of ['directory-proposal', 'device-request'] as const) refuses('not-entitled', () => enter('note', note(kind)));
  refuses('organisation-unknown', () => enter('note', note('receipts', { items: receipts, organisation, toOrganisation: undefined })));
  refuses('organisation-unknown', () => enter('note', note('receipts', { items: receipts, toOrganisation: new Uint8Array(16).fill(7) })));
  refuses('header-forged', () => enter('note', note('receipts', { items: [ours] })));
  refuses('agreement-missing', () => enter('note', note('receipts', { items: receipts }), { now: START - 9 * DAY_MS }));
  assert.throws(() => enter('note', new Uint8Array(30)), DecodeError);
  assert.throws(() => enter('dispatch', new Uint8Array(30)), DecodeError);
});

test('what comes from the own organisation is asked none of this', () => {
  demandMayEnter({ view: () => guard.state, peers: () => shown, clock: { now: () => START } as never }, { from: 'tram-khac', kind: 'note', head: note('directory-proposal') });
  assert.equal(guard.state.agreement(GUARD_CODE), null);
});

test('a neighbour under a peer\'s name is judged as the peer, whether or not the link says so', async () => {
  const { envelope: hidden } = await makeCrossing({ ...order(), to: [at(guard, 'kho')] });
  refuses('office-not-agreed', () =>
    demandMayEnter({ view: () => guard.state, peers: () => shown, clock: { now: () => START } as never }, { from: PROVINCE_CODE, kind: 'dispatch', head: hidden }));
});

/** Dispatches and receipts over the border of two organisations: their exchange stations, carried by the test instead of links. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { hex } from '#core/bytes.ts';
import { HOUR_MS } from '#core/clock.ts';
import type { RefusalCode } from '#core/refusals.ts';
import { peersOf } from '#model/directories.ts';
import type { DirectoryState } from '#model/directory.ts';
import { nameOf } from '#model/foreign-names.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { Verdict } from '#station/links/index.ts';
import { envelope as envelopeCodec, header as headerCodec } from '#wire/envelope.ts';
import type { OfficeRef } from '#wire/names.ts';
import { note as noteCodec, receipt as receiptCodec, receiptStatement, type Note } from '#wire/receipt.ts';
import { carry, offerOf, openStation, type Queued, type TestStation, turns } from '../../../test/fixtures/dispatch-station.ts';
import type { DispatchTables } from './tables.ts';
import { setClock, type SetClock } from '../../../test/fixtures/organisation.ts';
import { officeReceipt, requestOf, seal, send, SERIES } from '../../../test/fixtures/submissions.ts';
import { accepted, agree, foundTwo, GUARD_CODE, PROVINCE_CODE, type TwoOrganisations } from '../../../test/fixtures/two-organisations.ts';

const SENDER = { person: 'lo-van-hac' };
const RECEIVER = { person: 'giang-a-do' };

let two: TwoOrganisations;
let clock: SetClock;
let hub: TestStation;
let relay: TestStation;
let guard: TestStation;
/** What each side has been shown; undefined where nothing. */
let ofGuard: DirectoryState | undefined;
let ofProvince: DirectoryState | undefined;
let relayKnows: boolean;
/** What the relay still has of the guard, where that is less. */
let atRelay: DirectoryState | null;

beforeEach(async () => {
  two = await foundTwo(true);
  await agree(two, ['van-phong', 'huyen']);
  ofGuard = await accepted(two.guard, two.province);
  ofProvince = await accepted(two.province, two.guard);
  relayKnows = true;
  atRelay = null;
  clock = setClock();
  const peers = (of: DirectoryState | undefined) => peersOf(of === undefined ? [] : [of]);
  hub = await openStation(two.province, 'tram-tinh', clock, { peers: () => peers(ofGuard), hops: () => ({ 'tram-huyen': 'tram-huyen' }) });
  relay = await openStation(two.province, 'tram-huyen', clock, { peers: () => peers(relayKnows ? atRelay ?? ofGuard : undefined), hops: () => ({ 'tram-tinh': 'tram-tinh' }) });
  guard = await openStation(two.guard, 'tram-bo-doi', clock, { peers: () => peers(ofProvince), hops: () => ({}) });
});

const don = (): OfficeRef => ({ organisation: two.guard.founded.organisation, office: 'don' });
const ofTheProvince = (office: string): OfficeRef => ({ organisation: two.province.founded.organisation, office });

/** Who stands at the other end of a queue, and what they call the sender. */
function endOf(from: TestStation, peer: string): { to: TestStation; called: string } {
  if (peer === GUARD_CODE) return { to: guard, called: PROVINCE_CODE };
  if (peer === PROVINCE_CODE) return { to: hub, called: GUARD_CODE };
  return { to: peer === 'tram-tinh' ? hub : relay, called: from.code };
}

async function carryOne(from: TestStation, item: Queued): Promise<Verdict> {
  const { to, called } = endOf(from, item.peer);
  return carry(from, to, item, called);
}

async function carryEverything(): Promise<void> {
  for (let moved = 1; moved > 0;) {
    await turns(6);
    moved = 0;
    for (const from of [hub, relay, guard]) {
      for (const item of await from.queue()) {
        await carryOne(from, item);
        moved++;
      }
    }
  }
  assert.deepEqual([...hub.faults, ...relay.faults, ...guard.faults], []);
}

/** A dispatch of the guard's office, as its station accepts it. */
async function sendBack(to: readonly OfficeRef[]): Promise<Uint8Array> {
  const header = { from: don(), station: 'tram-bo-doi' };
  const sealed = seal(two.guard, { from: 'don', to, header });
  const { number } = await guard.dispatch.numbers.batch(RECEIVER, 'don', SERIES, 1);
  await guard.dispatch.acceptance.accept(RECEIVER, { draft: null, office: 'don', number, submission: Buffer.from(sealed.bytes).toString('base64url') });
  return sealed.id;
}

async function receiptsAt(station: TestStation, person: { person: string }, id: Uint8Array): Promise<string[]> {
  const { receipts } = await station.dispatch.traces.trace(person, hex(id));
  return receipts.map(({ bytes }) => receiptStatement.decode(receiptCodec.decode(bytes).statement))
    .map(({ kind, office, station: where, previousHop }) => `${kind} ${office.office} ${where}${previousHop === undefined ? '' : ` from ${previousHop}`}`).toSorted();
}

async function offersGuard(change: (head: ReturnType<typeof envelopeCodec.decode>) => void = () => {}): Promise<Verdict> {
  const offered = await offerOf(hub, (await hub.queue())[0]!, PROVINCE_CODE);
  const head = envelopeCodec.decode(offered.head);
  change(head);
  return guard.dispatch.traffic.examine({ ...offered, head: envelopeCodec.encode(head) });
}

function refuses(verdict: Verdict, code: RefusalCode): void {
  assert.deepEqual(verdict, { verdict: 'refuse', code });
}

test('a dispatch goes over, and its receipts come home with nothing in them that was not shown', async () => {
  const { id } = await send(hub, two.province, { to: [don()] });
  assert.deepEqual((await hub.queue()).map(({ peer }) => peer), [GUARD_CODE]);
  await carryEverything();
  assert.deepEqual(await receiptsAt(hub, SENDER, id), ['arrived don tram-bo-doi from tram-tinh']);
  await guard.dispatch.numbers.incoming(RECEIVER, 'don', SERIES, [id]);
  await guard.dispatch.receipts.upload(RECEIVER, [await officeReceipt(two.guard, guard, 'don-van-thu', { dispatch: id, kind: 'opened' })]);
  await carryEverything();
  assert.deepEqual(await receiptsAt(hub, SENDER, id), ['arrived don tram-bo-doi from tram-tinh', 'opened don tram-bo-doi']);
  const out = await hub.dispatch.register.page(SENDER, 'van-phong', 'out', {});
  const came = await guard.dispatch.register.page(RECEIVER, 'don', 'in', {});
  assert.equal(out.lines[0]!.state, 'opened');
  assert.deepEqual([came.lines[0]!.from, came.lines[0]!.state], [`${PROVINCE_CODE}/van-phong`, 'opened']);
});

test('a dispatch comes for an office behind the exchange station: who carried it among us stays among us', async () => {
  const id = await sendBack([ofTheProvince('huyen')]);
  await carryEverything();
  // Custody of the exchange station, in the frame; the arrival as a note. Not by which station of ours it came there.
  assert.deepEqual(await receiptsAt(guard, RECEIVER, id), ['arrived huyen tram-huyen', 'custody huyen tram-tinh from tram-bo-doi']);
  const { lines } = await guard.dispatch.register.page(RECEIVER, 'don', 'out', {});
  assert.equal(lines[0]!.state, 'arrived');
});

test('one code in two organisations is two offices: each has its own outcome', async () => {
  await two.province.addOffice('don', 'tram-tinh', 'Đồn');
  await two.province.addOfficeKey('don', 'transport');
  const { id } = await send(hub, two.province, { to: [don(), 'don'] });
  assert.deepEqual(await receiptsAt(hub, SENDER, id), ['arrived don tram-tinh']);
  assert.equal((await hub.dispatch.register.page(SENDER, 'van-phong', 'out', {})).lines[0]!.state, 'partly');
  await carryEverything();
  assert.equal((await hub.dispatch.register.page(SENDER, 'van-phong', 'out', {})).lines[0]!.state, 'arrived');
});

test('acceptance: only where it may cross now, and only from an own office', async () => {
  const tries = async (code: RefusalCode, wanted: Parameters<typeof seal>[1]): Promise<void> => {
    await assert.rejects(hub.dispatch.acceptance.accept(SENDER, await requestOf(hub, seal(two.province, wanted))), { code });
  };
  await tries('office-not-agreed', { to: [{ ...don(), office: 'kho' }] });
  await tries('precedence-not-permitted', { to: [don()], precedence: 'flash' });
  await tries('recipient-key-missing', { to: [don()], keyNumber: 2 });
  await tries('organisation-unknown', { to: [{ organisation: nodeRandom.bytes(16), office: 'don' }] });
  await tries('header-differs', { to: ['huyen'], header: { from: { ...don(), office: 'van-phong' }, to: [{ office: ofTheProvince('huyen'), role: 'action', precedence: 'routine' }] } });
  ofGuard = undefined;
  await tries('organisation-unknown', { to: [don()] });
});

test('the exchange station takes what the peer wrote to its own offices, and nothing else', async () => {
  await send(hub, two.province, { to: [don()] });
  assert.equal((await offersGuard()).verdict, 'take');
  refuses(await offersGuard((head) => {
    head.header = headerCodec.encode({ ...headerCodec.decode(head.header), from: don() });
  }), 'organisation-unknown');
  ofProvince = undefined;
  refuses(await offersGuard(), 'organisation-unknown');
});

test('a peer brings no dispatch of our own and none of another for a third', async () => {
  await send(hub, two.province, { to: ['huyen'] });
  const offered = await offerOf(hub, (await hub.queue())[0]!, GUARD_CODE);
  refuses(await hub.dispatch.traffic.examine(offered), 'organisation-unknown');
  refuses(await guard.dispatch.traffic.examine({ ...offered, from: PROVINCE_CODE }), 'organisation-unknown');
});

test('an agreement that ended at the other side stops what waits: refused, kept, and seen at the origin', async () => {
  const { id } = await send(hub, two.province, { to: [don()] });
  two.guard.now = clock.at;
  await two.guard.add([{ kind: 'end', body: { what: 'agreement', code: PROVINCE_CODE, reason: 'left' } }]);
  refuses(await offersGuard(), 'agreement-missing');
  ofGuard = await accepted(two.guard, two.province);
  clock.at += 1;
  const [item] = await hub.queue();
  assert.equal(await hub.dispatch.traffic.load(item!, GUARD_CODE), null, 'is not offered');
  assert.deepEqual(await hub.queue(), []);
  assert.deepEqual((await hub.dispatch.expiry.unknown()).map(({ refusal }) => refusal), ['agreement-missing']);
  assert.notEqual(await hub.dispatch.traffic.header(id, 0), null);
});

test('an agreement that lapses or ends here is swept from the queue without a link', async () => {
  await send(hub, two.province, { to: [don()] });
  two.province.now = clock.at;
  await two.province.add([{ kind: 'end', body: { what: 'agreement', code: GUARD_CODE, reason: 'left' } }]);
  clock.at += 1;
  hub.dispatch.resume();
  await turns(20);
  assert.deepEqual(await hub.queue(), []);
  assert.deepEqual((await hub.dispatch.expiry.unknown()).map(({ refusal }) => refusal), ['agreement-missing']);
  assert.deepEqual(hub.faults, []);
});

/** A dispatch from behind the exchange station, which has it now and has not sent it over. */
async function sendFromBehind(): Promise<{ person: { person: string }; id: Uint8Array }> {
  await two.province.addPerson('vi-van-on', 'Vì Văn Ổn');
  await two.province.addPosition('huyen-van-thu', 'huyen', ['dispatch', 'receive']);
  await two.province.hold('vi-van-on', 'huyen-van-thu');
  const person = { person: 'vi-van-on' };
  const sealed = seal(two.province, { from: 'huyen', precedence: 'immediate', to: [don()], header: { from: ofTheProvince('huyen'), station: 'tram-huyen' } });
  const { number } = await relay.dispatch.numbers.batch(person, 'huyen', SERIES, 1);
  await relay.dispatch.acceptance.accept(person, { draft: null, office: 'huyen', number, submission: Buffer.from(sealed.bytes).toString('base64url') });
  const [item] = await relay.queue();
  assert.equal(item!.peer, 'tram-tinh');
  assert.equal((await carryOne(relay, item!)).verdict, 'take');
  return { person, id: sealed.id };
}

test('at a station behind the exchange the origin is told: it was dropped at the border', async () => {
  const { person, id } = await sendFromBehind();
  two.province.now = clock.at;
  await two.province.add([{ kind: 'end', body: { what: 'agreement', code: GUARD_CODE, reason: 'left' } }]);
  clock.at += 1;
  hub.dispatch.resume();
  await turns(20);
  await carryEverything();
  assert.deepEqual(await receiptsAt(relay, person, id), ['custody don tram-tinh from tram-huyen', 'dropped don tram-tinh']);
});

test('what went over is asked after no more, whatever time the peer says that it has it since', async () => {
  const { id } = await sendFromBehind();
  const asked = async (): Promise<number> => (await relay.kinds()).filter((kind) => kind === 'asked').length;
  clock.at += HOUR_MS;
  await relay.dispatch.chase();
  assert.equal(await asked(), 1, 'the exchange station has it');
  const tables = relay.store.of<DispatchTables>();
  await tables.commit(async (tx) => {
    const own = (await tx.selectFrom('receipt').selectAll().where('dispatch', '=', id).executeTakeFirst())!;
    await tx.insertInto('receipt').values({ ...own, station: nameOf(two.province.state, two.guard.founded.organisation, 'tram-bo-doi'), time: own.time - 1 }).execute();
  });
  clock.at += 2 * HOUR_MS;
  await relay.dispatch.chase();
  assert.equal(await asked(), 1);
});

test('what a station behind does not know yet is kept, and goes on when it has been shown', async () => {
  const id = await sendBack([ofTheProvince('huyen')]);
  await carryOne(guard, (await guard.queue())[0]!);
  relayKnows = false;
  const inward = (await hub.queue()).find(({ kind }) => kind === 'dispatch')!;
  refuses(await carryOne(hub, inward), 'organisation-unknown');
  relayKnows = true;
  hub.dispatch.resume();
  await turns(20);
  await carryEverything();
  assert.ok((await receiptsAt(guard, RECEIVER, id)).includes('arrived huyen tram-huyen'));
});

/** The office lives at the hub from now on. */
async function moveHuyen(): Promise<void> {
  two.province.now = clock.at;
  await two.province.add([{ kind: 'office', body: { office: 'huyen', name: 'Huyện', symbol: 'UBND-VP', station: 'tram-tinh' } }]);
  clock.at += 1;
}

async function sendFromHuyen(): Promise<Uint8Array> {
  await two.province.addPerson('vi-van-on', 'Vì Văn Ổn');
  await two.province.addPosition('huyen-van-thu', 'huyen', ['dispatch', 'receive']);
  await two.province.hold('vi-van-on', 'huyen-van-thu');
  await moveHuyen();
  const person = { person: 'vi-van-on' };
  const sealed = seal(two.province, { from: 'huyen', to: [don()], header: { from: ofTheProvince('huyen'), station: 'tram-tinh' } });
  const { number } = await hub.dispatch.numbers.batch(person, 'huyen', SERIES, 1);
  await hub.dispatch.acceptance.accept(person, { draft: null, office: 'huyen', number, submission: Buffer.from(sealed.bytes).toString('base64url') });
  return sealed.id;
}

test('what a peer that is behind takes for forged waits for the directory: an office that has moved', async () => {
  const id = await sendFromHuyen();
  refuses(await carryOne(hub, (await hub.queue())[0]!), 'header-forged');
  assert.deepEqual((await hub.dispatch.expiry.unknown()).map(({ refusal }) => refusal), ['directory-behind']);
  hub.dispatch.resume();
  await turns(20);
  refuses(await carryOne(hub, (await hub.queue())[0]!), 'header-forged');
  ofProvince = await accepted(two.province, two.guard);
  hub.dispatch.resume();
  await turns(20);
  await carryEverything();
  const { lines } = await guard.dispatch.register.page(RECEIVER, 'don', 'in', {});
  assert.deepEqual(lines.map((line) => [line.dispatch, line.from]), [[hex(id), `${PROVINCE_CODE}/huyen`]]);
});

test('what a station inside that is behind takes for a wrong signature waits too: an exchange station with new keys, over two hops', async () => {
  const old = ofGuard!;
  two.guard.now = clock.at;
  await two.guard.addStation('tram-bo-doi', 'tram-bo-doi', two.guard.stations.get('tram-bo-doi')!.log);
  clock.at += 1;
  guard = await openStation(two.guard, 'tram-bo-doi', clock, { peers: () => peersOf([ofProvince!]), hops: () => ({}) });
  [ofGuard, atRelay] = [await accepted(two.guard, two.province), old];
  const id = await sendBack([ofTheProvince('huyen')]);
  await carryOne(guard, (await guard.queue())[0]!);
  const inward = (await hub.queue()).find(({ kind }) => kind === 'dispatch')!;
  refuses(await carryOne(hub, inward), 'signature-wrong');
  atRelay = null;
  hub.dispatch.resume();
  await turns(20);
  await carryEverything();
  assert.ok((await receiptsAt(guard, RECEIVER, id)).includes('arrived huyen tram-huyen'));
});

test('who holds that directory has the last word', async () => {
  await sendFromHuyen();
  ofProvince = await accepted(two.province, two.guard);
  const [item] = await hub.queue();
  const final = async (code: string, judgedBy: number | null): Promise<string> => hub.dispatch.traffic.refusalOf(item!, GUARD_CODE, code, judgedBy);
  const { size } = ofProvince.point;
  assert.equal(await final('header-forged', size), 'header-forged');
  assert.equal(await final('header-forged', null), 'header-forged', 'who does not say by what it judged is taken at its word');
  assert.equal(await final('header-forged', size - 1), 'directory-behind');
  assert.equal(await final('hop-limit-reached', 0), 'hop-limit-reached', 'what no directory changes');
  // What is not shown to the peer makes it no older.
  await two.province.addPerson('lo-thi-mai', 'Lò Thị Mai');
  assert.equal(await final('header-forged', size), 'header-forged');
});

test('notes over the border: receipts of the peer\'s own offices to us, and nothing else', async () => {
  const { id } = await send(hub, two.province, { to: [don()] });
  await carryEverything();
  const [mine, theirs] = [two.province.founded.organisation, two.guard.founded.organisation];
  const good = await officeReceipt(two.guard, guard, 'don-van-thu', { dispatch: id, kind: 'opened' });
  const offer = (change: Partial<Note>, from: string = GUARD_CODE) => {
    const head = noteCodec.encode({
      version: 1, kind: 'receipts', organisation: theirs, from: 'tram-bo-doi', to: 'tram-tinh', created: clock.at, precedence: 'routine',
      hopLimit: 8, salt: nodeRandom.bytes(16), items: [good], toOrganisation: mine, ...change,
    });
    return { kind: 'note' as const, id: nodeCrypto.hash.sha256(head), sealing: 0, head, from, hops: 0 };
  };
  const verdict = async (change: Partial<Note>, from?: string): Promise<string> => {
    const said = await hub.dispatch.traffic.examine(offer(change, from));
    return said.verdict === 'refuse' ? said.code : said.verdict;
  };
  assert.equal(await verdict({}), 'take');
  assert.equal(await verdict({ kind: 'directory-proposal' }), 'not-entitled');
  assert.equal(await verdict({ organisation: mine, toOrganisation: undefined }), 'organisation-unknown', 'as if between stations of ours');
  assert.equal(await verdict({ organisation: mine }), 'organisation-unknown', 'in our name');
  assert.equal(await verdict({ organisation: mine }, 'tram-huyen'), 'header-forged', 'named twice');
  assert.equal(await verdict({ toOrganisation: undefined }), 'organisation-unknown', 'to themselves');
  assert.equal(await verdict({ toOrganisation: nodeRandom.bytes(16) }), 'organisation-unknown', 'through us to a third');
  assert.equal(await verdict({ organisation: nodeRandom.bytes(16) }), 'organisation-unknown', 'of a third');
  assert.equal(await verdict({ to: 'tram-la' }), 'station-unknown');
  assert.equal(await verdict({ items: [Uint8Array.of(1)] }), 'cbor-malformed');
  const ours = await officeReceipt(two.province, hub, 'van-phong-van-thu', { dispatch: id, kind: 'opened' });
  assert.equal(await verdict({ items: [ours] }), 'header-forged', 'a word for an office of ours');
  assert.equal(await verdict({ organisation: nodeRandom.bytes(16) }, 'tram-huyen'), 'organisation-unknown', 'of nobody known, even from inside');
  two.province.now = clock.at;
  await two.province.add([{ kind: 'end', body: { what: 'agreement', code: GUARD_CODE, reason: 'left' } }]);
  clock.at += 1;
  assert.equal(await verdict({}), 'agreement-missing');
});

test('a receipt by the wrong organisation\'s seal is recorded as forged and changes nothing', async () => {
  const { id } = await send(hub, two.province, { to: [don()] });
  await carryEverything();
  // Made with the province's own keys in the name of the guard's office.
  const forged = await officeReceipt(two.province, guard, 'van-phong-van-thu', { dispatch: id, kind: 'opened', office: don() });
  const head = noteCodec.encode({
    version: 1, kind: 'receipts', organisation: two.guard.founded.organisation, from: 'tram-bo-doi', to: 'tram-tinh', created: clock.at, precedence: 'routine',
    hopLimit: 8, salt: nodeRandom.bytes(16), items: [forged], toOrganisation: two.province.founded.organisation,
  });
  await hub.dispatch.traffic.accept({ kind: 'note', id: nodeCrypto.hash.sha256(head), sealing: 0, head, from: GUARD_CODE, hops: 0 }, async () => {});
  assert.deepEqual(await receiptsAt(hub, SENDER, id), ['arrived don tram-bo-doi from tram-tinh']);
  assert.ok((await hub.events()).some(({ kind, facts }) => kind === 'refused' && facts.code === 'receipt-forged'));
});

test('an office here cannot be spoken for by a device of another organisation\'s office of that name', async () => {
  const { id } = await send(hub, two.province, { to: [don()] });
  await carryEverything();
  const foreign = await officeReceipt(two.province, guard, 'van-phong-van-thu', { dispatch: id, kind: 'opened' });
  await assert.rejects(guard.dispatch.receipts.upload(RECEIVER, [foreign]), { code: 'receipt-forged' });
});

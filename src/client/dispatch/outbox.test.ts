/** What waits to be sent: kept sealed, sent once, in order, and given to a person where the station says no. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { DAY_MS } from '#core/clock.ts';
import type { NamedStore } from '#core/outside.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { memoryStore, PASSPHRASE, practiceOffices, ringOf, stillClock } from '../../../test/client/practice-office.ts';
import { type OpenKeyring, unlockKeyring } from '../keyring/keyring.ts';
import { Outbox, OUTBOX_MAX } from './outbox.ts';
import type { Session } from '../session.ts';
import { SealedSheet } from '../sealed-sheet.ts';

const SUBJECT = 'Công điện số 12 của Nguyễn Thị Ánh';
let ring: OpenKeyring;
before(async () => { ring = await ringOf(await practiceOffices(), 'anh', ['chuyen-vien']); });

const one = (number: number) => ({ draft: String(number).padStart(32, '0'), core: 'c'.repeat(64), office: 'van-phong', subject: `${SUBJECT} ${number}` });

/** A station that took what it is asked for, or says why not; asked is what it heard. */
class Station {
  says: RefusalCode | null = null;
  /** By draft, where it differs. */
  readonly refused = new Map<string, RefusalCode>();
  readonly asked: string[] = [];
  readonly clock = stillClock();
  readonly session: Session;

  constructor(opened = ring) {
    const call = async (_route: string, { path }: { path: { draft: string } }) => {
      const code = this.says ?? this.refused.get(path.draft) ?? null;
      if (code !== null) throw new Refusal(code);
      this.asked.push(path.draft);
      return { step: 'sent', dispatch: 'd'.repeat(64), number: { series: '2026', number: 1 }, changed: 1, office: 'van-phong' };
    };
    this.session = { crypto: nodeCrypto, random: nodeRandom, clock: this.clock, ring: opened, view: { office: () => null }, api: { call } } as unknown as Session;
  }
}

function memory(): NamedStore & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return { kept, read: async (name) => kept.get(name) ?? null, write: async (name, bytes) => void kept.set(name, bytes), erase: async (name) => void kept.delete(name) };
}

test('what the station can be reached for is sent at once and does not wait', async () => {
  const [station, store] = [new Station(), memory()];
  const outbox = await Outbox.open(station.session, store);
  assert.equal((await outbox.send(one(1)))?.dispatch, 'd'.repeat(64));
  assert.deepEqual([outbox.waiting, store.kept.size], [[], 0]);
});

test('what cannot reach it waits over a lock, sealed, and goes in order when it is back', async () => {
  const [station, store] = [new Station(), memory()];
  station.says = 'station-unreachable';
  const outbox = await Outbox.open(station.session, store);
  let told = 0;
  outbox.listen(() => { told++; });
  for (const number of [1, 2, 1]) assert.equal(await outbox.send(one(number)), null);
  assert.deepEqual(outbox.waiting.map(({ subject }) => subject), [one(2).subject, one(1).subject]);
  for (const bytes of store.kept.values()) assert.ok(!Buffer.from(bytes).includes(Buffer.from('Nguyễn')));
  await outbox.close();
  const again = await Outbox.open(station.session, store);
  assert.equal(again.waiting.length, 2);
  station.says = 'session-missing';
  assert.equal(await again.sendWaiting(), 0);
  assert.equal(again.waiting.length, 2);
  station.says = null;
  assert.equal(await again.sendWaiting(), 2);
  assert.deepEqual(station.asked, [one(2).draft, one(1).draft]);
  assert.deepEqual([again.waiting, store.kept.size], [[], 0]);
  assert.ok(told >= 2);
});

test('an answer that is no stays with its reason, keeps nobody else waiting, and is not asked again by itself', async () => {
  const [station, store] = [new Station(), memory()];
  station.says = 'station-unreachable';
  const outbox = await Outbox.open(station.session, store);
  for (const number of [1, 2]) await outbox.send(one(number));
  station.says = null;
  station.refused.set(one(1).draft, 'dispatch-expired');
  assert.equal(await outbox.sendWaiting(), 1);
  assert.deepEqual(outbox.waiting.map(({ draft, refused }) => [draft, refused]), [[one(1).draft, 'dispatch-expired']]);
  assert.equal(await outbox.sendWaiting(), 0);
  await outbox.withdraw(one(1).draft);
  assert.equal(store.kept.size, 0);
});

test('what no longer has room to wait is refused as that, and what waits stays', async () => {
  const station = new Station();
  station.says = 'station-unreachable';
  const outbox = await Outbox.open(station.session, memory());
  for (let number = 1; number <= OUTBOX_MAX; number++) await outbox.send(one(number));
  await assert.rejects(outbox.send(one(OUTBOX_MAX + 1)), (error: unknown) => error instanceof Refusal && error.code === 'outbox-full' && error.detail['count'] === OUTBOX_MAX);
  assert.equal(await outbox.send(one(1)), null, 'one that waits is asked for again');
  assert.equal(outbox.waiting.length, OUTBOX_MAX);
});

test('a person who sends is told at once what the station refuses', async () => {
  const station = new Station();
  station.says = 'not-entitled';
  const outbox = await Outbox.open(station.session, memory());
  await assert.rejects(outbox.send(one(1)), (error: unknown) => error instanceof Refusal && error.code === 'not-entitled');
  assert.deepEqual(outbox.waiting, []);
});

test('two windows of one device share what waits', async () => {
  const [station, store] = [new Station(), memory()];
  station.says = 'station-unreachable';
  const [first, second] = [await Outbox.open(station.session, store), await Outbox.open(station.session, store)];
  await first.send(one(1));
  await second.send(one(2));
  assert.deepEqual((await Outbox.open(station.session, store)).waiting.map(({ draft }) => draft), [one(1).draft, one(2).draft]);
  station.says = null;
  assert.equal(await first.sendWaiting(), 2);
});

test('an order that was withdrawn and is put back on the disk is not sent, and a person is asked', async () => {
  const [station, store] = [new Station(), memory()];
  station.says = 'station-unreachable';
  const outbox = await Outbox.open(station.session, store);
  for (const number of [1, 2]) await outbox.send(one(number));
  const copy = new Map(store.kept);
  await outbox.withdraw(one(1).draft);
  await outbox.close();
  for (const [name, bytes] of copy) store.kept.set(name, bytes);
  station.says = null;
  const again = await Outbox.open(station.session, store);
  assert.equal(await again.sendWaiting(), 0);
  assert.deepEqual(station.asked, []);
  assert.deepEqual(again.waiting.map(({ refused }) => refused), ['order-put-back', 'order-put-back']);
  await again.send(one(2));
  assert.deepEqual(station.asked, [one(2).draft], 'whoever still wants it says so once more');
  await again.withdraw(one(1).draft);
  assert.equal(store.kept.size, 0);
});

test('another window that had not seen the withdrawal sends nothing of what was put back either', async () => {
  const files = memoryStore();
  const practice = await practiceOffices();
  const first = await ringOf(practice, 'anh', ['chuyen-vien'], files);
  const second = await unlockKeyring({ crypto: nodeCrypto, random: nodeRandom, store: files }, PASSPHRASE);
  const [one1, other] = [new Station(first), new Station(second)];
  one1.says = other.says = 'station-unreachable';
  const store = memory();
  const outbox = await Outbox.open(one1.session, store);
  await outbox.send(one(1));
  await outbox.send(one(2));
  const copy = new Map(store.kept);
  const elsewhere = await Outbox.open(other.session, store);
  await outbox.withdraw(one(1).draft);
  for (const [name, bytes] of copy) store.kept.set(name, bytes);
  other.says = null;
  assert.equal(await elsewhere.sendWaiting(), 0);
  assert.deepEqual(other.asked, []);
  // The whole profile of before: the ring says so itself, here at once and elsewhere by its revision at the station.
  const ringBefore = await files.read();
  await outbox.send(one(3));
  await outbox.withdraw(one(3).draft);
  await files.write(ringBefore!);
  one1.says = null;
  await assert.rejects(outbox.sendWaiting(), { code: 'keyring-rolled-back' });
  assert.deepEqual(one1.asked, []);
});

test('an order lapses after a day without the station, whichever way the clock was wrong', async () => {
  for (const awayMs of [DAY_MS + 1, -DAY_MS - 1]) {
    const [station, store] = [new Station(), memory()];
    station.says = 'station-unreachable';
    const outbox = await Outbox.open(station.session, store);
    await outbox.send(one(1));
    station.clock.at += awayMs;
    await outbox.send(one(2));
    station.says = null;
    assert.equal(await outbox.sendWaiting(), 1);
    assert.deepEqual([station.asked, outbox.waiting.map(({ refused }) => refused)], [[one(2).draft], ['order-lapsed']]);
    await outbox.send(one(1));
    assert.deepEqual([station.asked, outbox.waiting], [[one(2).draft, one(1).draft], []]);
  }
});

test('orders of the form without a core are shown, and a person is asked', async () => {
  const [station, store] = [new Station(), memory()];
  const { core: _, ...earlier } = one(1);
  await new SealedSheet(station.session, store, 'outbox').keep(JSON.stringify([{ ...earlier, asked: station.clock.at, refused: null }]));
  const outbox = await Outbox.open(station.session, store);
  assert.equal(await outbox.sendWaiting(), 0);
  assert.deepEqual(outbox.waiting.map(({ draft, refused }) => [draft, refused]), [[one(1).draft, 'order-lapsed']]);
});

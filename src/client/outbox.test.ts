/** What waits to be sent: kept sealed, sent once, in order, and given to a person where the station says no. */
import type { NamedStore } from '#core/outside.ts';
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { practiceOffices, ringOf, stillClock } from '../../test/client/practice-office.ts';
import type { OpenKeyring } from './keyring.ts';
import { Outbox } from './outbox.ts';
import type { Session } from './session.ts';

const SUBJECT = 'Công điện số 12 của Nguyễn Thị Ánh';
let ring: OpenKeyring;
before(async () => { ring = await ringOf(await practiceOffices(), 'anh', ['chuyen-vien']); });

const one = (number: number) => ({ draft: String(number).padStart(32, '0'), office: 'van-phong', subject: `${SUBJECT} ${number}` });

/** A station that took what it is asked for, or says why not; asked is what it heard. */
class Station {
  says: RefusalCode | null = null;
  /** By draft, where it differs. */
  readonly refused = new Map<string, RefusalCode>();
  readonly asked: string[] = [];
  readonly session: Session;

  constructor() {
    const call = async (_route: string, { path }: { path: { draft: string } }) => {
      const code = this.says ?? this.refused.get(path.draft) ?? null;
      if (code !== null) throw new Refusal(code);
      this.asked.push(path.draft);
      return { step: 'sent', dispatch: 'd'.repeat(64), number: { series: '2026', number: 1 }, changed: 1, office: 'van-phong' };
    };
    this.session = { crypto: nodeCrypto, random: nodeRandom, clock: stillClock(), ring, view: { office: () => null }, api: { call } } as unknown as Session;
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

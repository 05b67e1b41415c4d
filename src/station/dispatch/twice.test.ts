/** What comes twice because a folder was restored says so, wherever its office lives by then. Source: docs/decisions/0151. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { base64url, hex } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import type { DirectoryState } from '#model/directory.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { envelope as envelopeCodec, sealingStatement } from '#wire/envelope.ts';
import { carry, carryAll, grown, type Hops, offerOf, openRow, openStation, type StationOptions, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, POST_CLERK, RELAY, setClock, type SetClock } from '../../../test/fixtures/organisation.ts';
import { officeReceipt, requestOf, resealing, seal, type Sealed, send, SERIES, signedDraft } from '../../../test/fixtures/submissions.ts';
import type { DispatchTables } from './tables.ts';

const OFFICE = 'muong-leo';
const FORMER = 'tram-ban';
const BEYOND = 'tram-xa';
let org: PracticeOrganisation;
let whole: DirectoryState;
let clock: SetClock;
let hub: TestStation;
let relay: TestStation;
let post: TestStation;

before(async () => {
  org = await foundTestOrganisation();
  whole = org.state;
});

beforeEach(async () => {
  org.state = whole;
  clock = setClock();
  [hub, relay, post] = await openRow(org, clock);
});

async function accept(station: TestStation, sealed: Sealed): Promise<void> {
  await station.dispatch.acceptance.accept({ person: CLERK }, await requestOf(station, sealed));
}

/** Its disk is gone, and an older copy that an operator has opened is in its place. */
async function restored(code: string, options: StationOptions = {}): Promise<TestStation> {
  clock.at += HOUR_MS;
  const station = await openStation(org, code, clock, { ...options, restored: clock.now() });
  clock.at += 10 * 60_000;
  return station;
}

async function marksOf({ store }: TestStation): Promise<number[]> {
  const rows = await store.of<DispatchTables>().read((db) => db.selectFrom('delivery').select(['office', 'suspected']).execute());
  return rows.filter(({ office }) => office === OFFICE).map(({ suspected }) => suspected);
}

describe('what a restored origin has forgotten, and its device has accepted again', () => {
  let sealed: Sealed;
  beforeEach(async () => {
    sealed = seal(org);
    await accept(hub, sealed);
  });

  it('arrives marked at the origin itself, where its office has moved to', async () => {
    await carryAll([hub, relay, post]);
    hub = await restored(HUB);
    await org.addOffice(OFFICE, HUB, 'Mường Lèo');
    await accept(hub, sealed);
    assert.deepEqual([await marksOf(post), await marksOf(hub)], [[0], [1]]);
    const suspected = (await hub.events()).filter(({ kind }) => kind === 'suspected');
    assert.deepEqual(suspected.map(({ facts }) => [facts.office?.office, facts.peer]), [[OFFICE, undefined]]);
  });

  it('arrives marked at another station, over one that never had it', async () => {
    await org.addOffice(OFFICE, HUB, 'Mường Lèo');
    await grown(hub);
    assert.deepEqual(await marksOf(hub), [0]);
    hub = await restored(HUB);
    org.now = clock.now();
    await org.addOffice(OFFICE, POST, 'Mường Lèo');
    await accept(hub, sealed);
    await carryAll([hub, relay, post]);
    assert.deepEqual(await marksOf(post), [1]);
  });

  it('arrives marked where its office always was, where every disk was lost', async () => {
    await carryAll([hub, relay, post]);
    [hub, relay, post] = [await restored(HUB), await restored(RELAY), await restored(POST)];
    await accept(hub, sealed);
    await carryAll([hub, relay, post]);
    assert.deepEqual(await marksOf(post), [1]);
  });

  it('comes to no office twice that has it, and is marked at none that never moved and never forgot', async () => {
    await carryAll([hub, relay, post]);
    hub = await restored(HUB);
    await accept(hub, sealed);
    await carryAll([hub, relay, post]);
    assert.deepEqual(await marksOf(post), [0]);
    const never = seal(org);
    await accept(hub, never);
    await carryAll([hub, relay, post]);
    assert.deepEqual(await marksOf(post), [0, 0]);
  });
});

it('what the origin seals again, having forgotten that it did, arrives marked where its office has moved', async () => {
  const sent = await send(hub, org);
  await carryAll([hub, relay, post]);
  const unreadable = await officeReceipt(org, post, 'muong-leo-truc', { dispatch: sent.id, sealing: 0, kind: 'unreadable' });
  await post.dispatch.receipts.upload({ person: POST_CLERK }, [unreadable]);
  await carryAll([hub, relay, post]);
  const copy = await hub.disk.copy();
  const again = base64url(await resealing(org, sent, { to: [OFFICE] }));
  const sealAgain = (): Promise<unknown> => hub.dispatch.resealing.accept({ person: CLERK }, hex(sent.id), { office: 'van-phong', resealing: again });
  await sealAgain();
  await carryAll([hub, relay, post]);
  clock.at += HOUR_MS;
  hub = await openStation(org, HUB, clock, { disk: copy, restored: clock.now() });
  clock.at += 10 * 60_000;
  await org.addOffice(OFFICE, HUB, 'Mường Lèo');
  await sealAgain();
  await grown(hub);
  assert.deepEqual([await marksOf(post), await marksOf(hub)], [[0], [1]]);
});

describe('the sealing of a restored station', () => {
  const newestSays = async (station: TestStation): Promise<boolean | undefined> => {
    const offered = await offerOf(station, (await station.queue()).at(-1)!);
    return sealingStatement.decode(envelopeCodec.decode(offered.head).sealing.statement).again;
  };
  const againOf = async (station: TestStation, sealed: Sealed): Promise<boolean | undefined> => {
    await accept(station, sealed);
    return newestSays(station);
  };

  it('says that it may not be the first where the dispatch was written before it was opened, or not long after by clocks that differ', async () => {
    hub = await restored(HUB);
    assert.equal(await againOf(hub, seal(org)), true);
    assert.equal(await againOf(hub, seal(org, { header: { created: clock.now() + HOUR_MS } })), true);
  });

  it('says nothing of a draft that got its number since, and says it of one that got it before', async () => {
    const caller = { person: CLERK };
    const [earlier, since] = ['0a'.repeat(16), '0b'.repeat(16)];
    await signedDraft(hub, earlier);
    await hub.dispatch.numbers.forDraft(caller, earlier, SERIES);
    clock.at += HOUR_MS;
    const opened = clock.now();
    await hub.store.of<DispatchTables>().commit(async (tx) => {
      await tx.insertInto('number_issued').values({ office: 'van-phong', direction: 'out', series: SERIES, number: 2, state: 'void', draft: null, dispatch: null, time: opened }).execute();
      await tx.updateTable('number_counter').set({ last: 2 }).where('direction', '=', 'out').execute();
    });
    hub = await openStation(org, HUB, clock, { disk: hub.disk, restored: opened });
    clock.at += 60_000;
    await signedDraft(hub, since);
    for (const [draft, again] of [[earlier, true], [since, undefined]] as const) {
      const { number } = await hub.dispatch.numbers.forDraft(caller, draft, SERIES);
      const sealed = seal(org, { header: { created: clock.now() } });
      await hub.dispatch.acceptance.accept(caller, { draft, office: 'van-phong', number, submission: base64url(sealed.bytes) });
      assert.equal(await newestSays(hub), again);
    }
  });

  it('says nothing of what was written later, nor anywhere that was never restored', async () => {
    hub = await restored(HUB);
    clock.at += DAY_MS;
    assert.equal(await againOf(hub, seal(org, { header: { created: clock.now() } })), undefined);
    hub = await openStation(org, HUB, clock);
    assert.equal(await againOf(hub, seal(org, { header: { created: clock.now() } })), undefined);
  });
});

it('what a neighbour says to have come before is not doubted where nobody has forgotten anything and no office has moved', async () => {
  await send(hub, org);
  await carry(hub, relay, (await hub.queue())[0]!);
  const item = (await relay.queue()).find(({ kind }) => kind === 'dispatch')!;
  await post.dispatch.traffic.accept({ ...(await offerOf(relay, item)), again: true }, async () => {});
  assert.deepEqual(await marksOf(post), [0]);
});

it('what a neighbour says to have come before is not believed at a home that was restored before it was written', async () => {
  clock.at += HOUR_MS;
  post = await openStation(org, POST, clock, { restored: clock.now() });
  clock.at += DAY_MS;
  await send(hub, org, { header: { created: clock.now() } });
  await carry(hub, relay, (await hub.queue())[0]!);
  const item = (await relay.queue()).find(({ kind }) => kind === 'dispatch')!;
  await post.dispatch.traffic.accept({ ...(await offerOf(relay, item)), again: true }, async () => {});
  assert.deepEqual(await marksOf(post), [0]);
});

it('a restored relay says so of what was written before it was opened, and of nothing that was written since', async () => {
  relay = await restored(RELAY);
  for (const [created, again] of [[clock.now() - HOUR_MS, true], [clock.now(), false]] as const) {
    await send(hub, org, { header: { created } });
    await carry(hub, relay, (await hub.queue()).at(-1)!);
    const { again: isSaid } = await offerOf(relay, (await relay.queue()).findLast(({ kind }) => kind === 'dispatch')!);
    assert.equal(isSaid, again);
  }
});

it('what is said to have come before goes by itself, and no other part of a telegram with it', async () => {
  let ways: Hops = { [RELAY]: RELAY, [POST]: POST };
  hub = await openStation(org, HUB, clock, { hops: () => ways });
  await send(hub, org, { to: ['huyen', OFFICE] });
  await hub.store.of<DispatchTables>().commit(async (tx) => void (await tx.updateTable('dispatch_stanza').set({ again: 1 }).where('office', '=', OFFICE).execute()));
  ways = { [RELAY]: RELAY, [POST]: RELAY };
  await grown(hub);
  const item = (await hub.queue()).find(({ peer }) => peer === RELAY)!;
  const { offices, again } = (await hub.dispatch.traffic.load(item, RELAY))!;
  assert.deepEqual([offices, again], [['huyen'], false]);
});

describe('what a relay was restored over', () => {
  it('arrives there marked where its office has moved there meanwhile, for nobody knows what it had passed on', async () => {
    await send(hub, org);
    await carry(hub, relay, (await hub.queue())[0]!);
    const { disk } = relay;
    clock.at += HOUR_MS;
    relay = await openStation(org, RELAY, clock, { disk, restored: clock.now() });
    await org.addOffice(OFFICE, RELAY, 'Mường Lèo');
    await grown(relay);
    assert.deepEqual(await marksOf(relay), [1]);
  });

  it('arrives marked too where it was given back and lay there for longer than clocks differ', async () => {
    await send(hub, org);
    const item = (await hub.queue())[0]!;
    await carry(hub, relay, item);
    await carry(relay, post, (await relay.queue()).find(({ kind }) => kind === 'dispatch')!);
    relay = await restored(RELAY);
    clock.at += 4 * HOUR_MS;
    await relay.dispatch.traffic.accept({ ...(await offerOf(hub, item)), again: true }, async () => {});
    await org.addOffice(OFFICE, RELAY, 'Mường Lèo');
    await grown(relay);
    assert.deepEqual(await marksOf(relay), [1]);
  });

  it('arrives marked at a third station where its office lives by then, whoever is between, and at none that no office has moved to', async () => {
    await org.addStation(FORMER, 'Trạm bản');
    await org.connect(FORMER, RELAY);
    await org.addStation(BEYOND, 'Trạm xa');
    await org.connect(BEYOND, POST);
    const onlyOver = (hop: string): Hops => Object.fromEntries([HUB, RELAY, POST, FORMER, BEYOND].map((code) => [code, hop]));
    const ways: Record<string, Hops> = {
      [HUB]: onlyOver(RELAY), [FORMER]: onlyOver(RELAY), [BEYOND]: onlyOver(POST),
      [RELAY]: { [HUB]: HUB, [POST]: POST, [BEYOND]: POST, [FORMER]: FORMER }, [POST]: { ...onlyOver(RELAY), [BEYOND]: BEYOND },
    };
    const withWays = (code: string): StationOptions => ({ hops: () => ways[code]! });
    clock.at += 4 * HOUR_MS;
    for (const { home, isEmpty } of [POST, BEYOND, FORMER].flatMap((one) => [{ home: one, isEmpty: true }, { home: one, isEmpty: false }])) {
      [org.now, clock.at] = [clock.at, clock.at + HOUR_MS];
      await org.addOffice(OFFICE, FORMER, 'Mường Lèo');
      [hub, relay, post] = await openRow(org, clock, withWays);
      const [former, beyond] = [await openStation(org, FORMER, clock, withWays(FORMER)), await openStation(org, BEYOND, clock, withWays(BEYOND))];
      clock.at += 4 * HOUR_MS;
      await send(hub, org, { header: { created: clock.now() } });
      const item = (await hub.queue())[0]!;
      await carry(hub, relay, item);
      const disk = isEmpty ? undefined : await relay.disk.copy();
      await carry(relay, former, (await relay.queue()).find(({ kind }) => kind === 'dispatch')!);
      relay = await restored(RELAY, { ...withWays(RELAY), ...(disk && { disk }) });
      org.now = clock.now();
      if (home !== FORMER) await org.addOffice(OFFICE, home, 'Mường Lèo');
      if (isEmpty) await carry(hub, relay, { ...item, peer: RELAY });
      await grown(relay);
      await carryAll([hub, relay, post, beyond]);
      assert.deepEqual(await marksOf({ [POST]: post, [BEYOND]: beyond, [FORMER]: former }[home]!), [home === FORMER ? 0 : 1], home);
    }
  });

  it('arrives marked where its office moves to while the second copy is under way there, whatever the relay knew when it passed it on', async () => {
    for (const code of [FORMER, BEYOND]) {
      await org.addStation(code, code);
      await org.connect(code, RELAY);
    }
    clock.at += 4 * HOUR_MS;
    org.now = clock.now();
    await org.addOffice(OFFICE, BEYOND, 'Mường Lèo');
    const onlyOver = (hop: string): Hops => ({ [HUB]: hop, [RELAY]: hop, [FORMER]: hop, [BEYOND]: hop });
    const hopsOf: Record<string, Hops> = { [HUB]: onlyOver(RELAY), [RELAY]: { [HUB]: HUB, [BEYOND]: BEYOND }, [FORMER]: onlyOver(BEYOND), [BEYOND]: onlyOver(RELAY) };
    const open = (code: string): Promise<TestStation> => openStation(org, code, clock, { hops: () => hopsOf[code]! });
    const [former, beyond] = [await open(FORMER), await open(BEYOND)];
    [hub, relay] = [await open(HUB), await open(RELAY)];
    clock.at += 4 * HOUR_MS;
    await send(hub, org, { header: { created: clock.now() } });
    await carry(hub, relay, (await hub.queue())[0]!);
    const disk = await relay.disk.copy();
    await carryAll([relay, beyond]);
    hopsOf[RELAY] = { [HUB]: HUB, [BEYOND]: FORMER };
    relay = await restored(RELAY, { disk, hops: () => hopsOf[RELAY]! });
    await grown(relay);
    await carry(relay, former, (await relay.queue()).find(({ kind, peer }) => kind === 'dispatch' && peer === FORMER)!);
    org.now = clock.now();
    await org.addOffice(OFFICE, FORMER, 'Mường Lèo');
    await grown(former);
    assert.deepEqual([await marksOf(beyond), await marksOf(former)], [[0], [1]]);
  });

  it('is offered once more to the old home that has it, which says so though the way leads back by now', async () => {
    await send(hub, org);
    await carry(hub, relay, (await hub.queue())[0]!);
    const item = (await relay.queue()).find(({ kind }) => kind === 'dispatch')!;
    await carry(relay, post, item);
    await org.addOffice(OFFICE, RELAY, 'Mường Lèo');
    const verdict = await post.dispatch.traffic.examine(await offerOf(relay, item));
    assert.equal(verdict.verdict, 'held');
  });
});

describe('what comes back to its origin by another road', () => {
  let back: Awaited<ReturnType<TestStation['queue']>>[number];
  let hops: Record<string, Hops>;
  beforeEach(async () => {
    hops = { [HUB]: { [RELAY]: RELAY, [POST]: RELAY }, [RELAY]: { [HUB]: HUB, [POST]: POST }, [POST]: { [RELAY]: HUB, [HUB]: HUB } };
    [hub, relay, post] = await openRow(org, clock, (code) => ({ hops: () => hops[code]! }));
    await send(hub, org);
    await carry(hub, relay, (await hub.queue())[0]!);
  });
  const passedOn = async (home: string): Promise<void> => {
    const offered = await offerOf(relay, (await relay.queue()).find(({ kind }) => kind === 'dispatch')!);
    await org.addOffice(OFFICE, home, 'Mường Lèo');
    await post.dispatch.traffic.accept(offered, async () => {});
    back = (await post.queue()).find(({ kind, peer }) => kind === 'dispatch' && peer === HUB)!;
  };

  it('arrives there where the office lives there by now, once, and whoever brought it has the word for it', async () => {
    await passedOn(HUB);
    assert.equal((await carry(post, hub, back)).verdict, 'take');
    assert.deepEqual(await marksOf(hub), [0]);
    assert.equal((await hub.dispatch.traffic.examine(await offerOf(post, back))).verdict, 'held');
    assert.equal((await hub.kinds()).filter((kind) => kind === 'arrived').length, 1);
  });

  it('is refused where it would only go on, so that whoever has it keeps it', async () => {
    await passedOn(RELAY);
    assert.deepEqual(await hub.dispatch.traffic.examine(await offerOf(post, back)), { verdict: 'refuse', code: 'no-route' });
    assert.equal((await post.queue()).filter(({ kind }) => kind === 'dispatch').length, 1);
  });
});

/** Hub, relay and mountain post, the line between the last two cut: who is asked after what is late, and who is told. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { base64url, hex } from '#core/bytes.ts';
import { HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { event as eventCodec, eventFields } from '#wire/event.ts';
import { LIMITS } from '#wire/limits.ts';
import { note as noteCodec, type Note, receipt as receiptCodec, receiptStatement } from '#wire/receipt.ts';
import { signOne } from '#wire/sign.ts';
import type { OfferedItem } from '../links/index.ts';
import { carry, carryAll, openRow, openStation, type TestStation, turns } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, POST_CLERK, RELAY, setClock, START, type SetClock } from '../../../test/fixtures/organisation.ts';
import { officeReceipt, resealing, send } from '../../../test/fixtures/submissions.ts';

let org: PracticeOrganisation;
let clock: SetClock;
let hub: TestStation;
let relay: TestStation;
let post: TestStation;

before(async () => {
  org = await foundTestOrganisation();
});

beforeEach(async () => {
  clock = setClock();
  [hub, relay, post] = await openRow(org, clock);
});

const count = async (station: TestStation, kind: string): Promise<number> => (await station.kinds()).filter((one) => one === kind).length;
const asked = (id: Uint8Array): Promise<(string | undefined)[]> => hub.store.read(async (db) =>
  (await hub.ledger.entriesAbout(db, id, 'asked')).map(({ bytes }) => eventFields.decode(eventCodec.decode(bytes).fields).peer));
const traced = (id: Uint8Array) => hub.dispatch.traces.trace({ person: CLERK }, hex(id));

async function shown(id: Uint8Array): Promise<string[]> {
  return (await traced(id)).receipts.map(({ bytes }) => receiptStatement.decode(receiptCodec.decode(bytes).statement))
    .map(({ kind, station }) => `${kind} ${station}`);
}

/** Moves the clock and looks for what is late. */
async function chaseAt(time: number): Promise<void> {
  clock.at = time;
  await hub.dispatch.chase();
}

function inquiry(ids: readonly Uint8Array[], from: string, told: Partial<Note> = {}): OfferedItem {
  const head = noteCodec.encode({
    version: 1, kind: 'inquiry', organisation: org.state.organisation.id, from: HUB, to: RELAY, created: clock.at, precedence: 'flash',
    hopLimit: LIMITS.hopLimit, salt: nodeRandom.bytes(16), items: [...ids], ...told,
  });
  return { kind: 'note', id: nodeCrypto.hash.sha256(head), sealing: 0, head, from, hops: 0 };
}

async function ask(offered: OfferedItem): Promise<void> {
  assert.equal((await relay.dispatch.traffic.examine(offered)).verdict, 'take');
  await relay.dispatch.traffic.accept(offered, async () => {});
}

/** The post, which has not got it, says of itself that it has, tomorrow. */
async function claimAhead(id: Uint8Array): Promise<void> {
  const statement = receiptStatement.encode({
    version: 1, kind: 'custody', dispatch: id, sealing: 0, office: { organisation: org.state.organisation.id, office: org.state.position('muong-leo-truc')!.office }, station: POST,
    time: clock.at + 24 * HOUR_MS, incarnation: post.incarnation, previousHop: RELAY,
  });
  const said = receiptCodec.encode({ statement, signature: await signOne(nodeCrypto, org.stations.get(POST)!.signer, 'custody', statement, nodeRandom) });
  const offered = inquiry([said], RELAY, { kind: 'receipts', from: RELAY, to: HUB });
  assert.equal((await hub.dispatch.traffic.examine(offered)).verdict, 'take');
  await hub.dispatch.traffic.accept(offered, async () => {});
}

describe('what is late', () => {
  test('with the line behind the relay cut, the hub asks the relay, whose receipts come home again', async () => {
    const { id } = await send(hub, org, { precedence: 'immediate' });
    await carryAll([hub, relay]);
    await chaseAt(START + 29 * MINUTE_MS);
    assert.deepEqual([await count(hub, 'asked'), (await traced(id)).asked], [0, undefined], 'it is not late yet');
    await chaseAt(START + 31 * MINUTE_MS);
    assert.deepEqual((await traced(id)).asked, { times: 1, at: clock.at });
    await carryAll([hub, relay]);
    assert.deepEqual([await count(relay, 'answered'), await count(relay, 'asked'), await count(hub, 'receipt')], [1, 0, 1], 'the relay has nobody to ask, and what was known counts once');
    assert.deepEqual(await shown(id), [`custody ${RELAY}`]);
    assert.deepEqual((await relay.queue()).map(({ kind, peer }) => `${kind} ${peer}`), [`dispatch ${POST}`]);
    await carryAll([hub, relay, post]);
    await chaseAt(START + HOUR_MS);
    assert.deepEqual([await count(hub, 'asked'), (await shown(id)).toSorted()], [1, [`arrived ${POST}`, `custody ${RELAY}`]], 'what has come is asked after no more');
  });

  test('a receipt that was lost on its way home comes again', async () => {
    const { id } = await send(hub, org);
    await carryAll([hub, relay]);
    for (const item of await relay.queue()) await carry(relay, post, item);
    await turns(4);
    for (const item of await relay.queue()) await relay.unqueue(item, item.peer);
    assert.deepEqual(await shown(id), [`custody ${RELAY}`]);
    await chaseAt(START + 7 * HOUR_MS);
    await carryAll([hub, relay, post]);
    assert.deepEqual((await shown(id)).toSorted(), [`arrived ${POST}`, `custody ${RELAY}`]);
  });

  test('nobody is asked while it is still here, eight times at most, and ever less often', async () => {
    await send(hub, org, { precedence: 'immediate' });
    await chaseAt(START + HOUR_MS);
    assert.equal(await count(hub, 'asked'), 0);
    await carryAll([hub, relay]);
    const times: number[] = [];
    for (let minute = 60; minute < 30 * 24 * 60; minute += 15) {
      const earlier = await count(hub, 'asked');
      await chaseAt(START + minute * MINUTE_MS);
      if ((await count(hub, 'asked')) > earlier) times.push(minute);
    }
    assert.equal(times.length, 8);
    const pauses = times.slice(1).map((minute, i) => minute - times[i]!);
    assert.deepEqual(pauses, [30, 60, 120, 240, 480, 960, 1_920]);
  });

  test('what was sealed again is asked after again, until that has come', async () => {
    const sent = await send(hub, org);
    await carryAll([hub, relay, post]);
    await chaseAt(START + 7 * HOUR_MS);
    const unreadable = await officeReceipt(org, post, 'muong-leo-truc', { dispatch: sent.id, kind: 'unreadable' });
    await post.dispatch.receipts.upload({ person: POST_CLERK }, [unreadable]);
    await carryAll([hub, relay, post]);
    await chaseAt(START + 14 * HOUR_MS);
    assert.equal(await count(hub, 'asked'), 0);
    const again = base64url(await resealing(org, sent));
    await hub.dispatch.resealing.accept({ person: CLERK }, hex(sent.id), { office: 'van-phong', resealing: again });
    await carryAll([hub, relay]);
    await chaseAt(START + 19 * HOUR_MS);
    assert.equal(await count(hub, 'asked'), 0, 'six hours from when it was sealed again');
    await chaseAt(START + 21 * HOUR_MS);
    await carryAll([hub, relay]);
    assert.deepEqual([await count(hub, 'asked'), await count(relay, 'answered'), await count(relay, 'asked')], [1, 1, 0]);
    await carryAll([hub, relay, post]);
    await chaseAt(START + 90 * HOUR_MS);
    assert.equal(await count(hub, 'asked'), 1);
  });

  test('a station that was never on the way, and says so of itself at a later time, is not the only one that is asked', async () => {
    const { id } = await send(hub, org, { precedence: 'immediate' });
    await carryAll([hub, relay]);
    await claimAhead(id);
    assert.deepEqual((await shown(id)).toSorted(), [`custody ${RELAY}`, `custody ${POST}`].toSorted());
    for (let minute = 31; minute < 300; minute += 15) await chaseAt(START + minute * MINUTE_MS);
    assert.deepEqual(await asked(id), [POST, RELAY, POST, RELAY]);
  });

  test('one that says so and to which there is no way any more is passed by', async () => {
    const hops: Record<string, string> = { [RELAY]: RELAY, [POST]: RELAY };
    hub = await openStation(org, HUB, clock, { hops: () => hops });
    const { id } = await send(hub, org, { precedence: 'immediate' });
    await carryAll([hub, relay]);
    await claimAhead(id);
    delete hops[POST];
    for (let minute = 31; minute < 300; minute += 15) await chaseAt(START + minute * MINUTE_MS);
    assert.deepEqual(await asked(id), [RELAY, RELAY, RELAY, RELAY]);
  });

  test('a time in the header goes before the precedence', async () => {
    await send(hub, org, { precedence: 'immediate', header: { deliverBy: START + HOUR_MS } });
    await carryAll([hub, relay]);
    await chaseAt(START + 50 * MINUTE_MS);
    assert.equal(await count(hub, 'asked'), 0);
    await chaseAt(START + 61 * MINUTE_MS);
    assert.equal(await count(hub, 'asked'), 1);
  });
});

describe('who is told', () => {
  test('the origin and nobody else, whoever writes the note; and seldom', async () => {
    const { id } = await send(hub, org);
    await carryAll([hub, relay]);
    await ask(inquiry([id], HUB, { from: POST }));
    await turns(4);
    assert.deepEqual((await relay.queue()).filter(({ kind }) => kind === 'note').map(({ peer }) => peer), [HUB]);
    await carryAll([hub, relay]);
    await ask(inquiry([id], HUB));
    assert.equal(await count(relay, 'answered'), 1, 'a minute ago');
    for (let i = 0; i < 20; i++) {
      clock.at += HOUR_MS;
      await ask(inquiry([id, id], HUB));
    }
    assert.equal(await count(relay, 'answered'), 8);
  });

  test('a neighbour that did not bring it gets no answer, and what is not held has none', async () => {
    const { id } = await send(hub, org);
    await carryAll([hub, relay]);
    await ask(inquiry([id], POST));
    await ask(inquiry([nodeRandom.bytes(32), id.slice(1)], HUB));
    await turns(4);
    assert.deepEqual([await count(relay, 'answered'), (await relay.queue()).filter(({ kind }) => kind === 'note')], [0, []]);
  });
});

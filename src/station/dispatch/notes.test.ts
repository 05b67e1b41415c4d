/** Notes over a relay: receipts on their way home, proposals, requests; and receipts that are not what they say. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { Precedence } from '#wire/names.ts';
import { note as noteCodec, receipt as receiptCodec } from '#wire/receipt.ts';
import type { OfferedItem } from '../links/index.ts';
import { carryAll, flipped, offerOf, openRow, receiptsAt, type TestStation, turns } from '../../../test/fixtures/dispatch-station.ts';
import {
  CLERK, foundTestOrganisation, HUB, POST, POST_CLERK, RELAY, setClock, START, STRANGER, type SetClock,
} from '../../../test/fixtures/organisation.ts';
import { officeReceipt, send, SERIES } from '../../../test/fixtures/submissions.ts';

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

const everyone = (): TestStation[] => [hub, relay, post];
const nothing = async (): Promise<void> => {};

async function noteOf(from: TestStation, items: Uint8Array[]): Promise<OfferedItem> {
  const head = noteCodec.encode({
    version: 1, kind: 'receipts', organisation: org.state.organisation.id, from: from.code, to: HUB, created: START,
    precedence: 'routine', hopLimit: 8, salt: nodeRandom.bytes(16), items,
  });
  return { kind: 'note', id: nodeCrypto.hash.sha256(head), sealing: 0, head, from: RELAY, hops: 1 };
}

describe('receipts that are not what they say', () => {
  test('a neighbour that gives no receipt, or another’s, keeps the item queued', async () => {
    const { id } = await send(hub, org);
    const [item] = await hub.queue();
    const offered = await offerOf(hub, item!);
    const [good] = await relay.dispatch.traffic.accept(offered, nothing);
    const damaged = { ...good!, statement: flipped(good!.statement, 30) };
    for (const receipts of [[], [damaged]]) {
      await assert.rejects(hub.dispatch.traffic.delivered(item!, RELAY, receipts, nothing), { code: 'receipt-forged' });
    }
    await assert.rejects(hub.dispatch.traffic.delivered(item!, POST, [good!], nothing), (error) => error instanceof Refusal);
    assert.deepEqual((await hub.events()).filter(({ kind }) => kind === 'refused').map(({ facts }) => facts.code),
      ['receipt-forged', 'receipt-forged', 'receipt-forged']);
    for (const receipts of [[good!], [good!, good!, good!]]) {
      assert.equal(await hub.dispatch.traffic.delivered(item!, RELAY, receipts, nothing), 1, 'of one office, however often it is said');
    }
    assert.deepEqual(await receiptsAt(hub, CLERK, id), ['custody muong-leo tram-huyen']);
  });

  test('an office’s seal speaks for no other office, a station for no other station', async () => {
    const { id } = await send(hub, org);
    await carryAll(everyone());
    const organisation = org.state.organisation.id;
    const other = await officeReceipt(org, post, 'huyen-van-thu', { dispatch: id, kind: 'opened', office: { organisation, office: 'muong-leo' } });
    await assert.rejects(post.dispatch.receipts.upload({ person: POST_CLERK }, [other]), { code: 'receipt-forged' });
    const arrived = await officeReceipt(org, post, 'muong-leo-truc', { dispatch: id, kind: 'arrived' });
    await assert.rejects(post.dispatch.receipts.upload({ person: POST_CLERK }, [arrived]), { code: 'receipt-forged' });
  });

  test('a forged one in a note is written down, the others count', async () => {
    const { id } = await send(hub, org);
    await carryAll(everyone());
    const until = await receiptsAt(hub, CLERK, id);
    await post.dispatch.numbers.incoming({ person: POST_CLERK }, 'muong-leo', SERIES, [id]);
    const good = await officeReceipt(org, post, 'muong-leo-truc', { dispatch: id, kind: 'opened' });
    const bad = receiptCodec.decode(good);
    bad.signature.p256 = flipped(bad.signature.p256);
    const note = await noteOf(post, [receiptCodec.encode(bad), good]);
    assert.deepEqual(await hub.dispatch.traffic.examine(note), { verdict: 'take', parts: [] });
    await hub.dispatch.traffic.accept(note, nothing);
    assert.deepEqual(await hub.dispatch.traffic.examine(note), { verdict: 'held', receipts: [] });
    assert.deepEqual(await receiptsAt(hub, CLERK, id), [...until, 'opened muong-leo tram-nui'].toSorted());
    assert.equal((await hub.kinds()).at(-1), 'refused');
  });
});

test('a proposal for the directory rides a note to the station it is for', async () => {
  await post.dispatch.propose(HUB, [org.entries[3]!]);
  await carryAll(everyone());
  assert.deepEqual(hub.proposals, [[org.entries[3]!]]);
  assert.deepEqual(relay.proposals, []);
});

test('the request of a new device rides one too, in the commit of whoever sends it, and where there is no way nothing is queued', async () => {
  const request = nodeRandom.bytes(9_000);
  const sent = (to: string): Promise<boolean> => post.store.commit((tx) => post.dispatch.carryRequest(tx, to, request));
  assert.equal(await sent(HUB), true);
  assert.equal(await sent('khong-co'), false);
  await assert.rejects(post.store.commit(async (tx) => {
    await post.dispatch.carryRequest(tx, HUB, request);
    throw new Error('the voucher is not kept');
  }));
  assert.equal((await post.queue()).length, 1);
  await carryAll(everyone());
  assert.deepEqual(hub.requests, [{ request, from: RELAY }]);
  assert.deepEqual([relay.requests, hub.proposals], [[], []]);
});

test('nobody makes the request of a device urgent, or the station that is to take it its sender', async () => {
  const verdictOf = ({ precedence = 'priority' as Precedence, from = POST, to = HUB, neighbour = RELAY }) => {
    const head = noteCodec.encode({
      version: 1, kind: 'device-request', organisation: org.state.organisation.id, from, to, created: clock.now(),
      precedence, hopLimit: 8, salt: nodeRandom.bytes(16), items: [nodeRandom.bytes(100)],
    });
    return hub.dispatch.traffic.examine({ kind: 'note', id: nodeCrypto.hash.sha256(head), sealing: 0, head, from: neighbour, hops: 1 });
  };
  const forged = { verdict: 'refuse', code: 'header-forged' };
  assert.deepEqual(await verdictOf({ precedence: 'flash' }), forged);
  assert.deepEqual(await verdictOf({ from: HUB }), forged);
  assert.equal((await verdictOf({})).verdict, 'take');
  assert.equal((await verdictOf({ from: HUB, to: POST, neighbour: STRANGER })).verdict, 'take', 'ways change, and what went off may pass again');
});

test('a note that was let go of is taken from whoever brings it again, however far it has come', async () => {
  await hub.dispatch.propose(POST, [org.entries[3]!]);
  const [note] = await hub.queue();
  const offered = await offerOf(hub, note!);
  await relay.dispatch.traffic.accept(offered, nothing);
  const [item] = await relay.queue();
  assert.equal((await relay.dispatch.traffic.examine(offered)).verdict, 'held');
  await relay.dispatch.traffic.refused(item!, POST, 'hop-limit-reached', async () => true);
  await relay.unqueue(item!, POST);
  relay.dispatch.resume();
  await turns(50);
  assert.deepEqual(await relay.queue(), [], 'that is final');
  clock.at += 86_400_000;
  assert.equal((await relay.dispatch.traffic.examine(offered)).verdict, 'take');
  await relay.dispatch.traffic.accept(offered, nothing);
  await carryAll([relay, post]);
  assert.deepEqual(post.proposals, [[org.entries[3]!]]);
});

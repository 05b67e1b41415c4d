/** What has no other way goes back to who brought it. Source: docs/decisions/0159-what-has-no-other-way-is-given-back.md. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex } from '#core/bytes.ts';
import { lifeOf } from '#model/life.ts';
import { DAY_MS, MINUTE_MS } from '#core/clock.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { note as noteCodec, receipt as receiptCodec, receiptStatement } from '#wire/receipt.ts';
import {
  arrivals, carry, carryAll, type ChangingRow, copyBlob, dispatchAt, grown, offerOf, openStation, receiptsAt, rowForEachTest, type TestStation, turns, waits,
} from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, HUB, POST, RELAY } from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, send } from '../../../test/fixtures/submissions.ts';
import type { DispatchTables } from './tables.ts';

const FAR = 'tram-xa';
const OFFICE = 'muong-leo';

let { org, clock, ways, hub, relay, post } = {} as ChangingRow;
rowForEachTest((row) => {
  ({ org, clock, ways, hub, relay, post } = row);
});

const everyone = (): TestStation[] => [hub, relay, post];
const nothing = async (): Promise<void> => {};

function open(code: string, disk?: TestStation['disk']): Promise<TestStation> {
  return openStation(org, code, clock, { hops: () => ways[code]!, ...(disk && { disk }) });
}

/** The post is reached from the hub, and from the relay over the hub alone. */
async function turnAround(): Promise<void> {
  await org.add([{ kind: 'end', body: { what: 'link', code: POST, other: RELAY, reason: 'left' } }]);
  await org.connect(POST, HUB);
  Object.assign(ways, { [HUB]: { [RELAY]: RELAY, [POST]: POST }, [RELAY]: { [HUB]: HUB, [POST]: HUB }, [POST]: { [HUB]: HUB, [RELAY]: HUB } });
}

const told = (id: Uint8Array): Promise<string[]> => receiptsAt(hub, CLERK, id);

async function custodian({ id, header }: Awaited<ReturnType<typeof send>>): Promise<string> {
  const { receipts } = await hub.dispatch.traces.trace({ person: CLERK }, hex(id));
  const said = receipts.map(({ bytes }) => receiptStatement.decode(receiptCodec.decode(bytes).statement));
  return lifeOf({ dispatch: id, header, accepted: clock.now(), receipts: said, now: clock.now() }).offices[0]!.lastCustodian;
}

/** To the relay, whose way on then ends. */
async function strand(wanted?: Parameters<typeof send>[2]): Promise<Awaited<ReturnType<typeof send>>> {
  const sent = await send(hub, org, wanted);
  await carry(hub, relay, await dispatchAt(hub));
  await turnAround();
  clock.at += 1_000;
  await grown(relay);
  return sent;
}

test('what waits at a relay whose only way leads back goes back, on from there, and arrives once; the trace says who has it', async () => {
  const part = await makePart(2);
  await hub.dispatch.parts.declare({ person: CLERK }, part.declaration);
  await hub.dispatch.parts.append({ person: CLERK }, part.declaration.root, 0, inPieces(part.sealed));
  const sent = await strand({ parts: [part.header], precedence: 'immediate', header: { expires: clock.now() + DAY_MS } });
  assert.deepEqual([await waits(relay), await custodian(sent)], [[HUB], RELAY]);
  const verdict = await carry(relay, hub, await dispatchAt(relay));
  assert.equal(verdict.verdict, 'take');
  const [item] = await hub.queue();
  assert.deepEqual([item!.peer, item!.precedence], [POST, 'immediate']);
  assert.equal(await custodian(sent), HUB);
  clock.at += 2 * DAY_MS;
  assert.deepEqual((await hub.dispatch.expiry.unknown()).map(({ lastCustodian }) => lastCustodian), [null], 'it is here');
  await hub.dispatch.chase();
  assert.ok(!(await hub.kinds()).includes('asked'));
  clock.at -= 2 * DAY_MS;
  await carryAll(everyone());
  assert.deepEqual(await told(sent.id), ['arrived muong-leo tram-nui', 'custody muong-leo tram-huyen', 'custody muong-leo tram-tinh']);
  assert.equal(await arrivals(post), 1);
  assert.deepEqual([...hub.faults, ...relay.faults, ...post.faults], []);
});

test('whoever still sends that way refuses it for now, and takes it when it knows better', async () => {
  const sent = await strand();
  const later = ways[HUB]!;
  ways[HUB] = { [RELAY]: RELAY, [POST]: RELAY };
  assert.deepEqual(await carry(relay, hub, await dispatchAt(relay)), { verdict: 'refuse', code: 'no-route' });
  assert.deepEqual([await waits(relay), await waits(hub)], [[], []]);
  ways[HUB] = later;
  await grown(relay);
  await carryAll(everyone());
  assert.ok((await told(sent.id)).includes('arrived muong-leo tram-nui'));
});

test('a refusal of what was given back is no end of it, whatever it says', async () => {
  const sent = await strand();
  const item = await dispatchAt(relay);
  await relay.dispatch.traffic.refused(item, HUB, 'hop-limit-reached', nothing);
  await relay.unqueue(item, HUB);
  assert.deepEqual((await told(sent.id)).filter((one) => one.startsWith('dropped')), []);
  await grown(relay);
  await carryAll(everyone());
  assert.ok((await told(sent.id)).includes('arrived muong-leo tram-nui'));
});

test('it goes back over each station that brought it, to the one that has another way, and comes on again over the same', async () => {
  await org.addStation(FAR, 'Trạm xa');
  await org.connect(FAR, POST);
  await org.addOffice('ban-xa', FAR);
  await org.addOfficeKey('ban-xa', 'transport');
  for (const code of [HUB, RELAY]) ways[code] = { ...ways[code], [FAR]: code === HUB ? RELAY : POST };
  ways[POST] = { ...ways[POST], [FAR]: FAR };
  ways[FAR] = { [HUB]: HUB, [POST]: POST, [RELAY]: POST };
  const far = await open(FAR);
  const sent = await send(hub, org, { to: ['ban-xa'] });
  await carry(hub, relay, await dispatchAt(hub));
  await carry(relay, post, await dispatchAt(relay));
  await carryAll(everyone());
  await org.add([{ kind: 'end', body: { what: 'link', code: FAR, other: POST, reason: 'left' } }]);
  ways[POST] = { ...ways[POST], [FAR]: RELAY };
  ways[RELAY] = { ...ways[RELAY], [FAR]: HUB };
  ways[HUB] = { ...ways[HUB], [FAR]: FAR };
  await grown(post);
  assert.deepEqual(await waits(post), [RELAY]);
  clock.at += 1_000;
  await carry(post, relay, await dispatchAt(post));
  await carry(relay, hub, await dispatchAt(relay));
  assert.deepEqual([await waits(post), await waits(relay), await waits(hub)], [[], [], [FAR]]);
  // The link is written anew: what was given back goes the way that it had gone.
  ways[POST] = { ...ways[POST], [FAR]: FAR };
  ways[RELAY] = { ...ways[RELAY], [FAR]: POST };
  ways[HUB] = { ...ways[HUB], [FAR]: RELAY };
  await grown(hub);
  await carry(hub, relay, await dispatchAt(hub));
  await carry(relay, post, await dispatchAt(relay));
  assert.deepEqual([await waits(hub), await waits(relay), await waits(post)], [[], [], [FAR]]);
  await carryAll([hub, relay, post, far]);
  assert.ok((await told(sent.id)).includes('arrived ban-xa tram-xa'));
  assert.equal(await arrivals(far), 1);
});

test('what another station than the first brought is given back to that one as well: no refusal ends it, and whoever brought it is answered', async () => {
  const round = 'tram-vong';
  for (const [code, neighbours] of [[FAR, [POST]], [round, [POST, RELAY]]] as const) {
    await org.addStation(code, code);
    for (const neighbour of neighbours) await org.connect(code, neighbour);
  }
  await org.addOffice('ban-xa', FAR);
  await org.addOfficeKey('ban-xa', 'transport');
  Object.assign(ways, { [HUB]: { [FAR]: RELAY, [RELAY]: RELAY, [round]: RELAY }, [RELAY]: { [FAR]: POST, [HUB]: HUB }, [POST]: { [FAR]: FAR, [HUB]: RELAY }, [round]: { [FAR]: RELAY, [HUB]: RELAY } });
  const third = await open(round);
  const sent = await send(hub, org, { to: ['ban-xa'] });
  await carry(hub, relay, await dispatchAt(hub));
  await carry(relay, post, await dispatchAt(relay));
  Object.assign(ways, { ...ways, [POST]: { [FAR]: round, [HUB]: RELAY }, [RELAY]: { [FAR]: FAR, [HUB]: HUB } });
  clock.at += 1_000;
  await grown(post, relay);
  await carry(post, third, await dispatchAt(post));
  await carry(third, relay, await dispatchAt(third));
  ways[RELAY] = { [FAR]: round, [HUB]: HUB };
  await grown(relay);
  const item = await dispatchAt(relay);
  assert.equal(item.peer, round);
  await relay.dispatch.traffic.refused(item, round, 'hop-limit-reached', nothing);
  await relay.unqueue(item, round);
  await carryAll([hub, relay]);
  assert.deepEqual((await told(sent.id)).filter((one) => one.startsWith('dropped')), []);
  await grown(relay);
  assert.deepEqual(await waits(relay), [round]);
  const head = noteCodec.encode({
    version: 1, kind: 'inquiry', organisation: org.state.organisation.id, from: HUB, to: RELAY, created: clock.at, precedence: 'flash', hopLimit: 32, salt: new Uint8Array(16), items: [sent.id],
  });
  await relay.dispatch.traffic.accept({ kind: 'note', id: nodeCrypto.hash.sha256(head), sealing: 0, head, from: round, hops: 0 }, nothing);
  assert.ok((await relay.kinds()).includes('answered'));
});

test('of a telegram goes back what has no other way; what arrived stays as it is', async () => {
  const sent = await strand({ to: ['huyen', OFFICE] });
  assert.deepEqual(await waits(relay), [HUB]);
  await carryAll(everyone());
  assert.deepEqual(await told(sent.id), ['arrived huyen tram-huyen', 'arrived muong-leo tram-nui', 'custody muong-leo tram-huyen', 'custody muong-leo tram-tinh']);
  assert.deepEqual([await arrivals(relay), await arrivals(post)], [1, 1]);
});

test('a power cut in the middle leaves it with one of the two, and it arrives once', async () => {
  const sent = await strand();
  const item = await dispatchAt(relay);
  const offered = await offerOf(relay, item);
  hub.disk.faults = { beforeCommit: () => hub.disk.crash() };
  await assert.rejects(hub.dispatch.traffic.accept(offered, nothing));
  hub.disk.faults = {};
  hub = await open(HUB, hub.disk);
  assert.deepEqual([await waits(hub), await waits(relay)], [[], [HUB]]);
  await hub.dispatch.traffic.accept(offered, nothing);
  hub.disk.crash();
  hub = await open(HUB, hub.disk);
  assert.deepEqual([await waits(hub), await waits(relay)], [[POST], [HUB]]);
  assert.equal((await carry(relay, hub, item)).verdict, 'held');
  await carryAll(everyone());
  assert.ok((await told(sent.id)).includes('arrived muong-leo tram-nui'));
  assert.equal(await arrivals(post), 1);
});

test('what is offered twice is taken back once, and a word that was lost is said again', async () => {
  const sent = await strand();
  const offered = await offerOf(relay, await dispatchAt(relay));
  const [one, other] = await Promise.all([hub.dispatch.traffic.accept(offered, nothing), hub.dispatch.traffic.accept(offered, nothing)]);
  assert.deepEqual(one, other);
  assert.deepEqual(await hub.dispatch.traffic.examine(offered), { verdict: 'held', receipts: one });
  await carryAll(everyone());
  assert.ok((await told(sent.id)).includes('arrived muong-leo tram-nui'));
  assert.equal(await arrivals(post), 1);
});

test('a neighbour that gives back without end is taken at its word a bounded number of times', async () => {
  await strand();
  const offered = await offerOf(relay, await dispatchAt(relay));
  const taken: number[] = [];
  for (let hops = 0; hops < 32; hops++) {
    for (const time of [1, 2]) {
      clock.at += 16 * MINUTE_MS;
      const verdict = await hub.dispatch.traffic.examine({ ...offered, hops });
      if (verdict.verdict !== 'take') continue;
      assert.equal(time, 1);
      taken.push(hops);
      await hub.dispatch.traffic.accept({ ...offered, hops }, nothing);
    }
  }
  assert.deepEqual(taken, [0, 1, 2, 3, 4], 'half of eight hops');
  assert.deepEqual(await waits(hub), [POST]);
});

test('a neighbour that gives back what it also delivers makes no second delivery, and what is known to have arrived does not start again', async () => {
  await send(hub, org);
  await carry(hub, relay, await dispatchAt(hub));
  const copy = await dispatchAt(relay);
  const offered = await offerOf(relay, copy);
  await carryAll(everyone());
  await turnAround();
  const verdict = await hub.dispatch.traffic.examine({ ...offered, hops: 5 });
  if (verdict.verdict === 'take') await hub.dispatch.traffic.accept({ ...offered, hops: 5 }, nothing);
  assert.deepEqual(await waits(hub), []);
  assert.equal(await arrivals(post), 1);
});

test('what is under way to a neighbour that stands is not taken back before that has answered', async () => {
  await send(hub, org);
  const item = await dispatchAt(hub);
  const first = await offerOf(hub, item);
  const verdict = await relay.dispatch.traffic.examine(first);
  if (verdict.verdict === 'take') for (const { root } of verdict.parts) await copyBlob(hub, relay, hex(root));
  await relay.dispatch.traffic.accept(first, nothing);
  await turnAround();
  await grown(relay);
  const back = await dispatchAt(relay);
  assert.deepEqual(await carry(relay, hub, back), { verdict: 'refuse', code: 'no-route' });
  // The hub hears at last that the relay has it.
  await carry(hub, relay, item);
  await grown(relay);
  await carryAll(everyone());
  assert.equal(await arrivals(post), 1);
  assert.deepEqual((await post.store.of<DispatchTables>().read((db) => db.selectFrom('delivery').select('suspected').execute())).map(({ suspected }) => suspected), [0]);
});

test('a note that comes back goes the way that is now; what is no further than here is old, and what goes round in a circle is refused for now', async () => {
  await hub.dispatch.propose(POST, [org.entries[3]!]);
  await carry(hub, relay, (await hub.queue())[0]!);
  const onward = await offerOf(relay, (await relay.queue())[0]!);
  assert.deepEqual(await hub.dispatch.traffic.examine({ ...onward, from: POST }), { verdict: 'refuse', code: 'no-route' });
  assert.deepEqual(await hub.dispatch.traffic.examine({ ...onward, hops: onward.hops - 2 }), { verdict: 'held', receipts: [] });
  await turnAround();
  await grown(relay);
  const [back] = await relay.queue();
  assert.deepEqual([back!.kind, back!.peer], ['note', HUB]);
  await carryAll(everyone());
  assert.deepEqual(post.proposals, [[org.entries[3]!]]);
  assert.deepEqual((await Promise.all(everyone().map((station) => station.queue()))).flat(), []);
});

test('a note that a neighbour cannot pass on yet waits, and goes when ways are there', async () => {
  await hub.dispatch.propose(POST, [org.entries[3]!]);
  ways[RELAY] = { [HUB]: HUB, [POST]: HUB };
  assert.deepEqual(await carry(hub, relay, (await hub.queue())[0]!), { verdict: 'refuse', code: 'no-route' });
  assert.deepEqual(await hub.queue(), []);
  ways[RELAY] = { [HUB]: HUB, [POST]: POST };
  await grown(hub);
  await carryAll(everyone());
  assert.deepEqual(post.proposals, [[org.entries[3]!]]);
});

test('a refusal of what waits there no more, for it went another way meanwhile, drops nothing and is written beside nothing', async () => {
  const sent = await send(hub, org);
  await carry(hub, relay, await dispatchAt(hub));
  const item = await dispatchAt(relay);
  await relay.dispatch.traffic.refused(item, POST, 'not-entitled', async () => false);
  await carryAll(everyone());
  assert.deepEqual(await told(sent.id), ['arrived muong-leo tram-nui', 'custody muong-leo tram-huyen']);
});

test('what nobody has taken back is offered no more long after it expired', async () => {
  await strand({ header: { expires: clock.now() + DAY_MS } });
  ways[HUB] = { [RELAY]: RELAY, [POST]: RELAY };
  assert.equal((await carry(relay, hub, await dispatchAt(relay))).verdict, 'refuse');
  clock.at += 90 * DAY_MS;
  await grown(relay);
  assert.deepEqual(await waits(relay), [HUB]);
  assert.equal((await carry(relay, hub, await dispatchAt(relay))).verdict, 'refuse');
  clock.at += 2 * DAY_MS;
  await grown(relay);
  assert.deepEqual(await waits(relay), []);
});

test('what comes home over another station waits no more for the one to which it was to go', async () => {
  await send(hub, org);
  await carry(hub, relay, await dispatchAt(hub));
  const offered = await offerOf(relay, await dispatchAt(relay));
  relay.offered.clear();
  await org.addOffice(OFFICE, RELAY, 'Mường Lèo');
  clock.at += 1_000;
  await relay.dispatch.traffic.accept({ ...offered, from: POST, hops: 2 }, nothing);
  assert.deepEqual([await waits(relay), await arrivals(relay)], [[], 1]);
});

test('a refusal for good that comes while what waits for a way is looked through stands', async () => {
  const sent = await strand();
  const item = await dispatchAt(relay);
  await relay.dispatch.traffic.refused(item, HUB, 'directory-behind', (tx) => relay.unqueue(item, HUB, tx));
  const refusal = async (): Promise<string | null> => (await relay.store.of<DispatchTables>().read((db) =>
    db.selectFrom('dispatch_stanza').select('refusal').where('id', '=', sent.id).where('office', '=', OFFICE).executeTakeFirstOrThrow())).refusal;
  const way = ways[RELAY]!;
  // Ways are asked after what was refused is looked up, and before that is queued.
  Object.defineProperty(ways, RELAY, { configurable: true, get() {
    Object.defineProperty(ways, RELAY, { value: way });
    void relay.store.of<DispatchTables>().commit(async (tx) => void (await tx.updateTable('dispatch_stanza').set({ refusal: 'not-entitled' }).where('id', '=', sent.id).execute()));
    return way;
  } });
  relay.dispatch.showed(HUB);
  await turns(60);
  assert.deepEqual([await refusal(), await waits(relay)], ['not-entitled', []]);
});

test('what there is nothing to offer of is let go of, unless it was queued anew meanwhile', async () => {
  await send(hub, org);
  const item = await dispatchAt(hub);
  let settled = 0;
  const also = async (): Promise<void> => void (settled += 1);
  await hub.dispatch.traffic.letGo(item, RELAY, also);
  assert.equal(settled, 0);
  await hub.dispatch.traffic.letGo(item, POST, also);
  assert.equal(settled, 1);
});

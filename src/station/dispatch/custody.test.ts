/** Custody over a relay: hub, relay and mountain post, carried by the test instead of links. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { equal, hex } from '#core/bytes.ts';
import { inclusionProofs, leafHash, root as treeRoot } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { envelope, sealing as sealingCodec, sealingStatement, stanza as stanzaCodec } from '#wire/envelope.ts';
import { signOne } from '#wire/sign.ts';
import type { OfferedItem } from '../links/index.ts';
import { isOnPostgresql } from '../../../test/fixtures/disks.ts';
import { carry, carryAll, offerOf, openRow, openStation, receiptsAt, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import {
  CLERK, foundTestOrganisation, HUB, POST, POST_CLERK, RELAY, RELAY_CLERK, setClock, START, STRANGER, type SetClock,
} from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, officeReceipt, requestOf, seal, send, SERIES } from '../../../test/fixtures/submissions.ts';

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

/** What a hostile origin's station can make: the same dispatch under a second sealing, with a body that nobody opens. */
async function sealedAgain(offered: OfferedItem): Promise<OfferedItem> {
  const { hash } = nodeCrypto;
  const value = envelope.decode(offered.head);
  const statement = sealingStatement.decode(value.sealing.statement);
  const stanzas = value.stanzas.map(({ stanza }) => stanzaCodec.decode(stanza))
    .map((one) => stanzaCodec.encode({ ...one, key: { ...one.key, sealing: 1 } }));
  const leaves = [new Uint8Array(1), ...stanzas].map((stanza) => leafHash(hash, stanza));
  const body = nodeRandom.bytes(300);
  const sealing = sealingStatement.encode({
    ...statement, number: 1, stanzaRoot: treeRoot(hash, leaves), bodyDigest: hash.sha256(body), bodySize: body.length,
  });
  const signature = await signOne(nodeCrypto, org.stations.get(HUB)!.signer, 'sealing', sealing, nodeRandom);
  const placed = stanzas.map((stanza, i) => ({ index: i + 1, stanza, path: inclusionProofs(hash, leaves)[i + 1]! }));
  const head = envelope.encode({ ...value, body, stanzas: placed, sealing: { statement: sealing, signature } });
  return { ...offered, sealing: 1, head, from: RELAY };
}

describe('the way out and home', () => {
  test('a dispatch with a part goes through the relay, arrives, and its receipts come home', async () => {
    const part = await makePart(3);
    await hub.dispatch.parts.declare({ person: CLERK }, part.declaration);
    await hub.dispatch.parts.append({ person: CLERK }, part.declaration.root, 0, inPieces(part.sealed));
    const { id } = await send(hub, org, { to: ['muong-leo', 'huyen'], parts: [part.header] });
    await carryAll(everyone());
    assert.deepEqual(await receiptsAt(hub, CLERK, id), [
      'arrived huyen tram-huyen', 'arrived muong-leo tram-nui', 'custody muong-leo tram-huyen',
    ]);
    const { lines } = await hub.dispatch.register.page({ person: CLERK }, 'van-phong', 'out', {});
    assert.equal(lines[0]!.state, 'arrived');
    const arrived = (await post.events()).find(({ kind }) => kind === 'arrived')!;
    assert.equal(arrived.facts.peer, RELAY);
    assert.ok(equal(arrived.subject!, id));
    assert.deepEqual(await post.dispatch.reading.leaves({ person: POST_CLERK }, part.declaration.root),
      await hub.dispatch.reading.leaves({ person: CLERK }, part.declaration.root));
    assert.deepEqual([...hub.faults, ...relay.faults, ...post.faults], []);
  });

  test('each neighbour gets only the stanzas behind it, and a reader only the one of the office', async () => {
    const { id } = await send(hub, org, { to: ['muong-leo', 'huyen', 'phong-mot'] });
    const [item] = await hub.queue();
    assert.deepEqual(envelope.decode((await offerOf(hub, item!)).head).stanzas.map(({ index }) => index), [1, 2]);
    await carry(hub, relay, item!);
    const [onward] = await relay.queue();
    assert.deepEqual(envelope.decode((await offerOf(relay, onward!)).head).stanzas.map(({ index }) => index), [1]);
    const read = await relay.dispatch.traces.envelope({ person: RELAY_CLERK }, hex(id), null);
    assert.deepEqual(envelope.decode(read).stanzas.map(({ index }) => index), [2]);
  });

  test('an office that lives at the origin station has it at once', async () => {
    const { id } = await send(hub, org, { to: ['phong-mot'] });
    assert.deepEqual(await hub.queue(), []);
    assert.deepEqual(await receiptsAt(hub, STRANGER, id), ['arrived phong-mot tram-tinh']);
    assert.deepEqual((await hub.kinds()).filter((kind) => kind !== 'number-issued'), ['accepted', 'arrived']);
  });

  test('opened and handed over come home; an incoming number stands before', async () => {
    const { id } = await send(hub, org);
    await carryAll(everyone());
    const person = POST_CLERK;
    const opened = await officeReceipt(org, post, 'muong-leo-truc', { dispatch: id, kind: 'opened' });
    const handed = await officeReceipt(org, post, 'muong-leo-truc', { dispatch: id, kind: 'handed-over' });
    await assert.rejects(post.dispatch.receipts.upload({ person }, [opened]), { code: 'step-out-of-order' });
    const first = await post.dispatch.numbers.incoming({ person }, 'muong-leo', SERIES, [id]);
    assert.deepEqual(await post.dispatch.numbers.incoming({ person }, 'muong-leo', SERIES, [id]), first);
    await assert.rejects(post.dispatch.receipts.upload({ person }, [handed]), { code: 'step-out-of-order' });
    assert.equal(await post.dispatch.receipts.upload({ person }, [opened, handed]), 2);
    assert.equal(await post.dispatch.receipts.upload({ person }, [opened]), 1);
    await carryAll(everyone());
    const home = await receiptsAt(hub, CLERK, id);
    assert.ok(home.includes('opened muong-leo tram-nui') && home.includes('handed-over muong-leo tram-nui'));
    const { lines } = await post.dispatch.register.page({ person }, 'muong-leo', 'in', {});
    assert.deepEqual([lines[0]!.state, lines[0]!.number], ['handed-over', { series: SERIES, number: 1 }]);
    assert.equal((await hub.kinds()).filter((kind) => kind === 'receipt').length, 4);
  });

  test('whoever hands over and does nothing else says so under the office seal, and nothing else', async () => {
    const whole = org.state;
    await org.addPosition('muong-leo-giao', 'muong-leo', ['hand-over']);
    await org.addPerson('tong');
    await org.hold('tong', 'muong-leo-giao');
    const { id } = await send(hub, org);
    await carryAll(everyone());
    await post.dispatch.numbers.incoming({ person: POST_CLERK }, 'muong-leo', SERIES, [id]);
    const said = (kind: 'opened' | 'handed-over'): Promise<Uint8Array> => officeReceipt(org, post, 'muong-leo-giao', { dispatch: id, kind });
    await assert.rejects(post.dispatch.receipts.upload({ person: 'tong' }, [await said('opened')]), (error) => error instanceof Refusal);
    await post.dispatch.receipts.upload({ person: POST_CLERK }, [await officeReceipt(org, post, 'muong-leo-truc', { dispatch: id, kind: 'opened' })]);
    assert.equal(await post.dispatch.receipts.upload({ person: 'tong' }, [await said('handed-over')]), 1);
    await carryAll(everyone());
    assert.ok((await receiptsAt(hub, CLERK, id)).includes('handed-over muong-leo tram-nui'));
    org.state = whole;
  });

  test('many dispatches at once share signatures, and their receipts share notes', async () => {
    const sent = await Promise.all(Array.from({ length: 20 }, () => send(hub, org)));
    const trees = new Set<string>();
    for (const item of await hub.queue()) {
      const { sealing } = envelope.decode((await offerOf(hub, item)).head);
      trees.add(hex(sealing.signature.mldsa));
    }
    // Answers that come over a connection come one by one, and fewer statements are there when a batch closes.
    assert.ok(trees.size < (isOnPostgresql ? sent.length : 5), `${trees.size} signatures for ${sent.length} dispatches`);
    for (const item of await hub.queue()) await carry(hub, relay, item);
    for (const item of await relay.queue()) if (item.kind === 'dispatch') await carry(relay, post, item);
    await carryAll(everyone());
    for (const { id } of sent) assert.equal((await receiptsAt(hub, CLERK, id)).length, 2);
  });
});

describe('duplicates', () => {
  test('the same item again is held, with the same receipts, and delivered once', async () => {
    await send(hub, org);
    const [out] = await hub.queue();
    await carry(hub, relay, out!);
    const [item] = await relay.queue();
    const offered = await offerOf(relay, item!);
    const [one, other] = await Promise.all([
      post.dispatch.traffic.accept(offered, nothing), post.dispatch.traffic.accept(offered, nothing),
    ]);
    assert.deepEqual(one, other);
    const again = await post.dispatch.traffic.examine(offered);
    assert.deepEqual(again, { verdict: 'held', receipts: one });
    assert.deepEqual(await post.kinds(), ['arrived']);
  });

  test('a station alone seals nothing again: what was delivered stays', async () => {
    const { id } = await send(hub, org);
    const offered = await offerOf(hub, (await hub.queue())[0]!);
    await carryAll(everyone());
    const first = await post.dispatch.traces.envelope({ person: POST_CLERK }, hex(id), null);
    const again = await sealedAgain(offered);
    assert.deepEqual(await post.dispatch.traffic.examine(again), { verdict: 'refuse', code: 'header-forged' });
    await assert.rejects(post.dispatch.traffic.accept(again, nothing), { code: 'header-forged' });
    assert.deepEqual(await post.dispatch.traces.envelope({ person: POST_CLERK }, hex(id), null), first);
    const [one] = await post.dispatch.traces.envelopes({ person: POST_CLERK }, [hex(id)], 'muong-leo');
    assert.deepEqual(one, first);
    assert.equal((await post.kinds()).filter((kind) => kind === 'arrived').length, 1);
  });

  test('another neighbour brings it too: one delivery, receipts as first said', async () => {
    await send(hub, org);
    const [out] = await hub.queue();
    const straight = await offerOf(hub, out!);
    await carry(hub, relay, out!);
    await carry(relay, post, (await relay.queue())[0]!);
    const verdict = await post.dispatch.traffic.examine(straight);
    assert.equal(verdict.verdict, 'held');
    assert.equal((await post.kinds()).filter((kind) => kind === 'arrived').length, 1);
  });
});

describe('expiry', () => {
  const inAnHour = START + 3_600_000;

  test('only the recipient decides: late is said, signed, and not delivered', async () => {
    const { id } = await send(hub, org, { header: { expires: inAnHour } });
    clock.at = inAnHour + 1;
    await carryAll(everyone());
    assert.deepEqual(await receiptsAt(hub, CLERK, id), ['custody muong-leo tram-huyen', 'expired muong-leo tram-nui']);
    assert.deepEqual(await post.kinds(), ['expired']);
    await assert.rejects(post.dispatch.traces.envelope({ person: POST_CLERK }, hex(id), null), { code: 'dispatch-expired' });
    const { lines } = await hub.dispatch.register.page({ person: CLERK }, 'van-phong', 'out', {});
    assert.equal(lines[0]!.state, 'expired');
  });

  test('the clock’s uncertainty counts for the dispatch', async () => {
    await send(hub, org, { header: { expires: inAnHour } });
    clock.at = inAnHour + 1;
    clock.uncertainMs = 60_000;
    await carryAll(everyone());
    assert.deepEqual(await post.kinds(), ['arrived']);
  });

  test('without an outcome the origin says: unknown, last custodian', async () => {
    const { id } = await send(hub, org, { header: { expires: inAnHour } });
    await carry(hub, relay, (await hub.queue())[0]!);
    assert.deepEqual(await hub.dispatch.expiry.unknown(), []);
    clock.at = inAnHour;
    const [unknown] = await hub.dispatch.expiry.unknown();
    assert.deepEqual([unknown!.office, unknown!.lastCustodian, hex(unknown!.dispatch)], ['muong-leo', RELAY, hex(id)]);
  });
});

describe('after a power cut', () => {
  test('what was acknowledged is there, what was not is asked for again', async () => {
    const { id } = await send(hub, org);
    const [item] = await hub.queue();
    const offered = await offerOf(hub, item!);
    relay.disk.faults = { beforeCommit: () => relay.disk.crash() };
    await assert.rejects(relay.dispatch.traffic.accept(offered, nothing));
    relay.disk.faults = {};
    relay = await openStation(org, RELAY, clock, { disk: relay.disk });
    assert.deepEqual([await relay.kinds(), await relay.queue()], [[], []]);
    await carry(hub, relay, item!);
    relay.disk.crash();
    relay = await openStation(org, RELAY, clock, { disk: relay.disk });
    assert.equal((await relay.queue()).length, 1);
    await carryAll(everyone());
    assert.equal((await receiptsAt(hub, CLERK, id)).length, 2);
  });

  test('receipts that waited to go home still go', async () => {
    const { id } = await send(hub, org);
    await carry(hub, relay, (await hub.queue())[0]!);
    const [onward] = await relay.queue();
    const offered = await offerOf(relay, onward!);
    const receipts = await post.dispatch.traffic.accept(offered, nothing);
    let commits = 0;
    relay.disk.faults = { afterCommit: () => { if (++commits === 1) relay.disk.crash(); } };
    await assert.rejects(relay.dispatch.traffic.delivered(onward!, POST, receipts, nothing));
    relay.disk.faults = {};
    relay = await openStation(org, RELAY, clock, { disk: relay.disk });
    relay.dispatch.resume();
    await carryAll(everyone());
    assert.deepEqual(await receiptsAt(hub, CLERK, id), ['arrived muong-leo tram-nui', 'custody muong-leo tram-huyen']);
  });
});

test('what the links record goes with the item or not at all', async () => {
  await send(hub, org);
  const offered = await offerOf(hub, (await hub.queue())[0]!);
  await assert.rejects(relay.dispatch.traffic.accept(offered, async () => { throw new Error('no'); }), /no/);
  assert.deepEqual(await relay.queue(), []);
  assert.equal((await relay.dispatch.traffic.examine(offered)).verdict, 'take');
});

test('a sealing has one form in bytes', async () => {
  const sealed = seal(org);
  await hub.dispatch.acceptance.accept({ person: CLERK }, await requestOf(hub, sealed));
  const { sealing } = await hub.dispatch.traces.trace({ person: CLERK }, hex(sealed.id));
  assert.deepEqual(sealingCodec.encode(sealingCodec.decode(sealing)), sealing);
});

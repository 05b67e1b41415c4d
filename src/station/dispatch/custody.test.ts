/** Custody over a relay: hub, relay and mountain post, carried by the test instead of links. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { concat, equal, hex } from '#core/bytes.ts';
import { inclusionProofs, leafHash, root as treeRoot } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import {
  envelope, header as headerCodec, sealing as sealingCodec, sealingStatement, stanza as stanzaCodec, type Envelope,
} from '#wire/envelope.ts';
import type { Precedence } from '#wire/names.ts';
import { note as noteCodec, receipt as receiptCodec, receiptStatement } from '#wire/receipt.ts';
import { signOne } from '#wire/sign.ts';
import type { OfferedItem } from '../links/index.ts';
import { isOnPostgresql } from '../../../test/fixtures/disks.ts';
import { carry, carryAll, copyBlob, offerOf, openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
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
  hub = await openStation(org, HUB, clock);
  relay = await openStation(org, RELAY, clock);
  post = await openStation(org, POST, clock);
});

const everyone = (): TestStation[] => [hub, relay, post];
const nothing = async (): Promise<void> => {};

async function receiptsAt(station: TestStation, person: string, id: Uint8Array): Promise<string[]> {
  const { receipts } = await station.dispatch.traces.trace({ person }, hex(id));
  return receipts.map((bytes) => receiptStatement.decode(receiptCodec.decode(bytes).statement))
    .map(({ kind, office, station: where }) => `${kind} ${office.office} ${where}`).toSorted();
}

/** An offer of the hub's only queued item, its envelope changed. */
async function tamperedOffer(change: (value: Envelope) => void): Promise<OfferedItem> {
  const [item] = await hub.queue();
  const offered = await offerOf(hub, item!);
  const value = envelope.decode(offered.head);
  change(value);
  return { ...offered, head: envelope.encode(value) };
}

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

function flipped(bytes: Uint8Array, at = bytes.length >> 1): Uint8Array {
  const copy = bytes.slice();
  copy[at]! ^= 1;
  return copy;
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

describe('what is refused, and kept nowhere', () => {
  const cases: readonly (readonly [string, string, (value: Envelope) => void])[] = [
    ['header', 'header-forged', (value) => {
      value.header = headerCodec.encode({ ...headerCodec.decode(value.header), exercise: false });
    }],
    ['body', 'header-forged', (value) => (value.body = flipped(value.body))],
    ['stanza', 'header-forged', (value) => (value.stanzas[0]!.stanza = flipped(value.stanzas[0]!.stanza))],
    ['stanza path', 'header-forged', (value) => (value.stanzas[0]!.path[0] = flipped(value.stanzas[0]!.path[0]!))],
    ['stanza twice', 'header-forged', (value) => value.stanzas.push(value.stanzas[0]!)],
    ['no stanza', 'not-addressed-here', (value) => (value.stanzas = [])],
    ['P-256 signature', 'signature-wrong', (value) => (value.sealing.signature.p256 = flipped(value.sealing.signature.p256))],
    ['ML-DSA signature', 'signature-wrong', (value) => (value.sealing.signature.mldsa = flipped(value.sealing.signature.mldsa))],
    ['sealing statement', 'signature-wrong', (value) => {
      const statement = sealingStatement.decode(value.sealing.statement);
      value.sealing.statement = sealingStatement.encode({ ...statement, time: statement.time + 1 });
    }],
  ];
  for (const [what, code, change] of cases) {
    test(`${what} tampered with: ${code}`, async () => {
      await send(hub, org);
      const verdict = await relay.dispatch.traffic.examine(await tamperedOffer(change));
      assert.deepEqual(verdict, { verdict: 'refuse', code });
      assert.deepEqual([await relay.kinds(), await relay.queue()], [[], []]);
    });
  }

  test('any bit of it changed', async () => {
    await send(hub, org);
    const offered = await offerOf(hub, (await hub.queue())[0]!);
    await fc.assert(fc.asyncProperty(fc.nat(offered.head.length * 8 - 1), async (bit) => {
      const head = offered.head.slice();
      head[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal((await relay.dispatch.traffic.examine({ ...offered, head })).verdict, 'refuse');
    }), { numRuns: 100 });
    assert.equal((await relay.dispatch.traffic.examine(offered)).verdict, 'take');
  });

  test('bytes that are no envelope', async () => {
    await send(hub, org);
    const offered = await offerOf(hub, (await hub.queue())[0]!);
    for (const head of [new Uint8Array(0), offered.head.subarray(1), concat(offered.head, Uint8Array.of(0))]) {
      assert.deepEqual(await relay.dispatch.traffic.examine({ ...offered, head }), { verdict: 'refuse', code: 'cbor-malformed' });
    }
    const other = { ...offered, id: offered.id.map((byte) => byte ^ 1) };
    assert.deepEqual(await relay.dispatch.traffic.examine(other), { verdict: 'refuse', code: 'header-forged' });
  });

  test('too many hops; and a relay says that it dropped its copy', async () => {
    const { id } = await send(hub, org, { header: { hopLimit: 1 } });
    await carry(hub, relay, (await hub.queue())[0]!);
    const verdict = await carry(relay, post, (await relay.queue())[0]!);
    assert.deepEqual(verdict, { verdict: 'refuse', code: 'hop-limit-reached' });
    await carryAll(everyone());
    assert.deepEqual(await receiptsAt(hub, CLERK, id), ['custody muong-leo tram-huyen', 'dropped muong-leo tram-huyen']);
  });

  test('what a neighbour does not know yet is no outcome: it is offered again when the directory grows', async () => {
    const { id } = await send(hub, org);
    await carry(hub, relay, (await hub.queue())[0]!);
    const [item] = await relay.queue();
    await relay.dispatch.traffic.refused(item!, POST, 'office-unknown', nothing);
    await relay.unqueue(item!, POST);
    await carryAll(everyone());
    assert.deepEqual(await receiptsAt(hub, CLERK, id), ['custody muong-leo tram-huyen']);
    relay.dispatch.resume();
    await carryAll(everyone());
    assert.deepEqual(await receiptsAt(hub, CLERK, id), ['arrived muong-leo tram-nui', 'custody muong-leo tram-huyen']);
  });

  test('a way that leads back where it came from', async () => {
    await send(hub, org);
    const offered = { ...(await offerOf(hub, (await hub.queue())[0]!)), from: POST };
    assert.deepEqual(await relay.dispatch.traffic.examine(offered), { verdict: 'refuse', code: 'no-route' });
  });

  test('a part that is not all there', async () => {
    const part = await makePart(2);
    await hub.dispatch.parts.declare({ person: CLERK }, part.declaration);
    await hub.dispatch.parts.append({ person: CLERK }, part.declaration.root, 0, inPieces(part.sealed));
    await send(hub, org, { parts: [part.header] });
    const offered = await offerOf(hub, (await hub.queue())[0]!);
    await assert.rejects(relay.dispatch.traffic.accept(offered, nothing), { code: 'part-incomplete' });
    await copyBlob(hub, relay, part.declaration.root);
    const leaves = await hub.dispatch.traffic.leaves(part.header);
    assert.equal(leaves?.length, 64);
    assert.equal((await relay.dispatch.traffic.accept({ ...offered, leaves: async () => leaves }, nothing)).length, 1);
    assert.deepEqual(await relay.dispatch.traffic.leaves(part.header), leaves);
  });

  test('a full disk is no refusal of the item: it may come again', async () => {
    await send(hub, org);
    const offered = await offerOf(hub, (await hub.queue())[0]!);
    const full = await openStation(org, RELAY, clock, { limits: { reserveBytes: 2 ** 41, floorBytes: 2 ** 41 } });
    await assert.rejects(full.dispatch.traffic.examine(offered), { code: 'disk-full' });
    // A station that takes no more parts takes what has none, and refuses what has.
    const filling = await openStation(org, RELAY, clock, { limits: { reserveBytes: 2 ** 41 } });
    assert.equal((await filling.dispatch.traffic.examine(offered)).verdict, 'take');
    const withPart = await openStation(org, HUB, clock);
    const part = await makePart(2);
    await withPart.dispatch.parts.declare({ person: CLERK }, part.declaration);
    await withPart.dispatch.parts.append({ person: CLERK }, part.declaration.root, 0, inPieces(part.sealed));
    await send(withPart, org, { parts: [part.header] });
    await assert.rejects(filling.dispatch.traffic.examine(await offerOf(withPart, (await withPart.queue())[0]!)), { code: 'disk-full' });
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

async function noteOf(from: TestStation, items: Uint8Array[]): Promise<OfferedItem> {
  const head = noteCodec.encode({
    version: 1, kind: 'receipts', organisation: org.state.organisation.id, from: from.code, to: HUB, created: START,
    precedence: 'routine', hopLimit: 8, salt: nodeRandom.bytes(16), items,
  });
  return { kind: 'note', id: nodeCrypto.hash.sha256(head), sealing: 0, head, from: RELAY, hops: 1 };
}

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

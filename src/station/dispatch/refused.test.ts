/** What is brought and not taken: refused with a code, and nothing of it kept. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { concat } from '#core/bytes.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { envelope, header as headerCodec, sealingStatement, type Envelope } from '#wire/envelope.ts';
import { note as noteCodec } from '#wire/receipt.ts';
import type { OfferedItem } from '../links/index.ts';
import { carry, carryAll, copyBlob, flipped, offerOf, openRow, openStation, receiptsAt, type TestStation, turns } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, RELAY, setClock, type SetClock } from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, send } from '../../../test/fixtures/submissions.ts';

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

/** An offer of the hub's only queued item, its envelope changed. */
async function tamperedOffer(change: (value: Envelope) => void): Promise<OfferedItem> {
  const [item] = await hub.queue();
  const offered = await offerOf(hub, item!);
  const value = envelope.decode(offered.head);
  change(value);
  return { ...offered, head: envelope.encode(value) };
}

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

  test('what has not hops enough for the way that is left, by the first who sees it and not by the last, who would hold it against a relay', async () => {
    const id = async (hopLimit: number): Promise<Uint8Array> => (await send(hub, org, { header: { hopLimit } })).id;
    await id(1);
    assert.deepEqual(await carry(hub, relay, (await hub.queue())[0]!), { verdict: 'refuse', code: 'hop-limit-reached' });
    assert.deepEqual(await relay.kinds(), []);
    const enough = await id(2);
    await carryAll(everyone());
    assert.deepEqual(await receiptsAt(hub, CLERK, enough), ['arrived muong-leo tram-nui', 'custody muong-leo tram-huyen']);
  });

  test('so is it with two stations that are still to come, and with a note', async () => {
    const whole = org.state;
    try {
      await org.addStation('tram-xa', 'Trạm xa');
      await org.connect('tram-xa', POST);
      await org.addOffice('ban-xa', 'tram-xa');
      await org.addOfficeKey('ban-xa', 'transport');
      const ways = { 'tram-xa': RELAY, [RELAY]: RELAY };
      const [from, next] = [await openStation(org, HUB, clock, { hops: () => ways }), await openStation(org, RELAY, clock, { hops: () => ({ 'tram-xa': POST }) })];
      await send(from, org, { to: ['ban-xa'], header: { hopLimit: 2 } });
      assert.deepEqual(await carry(from, next, (await from.queue())[0]!), { verdict: 'refuse', code: 'hop-limit-reached' });
      const note = (hopLimit: number): OfferedItem => {
        const head = noteCodec.encode({
          version: 1, kind: 'receipts', organisation: org.state.organisation.id, from: HUB, to: 'tram-xa', created: clock.now(), precedence: 'flash', hopLimit,
          salt: new Uint8Array(16), items: [Uint8Array.of(1)],
        });
        return { kind: 'note', id: nodeCrypto.hash.sha256(head), sealing: 0, head, from: HUB, hops: 0 };
      };
      assert.deepEqual(await next.dispatch.traffic.examine(note(2)), { verdict: 'refuse', code: 'hop-limit-reached' });
      assert.equal((await next.dispatch.traffic.examine(note(3))).verdict, 'take');
    } finally {
      org.state = whole;
    }
  });

  for (const said of ['office-unknown', 'signature-wrong']) {
    test(`what a neighbour does not know yet is no outcome: it is offered again when the directory grows (${said})`, async () => {
      const { id } = await send(hub, org);
      await carry(hub, relay, (await hub.queue())[0]!);
      const [item] = await relay.queue();
      const code = await relay.dispatch.traffic.refusalOf(item!, POST, said, org.state.point.size - 1);
      await relay.dispatch.traffic.refused(item!, POST, code, nothing);
      await relay.unqueue(item!, POST);
      await carryAll(everyone());
      assert.deepEqual(await receiptsAt(hub, CLERK, id), ['custody muong-leo tram-huyen']);
      relay.dispatch.resume();
      await carryAll(everyone());
      assert.deepEqual(await receiptsAt(hub, CLERK, id), ['arrived muong-leo tram-nui', 'custody muong-leo tram-huyen']);
    });
  }

  test('what one neighbour refused is offered again when it was shown more, and not what another did', async () => {
    for (const to of ['huyen', 'muong-leo']) await send(hub, org, { to: [to] });
    const items = await hub.queue();
    for (const item of items) {
      await hub.dispatch.traffic.refused(item, RELAY, 'office-unknown', nothing);
      await hub.unqueue(item, RELAY);
    }
    hub.dispatch.showed(POST);
    await turns(50);
    assert.deepEqual(await hub.queue(), []);
    hub.dispatch.showed(RELAY);
    await turns(50);
    assert.equal((await hub.queue()).length, 2);
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

/** What a neighbour can do with the hops that it claims, and a station with words of custody. Source: docs/decisions/0159-what-has-no-other-way-is-given-back.md. */
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { LIMITS } from '#wire/limits.ts';
import { note as noteCodec, receipt as receiptCodec, receiptStatement } from '#wire/receipt.ts';
import { signOne } from '#wire/sign.ts';
import { carry, carryAll, openRow, openStation, receiptsAt, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, RELAY, setClock, type SetClock } from '../../../test/fixtures/organisation.ts';
import { send } from '../../../test/fixtures/submissions.ts';

const OFFICE = 'muong-leo';
const nothing = async (): Promise<void> => {};

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

async function signedCustody(dispatch: Uint8Array, station: string, time: number): Promise<Uint8Array> {
  const office = { organisation: org.state.organisation.id, office: OFFICE };
  const statement = receiptStatement.encode({ version: 1, kind: 'custody', dispatch, sealing: 0, office, station, time, incarnation: new Uint8Array(16) });
  return receiptCodec.encode({ statement, signature: await signOne(nodeCrypto, org.stations.get(station)!.signer, 'custody', statement, nodeRandom) });
}

async function bring(to: TestStation, from: string, signedBy: string, items: readonly Uint8Array[]): Promise<void> {
  const head = noteCodec.encode({
    version: 1, kind: 'receipts', organisation: org.state.organisation.id, from: signedBy, to: to.code, created: clock.now(),
    precedence: 'routine', hopLimit: LIMITS.hopLimit, salt: nodeRandom.bytes(16), items: [...items],
  });
  const offered = { kind: 'note', id: nodeCrypto.hash.sha256(head), sealing: 0, head, from, hops: 1 } as const;
  assert.equal((await to.dispatch.traffic.examine(offered)).verdict, 'take');
  await to.dispatch.traffic.accept(offered, nothing);
}

test('a station that says custody again and again is taken at its word as often as a dispatch can come back to it', async () => {
  const { id } = await send(hub, org);
  await carry(hub, relay, (await hub.queue())[0]!);
  const count = async (): Promise<number> => (await hub.events()).filter(({ kind, facts }) => kind === 'receipt' && facts.code === POST).length;
  for (let round = 0; round < 2; round++) {
    const words = Array.from({ length: 40 }, (_, i) => signedCustody(id, POST, clock.now() + round * 40 + i));
    await bring(hub, RELAY, POST, await Promise.all(words));
    assert.equal(await count(), 1 + LIMITS.hopLimit / 2);
  }
});

test('of what runs out of hops together is dropped what would have made the most; the rest goes on, and nothing dropped goes along again', async () => {
  const [far, y] = ['tram-xa', 'tram-giua'];
  for (const code of [far, y]) await org.addStation(code, code);
  for (const [code, other] of [[far, RELAY], [y, POST], [far, y]] as const) await org.connect(code, other);
  await org.addOffice('ban-xa', far);
  await org.addOfficeKey('ban-xa', 'transport');
  const ways = { [HUB]: HUB, [POST]: POST, [far]: POST };
  hub = await openStation(org, HUB, clock, { hops: () => ({ [RELAY]: RELAY, [POST]: RELAY, [far]: RELAY }) });
  relay = await openStation(org, RELAY, clock, { hops: () => ways });
  post = await openStation(org, POST, clock, { hops: () => ({ [HUB]: RELAY, [RELAY]: RELAY, [far]: y }) });
  const { id } = await send(hub, org, { to: ['ban-xa', OFFICE], header: { hopLimit: 3 } });
  await carry(hub, relay, (await hub.queue())[0]!);
  await org.add([{ kind: 'end', body: { what: 'link', code: far, other: RELAY, reason: 'left' } }]);
  assert.deepEqual(await carry(relay, post, (await relay.queue())[0]!), { verdict: 'refuse', code: 'hop-limit-reached' });
  await carryAll([hub, relay, post]);
  assert.deepEqual(await receiptsAt(hub, CLERK, id), ['arrived muong-leo tram-nui', 'custody ban-xa tram-huyen', 'custody muong-leo tram-huyen', 'dropped ban-xa tram-huyen']);
  assert.deepEqual((await relay.queue()).filter(({ kind }) => kind === 'dispatch'), []);
});

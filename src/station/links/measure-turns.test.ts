/** Whose turn it is within the measure of one neighbour, which brings what strangers sent. Source: docs/protocol/frames.md §Measure. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { equal, hex } from '#core/bytes.ts';
import { note } from '#wire/receipt.ts';
import { offerOf, openStation } from '../../../test/fixtures/dispatch-station.ts';
import { foundTestOrganisation, HUB, setClock } from '../../../test/fixtures/organisation.ts';
import { send } from '../../../test/fixtures/submissions.ts';
import { SimulatedTime } from '../../../test/sim/time.ts';
import { Budget, UNITS } from './budget.ts';
import { type Item, TestPair } from './testing.test.ts';

const STRANGER = 'tram-la';
const never = (): boolean => false;

/** What an office sent, as it is offered. */
let dispatchHead: Uint8Array;

before(async () => {
  const org = await foundTestOrganisation();
  const station = await openStation(org, HUB, setClock());
  await send(station, org);
  ({ head: dispatchHead } = await offerOf(station, (await station.queue())[0]!));
});

/** A pair whose post refuses everything of the stranger's, and of whose measure there is little. */
async function pairOf(perSecond: number): Promise<TestPair> {
  const pair = await TestPair.make({ most: 2 * UNITS.refused, perSecond });
  const { items } = pair.post;
  items.examine = async ({ head }) => (equal(head, dispatchHead) ? { verdict: 'take', parts: [] } : { verdict: 'refuse', code: 'header-forged' });
  await pair.time.run(5_000);
  return pair;
}

function flash(pair: TestPair, name: string, head: Uint8Array, kind: Item['kind'], office: string): Item {
  const item: Item = { ...pair.item(pair.hub, name, 'flash', [], 40, office), kind, head };
  pair.hub.items.items.set(hex(item.id), item);
  return item;
}

function strangers(pair: TestPair, count: number): Item[] {
  const head = (index: number): Uint8Array => note.encode({
    version: 1, kind: 'receipts', organisation: new Uint8Array(16), from: STRANGER, to: 'post', created: 0, precedence: 'flash', hopLimit: 16,
    salt: new Uint8Array(16).fill(index), items: [Uint8Array.of(1)],
  });
  return Array.from({ length: count }, (_, index) => flash(pair, `lạ ${index}`, head(index % 256), 'note', STRANGER));
}

describe('a FLASH that an honest neighbour brings among those of a stranger that are refused', () => {
  it('waits for a few of these, though as many as may be are offered before it, and again the next time', async () => {
    const pair = await pairOf(10);
    await pair.queue(pair.hub, 'post', ...strangers(pair, 300));
    await pair.time.run(pair.time.elapsedMs + 60_000);
    for (const name of ['thật', 'thật nữa']) {
      const honest = flash(pair, name, dispatchHead, 'dispatch', 'van-phong');
      const { refusedCodes: { length } } = pair.hub.items;
      assert.ok(length > 5 && length < 100, `${length} refused: the measure is used up`);
      await pair.queue(pair.hub, 'post', honest);
      await pair.time.run(pair.time.elapsedMs + 3_600_000, () => pair.post.items.accepted.includes(hex(honest.id)));
      assert.ok(pair.hub.items.refusedCodes.length - length <= 3, `it waited for ${pair.hub.items.refusedCodes.length - length}`);
    }
  });
});

describe('a measure of which little is left', () => {
  const offers = async (budget: Budget, origins: readonly string[]): Promise<string[]> => {
    const looked: string[] = [];
    for (const origin of origins) void budget.take(2, 4, never, () => origin).then(() => looked.push(origin));
    await Promise.resolve();
    return looked;
  };

  it('has one of each origin looked at at a time, so that what is refused leaves no long debt', async () => {
    const time = new SimulatedTime();
    const budget = new Budget(time.clock(0, () => true), { most: UNITS.refused, perSecond: 1 });
    assert.deepEqual(await offers(budget, ['la', 'la', 'la', 'huyen', 'la', 'xa']), ['la', 'huyen', 'xa']);
  });

  it('looks at as many as it can pay for where all are refused, whoever sent them', async () => {
    const time = new SimulatedTime();
    const budget = new Budget(time.clock(0, () => true), { most: 4 * (UNITS.refused + 2), perSecond: 1 });
    assert.equal((await offers(budget, Array.from({ length: 64 }, () => 'la'))).length, 5);
  });
});

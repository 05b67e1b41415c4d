/** Neighbours that compare numbers and witness ledgers, where one of them cannot. Source: docs/protocol/frames.md §Channel numbers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Frame, frame } from '#wire/frames.ts';
import type { Precedence } from '#wire/names.ts';
import { SimulatedTime } from '../../../test/sim/time.ts';
import { Budgets, UNITS } from './budget.ts';
import { CheckTalk } from './check-talk.ts';
import type { Talk } from './talk.ts';
import { TestPair } from './testing.test.ts';

/** A neighbour that says over and over to have lost what it had often before, and has units for the words alone. */
function losing(words: number, precedences: readonly Precedence[]) {
  const time = new SimulatedTime();
  const [loads, added, said, heard]: [Precedence[], Precedence[], Frame[], number[]] = [[], [], [], []];
  const items = precedences.map((_, index) => ({ kind: 'dispatch', id: new Uint8Array(32), sealing: 0, channel: index + 1 }));
  const [incarnation, anew] = [new Uint8Array(16), { times: 8 }];
  const room = {
    budgets: new Budgets(time.clock(0, () => true), { most: words * UNITS.gap + UNITS.look * words * precedences.length, perSecond: 1 }),
    store: { commit: async (work: (tx: unknown) => Promise<void>) => work(null), read: async (work: (db: unknown) => Promise<unknown>) => work(null) },
    traffic: () => ({ lost: async () => {}, load: async ({ channel }: { channel: number }) => (loads.push(precedences[channel - 1]!), { precedence: precedences[channel - 1]!, owner: null, head: new Uint8Array(1) }) }),
    queue: {
      sentUnder: async (_peer: string, { first, last }: { first: number; last: number }) => ({ items: items.filter(({ channel }) => channel >= first && channel <= last), next: null }),
      timesAnew: async () => anew.times, addAnew: async (_tx: unknown, _peer: string, _of: unknown, _item: unknown, { precedence }: { precedence: Precedence }) => void added.push(precedence),
    },
    owed: { heard: async () => void heard.push(1) }, record: async () => {}, say: () => {}, incarnation: () => incarnation,
  };
  const check = new CheckTalk({ room, peer: 'hub', hello: { incarnation }, closed: false, send: async (one: Frame) => void said.push(one), wake: () => {} } as unknown as Talk);
  const lose = (first: number, last = first): Promise<void> => check.missing({ kind: 'service', word: 'numbers-missing', first, last, incarnation });
  return { time, loads, added, anew, said, heard, check, lose };
}

describe('words of missing numbers', () => {
  it('that are said to be heard cost a unit each', async () => {
    const { time, heard, check } = losing(1, []);
    const all = UNITS.gap + 10;
    const words = Array.from({ length: all }, (_, at) => check.heard({ kind: 'service', word: 'numbers-heard', first: at + 1, last: at + 1, incarnation: new Uint8Array(16) }));
    await time.run(5_000);
    assert.ok(heard.length >= UNITS.gap && heard.length < all, `${heard.length} words`);
    await time.run(20_000);
    await Promise.all(words);
  });

  it('load nothing while another word of the connection waits for the measure', async () => {
    const { time, loads, said, lose } = losing(100, ['routine']);
    const words = Array.from({ length: 100 }, () => lose(1));
    await time.run(100_000);
    assert.equal(loads.length, 100 + 1, 'each once to see whether it is urgent, and one that waits');
    assert.equal(said.length, 0);
    await time.run(36_000_000);
    await Promise.all(words);
    assert.equal(said.length, 100);
  });

  it('have gone anew what another number of the same item was for, settled while they waited for the measure', async () => {
    const { time, added, anew, lose } = losing(1, ['routine']);
    const word = lose(1);
    await time.run(5_000);
    assert.deepEqual(added, []);
    anew.times += 1;
    await time.run(36_000_000);
    await word;
    assert.deepEqual(added, ['routine']);
  });

  it('have what is urgent in one go before the letters of another', async () => {
    const { time, added, lose } = losing(2, ['routine', 'routine', 'flash']);
    const words = [lose(1, 2), lose(3)];
    await time.run(600_000);
    await Promise.all(words);
    assert.deepEqual(added, ['flash', 'routine', 'routine']);
  });
});

describe('checks', () => {
  it('prove a ledger once a heartbeat to a neighbour whose disk is full, and are cosigned when it has room', async () => {
    const pair = await TestPair.make();
    let checks = 0;
    let cosigned = 0;
    pair.network.tap = (from, _to, bytes) => {
      const said = frame.decode(bytes);
      if (from === 'hub' && said.kind === 'check') checks += 1;
      if (from === 'post' && said.kind === 'witnessed' && said.cosignature.length > 0) cosigned += 1;
      return bytes;
    };
    await pair.time.run(10_000);
    assert.ok(cosigned > 0);
    pair.post.disk.fill();
    // The hub's ledger grows beyond what the post has cosigned.
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'không nhận được'));
    [checks, cosigned] = [0, 0];
    await pair.time.run(20_000);
    assert.ok(checks <= 4, `${checks} checks in ten seconds`);
    pair.post.disk.makeRoom();
    await pair.time.run(600_000);
    assert.ok(cosigned > 0);
    assert.equal(pair.post.items.accepted.length, 1);
  });
});

/** What an honest neighbour has to do at its worst, and what of its price it has back: it waits for nothing. Source: docs/protocol/frames.md §Measure; docs/decisions/0111-a-neighbour-has-a-measure.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { FrameOf } from '#wire/frames.ts';
import { incarnation, offer, Room } from '../../../test/fixtures/measured-room.ts';
import { SimulatedTime } from '../../../test/sim/time.ts';
import { BUDGET, Budget, unitsAnew, unitsOf } from './budget.ts';
import { CheckTalk } from './check-talk.ts';
import { takeAnswer } from './courier/answers.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';

describe('an honest storm', () => {
  const never = (): boolean => false;
  const AT_ONCE = 280 * 64;

  /** @returns how long whoever came waited at most */
  async function waited(time: SimulatedTime, budget: Budget, units: number, everyMs: number, times: number): Promise<number> {
    let most = 0;
    const come = async (): Promise<number> => {
      await budget.take(units, 1, never);
      return time.elapsedMs;
    };
    for (let n = 0; n < times; n++) {
      const began = time.elapsedMs;
      void come().then((cameAt) => (most = Math.max(most, cameAt - began)));
      await time.run(began + everyMs);
    }
    await time.run(time.elapsedMs + HOUR_MS);
    return most;
  }

  it('of ten times the worst day waits for nothing: 6,000 dispatches and 72,000 receipts over one link, a third of them in one hour', async () => {
    const time = new SimulatedTime();
    const budget = new Budget(time.clock(0, () => true), BUDGET);
    // A dispatch of 8 KiB to 75 offices with its custody, and its share of the receipts, twelve in as many notes of one.
    const units = unitsOf(8_192 + 75 * 400) + 2 + 12 * unitsOf(4_700);
    assert.ok(units * 6_000 < (BUDGET.perSecond * DAY_MS) / 1_000 / 10, 'a tenth of what fills up in a day');
    assert.equal(await waited(time, budget, units, HOUR_MS / 2_000, 2_000), 0);
  });

  it('of a day a hundred times the real one, at its worst hour, waits for nothing after a third of such a day that came at once', async () => {
    const room = new Room();
    room.verdict = { verdict: 'take', parts: [] };
    const talk = room.talk('hub');
    const incoming = new Incoming(talk);
    for (let came = 0; came < AT_ONCE; came++) {
      incoming.offer(offer(came + 1, 'routine', 22_000));
      if (came % 64 === 63) await room.time.run(room.time.elapsedMs + 1);
    }
    assert.equal(room.examined.length, AT_ONCE);
    for (let came = 0; came < 7 * 60; came++) {
      const { length } = room.examined;
      incoming.offer(offer(AT_ONCE + 1 + came, 'routine', 22_000));
      await room.time.run(room.time.elapsedMs + 140);
      assert.equal(room.examined.length, length + 1);
    }
  });

  it('that is lost by whoever is restored from a backup, and again from an older one, is had anew at once, ten times the worst day', () => {
    assert.ok(6_000 * (unitsAnew(1) + unitsAnew(2)) < BUDGET.most);
  });

  it('of letters that were lost for the third time does not keep a telegram waiting that was lost behind them', async () => {
    const room = new Room({ most: 400, perSecond: 5 });
    const talk = room.talk('hub');
    const anew: number[] = [];
    const items = Array.from({ length: 201 }, (_, index) => ({ kind: 'dispatch', id: new Uint8Array(32), sealing: 0, channel: index + 1 }));
    Object.assign(talk.room, {
      store: { commit: async (work: (tx: unknown) => Promise<void>) => work(null), read: async (work: (db: unknown) => Promise<unknown>) => work(null) },
      traffic: () => ({ lost: async () => {}, load: async ({ channel }: { channel: number }) => ({ precedence: channel > 200 ? 'flash' : 'routine' }) }),
      queue: {
        sentUnder: async (_peer: string, { first }: { first: number }) => (first === 1 ? { items: items.slice(0, 100), next: 101 } : { items: items.slice(100), next: null }),
        timesAnew: async (_db: unknown, _peer: string, _of: unknown, { channel }: { channel: number }) => (anew.includes(channel) ? null : 2),
        addAnew: async (_tx: unknown, _peer: string, _of: unknown, { channel }: { channel: number }) => void anew.push(channel),
      },
    });
    const missing = new CheckTalk(talk).missing({ kind: 'service', word: 'numbers-missing', first: 1, last: 201, incarnation });
    await room.time.run(1);
    assert.deepEqual(anew.slice(0, 2), [201, 1]);
    await room.time.run(HOUR_MS);
    await missing;
    assert.deepEqual(anew, [201, ...items.slice(0, 200).map(({ channel }) => channel)]);
  });

  it('has its right receipts for most of their price back, and wrong ones for nothing', async () => {
    for (const isRight of [true, false]) {
      const room = new Room({ most: 8, perSecond: 0.001 });
      const talk = room.talk('hub');
      const item = { kind: 'dispatch', id: new Uint8Array(32), sealing: 0, rank: 1, position: 1, channel: 1 };
      Object.assign(talk.room, {
        crowded: { settled: () => false }, queue: { first: async () => [item], number: async () => [item] },
        traffic: () => ({
          load: async () => ({ head: new Uint8Array(10), parts: [], precedence: 'routine', hops: 0, period: 0 }),
          delivered: async () => (isRight ? 3 : Promise.reject(new Refusal('receipt-forged'))),
        }),
      });
      const outgoing = new Outgoing(talk);
      outgoing.wake(1);
      await room.time.run(1);
      await outgoing.answered({ kind: 'custody', channel: 1, id: item.id, receipts: Array.from({ length: 3 }) as FrameOf<'custody'>['receipts'] }).catch(() => {});
      let has = false;
      void room.budgets.of('hub').take(7, 1, never).then(() => (has = true));
      await room.time.run(room.time.elapsedMs + 1);
      assert.equal(has, isRight, 'three of its four came back');
    }
  });

  it('has nothing back for receipts that nobody waited for, by line or by stick', async () => {
    const receipts = Array.from({ length: 6 }) as FrameOf<'custody'>['receipts'];
    const answer: FrameOf<'custody'> = { kind: 'custody', channel: 1, id: new Uint8Array(32), receipts };
    for (const isByLine of [true, false]) {
      const room = new Room({ most: 16, perSecond: 0.001 });
      const talk = room.talk('hub');
      const item = { kind: 'dispatch', id: answer.id, sealing: 0, rank: 1, position: 1, channel: 1 };
      Object.assign(talk.room, {
        crowded: { settled: () => false }, queue: { first: async () => [item], number: async () => [item], waitingAs: async () => item },
        traffic: () => ({ lost: async () => {}, load: async () => ({ head: new Uint8Array(10), parts: [], precedence: 'routine', hops: 0, period: 0 }), delivered: async () => 1 }),
      });
      const outgoing = new Outgoing(talk);
      outgoing.wake(1);
      await room.time.run(1);
      await (isByLine ? outgoing.answered(answer) : takeAnswer(talk, answer));
      const has: number[] = [];
      for (const units of [10, 1]) void room.budgets.of('hub').take(units, 1, never).then(() => has.push(units));
      await room.time.run(room.time.elapsedMs + 1);
      assert.deepEqual(has, [10], 'of seven units that it took, three quarters of two came back');
    }
  });

  it('that heaped up while a post was cut off for 72 hours goes at once', async () => {
    const time = new SimulatedTime();
    const budget = new Budget(time.clock(0, () => true), BUDGET);
    const units = unitsOf(8_192) + 2 + 12 * unitsOf(4_700);
    assert.equal(await waited(time, budget, units, 0, 3 * 80 * 5), 0);
  });
});

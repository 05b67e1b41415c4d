/** What one neighbour may make a station do, however it goes about it. Source: docs/protocol/frames.md §Measure. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex, uint64be } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { Frame, FrameOf } from '#wire/frames.ts';
import type { Precedence } from '#wire/names.ts';
import { SimulatedTime } from '../../../test/sim/time.ts';
import { BUDGET, Budget, Budgets, unitsAnew, unitsOf } from './budget.ts';
import { CheckTalk } from './check-talk.ts';
import { Claims } from '#station/kernel/claims.ts';
import { takeAnswer } from './courier/answers.ts';
import { DirectoryTalk } from './directory-talk.ts';
import { giveBack, takeBack } from './giving-back.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import type { LinksRoom, Talk } from './talk.ts';
import type { Verdict } from './traffic.ts';

const incarnation = new Uint8Array(16);

/** A room in which everything is as the test says, and that counts what goes into its ledger. */
class Room {
  readonly time = new SimulatedTime();
  readonly clock = this.time.clock(0, () => true);
  readonly budgets: Budgets;
  readonly claims = new Claims();
  readonly events: string[] = [];
  readonly examined: string[] = [];
  verdict: Verdict = { verdict: 'refuse', code: 'header-forged' };

  constructor(limits = BUDGET) {
    this.budgets = new Budgets(this.clock, limits);
  }

  talk(peer: string): Talk & { readonly said: Frame[]; isOver: boolean } {
    const record = async (_tx: unknown, kind: string): Promise<void> => void this.events.push(`${peer} ${kind}`);
    const room = {
      clock: this.clock, budgets: this.budgets, claims: this.claims, record, say: () => {}, incarnation: () => incarnation,
      staging: { begin: () => {} },
      traffic: () => ({ judgedBy: () => null, accept: async () => [], examine: async ({ id }: { id: Uint8Array }) => (this.examined.push(hex(id)), this.verdict) }),
      store: { commit: async (work: (tx: unknown) => Promise<void>) => work(null) }, channels: { received: async () => true },
    } as unknown as LinksRoom;
    const said: Frame[] = [];
    return {
      room, peer, beyond: null, hello: { incarnation }, said, isOver: false, get closed(): boolean { return (this as unknown as { isOver: boolean }).isOver; },
      send: async (frame: Frame) => void said.push(frame), fail: assert.fail, retryLater: () => {}, wake: () => {}, worked: () => {},
    } as unknown as Talk & { readonly said: Frame[]; isOver: boolean };
  }
}

const offer = (channel: number, precedence: Precedence = 'routine', headBytes = 300): FrameOf<'offer'> => ({
  kind: 'offer', channel, incarnation, period: 0, item: 'dispatch', id: new Uint8Array([...new Uint8Array(24), ...uint64be(channel)]), sealing: 0, precedence, hops: 0,
  headSize: headBytes, head: new Uint8Array(headBytes),
});

/** Offers as much as it may at a time, a thousand at most in a step, for so long. */
async function flood(room: Room, incoming: Incoming, talk: { readonly said: Frame[] }, forMs: number, first: number, headBytes = 300): Promise<number> {
  let channel = first;
  let open = 0;
  for (const end = room.time.elapsedMs + forMs; room.time.elapsedMs < end;) {
    for (let more = 0; more < 1_000 && open < 256; more++, open++) incoming.offer(offer(channel++, 'routine', headBytes));
    await room.time.run(room.time.elapsedMs + 250);
    open -= talk.said.splice(0).length;
  }
  return channel;
}

describe('a hostile neighbour', () => {
  it('that offers what nobody takes, for an hour, fills no ledger, and its connections have one measure together', async () => {
    const room = new Room();
    let channel = 1;
    for (let connection = 0; connection < 4; connection++) {
      const talk = room.talk('ac-y');
      const incoming = new Incoming(talk);
      channel = await flood(room, incoming, talk, HOUR_MS / 4, channel);
      talk.isOver = true;
      await incoming.stop();
    }
    const { length } = room.events;
    assert.ok(length > 1_000 && length < 4_000, `${length} events in an hour`);
  });

  it('keeps nobody else waiting, and its own most urgent goes first', async () => {
    const room = new Room();
    const talk = room.talk('ac-y');
    const incoming = new Incoming(talk);
    const channel = await flood(room, incoming, talk, 30 * MINUTE_MS, 1);
    const other = room.talk('tot-bung');
    new Incoming(other).offer(offer(1));
    await room.time.run(room.time.elapsedMs + 1);
    assert.equal(other.said.length, 1, 'whoever else comes is answered at once');
    const urgent = offer(channel, 'flash');
    incoming.offer(urgent);
    await room.time.run(room.time.elapsedMs + 10_000);
    assert.ok(room.examined.includes(hex(urgent.id)), 'a telegram waits for no heap of its own');
  });

  it('that says what it holds already again and again fills no ledger', async () => {
    const room = new Room();
    room.verdict = { verdict: 'held', receipts: [] };
    const talk = room.talk('ac-y');
    await flood(room, new Incoming(talk), talk, HOUR_MS, 1);
    const { length } = room.events;
    assert.ok(length > 3_000 && length < 14_500, `${length} duplicates in an hour`);
  });

  it('that brings what it could not foresee that nobody takes pays a quarter of the price', async () => {
    const room = new Room();
    room.verdict = { verdict: 'refuse', code: 'hop-limit-reached' };
    const talk = room.talk('ac-y');
    await flood(room, new Incoming(talk), talk, HOUR_MS, 1);
    const { length } = room.events;
    assert.ok(length > 3 * 3_000 && length < 14_500, `${length} refused in an hour`);
  });

  it('that sends what is in order among what nobody takes has no more of the latter looked at', async () => {
    const room = new Room();
    let turn = 0;
    const good: Verdict = { verdict: 'take', parts: [] };
    Object.defineProperty(room, 'verdict', { get: () => (turn++ % 2 === 0 ? good : { verdict: 'refuse', code: 'header-forged' }) });
    const talk = room.talk('ac-y');
    await flood(room, new Incoming(talk), talk, HOUR_MS, 1);
    const refused = room.events.filter((event) => event.endsWith('refused')).length;
    assert.ok(refused > 1_000 && refused < 4_000, `${refused} events in an hour`);
  });

  it('that sends letters without end, all in order, has some thirty a second taken once it has used up its measure', async () => {
    const room = new Room();
    room.verdict = { verdict: 'take', parts: [] };
    const talk = room.talk('ac-y');
    const incoming = new Incoming(talk);
    room.budgets.of('ac-y').charge(BUDGET.most);
    await flood(room, incoming, talk, 2 * MINUTE_MS, 1, 22_000);
    const aSecond = room.examined.length / 120;
    assert.ok(aSecond > 25 && aSecond < 30, `${aSecond} a second`);
  });

  it('cannot fill the memory with heads', () => {
    const incoming = new Incoming(new Room().talk('ac-y'));
    assert.throws(() => {
      for (let channel = 1; channel <= 300; channel++) incoming.offer(offer(channel, 'routine', 896 * 1_024));
    }, DecodeError);
  });

  it('has each answer of its looked at once on a connection, the wrong ones too', async () => {
    const room = new Room();
    const talk = room.talk('ac-y');
    let looked = 0;
    const item = { kind: 'dispatch', id: new Uint8Array(32), sealing: 0, rank: 1, position: 1, channel: 1 };
    Object.assign(talk.room, {
      queue: { first: async () => [item], number: async () => [item] },
      traffic: () => ({
        load: async () => ({ head: new Uint8Array(10), parts: [], precedence: 'routine', hops: 0, period: 0 }),
        delivered: async () => { looked += 1; throw new Refusal('receipt-forged'); },
      }),
    });
    const outgoing = new Outgoing(talk);
    outgoing.wake(1);
    await room.time.run(1);
    assert.equal(talk.said.length, 1);
    const says = (): Promise<void> => outgoing.answered({ kind: 'custody', channel: 1, id: item.id, receipts: [] });
    await assert.rejects(says(), { code: 'receipt-forged' });
    for (let again = 0; again < 1_000; again++) await says();
    assert.equal(looked, 1);
  });
});

describe('a hostile neighbour, outside of what it offers,', () => {
  const SMALL = { most: 400, perSecond: 5 };
  const FOR_MS = 4 * MINUTE_MS;
  /** Units that a neighbour has in that time. */
  const ALL = SMALL.most + SMALL.perSecond * (FOR_MS / 1_000);

  /** Says as much as the connection lets through, so many at a time, and ends. */
  async function looked(room: Room, talk: { isOver: boolean }, atATime: number, say: (turn: number) => Promise<void>): Promise<void> {
    let turn = 0;
    const lane = async (): Promise<void> => {
      while (!talk.isOver && turn < 10 * ALL) await say(turn++);
    };
    const lanes = Array.from({ length: atATime }, lane);
    const ended = Promise.allSettled(lanes);
    await room.time.run(FOR_MS);
    talk.isOver = true;
    // Whoever still waits is told with the next timer.
    await room.time.run(FOR_MS + MINUTE_MS);
    await ended;
  }

  /** A check talk whose work is counted. */
  function counted(room: Room): { talk: ReturnType<Room['talk']>; check: CheckTalk; worked: () => number } {
    const talk = room.talk('ac-y');
    let worked = 0;
    const work = async () => {
      worked += 1;
      return { checkpoint: new Uint8Array(0), consistency: [], from: 0 };
    };
    Object.assign(talk.room, {
      witness: { keep: work, state: work }, queue: { settledUpTo: async () => 0 }, channels: { witnessed: async () => {}, state: async () => null },
      directory: { view: () => ({ station: () => ({ logKeys: {} }) }) },
    });
    return { talk, check: new CheckTalk(talk), worked: () => worked };
  }

  it('has as many of its cosignatures looked at as its measure allows', async () => {
    const room = new Room(SMALL);
    const { talk, check, worked } = counted(room);
    await looked(room, talk, 64, (size) => check.witnessed({ kind: 'witnessed', size, cosignature: new Uint8Array(3_000) }));
    assert.ok(worked() > ALL / 4 && worked() <= ALL / 2, `${worked()}`);
  });

  it('has one proof more made for it each time that it is checked, however often it asks', async () => {
    const room = new Room(SMALL);
    const { talk, check, worked } = counted(room);
    await check.send();
    await looked(room, talk, 64, (size) => check.witnessed({ kind: 'witnessed', size, cosignature: new Uint8Array(0) }));
    assert.equal(worked(), 2);
  });

  it('has as many wrong runs of the directory looked at, and logged, as its measure allows', async () => {
    const room = new Room(SMALL);
    const talk = room.talk('ac-y');
    const view = { organisation: { id: incarnation }, point: { size: 6 } };
    let worked = 0;
    const remarks: string[] = [];
    const directory = { view: () => view, receive: async () => { worked += 1; throw new Refusal('directory-signature-wrong'); } };
    Object.assign(talk.room, { directory, say: (word: string) => remarks.push(word) });
    Object.assign(talk.hello, { directory: { size: 0 } });
    const directoryTalk = new DirectoryTalk(talk);
    const entries = Array.from({ length: 4 }, () => new Uint8Array(8_192));
    await looked(room, talk, 1, () => directoryTalk.receive({ kind: 'directory', organisation: incarnation, from: 0, entries, more: false, checkpoint: new Uint8Array(0) }));
    assert.ok(worked > ALL / 150 && worked < ALL / 60, `${worked} runs`);
    assert.ok(remarks.length < ALL / 60, `${remarks.length} lines`);
  });

  it('has as much of what we are said to have lost looked at as its measure allows', async () => {
    const room = new Room(SMALL);
    const talk = room.talk('ac-y');
    let worked = 0;
    Object.assign(talk.room, { givenBack: async (_peer: string, items: readonly unknown[]) => (worked += items.length) });
    const items = Array.from({ length: 16 }, (_, channel) => ({ channel, header: new Uint8Array(300) }));
    await looked(room, talk, 1, () => takeBack(talk, { kind: 'returned', items, sealings: undefined }));
    assert.ok(worked > ALL / 6 && worked <= ALL / 3, `${worked} headers`);
    const sealings = [{ statement: new Uint8Array(1), signature: {} }] as unknown as NonNullable<FrameOf<'returned'>['sealings']>;
    await assert.rejects(takeBack(room.talk('ac-y'), { kind: 'returned', items, sealings }), DecodeError);
  });

  it('has as much of our ledger looked through for what it has lost as its measure allows', async () => {
    const room = new Room(SMALL);
    const talk = room.talk('ac-y');
    let worked = 0;
    const page = Array.from({ length: 1_024 }, () => ({ kind: 'opened', subject: null, bytes: new Uint8Array(0) }));
    Object.assign(talk.room, {
      channels: { owesReturn: async () => true, gaveBack: async () => {} }, store: { read: async (work: (db: unknown) => Promise<unknown>) => work(null) },
      ledger: { entries: async () => (worked++, page) },
    });
    await looked(room, talk, 1, () => giveBack(talk, incarnation, 0));
    assert.ok(worked > ALL / 32 && worked <= ALL / 16, `${worked} pages`);
  });
});

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
      traffic: () => ({ load: async ({ channel }: { channel: number }) => ({ precedence: channel > 200 ? 'flash' : 'routine' }) }),
      queue: {
        sentUnder: async (_peer: string, { first }: { first: number }) => (first === 1 ? { items: items.slice(0, 100), next: 101 } : { items: items.slice(100), next: null }),
        timesSent: async (_db: unknown, _peer: string, _of: unknown, { channel }: { channel: number }) => (anew.includes(channel) ? null : 3),
        add: async (_tx: unknown, { channel }: { channel: number }) => (anew.push(channel), true),
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
        traffic: () => ({ load: async () => ({ head: new Uint8Array(10), parts: [], precedence: 'routine', hops: 0, period: 0 }), delivered: async () => 1 }),
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

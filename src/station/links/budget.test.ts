/** What one neighbour may make a station do, however it goes about it. Source: docs/protocol/frames.md §Measure. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { Frame, FrameOf } from '#wire/frames.ts';
import { incarnation, offer, Room } from '../../../test/fixtures/measured-room.ts';
import { BUDGET } from './budget.ts';
import { CheckTalk } from './check-talk.ts';
import { DirectoryTalk } from './directory-talk.ts';
import { giveBack, takeBack } from './giving-back.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import type { Verdict } from './traffic.ts';

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

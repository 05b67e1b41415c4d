/** A neighbour that asks or shows without end, and one that has much to show at once. Source: docs/protocol/frames.md, federation.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { Frame } from '#wire/frames.ts';
import type { PeerExchange } from './deps.ts';
import { DisclosureTalk } from './disclosure-talk.ts';
import { ShownPace } from './shown-pace.ts';
import type { Talk } from './talk.ts';

const own = new Uint8Array(16);
const [first, second] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)] as const;
const point = { size: 9, root: new Uint8Array(32) };

const MINUTE_MS = 60_000;

/** A room that outlives connections, and its time. */
class Room {
  #now = 0;
  #size = 9;
  readonly #waiting = new Set<{ readonly at: number; readonly wake: () => void }>();
  readonly clock = {
    monotonicMs: (): number => this.#now,
    after: (delayMs: number, wake: () => void): (() => void) => {
      const one = { at: this.#now + delayMs, wake };
      this.#waiting.add(one);
      return () => this.#waiting.delete(one);
    },
  };
  readonly pace = new ShownPace(this.clock, () => this.#size);
  readonly showed: number[] = [];
  readonly words: string[] = [];

  /** The own directory. */
  get directory(): object {
    const agreements = [first, second].map((organisation, i) => ({ organisation, peer: `peer-${i}` }));
    const view = { organisation: { id: own }, point: { ...point, size: this.#size }, agreements: () => agreements, agreement: () => agreements[0] };
    return { view: () => view };
  }

  grows(): void {
    this.#size += 1;
  }

  /** Lets time pass, in steps that leave room for what follows from each. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    for (const end = this.#now + ms; this.#now < end;) {
      this.#now = Math.min(end, this.#now + stepMs);
      for (const one of [...this.#waiting].filter(({ at }) => at <= this.#now)) if (this.#waiting.delete(one)) one.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function talking(beyond: Uint8Array | null, exchange: Partial<PeerExchange>, room = new Room()) {
  const said: Frame[] = [];
  const told: [code: string, size: number][] = [];
  const shared = { directory: room.directory, clock: room.clock, pace: room.pace, say: (word: string) => void room.words.push(word), showed: () => void room.showed.push(said.length) };
  const talk = { room: shared, beyond, peer: 'peer-0', closed: false, send: async (frame: Frame) => void said.push(frame), fail: assert.fail } as unknown as Talk;
  const held: Partial<PeerExchange> = {
    held: () => [], showsMore: async () => false, confirm: async () => {}, refusal: () => null,
    refuse: async (_, code, { size }) => (told.push([code, size]), true), ...exchange,
  };
  return { disclosures: new DisclosureTalk(talk, held as PeerExchange), said, told, showed: room.showed, room };
}

describe('what is shown over a link', () => {
  it('costs one answer for each time that it was offered, however often it is asked for', async () => {
    let made = 0;
    const { disclosures } = talking(first, { disclose: async () => new Uint8Array(10).fill(++made) });
    await assert.rejects(disclosures.show({ kind: 'show', organisation: own, size: 0 }), DecodeError, 'nothing was offered yet');
    await disclosures.offer();
    await disclosures.show({ kind: 'show', organisation: own, size: 0 });
    await assert.rejects(disclosures.show({ kind: 'show', organisation: own, size: 0 }), DecodeError);
    assert.equal(made, 1);
  });

  it('is asked for at most every five seconds, less and less often while it is wrong, over however many connections', async () => {
    const room = new Room();
    let judged = 0;
    const wrong = async (): Promise<never> => { judged += 1; throw new Refusal('directory-inconsistent'); };
    for (let size = 1; size <= 120; size++) {
      // A new connection every half minute, each with another log.
      const { disclosures, said } = talking(first, { takeDisclosure: wrong }, room);
      for (let again = 0; again < 10; again++) await disclosures.shown({ kind: 'shown', organisation: first, size, root: new Uint8Array(32).fill(size) });
      for (let seconds = 0; seconds < 30; seconds++) {
        await room.pass(1_000);
        const asked = said.splice(0).length;
        assert.ok(asked <= 1);
        if (asked === 1) await disclosures.disclosed({ kind: 'disclosed', organisation: first, offset: 0, bytes: new Uint8Array(1), last: true });
      }
      disclosures.stop();
    }
    assert.ok(judged >= 5 && judged <= 10, `an hour of it cost ${judged} looks`);
  });

  it('once judged and refused is not asked for again, while another root is, and all when the own directory has grown', async () => {
    const { disclosures, said, room } = talking(first, { takeDisclosure: async () => { throw new Refusal('directory-inconsistent'); } });
    const shows = (byte: number): Promise<void> => disclosures.shown({ kind: 'shown', organisation: first, size: 20, root: new Uint8Array(32).fill(byte) });
    const answer = (): Promise<void> => disclosures.disclosed({ kind: 'disclosed', organisation: first, offset: 0, bytes: new Uint8Array(1), last: true });
    await shows(1);
    await answer();
    await shows(1);
    await room.pass(10 * MINUTE_MS);
    assert.equal(said.length, 1);
    await shows(2);
    assert.equal(said.length, 2);
    await answer();
    await shows(2);
    room.grows();
    await room.pass(10 * MINUTE_MS);
    await shows(2);
    await room.pass(5_000);
    assert.equal(said.length, 3, 'an agreement that was mended is tried at once');
  });

  it('takes at most a fifth of the time of whoever judges it', async () => {
    const room = new Room();
    let size = 9;
    const slow = async (): Promise<void> => {
      size += 1;
      await room.pass(10_000);
    };
    const { disclosures, said } = talking(first, { held: () => [{ organisation: first, point: { ...point, size }, bytes: new Uint8Array(1) }], takeDisclosure: slow }, room);
    await disclosures.shown({ kind: 'shown', organisation: first, size: 10 });
    await disclosures.disclosed({ kind: 'disclosed', organisation: first, offset: 0, bytes: new Uint8Array(1), last: true });
    await disclosures.shown({ kind: 'shown', organisation: first, size: 11 });
    await room.pass(35_000);
    assert.equal(said.length, 1);
    await room.pass(5_000);
    assert.equal(said.length, 2);
  });

  it('that another neighbour was quicker with is no fork', async () => {
    let held = point;
    const { disclosures, said, told, room } = talking(first, {
      held: () => [{ organisation: first, point: held, bytes: new Uint8Array(1) }], takeDisclosure: async () => { throw new Refusal('directory-inconsistent'); },
    });
    await disclosures.shown({ kind: 'shown', organisation: first, size: 20 });
    held = { ...point, size: 15 };
    await disclosures.disclosed({ kind: 'disclosed', organisation: first, offset: 0, bytes: new Uint8Array(1), last: true });
    await room.pass(5_000);
    assert.deepEqual(told, []);
    assert.deepEqual(said.map((one) => one.kind === 'show' && one.size), [9, 15]);
  });

  it('with another root at the very size that is held is told and not asked for, over a border and inside', async () => {
    const confirmed: Uint8Array[] = [];
    for (const beyond of [first, null]) {
      const held = [{ organisation: first, point, bytes: new Uint8Array(1) }];
      const { disclosures, said, told, room } = talking(beyond, {
        held: () => held, refusal: () => ({ code: 'directory-inconsistent', at: 1 }), confirm: async (organisation) => void confirmed.push(organisation),
      });
      const { size, root } = point;
      await disclosures.shown({ kind: 'shown', organisation: first, size, root: root.with(31, 1) });
      assert.deepEqual([told, said], [[['directory-inconsistent', 9]], []]);
      await disclosures.shown({ kind: 'shown', organisation: first, size });
      await disclosures.shown({ kind: 'shown', organisation: first, size, root });
      await room.pass(5_000);
      assert.equal(told.length, 1, 'what says no root, or the right one, is no fork');
    }
    assert.deepEqual(confirmed, [first], 'only the peer itself can show that all is well again');
  });

  it('of several organisations comes one after the other, and none is forgotten', async () => {
    const taken: Uint8Array[] = [];
    const { disclosures, said } = talking(null, { takeShown: async (organisation) => taken.push(organisation) });
    for (const organisation of [first, second, new Uint8Array(16).fill(3)]) await disclosures.shown({ kind: 'shown', organisation, size: 9 });
    assert.equal(said.length, 1);
    await disclosures.disclosed({ kind: 'disclosed', organisation: first, offset: 0, bytes: new Uint8Array(1), last: true });
    assert.deepEqual(said.map((one) => one.kind === 'show' && one.organisation), [first, second], 'nobody agreed with the third');
    await disclosures.disclosed({ kind: 'disclosed', organisation: second, offset: 0, bytes: new Uint8Array(1), last: true });
    assert.deepEqual(taken, [first, second]);
  });

  it('has what the neighbour refused offered again for what it did not hold, and a few times an hour for what it says not to have got', async () => {
    const room = new Room();
    const ask = async (size: number): Promise<number> => {
      const { length } = room.showed;
      const { disclosures } = talking(null, { held: () => [{ organisation: first, point, bytes: new Uint8Array(1) }] }, room);
      await disclosures.offer();
      await disclosures.show({ kind: 'show', organisation: first, size });
      return room.showed.length - length;
    };
    assert.deepEqual([await ask(point.size), await ask(0)], [0, 1], 'what it holds is nothing new');
    let again = 0;
    for (let connection = 0; connection < 100; connection++) again += await ask(0);
    assert.equal(again, 4);
    await room.pass(60 * MINUTE_MS, MINUTE_MS);
    assert.deepEqual([await ask(0), await ask(0)], [1, 0]);
  });

  it('is sent in full to who asks for two at once', async () => {
    const held = [first, second].map((organisation) => ({ organisation, point, bytes: new Uint8Array(70_000) }));
    const { disclosures, said, showed } = talking(null, { held: () => held });
    await disclosures.offer();
    assert.deepEqual(showed, []);
    await Promise.all([first, second].map((organisation) => disclosures.show({ kind: 'show', organisation, size: 0 })));
    const ends = said.filter((one) => one.kind === 'disclosed' && one.last);
    assert.equal(ends.length, 2);
    assert.deepEqual(showed, ends.map((end) => said.indexOf(end) + 1), 'what the neighbour did not know may be offered again, right behind each');
  });
});

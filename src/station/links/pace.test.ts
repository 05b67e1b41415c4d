/** Source: docs/protocol/frames.md §Pace. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DecodeError } from '#core/decode-error.ts';
import { LIMITS } from '#wire/limits.ts';
import { Pace } from './pace.ts';

/** A line with so many bytes a millisecond, fed for a time as an outlet feeds it. */
class Line {
  readonly pace = new Pace();
  now = 0;
  #freeAt = 0;
  readonly #answers: { readonly at: number; readonly number: number }[] = [];
  carried = 0;
  /** Milliseconds by which round trips differ, in steps that come again. */
  differMs = 0;
  #asked = 0;
  longestQueueMs = 0;
  rate: number;
  tripMs: number;

  constructor(rate: number, tripMs: number) {
    this.rate = rate;
    this.tripMs = tripMs;
    this.#ask();
  }

  run(untilMs: number): void {
    for (; this.now < untilMs; this.now += 1) {
      while ((this.#answers[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) this.pace.reached(this.#answers.shift()!.number, this.now);
      while (this.pace.hasRoom(this.pace.frameBytes)) this.#send(this.pace.frameBytes);
      if (this.#answers.length === 0 && this.pace.isMarkDue(true)) this.#ask();
    }
  }

  #send(bytes: number): void {
    this.pace.sent(bytes, this.now);
    this.#freeAt = Math.max(this.#freeAt, this.now) + bytes / this.rate;
    this.carried += bytes;
    this.longestQueueMs = Math.max(this.longestQueueMs, this.#freeAt - this.now);
    if (this.pace.isMarkDue(false)) this.#ask();
  }

  #ask(): void {
    const number = this.pace.marked(this.now);
    this.#asked += 1;
    const at = Math.max(this.#freeAt, this.now) + this.tripMs + (this.#asked * 7_919 % 1_000) / 1_000 * this.differMs;
    this.#answers.push({ number, at: Math.max(at, this.#answers.at(-1)?.at ?? 0) });
  }
}

describe('pace', () => {
  for (const [name, rate, tripMs] of [
    ['a radio of 9.6 kbit/s over a satellite', 1.2, 600], ['a radio of 9.6 kbit/s', 1.2, 20], ['a weak 3G of 150 kbit/s', 18.75, 120],
    ['2 Mbit/s', 250, 10], ['2 Mbit/s over a satellite', 250, 600], ['a fibre', 12_500, 2],
  ] as const) {
    it(`keeps ${name} busy with little waiting before it`, () => {
      const line = new Line(rate, tripMs);
      line.run(20_000);
      line.longestQueueMs = 0;
      const before = line.carried;
      line.run(110_000);
      const used = (line.carried - before) / (90_000 * rate);
      assert.ok(used > 0.8, `${Math.round(100 * used)} of 100 used`);
      // After the link was let run empty, what belongs on its way stands before it for once.
      assert.ok(line.longestQueueMs < tripMs + 700, `${line.longestQueueMs} ms wait before it`);
      assert.ok(line.pace.windowBytes / line.pace.frameBytes >= 3);
    });
  }

  it('sends the smallest frames into a narrow link and whole chunks into a wide one', () => {
    const [narrow, wide] = [new Line(1.2, 20), new Line(12_500, 2)];
    for (const line of [narrow, wide]) line.run(10_000);
    assert.equal(narrow.pace.frameBytes, 256);
    assert.equal(wide.pace.frameBytes, LIMITS.chunkSealedBytes);
    assert.deepEqual([narrow.pace.isNarrow, wide.pace.isNarrow], [true, false]);
  });

  it('follows a link that becomes slow, and one that becomes fast again', () => {
    const line = new Line(250, 50);
    line.run(20_000);
    line.rate = 10;
    line.run(40_000);
    line.longestQueueMs = 0;
    line.run(60_000);
    assert.ok(line.longestQueueMs < 1_000, `${line.longestQueueMs} ms`);
    line.rate = 250;
    line.run(70_000);
    const before = line.carried;
    line.run(90_000);
    assert.ok(line.carried - before > 0.85 * 20_000 * 250);
  });

  it('does not take round trips that differ for a queue', () => {
    const line = new Line(250, 40);
    line.differMs = 600;
    line.run(30_000);
    const before = line.carried;
    line.longestQueueMs = 0;
    line.run(90_000);
    assert.ok(line.carried - before > 0.7 * 60_000 * 250, `${(line.carried - before) / 60_000} bytes a millisecond`);
    assert.ok(line.longestQueueMs < 1_500, `${line.longestQueueMs} ms`);
  });

  it('measures a longer way there and back after a while, and uses it', () => {
    const line = new Line(250, 10);
    line.run(20_000);
    line.tripMs = 600;
    line.run(80_000);
    const before = line.carried;
    line.run(100_000);
    assert.ok(line.carried - before > 0.8 * 20_000 * 250, `${(line.carried - before) / 20_000} bytes a millisecond`);
  });

  it('begins carefully again after a pause', () => {
    const line = new Line(12_500, 2);
    line.run(10_000);
    assert.ok(line.pace.windowBytes > 1_000_000);
    line.now = 100_000;
    line.run(100_003);
    assert.ok(line.pace.inFlightBytes < 64 * 1_024);
  });

  it('takes no answer to what it did not ask, and none twice', () => {
    const pace = new Pace();
    pace.sent(100, 0);
    const number = pace.marked(0);
    assert.throws(() => pace.reached(number + 1, 5), DecodeError);
    pace.reached(number, 5);
    assert.throws(() => pace.reached(number, 6), DecodeError);
  });
});

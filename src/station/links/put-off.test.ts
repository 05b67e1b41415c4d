/** When a connection ends for what it could not move. Source: docs/protocol/frames.md §Put off. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { SimulatedTime } from '../../../test/sim/time.ts';
import { PutOff } from './put-off.ts';
import { Retries } from './retries.ts';

const MEBIBYTE = 2 ** 20;
const ROUTINE = 1;

describe('what found no room on a full disk', () => {
  let time: SimulatedTime;
  let free: number;
  let ended: [word: string, atMs: number][];
  let talk: { closed: boolean };
  let putOff: PutOff;
  beforeEach(() => {
    time = new SimulatedTime();
    const clock = time.clock(0, () => true);
    const retries = new Retries(clock);
    // It has been full for a while: the next try by the clock is ten minutes away.
    for (let n = 0; n < 6; n++) retries.later('hub', 'disk-full');
    [free, ended, talk] = [100 * MEBIBYTE, [], { closed: false }];
    const given = Object.assign(talk, {
      room: { retries, clock, freeBytes: () => free }, peer: 'hub', hello: {}, fail: (word: string) => void ended.push([word, time.elapsedMs]),
    });
    putOff = new PutOff(given as unknown as ConstructorParameters<typeof PutOff>[0], () => true);
  });

  it('may come within half a minute of as much being free as it said that it lacks', async () => {
    putOff.later('disk-full', ROUTINE, 28 * MEBIBYTE);
    await time.run(40_000);
    free = 127 * MEBIBYTE;
    await time.run(100_000);
    assert.equal(ended.length, 0);
    free = 128 * MEBIBYTE;
    await time.run(130_000);
    assert.deepEqual(ended.map(([word]) => word), ['room-again']);
  });

  it('may come though something greater found none either, and more is refused all the while', async () => {
    putOff.later('disk-full', ROUTINE, 28 * MEBIBYTE);
    await time.run(20_000);
    free = 200 * MEBIBYTE;
    putOff.later('disk-full', ROUTINE, 2_000 * MEBIBYTE);
    await time.run(31_000);
    assert.deepEqual(ended, [['room-again', 30_000]]);
  });

  it('is waited for by the clock alone where the disk was not what was full', async () => {
    putOff.later('disk-full', ROUTINE, null);
    free = Number.MAX_SAFE_INTEGER;
    await time.run(500_000);
    assert.equal(ended.length, 0);
    await time.run(600_001);
    assert.deepEqual(ended.map(([word]) => word), ['tried-again']);
  });

  it('is looked after no more once the connection has ended', async () => {
    putOff.later('disk-full', ROUTINE, MEBIBYTE);
    talk.closed = true;
    putOff.stop();
    putOff.later('disk-full', ROUTINE, MEBIBYTE);
    free = Number.MAX_SAFE_INTEGER;
    await time.run(700_000);
    assert.equal(ended.length, 0);
  });
});

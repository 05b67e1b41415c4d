/** Whom a dialer calls, where, and when again. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { MINUTE_MS } from '#core/clock.ts';
import { SeededRandom } from '../../../test/sim/seed.ts';
import { SimulatedTime } from '../../../test/sim/time.ts';
import type { Carrier } from './carrier.ts';
import { Dialer } from './dialer.ts';

const [FIBRE, RADIO] = ['10.0.0.1:7441', '10.9.0.1:7441'];

describe('a neighbour with two lines', () => {
  let time: SimulatedTime;
  let dialled: string[];
  let answering: string[];
  let connected: number;
  let failures: string[];
  let dialer: Dialer;
  beforeEach(() => {
    time = new SimulatedTime();
    [dialled, answering, failures, connected] = [[], [], [], 0];
    dialer = new Dialer({
      peer: 'hub', clock: time.clock(0, () => true), random: new SeededRandom('dialer'), addresses: () => [FIBRE!, RADIO!],
      network: {
        async dial(_peer, address) {
          dialled.push(address);
          if (!answering.includes(address)) throw new Error('nobody answers');
          return { peer: 'hub', close: () => {} } as unknown as Carrier;
        },
      },
      connected: () => (connected += 1),
      failed: (_error, address) => void failures.push(address),
    });
  });

  it('is called on the second at once where the first does not answer, and on the first again when that is lost', async () => {
    answering = [RADIO!];
    dialer.start();
    await time.run(1);
    assert.deepEqual([dialled, failures, connected], [[FIBRE, RADIO], [FIBRE], 1]);
    answering = [FIBRE!, RADIO!];
    assert.equal(dialer.leftMs(), null);
    dialer.lost(true);
    const [until, dialledBefore] = [time.elapsedMs + dialer.leftMs()!, dialled.length];
    await time.run(until - 1);
    assert.deepEqual([dialer.leftMs(), dialled.length], [1, dialledBefore], 'it says when');
    await time.run(5_000);
    assert.deepEqual([dialled.slice(2), connected, dialer.leftMs()], [[FIBRE], 2, null]);
  });

  it('is called on the other where a line answers and comes to nothing', async () => {
    answering = [FIBRE!, RADIO!];
    dialer.start();
    await time.run(1);
    dialer.lost(false);
    await time.run(5_000);
    assert.deepEqual([dialled, connected], [[FIBRE, RADIO], 2]);
  });

  it('is called on the other where connections of a line begin to work and do not last, until one lasts', async () => {
    answering = [FIBRE!, RADIO!];
    dialer.start();
    await time.run(1);
    for (const livedMs of [5_000, 5_000, MINUTE_MS, 5_000]) {
      await time.run(time.elapsedMs + livedMs);
      dialer.lost(true);
      await time.run(time.elapsedMs + 5_000);
    }
    assert.deepEqual(dialled, [FIBRE, FIBRE, RADIO, FIBRE, FIBRE]);
  });

  it('is called on neither more often than one with one line where none answers', async () => {
    dialer.start();
    await time.run(10 * MINUTE_MS);
    const [fibre, radio] = [FIBRE, RADIO].map((line) => dialled.filter((one) => one === line).length);
    assert.deepEqual([fibre, connected], [radio, 0]);
    assert.ok(fibre! >= 10 && fibre! <= 30, `${fibre} rounds`);
  });
});

/** When a promoted station's term is put into the log. Source: docs/protocol/directory.md §Terms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { SimulatedTime } from '../../test/sim/time.ts';
import { silentLog } from './kernel/log.ts';
import { takeTerm } from './term-taking.ts';

/** @param refusals of the first attempts @returns when it was proposed */
async function taken(...refusals: readonly RefusalCode[]): Promise<number[]> {
  const time = new SimulatedTime();
  const at: number[] = [];
  const end = takeTerm({ term: { entry: Uint8Array.of(1), alone: false }, clock: time.clock(0, () => true), log: silentLog }, async () => {
    at.push(time.elapsedMs);
    const code = refusals[at.length - 1];
    if (code !== undefined) throw new Refusal(code);
    return { outcome: 'sequenced', size: 1 };
  });
  await time.run(3_600_000);
  end();
  return at;
}

test('a term is put into the log when neighbours were heard and there is room on the disk, and what is refused otherwise is not tried again', async () => {
  assert.deepEqual(await taken('directory-unheard', 'directory-unheard', 'disk-full', 'disk-full'), [0, 1_000, 2_000, 32_000, 62_000]);
  assert.deepEqual(await taken('directory-entry-refused'), [0]);
});

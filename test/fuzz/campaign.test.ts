import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { campaign } from './campaign.ts';
import type { Target } from './target.ts';

/** A clock that a target moves: one millisecond an input, as many as it likes for its seeds. */
function world(seedsMs: number, inputMs = 1): { target: Target; nowMs: () => number } {
  let now = 0;
  return {
    nowMs: () => now,
    target: {
      name: 'slow seeds',
      measured: [],
      calls: [],
      shape: 'text',
      seeds: () => {
        now += seedsMs;
        return [Uint8Array.of(1, 2, 3)];
      },
      run: () => {
        now += inputMs;
      },
    },
  };
}

const QUIET = { seed: 1, say: () => {}, keep: () => '' };

describe('a run of the fuzzer', () => {
  it('takes no time that seeds need from what a target has for inputs', () => {
    const { target, nowMs } = world(60_000);
    const [outcome] = campaign([target], { ...QUIET, nowMs, shareMs: 640 }).outcomes;
    assert.equal(outcome?.inputs, 640);
  });

  it('fails, and says so, where a target was given no input', () => {
    const { target, nowMs } = world(0);
    const said: string[] = [];
    const { isPassed } = campaign([target], { ...QUIET, nowMs, shareMs: 0, say: (line) => said.push(line) });
    assert.equal(isPassed, false);
    assert.match(said.join('\n'), /slow seeds.*\n.*NOT FUZZED/);
    assert.match(said.at(-1) ?? '', /0 passed, 1 failed/);
  });

  it('fails where there is no target at all', () => {
    assert.equal(campaign([], { ...QUIET, nowMs: () => 0, shareMs: 1_000 }).isPassed, false);
  });

  it('keeps the input that broke one', () => {
    const { target, nowMs } = world(0);
    const kept: string[] = [];
    const broken = { ...target, run: () => {
      throw new TypeError('cannot read');
    } };
    const { isPassed } = campaign([broken], { ...QUIET, nowMs, shareMs: 10, keep: (name) => {
      kept.push(name);
      return name;
    } });
    assert.equal(isPassed, false);
    assert.deepEqual(kept, ['slow seeds']);
  });
});

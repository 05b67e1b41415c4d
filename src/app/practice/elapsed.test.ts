import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CliContext } from '#cli/context.ts';
import { wordsOf } from '#cli/words/words.ts';
import { countedFrom } from './elapsed.ts';

test('each line has its seconds, and between them somebody sees that they pass, until the end', () => {
  let [now, wake] = [5_000, (): void => {}];
  const shown: string[] = [];
  const clock = {
    monotonicMs: () => now,
    after: (delayMs: number, then: () => void) => {
      wake = () => { now += delayMs; then(); };
      return () => { wake = () => {}; };
    },
  };
  const output = { say: (line: string) => void shown.push(line), progress: (line: string) => void shown.push(`… ${line}`), emit() {} };
  const counted = countedFrom(5_000, { clock, output, words: wordsOf('en') } as unknown as CliContext);
  wake();
  wake();
  counted.context.output.say('The hub runs.');
  wake();
  counted.end();
  wake();
  assert.deepEqual(shown, ['… 0 s, still at it…', '… 1 s, still at it…', '… 2 s, still at it…', '  2 s  The hub runs.', '… 3 s, still at it…']);
});

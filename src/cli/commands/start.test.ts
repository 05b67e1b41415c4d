/** A station started while the one before it is still ending: waited for, as long as it does not say that it runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CliContext } from '../context.ts';
import { Values } from '../values.ts';
import { wordsOf } from '../words/words.ts';
import { stationStart } from './start.ts';

/** @param looks how often the folder is found held before it is free @param holder whom the folder names */
function starting(looks: number, holder: number | null = null, linkPort = 7441): { started: Promise<unknown>; said: string[]; waited: () => number } {
  const said: string[] = [];
  let [now, left] = [0, looks];
  const stop = new AbortController();
  const context = {
    environment: {}, words: wordsOf('vi'), stop: stop.signal, output: { say: (line: string) => void said.push(line), progress() {}, emit() {} },
    clock: { monotonicMs: () => now, after: (ms: number, wake: () => void) => { now += ms; queueMicrotask(wake); return () => undefined; } },
    host: {
      isStation: () => true, exists: () => false, beginCompiled: async () => undefined, holderOf: () => holder,
      start: async (_: string, { tryAgain }: { tryAgain: () => Promise<boolean> }) => {
        while (left-- > 0) if (!(await tryAgain())) throw new Error('refused');
        stop.abort();
        return { station: 'hub', url: 'http://127.0.0.1:7440', pages: null, linkPort, standsStill: null, stopped: Promise.resolve(), stop: async () => undefined };
      },
    },
  } as unknown as CliContext;
  return { started: stationStart(context, new Values({ data: '/srv/tram' })), said, waited: () => now };
}

test('whoever starts a station right after it was stopped waits for it, and is told once', async () => {
  const { started, said, waited } = starting(8);
  await started;
  assert.equal(said.filter((line) => line.includes('đợi tối đa 15 giây')).length, 1);
  assert.equal(waited(), 2_000);
});

test('one that does not end is waited for a while, and one that says that it runs not at all', async () => {
  const endless = starting(Number.MAX_SAFE_INTEGER);
  await assert.rejects(endless.started, /refused/);
  assert.equal(endless.waited(), 15_000);
  const running = starting(1, 4_711);
  await assert.rejects(running.started, /refused/);
  assert.deepEqual([running.waited(), running.said], [0, []]);
});

test('it says on which port other stations are awaited, or by which key none is', async () => {
  for (const [linkPort, told] of [[7441, 'nghe các trạm khác ở cổng 7441.'], [0, 'không đợi trạm nào gọi tới (linksEnabled: false).']] as const) {
    const { started, said } = starting(0, null, linkPort);
    await started;
    assert.ok(said.some((line) => line.includes(told)), said.join('\n'));
  }
});

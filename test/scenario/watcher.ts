/** `tram watch` in this process, listened to. */
import assert from 'node:assert/strict';
import { until } from '../fixtures/until.ts';
import { quietContext, type Ran, tram } from './command-line.ts';

export interface Watcher {
  readonly said: readonly string[];
  /** Lines that match, once there are as many. */
  heard(pattern: RegExp, count?: number): Promise<string[]>;
  stop(): Promise<Ran>;
}

/** Those that listen: a check that fails must not leave one behind, which would go on for ever. */
const stops = new Set<AbortController>();

export function watcher(argv: readonly string[], language: 'vi' | 'en' = 'vi'): Watcher {
  const stop = new AbortController();
  stops.add(stop);
  const context = quietContext(language, stop.signal);
  let ended: Ran | null = null;
  const ran = tram(['watch', ...argv], context).then((result) => (ended = result));
  const heard = async (pattern: RegExp, count = 1): Promise<string[]> => {
    const found = (): string[] => context.said.filter((line) => pattern.test(line));
    await until(() => {
      assert.equal(ended, null, 'it goes on');
      return found().length >= count;
    }, () => `nothing like ${pattern.source} among:\n${context.said.join('\n')}\n: it`);
    return found();
  };
  return { said: context.said, heard, stop: async () => (stop.abort(), ran) };
}

export function stopWatchers(): void {
  for (const stop of stops) stop.abort();
}

/** Runs a station until it is told to stop; without one, the practice province. */
import { SECOND_MS } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf, joiningPath } from '../homes.ts';
import { pause } from '../pause.ts';
import type { RunningStation } from '../station-host.ts';
import { awaitedAt } from '../status-report.ts';
import type { Values } from '../values.ts';
import type { Words } from '../words/shape.ts';

const ENDING_MS_MAX = 15 * SECOND_MS;
const LOOK_MS = SECOND_MS / 4;

/** `npm start`: the station of the default folder, or on an empty one the practice province. */
export async function start(context: CliContext, values: Values): Promise<Outcome> {
  const data = dataOf(values, context.environment);
  if (context.host.isStation(data) || context.host.exists(joiningPath(data))) return stationStart(context, values);
  await context.practice.keep(context, data);
  return { json: { stopped: true }, lines: [] };
}

export async function stationStart(context: CliContext, values: Values): Promise<Outcome> {
  const { host, words, output, stop } = context;
  const data = dataOf(values, context.environment);
  if (!host.isStation(data) && host.exists(joiningPath(data))) throw new Refusal('admission-pending', { folder: data });
  await host.beginCompiled();
  const ports = { api: values.number('port', 0, 65_535) ?? undefined, link: values.number('link-port', 0, 65_535) ?? undefined };
  const logLevel = values.text('log') === null ? undefined : values.word('log', ['info', 'warn'], 'warn');
  const running = await host.start(data, { ...ports, logLevel, tryAgain: whileEnding(context, data) });
  const { station, url, pages, linkPort, standsStill } = running;
  if (values.flag('json')) output.emit({ ready: { station, url, pages, linkPort, standsStill, pid: process.pid } });
  else {
    output.say(fill(readySentence(words, standsStill), { station, url, ...awaitedAt(linkPort), data: shellWord(data) }));
    if (pages !== null) output.say(fill(words.pages.at, { url: pages }));
  }
  const asked = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([asked, running.stopped]);
  await running.stop();
  output.say(words.said.stopped);
  return { json: { stopped: station }, lines: [] };
}

/**
 * A station that was just stopped says so at once, and holds its folder until the last of its work is done. One that still says
 * that it runs is not waited for.
 */
function whileEnding(context: CliContext, data: string): () => Promise<boolean> {
  const { host, output, words, clock, stop } = context;
  let until: number | null = null;
  return async () => {
    if (host.holderOf(data) !== null) return false;
    if (until === null) output.say(fill(words.said.stationEnding, { data: shellWord(data), seconds: ENDING_MS_MAX / SECOND_MS }));
    until ??= clock.monotonicMs() + ENDING_MS_MAX;
    if (stop.aborted || clock.monotonicMs() >= until) return false;
    await pause(context, LOOK_MS);
    return true;
  };
}

/** A folder that only reads must not be taken for a station that works. */
function readySentence({ said, backup }: Words, standsStill: RunningStation['standsStill']): string {
  if (standsStill === null) return said.stationReady;
  return standsStill === 'station-restored' ? backup.standsStill : backup.standsAside;
}

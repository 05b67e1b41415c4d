/** Runs a station until it is told to stop; without one, the practice province. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf, joiningPath } from '../homes.ts';
import type { RunningStation } from '../station-host.ts';
import type { Values } from '../values.ts';
import type { Words } from '../words/shape.ts';

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
  const running = await host.start(data, { ...ports, logLevel });
  const { station, url, pages, linkPort, standsStill } = running;
  if (values.flag('json')) output.emit({ ready: { station, url, pages, linkPort, standsStill, pid: process.pid } });
  else {
    output.say(fill(readySentence(words, standsStill), { station, url, linkPort, data: shellWord(data) }));
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

/** A folder that only reads must not be taken for a station that works. */
function readySentence({ said, backup }: Words, standsStill: RunningStation['standsStill']): string {
  if (standsStill === null) return said.stationReady;
  return standsStill === 'station-restored' ? backup.standsStill : backup.standsAside;
}

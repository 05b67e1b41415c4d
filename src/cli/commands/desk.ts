/** Pages from this machine before a distant station; and a look at what a station serves. */
import { fill } from '#core/refusal-words.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { homeOf, readDeviceFile, readIfDevice } from '../homes.ts';
import { pinnedRoot } from '../pinned-root.ts';
import { placedLine } from '../placed.ts';
import { stationUrl } from '../station-url.ts';
import type { Values } from '../values.ts';

/** Runs until it is told to stop. */
export async function desk(context: CliContext, values: Values): Promise<Outcome> {
  const { words, output, stop, host } = context;
  const home = homeOf(values, context.environment);
  const typed = values.text('station');
  const url = typed === null ? readDeviceFile(home).station : stationUrl(typed);
  const founding = readIfDevice(home)?.founding ?? null;
  const certificate = await pinnedRoot(context, home, values.text('root-certificate'));
  const open = await host.pages.desk({ url, certificate, founding, port: values.number('port', 0, 65_535) });
  try {
    if (values.flag('json')) output.emit({ ready: { url: open.url, station: open.station, signed: open.isSigned } });
    else {
      output.say(fill(words.pages.deskOpen, { url: open.url, station: open.station, organisation: open.organisation }));
      output.say(open.isSigned ? words.pages.ownSigned : words.pages.ownBuilt);
    }
    await new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await open.close();
  }
  return { json: { stopped: open.station }, lines: [] };
}

/** Compares every file that a station serves with what a release signed. */
export async function pagesVerify(context: CliContext, values: Values): Promise<Outcome> {
  const { words, host } = context;
  const url = values.operand(0, 'URL');
  const certificate = await pinnedRoot(context, homeOf(values, context.environment), values.text('root-certificate'));
  const verdict = await host.pages.verify({ url, certificate });
  const { program, isSigned, files, differences } = verdict;
  const ok = differences.length === 0;
  const lines = differences.map((one) => fill(words.pages.difference[one.what], { path: one.path, header: one.what === 'policy' ? one.header : '' }));
  const last = ok ? placedLine(context, isSigned ? words.pages.sameAsSigned : words.pages.sameAsBuilt, { files, program }) : words.pages.doNotUse;
  return { ok, json: { url, program, signed: isSigned, files, differences }, lines: [...lines, last] };
}

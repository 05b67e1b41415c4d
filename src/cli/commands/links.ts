/** The station's links: up or down, what waits, the last numbers. */
import type { z } from 'zod';
import { missingSaid, waitingOn } from '#client/link-board.ts';
import { type Known, stationLabel } from '#model/peer-names.ts';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { refusalSaid } from '#core/refusals.ts';
import type { linksAnswer } from '#wire/api/directory.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { formatInstant, formatMoment, formatSize } from '../locale.ts';
import { placedLine } from '../placed.ts';
import { heldText, isoOrNull } from '../showing.ts';
import type { Values } from '../values.ts';
import { operationsEn } from '../words/operations-en.ts';
import { operationsVi } from '../words/operations-vi.ts';

type Answer = z.output<typeof linksAnswer>;

export function links(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async ({ session }) => {
    const answer = await session.api.call('links', {});
    return { json: linksJson(answer), lines: linksLines(context, session, answer) };
  });
}

function linksJson({ links: all, stranded = [], disk }: Answer): object {
  return {
    links: all.map(({ shownRefused, retry, triesAgain, noRoomSince, ...link }) => ({
      ...link, oldestQueued: isoOrNull(link.oldestQueued), lastMet: isoOrNull(link.lastMet),
      ...(retry !== undefined && { retry: { ...retry, at: isoOrNull(retry.at) } }),
      ...(shownRefused !== undefined && { shownRefused: { ...shownRefused, at: isoOrNull(shownRefused.at) } }),
      ...(triesAgain !== undefined && { triesAgain: isoOrNull(triesAgain) }),
      ...(noRoomSince !== undefined && { noRoomSince: isoOrNull(noRoomSince) }),
    })),
    stranded: stranded.map((one) => ({ ...one, since: isoOrNull(one.since) })),
    ...(disk !== undefined && { disk }),
  };
}

export function linksLines(context: CliContext, known: Known, { links: all, stranded = [], disk }: Answer): string[] {
  const { words, timeZone } = context;
  const cutOff = stranded.map(({ station, held, since }) => fill(words.said.stranded, {
    station: stationLabel(known, station), count: waitingOn({ queued: held }), held: heldText(context, held), since: formatInstant(since, timeZone),
  }));
  const full = disk === undefined || disk.level === 'good' ? [] : [diskLine(context, disk)];
  return [...(all.length === 0 ? [placedLine(context, words.said.linksNone)] : all.flatMap((link) => linkLines(context, known, link))), ...cutOff, ...full];
}

function linkLines(context: CliContext, known: Known, link: Answer['links'][number]): string[] {
  const { words, timeZone } = context;
  const { peer, state, queued, oldestQueued, lastSent, lastReceived, lastMet, shownRefused, retry, triesAgain, noRoomSince, missing } = link;
  const waiting = waitingOn({ queued });
  const waits = fill(words.said.queuedOf, { waiting, ...(waiting > 0 && { held: heldText(context, queued) }), ...(oldestQueued !== null && { since: formatInstant(oldestQueued, timeZone) }) });
  const met = lastMet === null ? '–' : formatInstant(lastMet, timeZone);
  const site = stationLabel(known, peer);
  const why = (code: string): string => refusalSentence(refusalSaid({ code }).code, {}, context.locale);
  return [
    `${site} (${peer})  ${words.state[state]}  ${words.field.queued}: ${waits}  ${words.field.numbers}: ${lastSent}/${lastReceived}  ${words.field.lastMet}: ${met}`,
    ...(shownRefused === undefined ? [] : [`  ${fill(words.federation.peerRefused, { peer, reason: why(shownRefused.code) })}`]),
    ...(retry === undefined ? [] : [`  ${fill(words.said.linkRetry, { times: retry.times, at: formatInstant(retry.at, timeZone), reason: why(retry.code) })}`]),
    ...(triesAgain === undefined || state !== 'down' ? [] : [`  ${fill(words.said.triesAgain, { at: formatMoment(triesAgain, timeZone) })}`]),
    ...(noRoomSince === undefined ? [] : [`  ${fill(words.said.noRoomThere, { peer: site, since: formatInstant(noRoomSince, timeZone) })}`]),
    ...(missing === undefined ? [] : [`  ${fill(words.said.numbersMissing, { peer: site, ...missingSaid(missing) })}`]),
  ];
}

/** Said only when there is something to do. */
function diskLine({ locale }: CliContext, { level, freeBytes }: { level: keyof typeof operationsVi.diskLevel; freeBytes: number }): string {
  const { status: said, diskLevel } = locale === 'vi' ? operationsVi : operationsEn;
  return `${said.disk}: ${fill(said.diskText, { free: formatSize(freeBytes, locale), level: diskLevel[level] })}`;
}

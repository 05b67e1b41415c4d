/** The station's links: up or down, what waits, the last numbers. */
import { missingSaid } from '#client/link-board.ts';
import { stationLabel } from '#model/peer-names.ts';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { refusalSaid } from '#core/refusals.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { formatInstant, formatMoment, formatSize } from '../locale.ts';
import { placedLine } from '../placed.ts';
import { isoOrNull } from '../showing.ts';
import type { Values } from '../values.ts';
import { operationsEn } from '../words/operations-en.ts';
import { operationsVi } from '../words/operations-vi.ts';

export function links(context: CliContext, values: Values): Promise<Outcome> {
  const { words, timeZone } = context;
  return withDevice(context, values, async ({ session }) => {
    const answer = await session.api.call('links', {});
    const lines = answer.links.flatMap(({ peer, state, queued, lastSent, lastReceived, lastMet, shownRefused, retry, triesAgain, noRoomSince, missing }) => {
      const waiting = queued.routine + queued.priority + queued.immediate + queued.flash;
      const met = lastMet === null ? '–' : formatInstant(lastMet, timeZone);
      const site = stationLabel(session, peer);
      const line = `${site} (${peer})  ${words.state[state]}  ${words.field.queued}: ${waiting}  ` +
        `${words.field.numbers}: ${lastSent}/${lastReceived}  ${words.field.lastMet}: ${met}`;
      const why = (code: string): string => refusalSentence(refusalSaid({ code }).code, {}, context.locale);
      return [
        line,
        ...(shownRefused === undefined ? [] : [`  ${fill(words.federation.peerRefused, { peer, reason: why(shownRefused.code) })}`]),
        ...(retry === undefined ? [] : [`  ${fill(words.said.linkRetry, { times: retry.times, at: formatInstant(retry.at, timeZone), reason: why(retry.code) })}`]),
        ...(triesAgain === undefined || state !== 'down' ? [] : [`  ${fill(words.said.triesAgain, { at: formatMoment(triesAgain, timeZone) })}`]),
        ...(noRoomSince === undefined ? [] : [`  ${fill(words.said.noRoomThere, { peer: site, since: formatInstant(noRoomSince, timeZone) })}`]),
        ...(missing === undefined ? [] : [`  ${fill(words.said.numbersMissing, { peer: site, ...missingSaid(missing) })}`]),
      ];
    });
    const json = answer.links.map(({ shownRefused, retry, triesAgain, noRoomSince, ...link }) => ({
      ...link, oldestQueued: isoOrNull(link.oldestQueued), lastMet: isoOrNull(link.lastMet),
      ...(retry !== undefined && { retry: { ...retry, at: isoOrNull(retry.at) } }),
      ...(shownRefused !== undefined && { shownRefused: { ...shownRefused, at: isoOrNull(shownRefused.at) } }),
      ...(triesAgain !== undefined && { triesAgain: isoOrNull(triesAgain) }),
      ...(noRoomSince !== undefined && { noRoomSince: isoOrNull(noRoomSince) }),
    }));
    const { disk } = answer;
    const full = disk === undefined || disk.level === 'good' ? [] : [diskLine(context, disk)];
    return { json: { links: json, ...(disk !== undefined && { disk }) }, lines: [...(lines.length === 0 ? [placedLine(context, words.said.linksNone)] : lines), ...full] };
  });
}

/** Said only when there is something to do. */
function diskLine({ locale }: CliContext, { level, freeBytes }: { level: keyof typeof operationsVi.diskLevel; freeBytes: number }): string {
  const { status: said, diskLevel } = locale === 'vi' ? operationsVi : operationsEn;
  return `${said.disk}: ${fill(said.diskText, { free: formatSize(freeBytes, locale), level: diskLevel[level] })}`;
}

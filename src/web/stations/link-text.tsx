/** How a link stands, in words. */
import { type BoardLink, type LinkSeen, missingSaid } from '#client/link-board.ts';
import type { Locale } from '#core/refusal-sentence.ts';
import { refusalSaid } from '#core/refusals.ts';
import { HIGHEST_FIRST, type Precedence } from '#wire/names.ts';
import { countText, dateText } from '../kit/writing.ts';
import type { Words } from '../words/shape.ts';
import { faultSentence, fill } from '../words/words.ts';

export function stateText({ seen }: BoardLink, words: Words): string {
  return words.stations.state[seen?.state ?? 'unseen'];
}

/** What waits, the most urgent first. */
export function queueText(queued: Readonly<Record<Precedence, number>>, words: Words, locale: Locale): string {
  const some = HIGHEST_FIRST.filter((precedence) => queued[precedence] > 0);
  return some.map((precedence) => fill(words.stations.queued, { count: countText(queued[precedence], locale), precedence: words.mark.precedence[precedence] })).join(', ');
}

/** Why nothing goes here, or not all of it: the link stands still, something was put off and until when, the other side is full, something of its has not come. */
export function whyOf({ state, retry, triesAgain, noRoomSince, missing }: LinkSeen, words: Words, locale: Locale): readonly string[] {
  return [
    ...(state === 'stopped' ? [words.stations.stoppedWhy] : []),
    ...(retry === undefined ? [] : [fill(words.stations.retry, { times: retry.times, at: dateText(retry.at), why: faultSentence(refusalSaid({ code: retry.code }), locale) })]),
    ...(triesAgain === undefined || state !== 'down' ? [] : [fill(words.stations.triesAgain, { at: dateText(triesAgain, true) })]),
    ...(noRoomSince === undefined ? [] : [fill(words.stations.noRoomThere, { since: dateText(noRoomSince) })]),
    ...(missing === undefined ? [] : [fill(words.stations.missing, missingSaid(missing))]),
  ];
}

/** Whole minutes, hours and minutes, or days and hours. */
export function spanText(ms: number, words: Words): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 60) return fill(words.register.minutes, { minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? fill(words.register.hours, { hours, minutes: minutes % 60 }) : fill(words.register.days, { days: Math.floor(hours / 24), hours: hours % 24 });
}

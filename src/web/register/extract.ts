/** What a sheet of a register says that it is not: the whole of it. */
import { printable } from '#core/printable.ts';
import { fill } from '#core/refusal-sentence.ts';
import type { RegisterQuestion } from '#client/registers/register-index.ts';
import { dateText } from '../kit/writing.ts';
import type { Words } from '../words/shape.ts';
import type { Asked } from './asked.ts';

/** Some 400 sheets: more is a mistake, and would hold the browser up. */
export const LINES_MAX = 5_000;

/**
 * What keeps lines of the register off this sheet, in days of the calendar: on paper nobody knows which week was the last.
 * @param found lines that were asked for, of which the newest are printed
 */
export function narrowedBy({ query, tab, classification, precedence, since, until, other }: RegisterQuestion, { chosen }: Pick<Asked, 'chosen'>, found: number, words: Words): string[] {
  const { register, mark } = words;
  const of = (name: string, value: string | null): string[] => (value === null ? [] : [`${name}: ${value}`]);
  return [
    ...of(register.tabs, tab === 'all' ? null : register.tab[tab]),
    ...of(words.register.paper.searched, query.trim() === '' ? null : `“${query.trim()}”`),
    ...of(register.classification, classification && mark.classification[classification]),
    ...of(register.precedence, precedence && mark.precedence[precedence]),
    ...of(register.since, since === null ? null : dateText(since).slice(0, 10)),
    ...of(register.until, until === null ? null : dateText(until - 1).slice(0, 10)),
    // It comes with the address, which may be somebody else's.
    ...of(register.other, other === null ? null : printable(other)),
    ...(chosen === 'all' || chosen.length === 0 ? [] : [words.register.paper.chosen]),
    ...(found > LINES_MAX ? [fill(words.register.paper.newest, { shown: LINES_MAX, count: found })] : []),
  ];
}

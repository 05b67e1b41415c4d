/**
 * What is asked of a register, as it stands in the address: tab, filters, the line in view, the lines chosen. What
 * somebody searches for stays out of it: an address goes to the station when the page is loaded anew, and into history.
 */
import type { Instant } from '#core/clock.ts';
import { OFFICE_OFFSET_MS } from '#core/dates.ts';
import { REGISTER_TABS, type RegisterDirection, type RegisterQuestion, type RegisterTab } from '#client/registers/register-index.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Classification, Precedence } from '#wire/names.ts';
import { endOfDay, startOfDay } from '../kit/writing.ts';

export const PERIODS = ['any', 'today', 'week', 'month', 'year', 'range'] as const;
export type Period = (typeof PERIODS)[number];
export const CLASSIFICATIONS: readonly Classification[] = ['none', 'confidential', 'secret', 'top-secret'];
export const PRECEDENCES: readonly Precedence[] = ['routine', 'priority', 'immediate', 'flash'];

export interface Asked {
  readonly tab: RegisterTab;
  readonly classification: Classification | null;
  readonly precedence: Precedence | null;
  readonly period: Period;
  /** `2026-11-23`, or empty. */
  readonly since: string;
  readonly until: string;
  readonly other: string | null;
  /** First digits of the dispatch in view, or empty. */
  readonly open: string;
  /** First digits of each; `all` for whatever is found. */
  readonly chosen: 'all' | readonly string[];
  readonly isPrint: boolean;
}

/** So many digits of a dispatch's id in the address: 48 bits tell apart the lines of one register. */
export const ID_DIGITS = 12;
/** An office's name, with that of its organisation. */
const OTHER_CHARACTERS_MAX = 2 * LIMITS.nameBytes;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whatever the address says that is none of ours is as if it were not there. */
export function askedOf(search: URLSearchParams): Asked {
  const one = <T extends string>(key: string, choices: readonly T[]): T | null => choices.find((choice) => choice === search.get(key)) ?? null;
  const day = (key: string): string => { const text = search.get(key) ?? ''; return DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : ''; };
  const digits = (text: string): boolean => /^[0-9a-f]{12}$/.test(text);
  const chosen = search.get('chosen') ?? '';
  const open = search.get('open') ?? '';
  return {
    tab: one('tab', REGISTER_TABS) ?? 'all',
    classification: one('class', CLASSIFICATIONS), precedence: one('precedence', PRECEDENCES),
    period: one('period', PERIODS) ?? 'any', since: day('since'), until: day('until'),
    other: nameOf(search.get('with')),
    open: digits(open) ? open : '',
    chosen: chosen === 'all' ? 'all' : chosen.split(',').filter(digits),
    isPrint: search.get('view') === 'print',
  };
}

export function questionOf(asked: Asked, office: string, direction: RegisterDirection, query: string, now: Instant): RegisterQuestion {
  const { tab, classification, precedence, other } = asked;
  return { office, direction, query, tab, classification, precedence, other, now, ...spanOf(asked, now) };
}

/** An address may bring any text. */
function nameOf(text: string | null): string | null {
  return text === null || text.length > OTHER_CHARACTERS_MAX ? null : text;
}

/** Days begin and end as in Việt Nam, wherever the reader sits: a register belongs to its office. */
export function spanOf({ period, since, until }: Pick<Asked, 'period' | 'since' | 'until'>, now: Instant): { since: Instant | null; until: Instant | null } {
  const local = new Date(now + OFFICE_OFFSET_MS);
  const at = (year: number, month: number, day: number): Instant => Date.UTC(year, month, day) - OFFICE_OFFSET_MS;
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  switch (period) {
    case 'any': return { since: null, until: null };
    case 'today': return { since: at(year, month, day), until: null };
    case 'week': return { since: at(year, month, day - 6), until: null };
    case 'month': return { since: at(year, month, 1), until: null };
    case 'year': return { since: at(year, 0, 1), until: null };
    case 'range': return {
      since: since === '' ? null : startOfDay(since),
      until: until === '' ? null : endOfDay(until),
    };
  }
}

/** Whether anything but the tab narrows what is shown. */
export function isNarrowed({ classification, precedence, period, other }: Asked): boolean {
  return classification !== null || precedence !== null || period !== 'any' || other !== null;
}

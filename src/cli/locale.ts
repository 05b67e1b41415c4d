/**
 * The user's language and time zone, and how dates and sizes are written in it. Register numbers (`12/UBND-VP`) are
 * names, not numbers: they are never formatted.
 */
import { OFFICE_ZONE } from '#core/dates.ts';
import type { Locale } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';

export { formatInstant, formatMoment, parseInstant, type TypedInstant } from '#core/dates.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The first of these that is set decides; Vietnamese where none is. */
const LOCALE_VARIABLES = ['TRAM_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG'] as const;

/** `vi`, `en`, `vi_VN.UTF-8`, `C`: anything that is not Vietnamese or unset is English, save the neutral C and POSIX. */
export function localeOf(environment: Environment): Locale {
  for (const variable of LOCALE_VARIABLES) {
    const value = environment[variable];
    if (value === undefined || value === '') continue;
    if (/^(?:C|POSIX)(?:\.|$)/.test(value)) return 'vi';
    return /^vi(?:[_.@-]|$)/i.test(value) ? 'vi' : 'en';
  }
  return 'vi';
}

/**
 * The office's, wherever the machine thinks that it is: most servers are in UTC. TRAM_TZ is for a reader elsewhere.
 * @throws Refusal `configuration-malformed` where the zone is not one that this machine knows
 */
export function timeZoneOf(environment: Environment): string {
  const told = environment['TRAM_TZ'] || OFFICE_ZONE;
  try {
    return Intl.DateTimeFormat('en', { timeZone: told.replace(/^:/, '') }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new Refusal('configuration-malformed', { field: 'TRAM_TZ' }, { cause });
  }
}

/** `41,9 MB` in Vietnamese, `41.9 MB` in English: powers of ten, as file managers count. */
export function formatSize(bytes: number, locale: Locale): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toLocaleString(locale, { maximumFractionDigits: digits })} ${units[unit]}`;
}

/** `10,7` in Vietnamese, `10.7` in English. */
export function formatSeconds(ms: number, locale: Locale): string {
  return (ms / 1_000).toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

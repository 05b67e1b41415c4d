/**
 * The user's language and time zone, and how dates and sizes are written in it. Register numbers (`12/UBND-VP`) are
 * names, not numbers: they are never formatted.
 */
import type { Instant } from '#core/clock.ts';
import type { Locale } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';

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

/** @throws Refusal `configuration-malformed` where the zone is not one that this machine knows */
export function timeZoneOf(environment: Environment): string {
  const told = environment['TRAM_TZ'] || environment['TZ'];
  if (told === undefined || told === '') return Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    return Intl.DateTimeFormat('en', { timeZone: told.replace(/^:/, '') }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new Refusal('configuration-malformed', { field: 'TRAM_TZ' }, { cause });
  }
}

/** `23/11/2026 05:21`, the same in both languages. */
export function formatInstant(instant: Instant, timeZone: string): string {
  const parts = partsOf(instant, timeZone);
  return `${parts['day']}/${parts['month']}/${parts['year']} ${parts['hour']}:${parts['minute']}`;
}

/** `23/11/2026 05:21:07`, where order matters. */
export function formatMoment(instant: Instant, timeZone: string): string {
  return `${formatInstant(instant, timeZone)}:${partsOf(instant, timeZone)['second']}`;
}

/**
 * The instant of `2026-11-23T05:21[:07][Z|+07:00]` or `23/11/2026 05:21`; without a zone it is local.
 * @throws Refusal `date-out-of-range`
 */
export function parseInstant(text: string, timeZone: string, field: string): Instant {
  const office = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2}))?$/.exec(text);
  if (office !== null) {
    const [, day = '', month = '', year = '', hour = '23', minute = '59'] = office;
    return localInstant(Number(year), Number(month), Number(day), Number(hour), Number(minute), timeZone, field);
  }
  const iso = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (iso === null) throw new Refusal('date-out-of-range', { field });
  const [, year, month, day, hour, minute, , zone] = iso;
  if (zone === undefined) {
    return localInstant(Number(year), Number(month), Number(day), Number(hour), Number(minute), timeZone, field);
  }
  return inRange(Date.parse(text), field);
}

function localInstant(
  year: number, month: number, day: number, hour: number, minute: number, timeZone: string, field: string,
): Instant {
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  const exists = month >= 1 && month <= 12 && new Date(asUtc).getUTCDate() === day && hour < 24 && minute < 60;
  if (!exists) throw new Refusal('date-out-of-range', { field });
  // Twice, so that the offset is the one in force at the result.
  const once = asUtc - offsetMs(asUtc, timeZone);
  return inRange(asUtc - offsetMs(once, timeZone), field);
}

function offsetMs(instant: Instant, timeZone: string): number {
  const parts = partsOf(instant, timeZone);
  const [year, month, day] = [Number(parts['year']), Number(parts['month']), Number(parts['day'])];
  const wall = Date.UTC(year, month - 1, day, Number(parts['hour']), Number(parts['minute']), Number(parts['second']));
  return wall - Math.floor(instant / 1000) * 1000;
}

function inRange(instant: Instant, field: string): Instant {
  if (instant >= 0 && instant <= 253_402_300_799_999) return instant;
  throw new Refusal('date-out-of-range', { field });
}

function partsOf(instant: Instant, timeZone: string): Record<string, string> {
  const format = Intl.DateTimeFormat('en-GB', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    hourCycle: 'h23',
  });
  return Object.fromEntries(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
}

/** `41,9 MB` in Vietnamese, `41.9 MB` in English: powers of ten, as file managers count. */
export function formatSize(bytes: number, locale: Locale): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toLocaleString(locale, { maximumFractionDigits: digits })} ${units[unit]}`;
}

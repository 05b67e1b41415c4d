/** Dates, sizes and counts as they are written in both languages. Numbers of registers are names and never pass here. */
import { DAY_MS, type Instant } from '#core/clock.ts';
import { formatInstant, formatMoment, OFFICE_OFFSET_MS, OFFICE_ZONE, parseInstant } from '#core/dates.ts';
import type { Locale } from '#core/refusal-sentence.ts';

/** `23/11/2026 05:21`, with seconds where order matters. */
export function dateText(instant: Instant, withSeconds = false): string {
  return (withSeconds ? formatMoment : formatInstant)(instant, OFFICE_ZONE);
}

/** What somebody typed into a field for a date, in the time of Việt Nam. @throws Refusal `date-malformed` | `date-not-in-calendar` */
export function typedDate(text: string, field: string): Instant {
  return parseInstant(text, OFFICE_ZONE, field).instant;
}

/** The day that it is in Việt Nam, as a day field has it. */
export function dayOf(instant: Instant): string {
  return new Date(instant + OFFICE_OFFSET_MS).toISOString().slice(0, 10);
}

/** The midnight with which a day of a date field begins in Việt Nam. @param day as `2026-11-23`; NaN for what is no day */
export function startOfDay(day: string): Instant {
  return Date.parse(`${day}T00:00:00Z`) - OFFICE_OFFSET_MS;
}

/** The midnight with which a day of a date field ends in Việt Nam. @param day as `2026-11-23`; NaN for what is no day */
export function endOfDay(day: string): Instant {
  return startOfDay(day) + DAY_MS;
}

const UNITS = [['', 1], ['kB', 1e3], ['MB', 1e6], ['GB', 1e9], ['TB', 1e12]] as const;

/** How many there are: `100.000` in Vietnamese, `100,000` in English. */
export function countText(count: number, locale: Locale): string {
  return numberText(count, locale, 0);
}

function numberText(number: number, locale: Locale, maximumFractionDigits: number): string {
  return new Intl.NumberFormat(locale === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits }).format(number);
}

/** `1,4 MB` in Vietnamese, `1.4 MB` in English: never a thousand of a unit that has a greater one. */
export function sizeText(bytes: number, locale: Locale): string {
  // What rounds to a thousand of one is one of the next.
  const [unit, divisor] = UNITS.findLast(([, least]) => bytes >= 0.99995 * least) ?? UNITS[0];
  const maximumFractionDigits = divisor === 1 ? 0 : 1;
  return `${numberText(bytes / divisor, locale, maximumFractionDigits)} ${unit === '' ? locale === 'en' && bytes !== 1 ? 'bytes' : 'byte' : unit}`;
}

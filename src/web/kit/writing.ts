/** Dates and sizes as they are written in both languages. Numbers of registers are names and never pass here. */
import type { Instant } from '#core/clock.ts';
import { formatInstant, formatMoment, parseInstant } from '#core/dates.ts';
import type { Locale } from '#core/refusal-words.ts';

export const VIETNAM = 'Asia/Ho_Chi_Minh';

/** `23/11/2026 05:21`, with seconds where order matters. */
export function dateText(instant: Instant, withSeconds = false): string {
  return (withSeconds ? formatMoment : formatInstant)(instant, VIETNAM);
}

/** What somebody typed into a field for a date, in the time of Việt Nam. @throws Refusal `date-malformed` | `date-not-in-calendar` */
export function typedDate(text: string, field: string): Instant {
  return parseInstant(text, VIETNAM, field).instant;
}

/** `1,4 MB` in Vietnamese, `1.4 MB` in English. */
export function sizeText(bytes: number, locale: Locale): string {
  const [unit, divisor] = bytes < 1_000 ? ['byte', 1] : bytes < 1_000_000 ? ['kB', 1_000] : ['MB', 1_000_000];
  const digits = divisor === 1 ? 0 : 1;
  return `${new Intl.NumberFormat(locale === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: digits }).format(bytes / Number(divisor))} ${unit}`;
}

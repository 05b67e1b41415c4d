/** Dates and sizes as they are written in both languages. Numbers of registers are names and never pass here. */
import type { Instant } from '#core/clock.ts';
import type { Locale } from '#core/refusal-words.ts';

const VIETNAM = 'Asia/Ho_Chi_Minh';

/** `23/11/2026 05:21` */
export function dateText(instant: Instant, withSeconds = false): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: VIETNAM, day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).formatToParts(instant);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const day = `${of('day')}/${of('month')}/${of('year')} ${of('hour')}:${of('minute')}`;
  return withSeconds ? `${day}:${of('second')}` : day;
}

/** `1,4 MB` in Vietnamese, `1.4 MB` in English. */
export function sizeText(bytes: number, locale: Locale): string {
  const [unit, divisor] = bytes < 1_000 ? ['byte', 1] : bytes < 1_000_000 ? ['kB', 1_000] : ['MB', 1_000_000];
  const digits = divisor === 1 ? 0 : 1;
  return `${new Intl.NumberFormat(locale === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: digits }).format(bytes / Number(divisor))} ${unit}`;
}

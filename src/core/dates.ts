/** Dates as an office writes and types them: `23/11/2026 05:21`, in both languages. */
import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';

/** The office's time, by which registers count their years and days: the same at every station, device and page (docs/decisions/0118). */
export const OFFICE_ZONE = 'Asia/Ho_Chi_Minh';
/** Việt Nam sets no clock forward in summer. */
export const OFFICE_OFFSET_MS = 7 * HOUR_MS;

/** `23/11/2026 05:21`, the same in both languages. */
export function formatInstant(instant: Instant, timeZone: string): string {
  const parts = partsOf(instant, timeZone);
  return `${parts['day']}/${parts['month']}/${parts['year']} ${parts['hour']}:${parts['minute']}`;
}

/** `23/11/2026 05:21:07`, where order matters. */
export function formatMoment(instant: Instant, timeZone: string): string {
  return `${formatInstant(instant, timeZone)}:${partsOf(instant, timeZone)['second']}`;
}

/** An instant as a person types it. */
export interface TypedInstant {
  readonly instant: Instant;
  /** No hour was typed: the end of that day is meant. */
  readonly isWholeDay: boolean;
}

const OFFICE_DATE = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:,? +(\d{1,2})[:hg](\d{2}))?$/;
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;
/** No place keeps a clock further from UTC. */
const ZONE_MS_MAX = 14 * HOUR_MS;

/**
 * The instant of `23/11/2026 05:21` or ISO 8601 (`2026-11-23T05:21[:07][Z|+07:00]`); without a zone it is local, without
 * an hour 23:59 of that day.
 * @param option as it was typed, such as `--expires`
 * @throws Refusal `date-malformed` | `date-not-in-calendar`
 */
export function parseInstant(text: string, timeZone: string, option: string): TypedInstant {
  const typed = text.trim();
  const asked = { option, text: text.slice(0, 40) };
  const wall = wallOf(typed);
  if (wall === null) throw new Refusal('date-malformed', asked);
  const { year, month, day, hour = 23, minute = 59, second = 0, zone } = wall;
  const shiftMs = zone === undefined ? 0 : zoneMs(zone);
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  const exists = year >= 1970 && month >= 1 && month <= 12 && new Date(asUtc).getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists || shiftMs === null) throw new Refusal('date-not-in-calendar', asked);
  // Twice, so that the offset is the one in force at the result.
  const once = asUtc - offsetMs(asUtc, timeZone);
  const instant = zone === undefined ? asUtc - offsetMs(once, timeZone) : asUtc - shiftMs;
  return { instant: instant + second * SECOND_MS, isWholeDay: wall.hour === undefined };
}

interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number | undefined;
  readonly minute: number | undefined;
  readonly second?: number | undefined;
  readonly zone: string | undefined;
}

function wallOf(typed: string): Wall | null {
  const number = (digits: string | undefined): number | undefined => (digits === undefined ? undefined : Number(digits));
  const office = OFFICE_DATE.exec(typed);
  if (office !== null) {
    const [, day, month, year, hour, minute] = office;
    return { year: Number(year), month: Number(month), day: Number(day), hour: number(hour), minute: number(minute), zone: undefined };
  }
  const iso = ISO_DATE.exec(typed);
  if (iso === null) return null;
  const [, year, month, day, hour, minute, second, zone] = iso;
  return { year: Number(year), month: Number(month), day: Number(day), hour: number(hour), minute: number(minute), second: number(second), zone };
}

/** `Z`, `+07`, `+0700`, `+07:00` in milliseconds; null for what no place on earth has. */
function zoneMs(zone: string): number | null {
  if (/^z$/i.test(zone)) return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone)!;
  const shiftMs = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  return Number(minutes) < 60 && shiftMs <= ZONE_MS_MAX ? (sign === '-' ? -1 : 1) * shiftMs : null;
}

function offsetMs(instant: Instant, timeZone: string): number {
  const parts = partsOf(instant, timeZone);
  const [year, month, day] = [Number(parts['year']), Number(parts['month']), Number(parts['day'])];
  const wall = Date.UTC(year, month - 1, day, Number(parts['hour']), Number(parts['minute']), Number(parts['second']));
  return wall - Math.floor(instant / 1000) * 1000;
}

function partsOf(instant: Instant, timeZone: string): Record<string, string> {
  const format = Intl.DateTimeFormat('en-GB', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    hourCycle: 'h23',
  });
  return Object.fromEntries(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
}

/** A day and an hour as they are written, and as fields have them. */

export interface Moment {
  /** `2026-11-23`. */
  readonly day: string;
  /** `05:21`. */
  readonly time: string;
}

const MOMENT = /^(\d{2})\/(\d{2})\/(\d{4}) ((?:[01]\d|2[0-3]):[0-5]\d)$/;

/** @param text `23/11/2026 05:21`; null for anything else */
export function readMoment(text: string): Moment | null {
  const [, day, month, year, time] = MOMENT.exec(text) ?? [];
  return time === undefined ? null : { day: `${year}-${month}-${day}`, time };
}

export function momentText({ day, time }: Moment): string {
  return `${day.split('-').toReversed().join('/')} ${time}`;
}

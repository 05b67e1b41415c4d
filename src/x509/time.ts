/**
 * Times in certificates and what is signed beside them. RFC 5280 §4.1.2.5: UTCTime up to 2049,
 * GeneralizedTime from 2050, always with seconds and Z. Fractions of a second do not exist here.
 */
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { utf8 } from '#core/bytes.ts';
import { element, TAG } from './der.ts';
import type { DerReader } from './der-reader.ts';

const FIRST = Date.UTC(1950, 0, 1);
const FIRST_GENERALIZED = Date.UTC(2050, 0, 1);
const AFTER_LAST = Date.UTC(10_000, 0, 1);

/**
 * Time of a validity or of an update of a revocation list; a fraction of a second is dropped.
 * @throws Refusal `date-out-of-range` before 1950 or after 9999
 */
export function encodeTime(at: Instant): Uint8Array {
  if (at >= FIRST_GENERALIZED) return encodeGeneralizedTime(at);
  return element(TAG.utcTime, utf8(`${digits(at).slice(2)}Z`));
}

/**
 * GeneralizedTime whatever the year, as OCSP and time-stamps want it.
 * @throws Refusal `date-out-of-range` before 1950 or after 9999
 */
export function encodeGeneralizedTime(at: Instant): Uint8Array {
  return element(TAG.generalizedTime, utf8(`${digits(at)}Z`));
}

/** YYYYMMDDHHMMSS. */
function digits(at: Instant): string {
  if (!(at >= FIRST && at < AFTER_LAST)) throw new Refusal('date-out-of-range');
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '');
}

/** @throws DecodeError for any but the one form that RFC 5280 gives that time */
export function readTime(reader: DerReader, field: string): Instant {
  if (!reader.nextIs(TAG.utcTime)) {
    const at = readGeneralizedTime(reader, field);
    if (at < FIRST_GENERALIZED) throw reader.error(field, 'should be a UTCTime');
    return at;
  }
  const text = reader.text(TAG.utcTime, field);
  const century = Number(text.slice(0, 2)) >= 50 ? '19' : '20';
  return instantOf(century + text, reader, field);
}

/** @throws DecodeError */
export function readGeneralizedTime(reader: DerReader, field: string): Instant {
  return instantOf(reader.text(TAG.generalizedTime, field), reader, field);
}

function instantOf(text: string, reader: DerReader, field: string): Instant {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const [year = 0, month = 0, ...rest] = (match ?? []).slice(1).map(Number);
  const at = Date.UTC(year, month - 1, ...rest);
  // A day or hour that does not exist rolls over and reads back differently.
  const inRange = match !== null && at >= FIRST && at < AFTER_LAST;
  const exists = inRange && `${digits(at)}Z` === text;
  if (!exists) throw reader.error(field, 'is not a time with seconds and Z');
  return at;
}

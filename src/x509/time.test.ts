import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromUtf8, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { element, TAG } from './der.ts';
import { decodeDer } from './der-reader.ts';
import { encodeGeneralizedTime, encodeTime, readGeneralizedTime, readTime } from './time.ts';

function parse(encoded: Uint8Array): number {
  return decodeDer(encoded, 'time', 64, (reader) => readTime(reader, 'time'));
}

test('UTCTime to the end of 2049, then GeneralizedTime', () => {
  const last = Date.UTC(2049, 11, 31, 23, 59, 59);
  assert.equal(fromUtf8(encodeTime(last).subarray(2)), '491231235959Z');
  assert.equal(fromUtf8(encodeTime(last + 1000).subarray(2)), '20500101000000Z');
  assert.equal(encodeTime(last)[0], TAG.utcTime);
  assert.equal(encodeTime(last + 1000)[0], TAG.generalizedTime);
  for (const at of [Date.UTC(1950, 0, 1), Date.UTC(1999, 11, 31), last, last + 1000]) {
    assert.equal(parse(encodeTime(at)), at);
    const general = encodeGeneralizedTime(at);
    const read = decodeDer(general, 'time', 64, (reader) => readGeneralizedTime(reader, 'time'));
    assert.equal(read, at);
  }
});

test('fractions of a second are dropped', () => {
  assert.equal(parse(encodeTime(1_000_999)), 1_000_000);
});

test('years before 1950 and after 9999 are out of range', () => {
  for (const at of [Date.UTC(1949, 11, 31), Date.UTC(10_000, 0, 1), Number.NaN, Infinity]) {
    assert.throws(() => encodeTime(at), { code: 'date-out-of-range' });
  }
});

test('reads one form only', () => {
  const utc = ['2611230700Z', '261123070000', '261123070000+0700', '260230000000Z'];
  for (const text of [...utc, '261123246000Z', '261123070060Z', '26112307000０Z', '']) {
    assert.throws(() => parse(element(TAG.utcTime, utf8(text))), DecodeError, text);
  }
  const general = ['20491231235959Z', '20500101000000.5Z', '205001010000Z', '99991332000000Z'];
  for (const text of general) {
    assert.throws(() => parse(element(TAG.generalizedTime, utf8(text))), DecodeError, text);
  }
});

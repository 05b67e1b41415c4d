import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatInstant, formatMoment, formatSize, localeOf, parseInstant, timeZoneOf } from './locale.ts';
import { columns, numberText } from './showing.ts';

test('the first variable that is set decides the language, and Vietnamese is the rule', () => {
  assert.equal(localeOf({}), 'vi');
  assert.equal(localeOf({ LANG: 'C.UTF-8' }), 'vi');
  assert.equal(localeOf({ LANG: 'vi_VN.UTF-8' }), 'vi');
  assert.equal(localeOf({ LANG: 'en_US.UTF-8' }), 'en');
  assert.equal(localeOf({ LANG: 'en_US.UTF-8', LC_MESSAGES: 'vi_VN' }), 'vi');
  assert.equal(localeOf({ LC_ALL: 'vi_VN', TRAM_LANG: 'en' }), 'en');
  assert.equal(localeOf({ LANG: 'fr_FR.UTF-8', TRAM_LANG: '' }), 'en');
});

test('dates are the office\'s, in the zone of the place', () => {
  const at = Date.UTC(2026, 10, 22, 22, 21, 7);
  assert.equal(formatInstant(at, 'Asia/Ho_Chi_Minh'), '23/11/2026 05:21');
  assert.equal(formatMoment(at, 'UTC'), '22/11/2026 22:21:07');
  const parsed = (text: string): number => parseInstant(text, 'Asia/Ho_Chi_Minh', '--expires').instant;
  assert.equal(parsed('23/11/2026 05:21'), at - 7_000);
  assert.equal(parsed('2026-11-22T22:21:07Z'), at);
  assert.equal(parsed('2026-11-23T05:21'), at - 7_000);
  for (const zone of ['+07:00', '+0700', '+07']) assert.equal(parsed(`2026-11-23T05:21:07${zone}`), at, zone);
  assert.equal(parsed('2026-11-23 05:21+07:00'), at - 7_000);
});

test('a date without an hour is the end of that day', () => {
  for (const text of ['23/11/2026', '2026-11-23']) {
    const { instant, isWholeDay } = parseInstant(text, 'Asia/Ho_Chi_Minh', '--expires');
    assert.equal(formatInstant(instant, 'Asia/Ho_Chi_Minh'), '23/11/2026 23:59');
    assert.equal(isWholeDay, true);
  }
  assert.equal(parseInstant('23/11/2026 23:59', 'UTC', '--expires').isWholeDay, false);
});

test('a date that no calendar has is told from one that is not understood', () => {
  for (const text of ['31/02/2026 10:00', '23/11/2026 24:00', '2026-13-01T00:00Z', '2026-02-31T00:00+07:00', '11/23/2026', '2026-11-23T05:21:60Z', '2026-11-23T05:21+99:00', '2026-11-23T05:21-07:60']) {
    assert.throws(() => parseInstant(text, 'UTC', '--expires'), { code: 'date-not-in-calendar', detail: { option: '--expires', text } }, text);
  }
  for (const text of ['mai', 'ngày mai', '', '5 giờ', '2026']) {
    assert.throws(() => parseInstant(text, 'UTC', '--expires'), { code: 'date-malformed' }, text);
  }
});

test('dates are the office\'s, wherever the machine stands, and an unknown zone is refused', () => {
  const at = Date.UTC(2026, 10, 22, 22, 21, 7);
  for (const machine of [{}, { TZ: 'UTC' }, { TZ: 'America/New_York', TRAM_TZ: '' }]) {
    assert.equal(formatInstant(at, timeZoneOf(machine)), '23/11/2026 05:21');
    assert.equal(parseInstant('23/11/2026 05:21', timeZoneOf(machine), '--until').instant, at - 7_000);
  }
  assert.equal(formatInstant(at, timeZoneOf({ TRAM_TZ: 'Europe/Paris' })), '22/11/2026 23:21');
  assert.throws(() => timeZoneOf({ TRAM_TZ: 'Mặt Trăng' }), { code: 'configuration-malformed' });
});

test('sizes are read in the language, register numbers are never touched', () => {
  assert.equal(formatSize(41_900_000, 'vi'), '41,9 MB');
  assert.equal(formatSize(41_900_000, 'en'), '41.9 MB');
  assert.equal(formatSize(0, 'vi'), '0 B');
  assert.equal(numberText({ series: '2026', number: 12_345 }, 'UBND-VP'), '12345/UBND-VP');
});

test('a text cannot steer the terminal that shows it', () => {
  assert.deepEqual(columns([['Trích yếu', 'a\u001b]0;b\u0007\nNơi nhận']]), ['Trích yếu  a\ufffd]0;b\ufffd\ufffdNơi nhận']);
});

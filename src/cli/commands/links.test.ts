import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Known } from '#model/peer-names.ts';
import type { CliContext } from '../context.ts';
import { wordsOf } from '../words/words.ts';
import { linksLines } from './links.ts';

const SINCE = Date.UTC(2026, 10, 23);
const NONE = { routine: 0, priority: 0, immediate: 0, flash: 0 };
const link = { peer: 'huyen', state: 'down', lastSent: 3, lastReceived: 2, lastMet: null } as const;

function lines(locale: 'vi' | 'en', answer: Parameters<typeof linksLines>[2]): string {
  const known = { view: { organisation: { id: new Uint8Array(16) }, station: (code: string) => ({ site: `Trạm ${code}` }), agreement: () => null } };
  return linksLines({ words: wordsOf(locale), timeZone: 'Asia/Ho_Chi_Minh', locale } as CliContext, known as unknown as Known, answer).join('\n');
}

test('of what waits it is said how much of each precedence, and since when', () => {
  const waiting = { links: [{ ...link, queued: { ...NONE, routine: 1, flash: 2 }, oldestQueued: SINCE }] };
  assert.match(lines('vi', waiting), /Chờ gửi: 3 \(2 Hỏa tốc, 1 Thường\), từ 23\/11\/2026 07:00 {2}/);
  assert.match(lines('en', waiting), /Queued: 3 \(2 Flash, 1 Routine\), since 23\/11\/2026 07:00 {2}/);
  assert.match(lines('en', { links: [{ ...link, queued: NONE, oldestQueued: null }] }), /Queued: 0 {2}/);
});

test('what no way leads on with is said, with the station that is not reached', () => {
  const cutOff = { links: [{ ...link, queued: NONE, oldestQueued: null }], stranded: [{ station: 'xa', held: { ...NONE, routine: 2, flash: 1 }, since: SINCE }] };
  assert.match(lines('vi', cutOff), /Không còn đường tới trạm Trạm xa: 3 điện nằm lại ở đây \(1 Hỏa tốc, 2 Thường\), từ [^\n]+ Nhờ người giữ danh bạ ghi đường nối/);
  assert.match(lines('en', cutOff), /No way leads to station Trạm xa: 3 dispatches stay here \(1 Flash, 2 Routine\), since /);
});

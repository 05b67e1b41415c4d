import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { lifeOf } from '#model/life.ts';
import type { Header } from '#wire/envelope.ts';
import type { CliContext } from './context.ts';
import { type Told, traceLines } from './trace-lines.ts';
import { wordsOf } from './words/words.ts';

const SENT = Date.UTC(2026, 10, 23);
const ORGANISATION = new Uint8Array(16);
const DISPATCH = new Uint8Array(32);
const SITES: Readonly<Record<string, string>> = { hub: 'Sở chỉ huy', huyen: 'Trạm huyện' };
const header = {
  station: 'hub', from: { organisation: ORGANISATION, office: 'vp' },
  to: [{ office: { organisation: ORGANISATION, office: 'don' }, role: 'action', precedence: 'flash' }],
  deliverBy: SENT + HOUR_MS, replyBy: SENT + 3 * DAY_MS, expires: SENT + DAY_MS,
} as Header;

/** Held by the relay since an hour, and nobody has said more, or it was given back. */
function lines(locale: 'vi' | 'en', now: number, isGivenBack = false, noWay = false, isOpened = false): string {
  const view = { organisation: { id: ORGANISATION }, station: (code: string) => ({ site: SITES[code] }), office: () => ({ name: 'Đồn Sốp Cộp' }), agreement: () => null };
  const receipt = { kind: 'custody', dispatch: DISPATCH, sealing: 0, office: header.to[0]!.office, station: 'huyen', stationName: 'huyen', previousHop: 'hub', time: SENT + HOUR_MS, who: null, evidence: { who: 'huyen' } } as const;
  const back = { ...receipt, station: 'hub', stationName: 'hub', previousHop: 'huyen', time: receipt.time + MINUTE_MS, evidence: { who: 'hub' } };
  const opened = { ...receipt, kind: 'opened', station: 'don', stationName: 'don', time: receipt.time + 30_000 } as const;
  const receipts = [receipt, ...(isOpened ? [opened] : []), ...(isGivenBack ? [back] : [])];
  const life = lifeOf({ dispatch: DISPATCH, header, accepted: SENT, receipts, now });
  const traced = { dispatch: '00'.repeat(32), header, originStation: 'hub', accepted: SENT, receipts, forged: 0, life, queued: isGivenBack ? [{ peer: 'don', since: back.time, state: 'waiting', sent: 0 }] : [], noWays: noWay ? [{ office: header.to[0]!.office, station: 'don' }] : [], related: isOpened ? [{ dispatch: '11'.repeat(32), relation: 'cancels', from: header.from, time: SENT + HOUR_MS }] : [], asked: { times: 2, at: SENT + 90 * MINUTE_MS }, sealing: { time: SENT }, evidence: { serials: { p256: '1', mldsa: '1' } } };
  const context = { words: wordsOf(locale), timeZone: 'Asia/Ho_Chi_Minh', locale } as CliContext;
  return traceLines(context, { known: { view }, traced, read: null, now } as unknown as Told).join('\n');
}

test('a deadline says what is left of it or that it is over', () => {
  const shown = lines('vi', SENT + 2 * HOUR_MS);
  assert.match(shown, /Hẹn giờ .* \(quá hạn\)/);
  assert.match(shown, /Hạn trả lời .* \(còn 2 ngày\)/);
  assert.match(shown, /Thời hạn .* \(còn 22 giờ\)/);
  assert.match(shown, /Chưa rõ; trạm giữ cuối cùng: Trạm huyện\n {2}Chậm: thấy lần cuối ở trạm Trạm huyện từ [^;]+; đã tự hỏi theo đường đi 2 lần, lần cuối [^\n]+\n {2}Việc cần làm: gọi điện cho Trạm huyện[^\n]+tram follow-up 000000000000 --as don-doc\n {2}Còn chờ Đồn Sốp Cộp nhận \(quá hạn\)/);
  assert.match(shown, /✓ trạm gửi +Sở chỉ huy .*ECDSA P-256 \+ ML-DSA-65/);
  assert.match(shown, /✓ trạm trung chuyển đã giữ +Trạm huyện /);
});

test('what was given back to its origin is there, and nobody is telephoned for it', () => {
  const shown = lines('vi', SENT + 2 * HOUR_MS, true);
  assert.match(shown, /: điện được trả về, trạm gửi giữ lại\n {2}Đã trả về Sở chỉ huy, sẽ đi đường khác từ đó\n {2}Chậm: thấy lần cuối ở trạm Sở chỉ huy/);
  assert.doesNotMatch(shown, /gọi điện cho/);
});

test('an expiry without a word is no non-delivery', () => {
  assert.match(lines('vi', SENT + 2 * DAY_MS), /Quá hạn, chưa có kết cục có chữ ký; trạm giữ cuối cùng: Trạm huyện\. Không được coi là không giao\./);
  assert.match(lines('en', SENT + 2 * DAY_MS), /no signed outcome yet; last custodian: Trạm huyện\. Do not take this for a non-delivery\./);
});

test('where no way leads on from who has it, that is said, and that a registrar adds a link', () => {
  assert.match(lines('vi', SENT + 30 * MINUTE_MS, false, true), /Còn ở Trạm huyện, từ [^\n]+, không còn đường từ đó tới trạm don: nhờ người giữ danh bạ ghi đường nối/);
  const late = lines('en', SENT + 2 * HOUR_MS, false, true);
  assert.match(late, /Held at Trạm huyện, and no way leads from there to station don: ask a registrar to add a link/);
  assert.doesNotMatch(late, /Unknown|telephone/);
});

test('where an office has said that it has it nothing waits, an expiry is no deadline, and what was cancelled awaits no act', () => {
  const shown = lines('en', SENT + 2 * DAY_MS, true, false, true);
  assert.match(shown, /opened/);
  assert.doesNotMatch(shown, /Waiting for station|Awaiting|overdue\)\n.*Expires/);
  assert.match(shown, /Expires +24\/11\/2026 07:00\n/);
});

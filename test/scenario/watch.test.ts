/** `tram watch` beside a real station: what each office is told as it happens, over a restart of the station, until Ctrl-C. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { tram, tramJson } from './command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';
import { stopWatchers, watcher } from './watcher.ts';

const SUBJECT = 'Ứng phó mưa lũ Đồn Sốp Cộp';

describe('watching what happens', () => {
  let office: SmallOffice;
  before(async () => (office = await smallOffice()));
  after(async () => {
    stopWatchers();
    await closeOffice(office);
  });

  async function sent(subject: string): Promise<string> {
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs', '--subject', subject]);
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    return (await tramJson<{ dispatch: string }>(['send', draft, ...office.as('anh')])).dispatch;
  }

  it('tells each office its own, by ids alone, over a restart of the station, and ends with Ctrl-C', async () => {
    const anh = watcher(office.as('anh'));
    const minh = watcher([...office.as('minh'), '--json']);
    const named = watcher([...office.as('minh'), '--office', 'qs'], 'en');
    const sender = watcher([...office.as('khue'), '--office', 'vp'], 'en');
    await anh.heard(/^Đang theo dõi: Văn phòng\. Dừng: Ctrl-C\.$/);
    await named.heard(/^Watching: Ban Quân sự\./);
    await minh.heard(/"kind":"position"/);
    // Said when the station has the stream: what is new begins there.
    await sender.heard(/^Watching: Văn phòng\./);

    const first = await sent(SUBJECT);
    await minh.heard(new RegExp(`"kind":"arrived".*"dispatch":"${first}"`));
    await anh.heard(new RegExp(`Văn phòng: trạm đã nhận gửi điện ${first.slice(0, 12)}, số 1/\\d{4}$`));
    for (const step of ['đã soạn', 'đã duyệt', 'đã ký', 'đã đóng \\(gửi hoặc bỏ\\)']) await anh.heard(new RegExp(`Văn phòng: bản thảo [0-9a-f]{12}: ${step}$`));
    await named.heard(new RegExp(`Ban Quân sự: dispatch ${first.slice(0, 12)} arrived$`));

    await office.stop();
    await anh.heard(/^Mất liên lạc với trạm; thử lại sau 1 giây\. (?:Trạm đang dừng|Không liên lạc được với trạm);/);
    await minh.heard(/^\{"kind":"lost","code":"(?:stopping|station-unreachable)","delayMs":1000\}$/);
    await office.start();
    const second = await sent('Công điện số 12');
    await minh.heard(new RegExp(`"kind":"arrived".*"dispatch":"${second}"`));
    await tramJson(['open', second, ...office.as('minh')]);
    await minh.heard(new RegExp(`"kind":"number-in".*"dispatch":"${second}"`));
    await anh.heard(new RegExp(`báo nhận của điện ${second.slice(0, 12)}: đã mở`));

    await sender.heard(new RegExp(`Ban Quân sự: receipt for dispatch ${second.slice(0, 12)}: opened`));

    for (const { code, out, error } of await Promise.all([anh.stop(), named.stop(), sender.stop()])) assert.deepEqual([code, out, error], [0, '', '']);
    const ended = await minh.stop();
    assert.deepEqual([ended.code, ended.out], [0, '{"stopped":true}\n']);
    // What is said for people goes nowhere under --json.
    const indexes = minh.said.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { kind: string; index?: number }).flatMap(({ kind, index }) => (kind === 'position' || index === undefined ? [] : [index]));
    assert.deepEqual(indexes, [...new Set(indexes)].toSorted((a, b) => a - b), 'in the order of the ledger, nothing twice');
    const all = [anh, minh, named, sender].flatMap(({ said }) => said).join('\n');
    assert.ok(!all.includes('mưa lũ') && !all.includes('Công điện'), 'no content');
    assert.ok(!named.said.some((line) => /link|directory|Văn phòng/.test(line)), 'with an office, nothing else');
    assert.ok(!minh.said.some((line) => line.includes('"office":"vp"')), 'nothing of another office');
  });

  it('goes on after an index that was seen', async () => {
    const all = watcher([...office.as('minh'), '--json', '--after', '0']);
    const [arrival] = await all.heard(/"kind":"arrived"/, 2);
    const { index } = JSON.parse(arrival!) as { index: number };
    await all.stop();
    const rest = watcher([...office.as('minh'), '--json', '--after', String(index)]);
    const again = await rest.heard(/"kind":"arrived"/);
    assert.ok(again.every((line) => (JSON.parse(line) as { index: number }).index > index));
    await rest.stop();
  });

  it('refuses an office that is none, or of which nothing would be heard, and a station that is away', async () => {
    assert.match((await tram(['watch', '--office', 'khong-co', ...office.as('minh')])).error, /^office-unknown/);
    assert.match((await tram(['watch', '--office', 'vp', ...office.as('minh')])).error, /^not-entitled/);
    assert.match((await tram(['watch', '--after', 'mot', ...office.as('minh')])).error, /^option-unknown/);
    await office.stop();
    assert.match((await tram(['watch', ...office.as('minh')])).error, /^station-unreachable/);
  });
});

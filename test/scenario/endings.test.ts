/** What stands in the directory ends or moves by one command each, with two real stations; what hung on it is gone at once. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { until } from '../../src/app/practice/waiting.ts';
import { auditHolds } from '../fixtures/kept-province.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { type JoinedStation, joinStation } from './joined-station.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

const DAY_MS = 86_400_000;
/** A link that was lost is tried again after a while that grows. */
const PATIENCE_MS = 180_000;

describe('a province that changes', () => {
  let office: SmallOffice;
  let post: JoinedStation | null = null;
  let passphrase: string;
  const inVietnamese = quietContext('vi');
  const folder = (name: string): string => path.join(office.folder, name);
  const anh = (...words: string[]): string[] => [...words, ...office.as('anh')];
  const refused = async (code: string, ...words: string[]): Promise<void> => {
    const ran = await tram(anh(...words), inVietnamese);
    assert.match(ran.error, new RegExp(`^${code}: `), `${words.join(' ')}: ${ran.out}${ran.error}`);
  };
  const can = async (right: string, at?: Date): Promise<string[]> => {
    const when = at === undefined ? [] : ['--at', at.toISOString()];
    const { ways } = await tramJson<{ ways: { person: string }[] }>(anh('who-can', right, '--office', 'vp', ...when));
    return ways.map(({ person }) => person).toSorted();
  };
  const written = async (subject: string, to: string): Promise<string> => {
    const { draft } = await tramJson<{ draft: string }>(anh('draft', '--to', to, '--subject', subject, '--exercise'));
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    return draft;
  };
  const send = async (draft: string): Promise<string> => (await tramJson<{ dispatch: string }>(anh('send', draft))).dispatch;
  /** Until every office has it, and where each lies. */
  async function arrived(dispatch: string): Promise<string[]> {
    let lies: string[] = [];
    await until(inVietnamese, async () => {
      const { offices } = await tramJson<{ offices: { state: string; lastCustodian: string }[] }>(anh('trace', dispatch));
      lies = offices.map(({ lastCustodian }) => lastCustodian);
      return offices.every(({ state }) => state === 'arrived');
    }, PATIENCE_MS);
    return lies;
  }

  before(async () => {
    office = await smallOffice();
    passphrase = office.file('mat-khau', PASSPHRASE);
    post = await joinStation(office, { code: 'don', name: 'Đồn Sốp Cộp', symbol: 'DSC', person: 'thao', personName: 'Vàng Thị Thảo' });
  });
  after(async () => {
    await post?.stop();
    await closeOffice(office);
  });

  it('a holding that ends on a day ends that day, and what its holder delegated ends with the old holding', async () => {
    await tramJson(anh('person', 'join', '--person', 'hoa', '--name', 'Vàng Thị Hoa', '--position', 'pct', '--device', folder('hoa'), '--device-passphrase-file', passphrase));
    await tramJson(anh('position', 'add', '--position', 'cv', '--office', 'vp', '--title', 'Chuyên viên', '--rights', 'draft'));
    await tramJson(anh('person', 'join', '--person', 'po', '--name', 'Sùng A Pó', '--position', 'cv', '--device', folder('po'), '--device-passphrase-file', passphrase));
    await tramJson(anh('delegate', 'po', '--by', 'hoa', '--position', 'pct', '--rights', 'ky', '--until', new Date(Date.now() + 9 * DAY_MS).toISOString(), '--note', 'Giấy ủy quyền số 12'));
    assert.deepEqual(await can('sign'), ['anh', 'hoa', 'khue', 'po']);
    const day = new Date(Date.now() + 3 * DAY_MS);
    const said = await tramJson<{ delegations: string[] }>(anh('holder', 'until', 'hoa', '--position', 'pct', '--until', day.toISOString()));
    assert.deepEqual(said.delegations, ['uq-1']);
    assert.deepEqual(await can('sign'), ['anh', 'hoa', 'khue']);
    assert.deepEqual(await can('sign', new Date(day.getTime() + 1_000)), ['anh', 'khue']);
    await refused('holder-unknown', 'holder', 'until', 'hoa', '--position', 'cv', '--until', day.toISOString());
    await refused('date-past', 'holder', 'until', 'hoa', '--position', 'pct', '--until', '01/01/2026');
    await refused('option-missing', 'holder', 'until', 'hoa', '--position', 'pct');
  });

  it('a position that ends takes its rights from whoever holds it, and the office\'s keys are made anew', async () => {
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('po'), '--to', 'qs', '--subject', 'Việc còn dở', '--exercise']);
    const ended = await tramJson<{ rolled: string[] }>(anh('position', 'end', 'cv'));
    assert.deepEqual(ended.rolled, ['vp']);
    assert.ok(!(await can('draft')).includes('po'));
    const shown = await tram(['draft', 'show', draft, ...office.as('po')], inVietnamese);
    assert.match(shown.error, /^not-entitled: /);
    await refused('position-unknown', 'position', 'end', 'cv');
    const again = await tram(anh('position', 'add', '--position', 'cv', '--office', 'vp', '--title', 'Chuyên viên', '--rights', 'draft'), inVietnamese);
    assert.match(again.error, /^directory-entry-refused: Mục danh bạ không được nhận: mã này đã dùng/, 'a code that has ended stays with what it was');
  });

  it('a list that has ended is expanded no more, on any device, and an office that has ended is on none', async () => {
    await tramJson(anh('office', 'add', '--office', 'tam', '--name', 'Tổ tạm', '--symbol', 'TT', '--at', 'hub'));
    await tramJson(anh('list', 'add', '--code', 'tat-ca', '--name', 'Tất cả', '--offices', 'don,qs,tam'));
    await tramJson(anh('office', 'alternate', 'don', '--to', 'tam'));
    await tramJson(anh('office', 'end', 'tam'));
    const { to } = await tramJson<{ to: { office: string }[] }>(anh('draft', '--to', '@tat-ca', '--subject', 'Công điện số 12', '--exercise'));
    assert.deepEqual(to.map(({ office: code }) => code), ['don', 'qs']);
    await tramJson(anh('list', 'end', 'tat-ca'));
    await refused('list-unknown', 'draft', '--to', '@tat-ca', '--subject', 'Công điện số 12');
    await refused('list-unknown', 'list', 'end', 'tat-ca');
    await refused('directory-entry-refused', 'list', 'add', '--code', 'tat-ca', '--name', 'Tất cả', '--offices', 'don,qs');
    await refused('office-unknown', 'office', 'end', 'tam');
  });

  it('an office that moves receives at its new station, and at its old one again when it comes back', async () => {
    assert.deepEqual(await arrived(await send(await written('Trước khi chuyển', 'qs'))), ['hub']);
    await refused('station-unknown', 'office', 'move', 'qs', '--at', 'khong-co');
    await refused('office-unknown', 'office', 'move', 'khong-co', '--at', 'don');
    await tramJson(anh('office', 'move', 'qs', '--at', 'don'));
    assert.deepEqual(await tramJson(anh('office', 'move', 'qs', '--at', 'don')), { outcome: 'unchanged' });
    const gone = await tram(['inbox', '--office', 'qs', ...office.as('minh')], inVietnamese);
    assert.match(gone.error, /^office-unknown: /);
    assert.deepEqual(await arrived(await send(await written('Sau khi chuyển', 'qs'))), ['don']);
    await tramJson(anh('office', 'move', 'qs', '--at', 'hub'));
    assert.deepEqual(await arrived(await send(await written('Đã về', 'qs'))), ['hub']);
  });

  it('a link that ends carries nothing, and carries again when it is written anew', async () => {
    const waiting = await written('Khi mất đường nối', 'don');
    await refused('no-route', 'link', 'end', 'hub', 'khong-co');
    await tram(anh('link', 'end', 'hub', 'don'), inVietnamese);
    assert.match(inVietnamese.said.at(-1)!, /^CHÚ Ý: bỏ đường nối này thì Đồn Sốp Cộp không còn đường nào tới Sở chỉ huy, trạm giữ danh bạ: /);
    await refused('no-route', 'link', 'end', 'don', 'hub');
    await refused('no-route', 'send', waiting);
    assert.match(inVietnamese.said.at(-1)!, /Bản thảo giữ nguyên số đã lấy, chưa gửi\. .+ tram send /);
    await refused('station-unknown', 'link', 'add', 'don', 'khong-co');
    await tramJson(anh('link', 'add', 'don', 'hub', '--address', `127.0.0.1:${office.linkPort}`));
    assert.deepEqual(await arrived(await send(waiting)), ['don']);
  });

  it('an office that moves to the station where a dispatch for it waits has it there', async () => {
    await post!.stop();
    post = null;
    const sent = await send(await written('Khi đồn mất liên lạc', 'don'));
    await tramJson(anh('office', 'move', 'don', '--at', 'hub'));
    assert.deepEqual(await arrived(sent), ['hub']);
    await tramJson(anh('office', 'move', 'don', '--at', 'don'));
  });

  it('a station that ends is met no more, and nothing is sent to who lives there', async () => {
    const waiting = await written('Khi trạm đã thôi', 'don');
    await tramJson(anh('station', 'end', 'don', '--compromised'));
    await refused('station-unknown', 'station', 'end', 'don');
    await refused('no-route', 'send', waiting);
    await refused('station-unknown', 'office', 'move', 'qs', '--at', 'don');
    const { stations } = await tramJson<{ stations: { station: string }[] }>(anh('directory'));
    assert.deepEqual(stations.map(({ station }) => station), ['hub']);
  });

  it('and what the folder claims of all that can be derived from it', async () => {
    await office.stop();
    await auditHolds(office.data);
  });
});

/** Rights as stories: a delegation lapses by itself, a mover and a leaver lose what they had at once, two registrars. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { formatInstant } from '../../src/cli/locale.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { countersigning } from './countersigning.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

interface Sent {
  readonly dispatch: string;
}
interface Fingerprinted {
  readonly fingerprint: string;
}

describe('people come, move, act for each other and leave', () => {
  let office: SmallOffice;
  let passphrase: string;
  before(async () => {
    office = await smallOffice();
    passphrase = office.file('mat-khau', PASSPHRASE);
  });
  after(() => closeOffice(office));

  const inVietnamese = quietContext('vi');
  const anh = (...words: string[]): string[] => [...words, ...office.as('anh')];
  const folder = (name: string): string => path.join(office.folder, name);
  const join = (person: string, name: string, position: string) => tramJson(anh(
    'person', 'join', '--person', person, '--name', name, '--position', position, '--device', folder(person), '--device-passphrase-file', passphrase));
  const draftBy = async (person: string, subject: string): Promise<string> =>
    (await tramJson<{ draft: string }>(['draft', ...office.as(person), '--to', 'qs', '--subject', subject, '--exercise'])).draft;
  const send = async (draft: string): Promise<string> => (await tramJson<Sent>(anh('send', draft))).dispatch;
  const can = async (right: string, at?: Date): Promise<string[]> => {
    const when = at === undefined ? [] : ['--at', at.toISOString()];
    return (await tramJson<{ ways: { person: string }[] }>(anh('who-can', right, '--office', 'vp', ...when))).ways.map(({ person }) => person);
  };
  const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);

  it('a joiner is taken in by one command', async () => {
    await tramJson(anh('position', 'add', '--position', 'cv', '--office', 'vp', '--title', 'Chuyên viên', '--rights', 'draft'));
    await join('hoa', 'Vàng Thị Hoa', 'cv');
    const mistyped = await tram(anh('person', 'add', '--person', 'hoa', '--name', 'Vàng Thị Hoà', '--position', 'cv', '--device', folder('hoa-2'), '--device-code', 'hoa-2', '--device-passphrase-file', passphrase), quietContext('en'));
    assert.match(mistyped.error, /^person-name-differs: The directory writes the name of hoa as Vàng Thị Hoa, /);
    assert.ok((await can('draft')).includes('hoa'));
    assert.deepEqual(await can('open'), await can('receive'), 'as it is called elsewhere');
  });

  it('a delegation is refused to whom nobody named, given to the alternate by the holder, and shown on what was signed', async () => {
    const give = ['delegate', 'hoa', '--position', 'pct', '--rights', 'ky', '--until', inDays(3).toISOString(), '--note', 'Giấy ủy quyền số 12/UQ-UBND'];
    const early = await tram([...give, ...office.as('khue')], inVietnamese);
    assert.match(early.error, /^registrar-required: .*người giữ danh bạ/);
    await tramJson(anh('position', 'alternates', 'pct', '--persons', 'hoa'));
    const given = await tram([...give, ...office.as('khue')], inVietnamese);
    assert.match(given.out, /Đặng Ngọc Khuê ủy quyền cho Vàng Thị Hoa quyền ký của chức vụ pct/);
    assert.match((await tram(anh('directory'), inVietnamese)).out, /\[pct\]: [^\n]*Vàng Thị Hoa \[hoa\] \(theo ủy quyền: ký\)/, 'no full holder');
    assert.doesNotMatch(given.out, /chưa có khóa/, 'who has the office\'s keys already needs none');
    const beyond = await tram(['delegate', 'hoa', ...office.as('khue'), '--position', 'pct', '--rights', 'khoa', '--until', inDays(3).toISOString(), '--note', 'x'], inVietnamese);
    assert.match(beyond.error, /^directory-entry-refused/);
    const draft = await draftBy('anh', 'Công điện số 12');
    await tramJson(['approve', draft, ...office.as('khue')]);
    await tramJson(['sign', draft, ...office.as('hoa')]);
    const dispatch = await send(draft);
    const opened = await tram(['open', dispatch, ...office.as('minh')], inVietnamese);
    assert.match(opened.out, /Vàng Thị Hoa, TUQ\. Đặng Ngọc Khuê \(ủy quyền uq-1\)/);
    assert.match((await tram(anh('trace', dispatch), inVietnamese)).out, /Vàng Thị Hoa, TUQ\. Đặng Ngọc Khuê/);
    assert.match((await tram(anh('verify', dispatch), inVietnamese)).out, /TUQ\. Đặng Ngọc Khuê/);
  });

  it('whoever wrote does not sign in another\'s place either', async () => {
    const draft = await draftBy('hoa', 'Báo cáo của chính mình');
    await tramJson(['approve', draft, ...office.as('khue')]);
    const own = await tram(['sign', draft, ...office.as('hoa')], inVietnamese);
    assert.match(own.error, /^same-person-twice: .*ít nhất hai người/);
  });

  it('three days later it has lapsed, and taken back it ends at once', async () => {
    assert.deepEqual((await can('sign')).toSorted(), ['anh', 'hoa', 'khue']);
    assert.deepEqual((await can('sign', inDays(4))).toSorted(), ['anh', 'khue']);
    const why = await tram(anh('what-can', 'hoa'), inVietnamese);
    assert.match(why.out, /ký – Phó Chủ tịch \[pct\], từ .*, đến .*, TUQ\. Đặng Ngọc Khuê \(ủy quyền uq-1\), Giấy ủy quyền số 12/);
    await tramJson(['delegation', 'end', 'uq-1', ...office.as('khue')]);
    assert.deepEqual((await can('sign')).toSorted(), ['anh', 'khue']);
    const again = await tram(['delegation', 'end', 'uq-1', ...office.as('khue')], inVietnamese);
    assert.match(again.error, /^delegation-unknown: /);
  });

  it('whom registrars strike as an alternate loses at once what the holder gave by themself', async () => {
    await tramJson(['delegate', 'hoa', '--position', 'pct', '--rights', 'ky', '--until', inDays(3).toISOString(), '--note', 'Giấy ủy quyền số 13/UQ-UBND', ...office.as('khue')]);
    assert.ok((await can('sign')).includes('hoa'));
    const struck = await tram(anh('position', 'alternates', 'pct'), inVietnamese);
    assert.match(struck.out, /Ủy quyền uq-2 do người giữ chức vụ tự giao hết hiệu lực cùng lúc/);
    assert.deepEqual((await can('sign')).toSorted(), ['anh', 'khue']);
    assert.deepEqual(await tramJson(anh('position', 'alternates', 'pct')), { outcome: 'unchanged' });
  });

  it('a mover has the old office no more, at once, and asks for the seal of the new position', async () => {
    await tramJson(anh('position', 'add', '--position', 'qs-2', '--office', 'qs', '--title', 'Văn thư 2', '--rights', 'draft,dispatch,receive'));
    const moved = await tramJson<{ rolled: string[]; needsSeal: boolean }>(anh('person', 'move', 'hoa', '--from', 'cv', '--to', 'qs-2'));
    assert.deepEqual([moved.rolled, moved.needsSeal], [['vp'], true]);
    const drafts = await tram(['draft', 'list', ...office.as('hoa'), '--office', 'vp'], inVietnamese);
    assert.match(drafts.error, /^not-entitled: /);
    const { fingerprint } = await tramJson<Fingerprinted>(['seal', 'request', ...office.as('hoa'), '--position', 'qs-2', '--out', folder('hoa.dau')]);
    const forged = await tram(anh('seal', 'add', '--position', 'qs-2', '--request', folder('hoa.dau'), '--fingerprint', '0000'), inVietnamese);
    assert.match(forged.error, /^fingerprint-differs: /);
    await tramJson(anh('seal', 'add', '--position', 'qs-2', '--request', folder('hoa.dau'), '--fingerprint', fingerprint));
    await tramJson(['office', 'keys', ...office.as('minh')]);
    assert.equal((await tram(['inbox', ...office.as('hoa')], inVietnamese)).code, 0);
  });

  it('a leaver is out with one command: the session, the device, the keys; the open draft is named', async () => {
    await join('po', 'Sùng A Pó', 'cv');
    await tramJson(['office', 'keys', ...office.as('anh')]);
    await draftBy('po', 'Việc còn dở');
    const gone = await tram(anh('person', 'leave', 'po'), inVietnamese);
    assert.match(gone.out, /Sùng A Pó \[po\] đã rời: chức vụ cv; thiết bị po-may/);
    assert.match(gone.out, /Đã thay khóa của Văn phòng/);
    assert.doesNotMatch(gone.out, /không còn ai/);
    assert.match(gone.out, /Bản thảo còn dở: [0-9a-f]{12} ở vp, Việc còn dở/);
    assert.match((await tram(['inbox', ...office.as('po')], inVietnamese)).error, /^device-ended: /);
    const what = await tramJson<{ ways: unknown[]; ended: string | null; devices: string[] }>(anh('what-can', 'po'));
    assert.deepEqual([what.ways, what.devices], [[], []]);
    assert.notEqual(what.ended, null);
    assert.match((await tram(anh('person', 'leave', 'po'), inVietnamese)).error, /^person-unknown: /);
    assert.match((await tram(anh('person', 'leave', 'anh'), inVietnamese)).error, /^person-is-registrar: .*tram registrar end/);
  });

  it('a leaver whom nobody stands in for is said to leave a gap, and the delegation that ends is named', async () => {
    await tramJson(anh('position', 'add', '--position', 'qs-cht', '--office', 'qs', '--title', 'Chỉ huy trưởng', '--rights', 'approve,sign'));
    await tramJson(['draft', ...office.as('minh'), '--to', 'vp', '--subject', 'Báo cáo quân số', '--exercise']);
    assert.match((await tram(['draft', 'list', ...office.as('minh')], inVietnamese)).out, /Văn phòng .*đã soạn[^]*\[DIỄN TẬP\] Báo cáo quân số/);
    const joined = await tram(anh('person', 'join', '--person', 'nam', '--name', 'Mùa A Nam', '--position', 'qs-cht', '--device', folder('nam'), '--device-passphrase-file', passphrase), inVietnamese);
    assert.match(joined.out, /Thiết bị nam-may của Mùa A Nam chưa có khóa của Ban Quân sự\. Trao khóa: Lò Văn Minh \(minh-may\) chạy tram office keys --office qs trên thiết bị của mình/);
    const drafts = await tram(['draft', 'list', ...office.as('nam')], inVietnamese);
    assert.match(drafts.out, /\(máy này chưa có khóa của Ban Quân sự; trao khóa: Lò Văn Minh \(minh-may\)/);
    assert.doesNotMatch(drafts.out, /Báo cáo quân số/);
    const { ways: [way] } = await tramJson<{ ways: { from: string; written: string }[] }>(anh('what-can', 'nam'));
    assert.ok(Date.parse(way!.from) < Date.parse(way!.written), 'it counts from a little before, for clocks that are behind');
    const said = await tram(anh('what-can', 'nam'), inVietnamese);
    assert.match(said.out, /^Mùa A Nam \[nam\] được làm gì/);
    assert.ok(said.out.includes(`từ ${formatInstant(Date.parse(way!.written), 'Asia/Ho_Chi_Minh')}`), said.out);
    await tramJson(anh('delegate', 'minh', '--by', 'nam', '--position', 'qs-cht', '--rights', 'duyet', '--until', inDays(3).toISOString(), '--note', 'Giấy ủy quyền số 14/UQ-BQS'));
    const gone = await tram(anh('person', 'leave', 'nam'), inVietnamese);
    assert.match(gone.out, /Ủy quyền uq-3 của Mùa A Nam cho Lò Văn Minh hết hiệu lực cùng lúc/);
    assert.match(gone.out, /CHÚ Ý: ở Ban Quân sự không còn ai có quyền: duyệt, ký\./);
  });

  it('two registrars: neither changes anything that matters alone, and what waits survives a restart', async () => {
    const root = ['--root', folder('root'), '--root-passphrase-file', passphrase];
    const { fingerprint } = await tramJson<Fingerprinted>(['registrar', 'request', ...office.as('khue'), '--out', folder('khue.dang-ky')]);
    await tramJson(anh('registrar', 'add', ...root, '--request', folder('khue.dang-ky'), '--fingerprint', fingerprint, '--out', folder('khue.trao')));
    await tramJson(['registrar', 'accept', ...office.as('khue'), '--grant', folder('khue.trao')]);
    assert.match((await tram(['registrar', 'accept', ...office.as('minh'), '--grant', folder('khue.trao')], inVietnamese)).error, /^device-unknown: /);

    const ended = await tramJson<{ outcome: string; proposals: string[] }>(anh('device', 'end', 'hoa-may'));
    assert.equal(ended.outcome, 'waiting');
    assert.equal((await tram(['inbox', ...office.as('hoa')])).code, 0, 'nothing has changed yet');
    await office.stop();
    await office.start();
    const [proposal] = ended.proposals;
    assert.match((await tram(['registrar', 'pending', ...office.as('hoa')], inVietnamese)).error, /^registrar-required: /);
    assert.match((await tram(anh('registrar', 'countersign', proposal!), inVietnamese)).error, /^proposal-own: /, 'one registrar does not sign twice');
    assert.match((await tram(['registrar', 'pending', ...office.as('khue')], inVietnamese)).out, /của Nguyễn Thị Ánh[^]*kết thúc: thiết bị · hoa-may · đã rời/);
    const signed = await tramJson<{ outcome: string }>(await countersigning(office.as('khue'), proposal!));
    assert.equal(signed.outcome, 'sequenced');
    assert.match((await tram(['inbox', ...office.as('hoa')], inVietnamese)).error, /^device-ended: /);
    assert.match((await tram(['registrar', 'countersign', proposal!, ...office.as('khue')], inVietnamese)).error, /^proposal-unknown: /);
  });

  it('a changed directory in the meantime: the entry is refused and said to be, and can be withdrawn', async () => {
    const { proposals: [late] } = await tramJson<{ proposals: string[] }>(anh('position', 'add', '--position', 'tam', '--office', 'qs', '--title', 'Tạm', '--rights', 'draft'));
    const { proposals: [end] } = await tramJson<{ proposals: string[] }>(anh('office', 'end', 'qs'));
    await tramJson(await countersigning(office.as('khue'), end!));
    const refused = await tram(await countersigning(office.as('khue'), late!), inVietnamese);
    assert.match(refused.error, /^directory-entry-refused: /);
    await tramJson(['registrar', 'withdraw', late!, ...office.as('khue')]);
    const pending = await tram(anh('registrar', 'pending'), inVietnamese);
    assert.match(pending.out, /Không có mục nào chờ ký/);
    await tramJson(anh('registrar', 'end', 'khue', '--root', folder('root'), '--root-passphrase-file', passphrase));
    assert.match((await tram(anh('registrar', 'pending'), inVietnamese)).out, /Chỉ có một người giữ danh bạ/);
  });
});

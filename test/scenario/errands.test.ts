/** A day in a small office, by command: written, changed, approved, signed, sent, opened, handed over, acted upon, answered. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openDevice } from '#cli/device.ts';
import { hex } from '#core/bytes.ts';
import { readLedger } from '#client/ledger-check.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

interface Line { dispatch: string; number: string | null; state: string; content: { subject: string; symbol: string } | null }

describe('a day in a small office', () => {
  let office: SmallOffice;
  let dispatch: string;
  const attachment = randomBytes(70_001);
  before(async () => (office = await smallOffice()));
  after(() => closeOffice(office));

  const lines = async (...argv: string[]): Promise<Line[]> => (await tramJson<{ lines: Line[] }>(argv)).lines;

  /** Entries of the station's ledger by which files of the dispatch went to machines of the office that reads it. */
  const downloads = async (): Promise<number> => {
    const device = await openDevice(quietContext(), path.join(office.folder, 'minh'), PASSPHRASE);
    try {
      return (await readLedger(device.session, 0)).entries.filter(({ kind, subject }) => kind === 'downloaded' && hex(subject!) === dispatch).length;
    } finally {
      await device.close();
    }
  };

  it('writes, changes, approves, signs and sends', async () => {
    const file = office.file('Công điện số 12 – mưa lũ.docx', attachment);
    const first = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs:immediate', '--subject', 'Nháp', '--attach', file]);
    const { draft, replaces } = await tramJson<{ draft: string; replaces: string }>(['draft', 'edit', first.draft, ...office.as('anh'), '--subject', 'Ứng phó mưa lũ Đồn Sốp Cộp', '--attach', file, '--exercise']);
    assert.equal(replaces, first.draft);
    for (const act of [['draft', 'show'], ['approve']]) {
      assert.match((await tram([...act, first.draft, ...office.as('khue')])).error, new RegExp(`^draft-closed: [^\\n]*; bản thay nó là ${draft.slice(0, 12)}\\.`), act.join(' '));
    }
    const { out: listed } = await tram(['draft', 'list', ...office.as('khue')]);
    assert.match(listed, /Ứng phó mưa lũ Đồn Sốp Cộp/);
    assert.doesNotMatch(listed, /Nháp/);
    const shown = await tram(['draft', 'show', draft.slice(0, 8), ...office.as('khue')]);
    assert.match(shown.out, /DIỄN TẬP[^]*Ứng phó mưa lũ[^]*Công điện số 12 – mưa lũ\.docx/);
    const [, content = ''] = /Dấu nội dung +([0-9a-f]{32})\n/.exec(shown.out)!;
    const another = await tram(['approve', draft.slice(0, 8), '--content', content.replaceAll(/./g, '0'), ...office.as('khue')]);
    assert.match(another.error, /^draft-changed: /);
    assert.match((await tram(['approve', draft.slice(0, 8), '--content', 'đã đọc', ...office.as('khue')])).error, /^option-unknown: /);
    await tramJson(['approve', draft.slice(0, 8), '--content', content, ...office.as('khue')]);
    await tramJson(['sign', draft.slice(0, 8), '--content', content.toUpperCase(), ...office.as('khue')]);
    const sent = await tramJson<{ dispatch: string; number: string }>(['send', draft, '--content', content, ...office.as('anh')]);
    assert.equal(sent.number, '1/UBND-VP');
    ({ dispatch } = sent);
    for (const again of [[], ['--content', content]]) {
      assert.match((await tram(['send', draft, ...again, ...office.as('anh')])).out, /đã gửi từ trước: số 1\/UBND-VP/, again.join(' '));
    }
    assert.match((await tram(['open', dispatch, ...office.as('anh')])).out, /^Bản lưu của cơ quan gửi[^]*Ứng phó mưa lũ/);
  });

  it('is given back with a reason, which its author reads, and submitted anew', async () => {
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs', '--subject', 'Sơ tán bản Huổi Luông']);
    assert.match((await tram(['draft', 'return', draft, ...office.as('anh'), '--reason', 'Chưa rõ giờ'])).error, /^same-person-twice/);
    assert.match((await tram(['draft', 'return', draft, ...office.as('khue'), '--reason', ' '])).error, /^name-empty: .*lý do/);
    await tramJson(['approve', draft, ...office.as('khue')]);
    const { content } = await tramJson<{ content: string }>(['draft', 'show', draft, ...office.as('khue')]);
    const another = ['draft', 'return', draft, ...office.as('khue'), '--reason', 'Ghi rõ giờ', '--content', content.replaceAll(/./g, '0')];
    assert.match((await tram(another)).error, /^draft-changed: /);
    assert.match((await tram(['draft', 'return', draft.slice(0, 8), ...office.as('khue'), '--content', content, '--reason', 'Ghi rõ giờ sơ tán'])).out, /Đã trả lại bản thảo/);
    assert.match((await tram(['draft', 'list', ...office.as('anh')])).out, /đã trả lại[^]*\[trả lại: Ghi rõ giờ sơ tán\] .*Sơ tán bản/);
    assert.match((await tram(['draft', 'show', draft, ...office.as('anh')])).out, /Trả lại: Đặng Ngọc Khuê, .*: Ghi rõ giờ sơ tán/);
    for (const step of ['approve', 'sign']) assert.match((await tram([step, draft, ...office.as('khue')])).error, /^step-out-of-order/, step);
    const changed = await tramJson<{ draft: string; returned: null }>(['draft', 'edit', draft, ...office.as('anh'), '--subject', 'Sơ tán bản Huổi Luông trước 18 giờ']);
    assert.equal(changed.returned, null);
    for (const step of ['approve', 'sign']) await tramJson([step, changed.draft, ...office.as('khue')]);
    await tramJson(['draft', 'discard', changed.draft, ...office.as('anh')]);
  });

  it('lets no line of a reason pass for a line of its own', async () => {
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs', '--subject', 'Tạm dừng lưu thông']);
    const forged = '00000000  đã ký';
    await tramJson(['draft', 'return', draft, ...office.as('khue'), '--reason', `Ghi rõ tuyến đường\r\n${forged}\n${'và lý do '.repeat(20)}`]);
    for (const command of [['draft', 'list'], ['draft', 'show', draft]]) {
      const { out } = await tram([...command, ...office.as('anh')]);
      assert.match(out, /rả lại: .*Ghi rõ tuyến đường 00000000/, command.join(' '));
      assert.ok(!out.split('\n').some((line) => line.trimStart().startsWith(forged)), command.join(' '));
    }
    await tramJson(['draft', 'discard', draft, ...office.as('anh')]);
  });

  it('names the next command with the device of who types it, and none with somebody else\'s', async () => {
    const said = async (...argv: string[]): Promise<string> => (await tram(argv)).out;
    const home = (person: string): string => ` --home ${path.join(office.folder, person)}`;
    assert.match(await said('card', 'make', ...office.as('anh')), new RegExp(`tram card try${home('anh')}\\n[^]*tram pages open --data THƯ-MỤC-TRẠM${home('anh')} --host`));
    assert.match(await said('card', 'make', ...office.as('khue')), /việc của người giữ danh bạ/, 'who is no registrar certifies no page');
    const drafted = await said('draft', ...office.as('anh'), '--to', 'qs', '--subject', 'Diễn tập', '--text', office.file('dien.txt', 'Diễn tập.\n'));
    const [, draft] = /trên thiết bị của mình: tram approve ([0-9a-f]{12})\n$/.exec(drafted)!;
    assert.match(await said('approve', draft!, ...office.as('khue')), new RegExp(`: tram sign ${draft}${home('khue')}\\n$`));
    await tramJson(['draft', 'discard', draft!, ...office.as('anh')]);
  });

  it('tells who adds an office what comes next, until it has a position', async () => {
    const add = (code: string) => tram(['office', 'add', ...office.as('anh'), '--office', code, '--name', code === 'yt' ? 'Sở Y tế' : 'Ban Quân sự', '--symbol', code === 'yt' ? 'YT' : 'BQS', '--at', 'hub']);
    assert.match((await add('yt')).out, /ít nhất một chức vụ có quyền khóa: tram position add --office yt --home .*; rồi thêm người giữ: tram person add --home /);
    assert.doesNotMatch((await add('qs')).out, /position add/, 'it has one');
    const rights = ['--title', 'Văn thư', '--rights', 'draft,receive,keys'];
    assert.match((await tram(['position', 'add', ...office.as('anh'), '--position', 'yt-vt', '--office', 'yt', ...rights])).out, /tram person add --position yt-vt --home /);
    const first = await tram(['person', 'add', ...office.as('anh'), '--person', 'yen', '--name', 'Vi Thị Yên', '--position', 'yt-vt', '--device', path.join(office.folder, 'yen'), '--device-passphrase-file', path.join(office.folder, 'passphrase')]);
    assert.match(first.out, new RegExp(`Vi Thị Yên mở thiết bị của mình, chẳng hạn bằng lệnh tram inbox --home ${path.join(office.folder, 'yen')} để nhận`));
    assert.doesNotMatch(first.out, /chưa có ai/, 'who makes the keys waits for nobody to give them');
  });

  it('says at once that nobody may send what is flash', async () => {
    const { out } = await tram(['draft', ...office.as('anh'), '--to', 'qs:flash', '--subject', 'Nước lên']);
    assert.match(out, /CHÚ Ý: chưa ai trong cơ quan/);
  });

  it('opens what came, and saves it without replacing a file', async () => {
    const [waiting] = await lines('inbox', ...office.as('minh'));
    assert.deepEqual([waiting?.dispatch, waiting?.state, waiting?.number, waiting?.content], [dispatch, 'arrived', null, null]);
    // As in the pages: the envelope alone, until somebody opens it for the office.
    for (const command of [['inbox'], ['register'], ['trace', dispatch]]) assert.doesNotMatch((await tram([...command, ...office.as('minh')])).out, /Ứng phó/, command.join(' '));
    const { out: listed } = await tram(['inbox', ...office.as('minh')]);
    assert.match(listed, /\(chưa mở: chưa ai ở đây đọc\)/);
    assert.ok(listed.endsWith(`\nMở điện: tram open ${dispatch.slice(0, 12)} --home ${path.join(office.folder, 'minh')}\n`), 'to be copied as it stands');
    const folder = path.join(office.folder, 'den');
    assert.equal(await downloads(), 0);
    const opened = await tramJson<{ incoming: string; parts: { saved: string | null }[] }>(['open', dispatch.slice(0, 10), ...office.as('minh'), '--save', folder]);
    assert.equal(opened.incoming, '1');
    assert.deepEqual(readFileSync(opened.parts[0]!.saved!), attachment);
    assert.equal(await downloads(), 1, 'in the ledger');
    await tramJson(['open', dispatch, ...office.as('minh'), '--save', folder]);
    assert.equal(readdirSync(folder).length, 1, 'no second copy unasked');
    assert.equal(await downloads(), 1, 'and so no second entry');
    await tramJson(['open', dispatch, ...office.as('minh'), '--save', folder, '--again']);
    assert.deepEqual(readdirSync(folder).map((name) => name.normalize('NFC')).toSorted(), ['Công điện số 12 – mưa lũ (2).docx', 'Công điện số 12 – mưa lũ.docx']);
    const under = path.join(office.folder, 'den-khac');
    mkdirSync(under);
    writeFileSync(path.join(under, 'Công điện số 12 – mưa lũ.docx'), 'của điện khác');
    const beside = await tramJson<{ parts: { saved: string | null }[]; savedBefore: string[] }>(['open', dispatch, ...office.as('minh'), '--save', under]);
    assert.deepEqual(beside.savedBefore, [], 'what another dispatch brought under that name is not this one\'s');
    assert.deepEqual(readFileSync(beside.parts[0]!.saved!), attachment);
    const shown = await tram(['open', dispatch, ...office.as('minh')]);
    assert.match((await tram(['open', dispatch, ...office.as('minh')], quietContext('en'))).out, /^Type +Dispatch \(Công điện\)$/m);
    assert.equal(await downloads(), 1, 'the same file on the same machine within the hour stands there already, and shown is not saved');
    const taken = await tramJson<{ office: string; downloads: { person: string; device: string; name: string }[] }>(['downloads', dispatch, ...office.as('minh')]);
    const [file] = readdirSync(folder).map((name) => name.normalize('NFC')).toSorted().toReversed();
    assert.deepEqual([taken.office, taken.downloads.length], ['qs', 1]);
    assert.ok(taken.downloads.every(({ person, device, name }) => person === 'Lò Văn Minh' && device !== null && name === file));
    // The sender's office reads its own alone.
    assert.match((await tram(['downloads', dispatch, ...office.as('anh')])).out, /Chưa tệp nào/);
    assert.match(shown.out, /1\/UBND-VP[^]*5 chữ ký, mỗi chữ ký dưới hai thuật toán/);
  });

  it('hands over, acts and answers, and the writer sees it', async () => {
    await tramJson(['deliver', dispatch, ...office.as('minh'), '--given-to', 'Giàng A Sơn', '--note', 'Giao trực ban']);
    await tramJson(['act', dispatch, ...office.as('minh'), '--note', 'Đã di dời']);
    const traced = await tramJson<{ offices: { state: string }[]; receipts: { kind: string; who: { name: string; note: string | null } | null }[] }>(['trace', dispatch, ...office.as('anh')]);
    assert.equal(traced.offices[0]?.state, 'acted');
    assert.deepEqual(traced.receipts.find(({ kind }) => kind === 'acted')?.who, { person: 'minh', name: 'Lò Văn Minh', position: 'qs-vt', note: 'Đã di dời', incoming: null });
    const kept = await tram(['trace', dispatch, ...office.as('minh')]);
    assert.match(kept.out, /đã giao[^\n]* \(Lò Văn Minh: Giao trực ban\)[^]*\(Lò Văn Minh: Đã di dời\)/i, 'the office that said it reads it too');
    assert.match((await tram(['register', '--in', ...office.as('minh')])).out, /Ứng phó mưa lũ[^\n]* \(đã giao: Giàng A Sơn\)/);
    const text = await tram(['trace', dispatch, ...office.as('anh')], quietContext('en'));
    assert.match(text.out, /acted upon \(Lò Văn Minh: Đã di dời\)/);
    assert.match(text.out, /^Number +1\/UBND-VP\n[^]*\nSubject +Ứng phó mưa lũ[^]*\nSignatures checked:\n✓ author +Nguyễn Thị Ánh .*ML-DSA-65\n[^]*✓ acted upon +Lò Văn Minh/);
    const reply = await tramJson<{ reference: string; exercise: boolean; to: { office: string }[] }>(['reply', dispatch, ...office.as('minh'), '--subject', 'Đã thi hành']);
    assert.deepEqual([reply.reference, reply.exercise, reply.to[0]?.office], [dispatch, true, 'vp']);
  });

  it('finds it in the registers without diacritics', async () => {
    const found = await lines('register', '--sent', '--search', 'ung pho don sop', ...office.as('anh'));
    assert.deepEqual(found.map(({ dispatch: one, state }) => [one, state]), [[dispatch, 'acted']]);
    assert.deepEqual(await lines('register', '--in', '--search', 'dong dat', ...office.as('minh')), []);
    const { out } = await tram(['register', ...office.as('minh')]);
    assert.match(out, /1 +\S+ \S+ +\S.* +1\/UBND-VP .*\n {4}\[DIỄN TẬP\] \[Thượng khẩn\] Ứng phó mưa lũ/);
  });

  it('verifies it again from end to end', async () => {
    const verified = await tramJson<{ ok: boolean; signatures: unknown[]; parts: number }>(['verify', dispatch, ...office.as('minh')]);
    assert.deepEqual([verified.ok, verified.signatures.length, verified.parts], [true, 10, 1]);
    assert.equal((await tram(['verify', dispatch, ...office.as('anh')])).code, 0);
  });
});

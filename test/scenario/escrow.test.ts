/** Every device of an office burns. Two of three custodians bring its register back; one alone never could. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

describe('an office that lost every device', () => {
  let office: SmallOffice;
  let dispatch: string;
  before(async () => (office = await smallOffice()));
  after(() => closeOffice(office));

  const inVietnamese = quietContext('vi');
  const add = (person: string, name: string, position: string) => tramJson([
    'person', 'add', ...office.as('anh'), '--person', person, '--name', name, '--position', position,
    '--device', path.join(office.folder, person), '--device-passphrase-file', office.file('mat-khau', PASSPHRASE),
  ]);

  it('has custodians, deposits its keys and rehearses', async () => {
    await tramJson(['position', 'add', ...office.as('anh'), '--position', 'ct', '--office', 'vp', '--title', 'Chủ tịch', '--rights', 'approve']);
    await add('on', 'Vì Văn Ổn', 'ct');
    assert.equal((await tram(['escrow', 'status', ...office.as('minh'), '--office', 'qs'])).code, 1);
    const missing = await tram(['escrow', 'deposit', ...office.as('minh')], inVietnamese);
    assert.match(missing.error, /^escrow-missing: .*tram escrow set/);
    await tramJson(['escrow', 'set', ...office.as('anh'), '--office', 'qs', '--threshold', '2', '--custodians', 'anh,khue,on']);
    assert.deepEqual((await tramJson<{ numbers: number[]; shares: number }>(['escrow', 'deposit', ...office.as('minh')])), { office: 'qs', numbers: [1], shares: 3, file: null });
    assert.deepEqual((await tramJson<{ numbers: number[] }>(['escrow', 'deposit', ...office.as('minh')])).numbers, [], 'once is enough');
    const release = (person: string, ...more: string[]) => tram(['escrow', 'release', ...office.as(person), '--office', 'qs', '--to-device', 'minh-may', ...more]);
    assert.equal((await release('khue', '--rehearsal')).code, 0);
    const early = await tram(['escrow', 'rehearse', ...office.as('minh')], inVietnamese);
    assert.match(early.error, /^escrow-lacking: .*có 1, cần 2/);
    assert.match((await release('on', '--rehearsal')).out, /Đã đưa 1 mảnh cho thiết bị minh-may của Lò Văn Minh/);
    assert.match((await tram(['escrow', 'rehearse', ...office.as('minh')])).out, /Diễn tập đạt: 1 khóa lưu trữ của Ban Quân sự/);
    const status = await tram(['escrow', 'status', ...office.as('minh')]);
    assert.equal(status.code, 0);
    assert.match(status.out, /Nguyễn Thị Ánh, Đặng Ngọc Khuê, Vì Văn Ổn \(2\/3\)[^]*Diễn tập gần nhất +\d\d\/\d\d\/\d{4}/);
  });

  it('sends, and loses the only device that can read what it sent', async () => {
    await tramJson(['position', 'add', ...office.as('anh'), '--position', 'qs-tt', '--office', 'qs', '--title', 'Thủ trưởng', '--rights', 'approve,sign']);
    await add('thang', 'Hoàng Văn Thắng', 'qs-tt');
    await tramJson(['office', 'keys', ...office.as('minh')]);
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('minh'), '--to', 'vp', '--subject', 'Báo cáo quân số', '--exercise']);
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('thang')]);
    ({ dispatch } = await tramJson<{ dispatch: string }>(['send', draft, ...office.as('minh')]));
    for (const person of ['minh', 'thang']) {
      await tramJson(['directory', ...office.as(person)]);
      rmSync(path.join(office.folder, person), { recursive: true });
    }
  });

  it('gives its successor nothing to read before the custodians act', async () => {
    await tramJson(['position', 'add', ...office.as('anh'), '--position', 'qs-moi', '--office', 'qs', '--title', 'Văn thư mới', '--rights', 'draft,receive,dispatch,keys,hand-over']);
    await add('hac', 'Lò Văn Hặc', 'qs-moi');
    const sealed = await tram(['open', dispatch, ...office.as('hac')]);
    assert.match(sealed.error, /^key-missing/);
    const nobody = await tram(['escrow', 'release', ...office.as('minh-khong-co'), '--office', 'qs', '--to-device', 'hac-may']);
    assert.notEqual(nobody.code, 0);
    const wrongTarget = await tram(['escrow', 'release', ...office.as('khue'), '--office', 'qs', '--to-device', 'khue-may'], quietContext('en'));
    assert.match(wrongTarget.error, /^not-entitled/, 'a custodian gets no key by being one');
  });

  it('reads the old register once two of them have, one of them by file', async () => {
    const shares = path.join(office.folder, 'khue.tra');
    await tramJson(['escrow', 'release', ...office.as('khue'), '--office', 'qs', '--to-device', 'hac-may', '--out', shares]);
    assert.match((await tram(['escrow', 'recover', ...office.as('hac')])).error, /^escrow-lacking/);
    await tramJson(['escrow', 'release', ...office.as('anh'), '--office', 'qs', '--to-device', 'hac-may']);
    const recovered = await tramJson<{ numbers: number[]; wrong: string[] }>(['escrow', 'recover', ...office.as('hac'), '--releases', shares]);
    assert.deepEqual([recovered.numbers, recovered.wrong], [[1], []]);
    assert.match((await tram(['open', dispatch, ...office.as('hac')])).out, /Báo cáo quân số/);
    await office.stop();
    const audit = await tramJson<{ ok: boolean; faults: unknown[] }>(['audit', '--data', office.data]);
    assert.deepEqual([audit.ok, audit.faults], [true, []]);
  });
});

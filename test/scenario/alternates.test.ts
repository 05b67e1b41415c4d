/** An office is shut: another receives in its stead, everybody can read for whom, and when it opens again it has the same. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

interface Drafted {
  readonly draft: string;
  readonly to: readonly { readonly office: string; readonly inSteadOf: readonly string[]; readonly standIn: string | null }[];
}

describe('an office that is shut', () => {
  let office: SmallOffice;
  let dispatch: string;
  before(async () => {
    office = await smallOffice();
    const passphrase = office.file('mat-khau', PASSPHRASE);
    await tramJson(anh('office', 'add', '--office', 'don', '--name', 'Đồn Sốp Cộp', '--symbol', 'DSC', '--at', 'hub'));
    await tramJson(anh('position', 'add', '--position', 'don-vt', '--office', 'don', '--title', 'Trực ban', '--rights', 'draft,receive,dispatch,keys,hand-over'));
    await tramJson(anh('person', 'join', '--person', 'hoa', '--name', 'Vàng Thị Hoa', '--position', 'don-vt', '--device', `${office.folder}/hoa`, '--device-passphrase-file', passphrase));
    await tramJson(['office', 'keys', ...office.as('hoa')]);
    await tramJson(anh('list', 'add', '--code', 'tat-ca', '--name', 'Tất cả', '--offices', 'don,qs'));
  });
  after(() => closeOffice(office));

  const inVietnamese = quietContext('vi');
  const anh = (...words: string[]): string[] => [...words, ...office.as('anh')];
  const draft = (...words: string[]) => tramJson<Drafted>(anh('draft', '--subject', 'Công điện số 12', '--exercise', ...words));
  const signed = async (id: string): Promise<string> => {
    await tramJson(['approve', id, ...office.as('khue')]);
    await tramJson(['sign', id, ...office.as('khue')]);
    return id;
  };

  it('whoever writes to it is told who receives in its stead, before anything is signed', async () => {
    await tramJson(anh('office', 'alternate', 'don', '--to', 'qs'));
    const written = await tram(anh('draft', '--to', 'don', '--subject', 'Công điện số 12', '--exercise'), inVietnamese);
    assert.match(written.out, /Đồn Sốp Cộp đang đóng cửa: Ban Quân sự cùng nhận điện này, nhận thay/);
    const { draft: id, to } = await draft('--to', 'don');
    assert.deepEqual(to.map(({ office: code, inSteadOf, standIn }) => [code, inSteadOf, standIn]), [['don', [], 'qs'], ['qs', ['don'], null]]);
    const shown = await tram(['draft', 'show', id, ...office.as('khue')], inVietnamese);
    assert.match(shown.out, /Đồn Sốp Cộp \(để thực hiện, Ban Quân sự nhận thay\)/);
    assert.match(shown.out, /Ban Quân sự \(để thực hiện, nhận thay Đồn Sốp Cộp\)/);
    dispatch = (await tramJson<{ dispatch: string }>(anh('send', await signed(id)))).dispatch;
  });

  it('the alternate reads in its register and on the sheet in whose stead it received, and acts', async () => {
    const inbox = async () => (await tram(['inbox', ...office.as('minh')], inVietnamese)).out;
    assert.match(await inbox(), /\[nhận thay Đồn Sốp Cộp\].*\(chưa mở: /);
    const opened = await tram(['open', dispatch, ...office.as('minh')], inVietnamese);
    assert.match(opened.out, /Ban Quân sự \(để thực hiện, nhận thay Đồn Sốp Cộp\)/);
    assert.match(await inbox(), /\[nhận thay Đồn Sốp Cộp\].*Công điện số 12/);
    const { lines } = await tramJson<{ lines: { inSteadOf: string[] }[] }>(['register', '--in', ...office.as('minh')]);
    assert.deepEqual(lines.map(({ inSteadOf }) => inSteadOf), [['don']]);
  });

  it('the author sees both in the trace, each with what became of it', async () => {
    const traced = await tram(anh('trace', dispatch), inVietnamese);
    assert.match(traced.out, /\nĐồn Sốp Cộp \(Ban Quân sự nhận thay\)\n/);
    assert.match(traced.out, /\nBan Quân sự \(nhận thay Đồn Sốp Cộp\)\n/);
    const { offices } = await tramJson<{ offices: { office: string; state: string; inSteadOf: string[]; standIn: string | null }[] }>(anh('trace', dispatch));
    assert.deepEqual(offices.map(({ office: code, state, inSteadOf, standIn }) => [code, state, inSteadOf, standIn]),
      [['don', 'arrived', [], 'qs'], ['qs', 'opened', ['don'], null]]);
  });

  it('who is exempted does not come in by standing in, and the draft says that nobody does', async () => {
    const without = await tram(anh('draft', '--to', '@tat-ca', '--except', 'qs', '--subject', 'Không qua Ban Quân sự', '--exercise'), inVietnamese);
    assert.match(without.out, /CHÚ Ý: Đồn Sốp Cộp đang đóng cửa, mà Ban Quân sự là nơi nhận thay không nhận điện này/);
    const { draft: id, to } = await draft('--to', 'don', '--except', 'qs');
    assert.deepEqual(to.map(({ office: code }) => code), ['don']);
    const edited = await tramJson<Drafted>(anh('draft', 'edit', id, '--subject', 'Công điện số 13'));
    assert.deepEqual(edited.to.map(({ office: code }) => code), ['don'], 'what was kept out stays out when the draft is changed');
    const { draft: both } = await draft('--to', 'don');
    const again = await tramJson<Drafted>(anh('draft', 'edit', both, '--subject', 'Công điện số 14'));
    assert.deepEqual(again.to.map(({ office: code, inSteadOf }) => [code, inSteadOf]), [['don', []], ['qs', ['don']]]);
    const slip = await tram(anh('draft', '--to', 'don', '--except', 'vp', '--subject', 'Nhầm', '--exercise'), inVietnamese);
    assert.match(slip.error, /^exempt-not-listed: .*vp/);
    const nobody = await tram(anh('draft', 'edit', again.draft, '--except', 'qs'), inVietnamese);
    assert.match(nobody.error, /^option-missing: .*--to/);
  });

  it('a struck alternate is not used any more, and a draft that counts on it is refused before it has a number', async () => {
    const { draft: id } = await draft('--to', 'don');
    await signed(id);
    await tramJson(anh('office', 'alternate', 'don'));
    const refused = await tram(anh('send', id), inVietnamese);
    assert.match(refused.error, /^alternate-ended: .*qs.*don.*soạn lại/);
    const { to } = await draft('--to', 'don');
    assert.deepEqual(to.map(({ office: code }) => code), ['don']);
    const numbers = await tramJson<{ lines: { number: string }[] }>(anh('register', '--sent'));
    assert.deepEqual(numbers.lines.map(({ number }) => number), ['1/UBND-VP']);
  });

  it('the office opens the same when it is back', async () => {
    const opened = await tram(['open', dispatch, ...office.as('hoa')], inVietnamese);
    assert.match(opened.out, /Đồn Sốp Cộp \(để thực hiện, Ban Quân sự nhận thay\)/);
    assert.equal((await tram(anh('verify', dispatch), inVietnamese)).code, 0);
  });
});

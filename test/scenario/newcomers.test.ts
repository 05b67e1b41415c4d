/** People whose machine made its own keys: what it still lacks is said when they are added, and when they meet it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { databaseOption } from '../fixtures/disks.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, type SmallOffice, smallOffice } from './small-office.ts';

describe('newcomers from machines of their own', () => {
  let office: SmallOffice;
  const anh = (...words: string[]): string[] => [...words, ...office.as('anh')];
  const english = quietContext('en');

  /** A device's request, and the fingerprint that its holder reads out. */
  async function asks(person: string, name: string, ...more: string[]): Promise<string[]> {
    const file = path.join(office.folder, `${person}.asks`);
    const station = `http://127.0.0.1:${office.port}`;
    const { fingerprint } = await tramJson<{ fingerprint: string }>(['device', 'request', ...office.as(person), '--station', station, '--person', person, '--name', name, '--out', file, ...more]);
    return ['--request', file, '--fingerprint', fingerprint];
  }

  async function added(position: string, request: readonly string[]): Promise<string[]> {
    const { code, out, error } = await tram(anh('person', 'add', '--position', position, ...request), english);
    assert.equal(code, 0, error);
    return out.trim().split('\n');
  }

  async function sealed(person: string, position: string): Promise<void> {
    const file = path.join(office.folder, `${person}.seal`);
    const asked = await tram(['seal', 'request', ...office.as(person), '--position', position, '--out', file], english);
    assert.match(asked.out, new RegExp(`A registrar \\(Nguyễn Thị Ánh\\) runs: tram seal add --position ${position} --request FILE `), 'not a place on this machine');
    const fingerprint = /fingerprint: (.*)/.exec(asked.out)![1]!;
    const { out } = await tram(anh('seal', 'add', '--position', position, '--request', file, '--fingerprint', fingerprint), english);
    assert.match(out, new RegExp(`seal of position ${position} is now on the device ${person}-may of `));
  }

  before(async () => {
    office = await smallOffice();
    await tramJson(anh('office', 'add', '--office', 'tc', '--name', 'Sở Tài chính', '--symbol', 'STC', '--at', 'hub'));
    await tramJson(anh('position', 'add', '--position', 'cvp', '--office', 'vp', '--title', 'Chánh văn phòng', '--rights', 'approve,sign,dispatch,receive'));
  });
  after(() => closeOffice(office));

  it('who invites a station and who is invited compare one code of the organisation', async () => {
    const [file, context] = [path.join(office.folder, 'don.moi'), quietContext('en')];
    const invited = await tram(anh('station', 'invite', '--code', 'don', '--site', 'Đồn Sốp Cộp', '--out', file), context);
    assert.match(invited.out, /^It names no address \(--address HOST:PORT, where hub listens for stations\)/m);
    const again = (...more: string[]) => tram(anh('station', 'invite', '--code', 'don', '--site', 'Đồn Sốp Cộp', ...more), context);
    assert.match((await again('--out', file)).error, /^name-taken: The file .*don\.moi is there already and is not overwritten/);
    assert.match((await again('--out', `${file}2`, '--address', '10.0.0.1:7441')).out, /^The new station will call hub at 10\.0\.0\.1:7441: that is to be where hub listens/m);
    assert.match(invited.out, /^Next: .*tram station join --invitation FILE .*--out REQUEST-FILE/m);
    const code = /^Code of the organisation, .*: ((?:[0-9a-f]{4} ){7}[0-9a-f]{4})$/m.exec(invited.out)![1]!;
    assert.ok((await tram(anh('directory'), context)).out.includes(`[${code}]`));
    const join = ['station', 'join', '--invitation', file, '--data', path.join(office.folder, 'don'), '--out', path.join(office.folder, 'don.xin'), '--code-file', office.file('wrong', '0000-0000-0000')];
    assert.match((await tram(join, context)).error, /^invitation-code-wrong/);
    assert.ok(context.said.some((line) => line.includes('Đồn Sốp Cộp') && line.endsWith(code)), context.said.join('\n'));
  });

  it('a request that is stopped leaves no half of a device', async () => {
    const asked = ['device', 'request', ...office.as('dung'), '--station', `http://127.0.0.1:${office.port}`, '--person', 'dung', '--name', 'Lò Văn Dũng', '--out', path.join(office.folder, 'dung.xin')];
    const stopped = await tram(asked, quietContext('vi', AbortSignal.abort()));
    assert.equal(stopped.code, 130, stopped.error);
    assert.equal(existsSync(path.join(office.folder, 'dung')), false);
    assert.equal((await tram(asked)).code, 0);
  });

  it('an admission that was lost is written again, and nothing else is done', async () => {
    const at = (name: string): string => path.join(office.folder, name);
    const { code } = await tramJson<{ code: string }>(anh('station', 'invite', '--code', 'tiep', '--site', 'Trạm chuyển tiếp', '--out', at('tiep.moi')));
    const { fingerprint } = await tramJson<{ fingerprint: string }>([
      'station', 'join', '--invitation', at('tiep.moi'), '--code-file', office.file('tiep.ma', code), '--data', at('tiep'), '--out', at('tiep.xin'), ...(await databaseOption())]);
    const admit = (out: string) => tram(anh('station', 'admit', '--request', at('tiep.xin'), '--fingerprint', fingerprint, '--out', at(out)), english);
    assert.match((await admit('tiep.nhan')).out, /^Admitted the station tiep; /);
    const again = await admit('tiep-2.nhan');
    assert.match(again.out, /^The station tiep was admitted before; its admission stands in .*tiep-2\.nhan again, nothing else was done\./, again.error);
    const { size } = await tramJson<{ size: number }>(['station', 'join', '--admission', at('tiep-2.nhan'), '--data', at('tiep')]);
    assert.equal(size, (await tramJson<{ size: number }>(anh('station', 'admit', '--request', at('tiep.xin'), '--fingerprint', fingerprint, '--out', at('tiep-3.nhan')))).size);
  });

  it('whoever joins under the code of an office that stands, or of a person, is not let in by it', async () => {
    const at = (name: string): string => path.join(office.folder, name);
    const { code } = await tramJson<{ code: string }>(anh('station', 'invite', '--code', 'gia', '--site', 'Trạm lạ', '--out', at('gia.moi')));
    const ask = async (data: string, ...as: string[]) => tramJson<{ fingerprint: string }>([
      'station', 'join', '--invitation', at('gia.moi'), '--code-file', office.file('gia.ma', code), '--person-name', 'Kẻ Gian', ...as, '--data', at(data), '--home', at(`${data}-may`), '--passphrase-file', path.join(office.folder, 'passphrase'), '--out', at(`${data}.xin`), ...(await databaseOption())]);
    const admit = (data: string, fingerprint: string, ...words: string[]) =>
      tram(anh('station', 'admit', '--request', at(`${data}.xin`), '--fingerprint', fingerprint, '--office-name', 'Trạm lạ', '--symbol', 'TL', '--out', at(`${data}.nhan`), ...words), english);
    const asked = await ask('gia-1', '--person', 'gian', '--office', 'vp');
    assert.match((await admit('gia-1', asked.fingerprint)).error, /^stands-already: .*: the office vp; give the new office another code/);
    assert.match(english.said.at(-1)!, /^To be written: station gia at Trạm lạ; the new office Trạm lạ, code vp, position vp-vt; its first person Kẻ Gian, code gian, device gian-may\.$/);
    const person = await ask('gia-2', '--person', 'anh', '--device-code', 'gian-may');
    assert.match((await admit('gia-2', person.fingerprint)).error, /^stands-already: .*: the person anh; ask who sits there/);
    assert.equal(existsSync(at('gia-2.nhan')), false);
    const mended = await admit('gia-1', asked.fingerprint, '--office', 'gia');
    assert.equal(mended.code, 0, mended.error);
    const again = await tram(anh('station', 'admit', '--request', at('gia-1.xin'), '--fingerprint', asked.fingerprint, '--out', at('gia-1.nhan')), english);
    assert.match(again.out, /^The station gia was admitted before; /, again.error);
  });

  it('a second office of one symbol is said, and what a correction changed', async () => {
    const add = (symbol: string) => tram(anh('office', 'add', '--office', 'yt', '--name', 'Sở Y tế', '--symbol', symbol, '--at', 'hub'), english);
    assert.match((await add('UBND-VP')).out, /^NOTE: Văn phòng.* has the symbol UBND-VP too: two registers give out the same 1\/UBND-VP/m);
    const corrected = (await add('SYT')).out;
    assert.match(corrected, /^Before, yt stood there as Sở Y tế, symbol UBND-VP, at station hub\./m);
    assert.doesNotMatch(corrected, /NOTE/);
  });

  it('a position that seals says so before anybody is asked for a request', async () => {
    const { out } = await tram(anh('position', 'add', '--position', 'tc-vt', '--office', 'tc', '--title', 'Văn thư', '--rights', 'draft,dispatch,receive,keys'), english);
    assert.match(out, /carries the office seal: .*tram device request --position tc-vt/);
  });

  it('whoever comes without a seal is told who gives it, and by what', async () => {
    const lines = await added('cvp', await asks('hoa', 'Lò Thị Hoa'));
    assert.equal(english.said.at(-1), 'To be written: Lò Thị Hoa [hoa], device hoa-may, in the position Chánh văn phòng [cvp] of Văn phòng, which may: approve, sign, number and send, receive and open.');
    assert.match(lines.at(-1)!, /^Next: Lò Thị Hoa has no office seal, .* tram seal request --position cvp .* a registrar \(Nguyễn Thị Ánh\), who runs: tram seal add --home .*anh --position cvp/);
  });

  it('a seal that the position cannot use is left out, and nobody is refused for asking', async () => {
    assert.ok((await added('pct', await asks('hoi', 'Quàng Thị Hội', '--position', 'pct'))).length > 0);
  });

  it('what they may and this machine cannot is refused as what it is, until the seal is there', async () => {
    const text = office.file('dien.txt', 'Nước lên.\n');
    const draft = (await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs', '--subject', 'Thử', '--text', text])).draft;
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('hoa')]);
    const refused = await tram(['send', draft, ...office.as('hoa')], english);
    assert.equal(refused.code, 1);
    assert.match(refused.error, /^seal-missing: .* of the position cvp in vp .*tram seal request --home .*hoa --position cvp --out FILE.*tram seal add/);
    await tramJson(['seal', 'request', ...office.as('hoa'), '--position', 'cvp', '--out', path.join(office.folder, 'first.seal')]);
    assert.match((await tram(['send', draft, ...office.as('hoa')], english)).error, /^seal-missing: .*\(it was asked for here: /);
    await sealed('hoa', 'cvp');
    await tramJson(['send', draft, ...office.as('hoa')]);
  });

  it('a right that is lacking stays a right that is lacking', async () => {
    const text = office.file('dien.txt', 'Nước lên.\n');
    const draft = (await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs', '--subject', 'Thử', '--text', text])).draft;
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    assert.match((await tram(['send', draft, ...office.as('khue')])).error, /^not-entitled: /);
  });

  it('the first with the right to keys is told to make them, and that nobody had gone is not said otherwise', async () => {
    const lines = await added('tc-vt', await asks('tu', 'Hoàng Tú', '--position', 'tc-vt'));
    assert.deepEqual(lines.filter((line) => /keys --office tc|seal/.test(line)), ['Next: Sở Tài chính has no keys yet; once Hoàng Tú opens their own device (tu-may) it makes them by itself, or by tram office keys --office tc there.']);
    const { out } = await tram(['office', 'keys', '--office', 'tc', ...office.as('tu')], english);
    assert.equal(out, 'Keys of office tc: made 5, gave 5 to devices that lacked them.\nEvery device that may have them has them: tu-may.\n');
  });

  it('the second is given them by the first, and takes over a seal that another machine has', async () => {
    const lines = await added('tc-vt', await asks('lan', 'Vi Thị Lan', '--position', 'tc-vt'));
    assert.ok(lines.some((line) => /To give them: Hoàng Tú \(tu-may\) runs tram office keys --office tc/.test(line)));
    assert.equal(lines.at(-1), 'Another machine has the seal of this position: certifying a new one ends that.');
    const keys = async (person: string): Promise<string> => (await tram(['office', 'keys', '--office', 'tc', ...office.as(person)], english)).out;
    assert.match(await keys('lan'), /^Keys of office tc: made 0, gave 0 .*\n.*Hoàng Tú \(tu-may\).*tram office keys --office tc.*\nWhere no device has them any more, make new ones: tram compromise --home \S+lan --office tc --reason lost /, 'who has none is told who gives them, and what makes new ones');
    await sealed('lan', 'tc-vt');
    const text = office.file('dien.txt', 'Đã chi.\n');
    const sent = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'tc', '--subject', 'Dự toán', '--text', text]);
    for (const step of ['approve', 'sign']) await tramJson([step, sent.draft, ...office.as('khue')]);
    const { dispatch } = await tramJson<{ dispatch: string }>(['send', sent.draft, ...office.as('anh')]);
    assert.match((await tram(['open', dispatch, ...office.as('lan')], english)).error, /^key-missing: .*; to give them: Hoàng Tú \(tu-may\) runs tram office keys --office tc on their own device\.$/m);
    assert.match(await keys('tu'), /gave 5 [^]*^Every device that may have them has them: .*lan-may\.$/m);
    const ended = await tram(['open', dispatch, ...office.as('tu')], english);
    assert.match(ended.error, /^seal-missing: .*\(the seal on this machine is not the one that stands in the directory\)/);
    await tramJson(['open', dispatch, ...office.as('lan')]);
  });

  it('a machine of an office is told the same, in whole sentences', async () => {
    await tramJson(anh('position', 'add', '--position', 'tc-may', '--office', 'tc', '--title', 'Máy', '--rights', 'receive,automatic'));
    const device = ['--device', path.join(office.folder, 'may'), '--device-passphrase-file', office.file('may-mk', `${PASSPHRASE}\n`)];
    const { out } = await tram(anh('service', 'add', '--office', 'tc', '--code', 'may', '--name', 'Hệ thống', '--position', 'tc-may', ...device), english);
    assert.match(out, /The device may-may of Hệ thống has no keys of Sở Tài chính yet\. To give them: Hoàng Tú \(tu-may\), Vi Thị Lan \(lan-may\) runs tram office keys --office tc/);
  });

  it('a seal that ends with who moves is said, with who stays without one', async () => {
    const { out } = await tram(anh('person', 'move', 'lan', '--from', 'tc-vt', '--to', 'pct'), english);
    assert.match(out, /NOTE: the office seal of position tc-vt was ended, since its key may be on a device of Vi Thị Lan; that position is still held by Hoàng Tú\.\nNext: Hoàng Tú has no office seal, .* tram seal request --position tc-vt/);
    const draft = (await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'tc', '--subject', 'Hỏi', '--text', office.file('hoi.txt', 'Bao nhiêu?\n')])).draft;
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    const { dispatch } = await tramJson<{ dispatch: string }>(['send', draft, ...office.as('anh')]);
    assert.match((await tram(['open', dispatch, ...office.as('tu')], english)).error, /^seal-missing: .*\(the seal of this position was ended, since somebody left, moved or was exposed/);
  });
});

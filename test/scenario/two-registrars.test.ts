/** Where there are two registrars: what lets somebody in or out waits, changes nothing meanwhile, and is whole once both have signed. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quietContext, tram, tramJson } from './command-line.ts';
import { countersigning } from './countersigning.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

interface Waiting {
  readonly outcome: string;
  readonly proposals: readonly string[];
  readonly marks: readonly string[];
}

describe('two registrars', () => {
  let office: SmallOffice;
  let passphrase: string;
  const inVietnamese = quietContext('vi');
  const folder = (name: string): string => path.join(office.folder, name);
  const anh = (...words: string[]): string[] => [...words, ...office.as('anh')];
  const khue = (...words: string[]): string[] => [...words, ...office.as('khue')];
  const countersign = async (proposals: readonly string[]): Promise<void> => {
    for (const proposal of proposals) {
      const signed = await tramJson<{ outcome: string }>(await countersigning(office.as('khue'), proposal));
      assert.equal(signed.outcome, 'sequenced');
    }
  };

  before(async () => {
    office = await smallOffice();
    passphrase = office.file('mat-khau', PASSPHRASE);
    await tramJson(anh('person', 'join', '--person', 'hoa', '--name', 'Vàng Thị Hoa', '--position', 'pct', '--device', folder('hoa'), '--device-passphrase-file', passphrase));
    const { fingerprint } = await tramJson<{ fingerprint: string }>(khue('registrar', 'request', '--out', folder('khue.dang-ky')));
    const added = await tram(anh('registrar', 'add', '--root', folder('root'), '--root-passphrase-file', passphrase, '--request', folder('khue.dang-ky'), '--fingerprint', fingerprint, '--out', folder('khue trao')));
    assert.ok(added.out.includes(`--grant '${folder('khue trao')}'\n`), added.out);
    await tramJson(khue('registrar', 'accept', '--grant', folder('khue trao')));
  });
  after(() => closeOffice(office));

  it('a pair of machines waits, positions and all, and sends once both have signed', async () => {
    const args = ['service', 'add', '--office', 'vp', '--code', 'may', '--name', 'Hệ thống chỉ huy', '--pair', '--device', folder('may'), '--device-passphrase-file', passphrase];
    const { accounts } = await tramJson<{ accounts: Waiting[] }>(anh(...args));
    assert.deepEqual(accounts.map(({ outcome, proposals }) => [outcome, proposals.length]), [['waiting', 1], ['waiting', 1]]);
    const early = await tram(['draft', ...office.as('may/author'), '--to', 'qs', '--subject', 'Sớm quá', '--exercise'], inVietnamese);
    assert.match(early.error, /^device-unknown: /);
    const pending = await tram(khue('registrar', 'pending'), inVietnamese);
    assert.match(pending.out, /chức vụ: may-soan[^]*giữ chức vụ: [^\n]*may-soan/);
    const [author, signer] = accounts;
    await countersign(author!.proposals);
    const half = await tramJson<{ ways: { person: string }[] }>(anh('who-can', 'sign', '--office', 'vp'));
    assert.ok(!half.ways.some(({ person }) => person === 'may-ky'), 'the other of the pair still waits');
    await countersign(signer!.proposals);
    await tramJson(anh('office', 'keys'));
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('may/author'), '--to', 'qs', '--subject', 'Báo động nước lên', '--exercise']);
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('may/signer')]);
    await tramJson(['send', draft, ...office.as('may/author')]);
  });

  it('a person whose devices are stolen goes on until both have signed, and then has nothing, the holdings included', async () => {
    const declared = await tram(anh('compromise', '--person', 'hoa', '--reason', 'stolen', '--holdings'), inVietnamese);
    assert.match(declared.out, /^CHƯA CÓ HIỆU LỰC: đề nghị [0-9a-f]+ đang chờ [^\n]* \[khue\] ký: /, 'said first, with who signs');
    assert.match(declared.out, /VẪN DÙNG ĐƯỢC cho đến khi người ấy ký/);
    assert.doesNotMatch(declared.out, /Đã ngừng dùng thiết bị/);
    assert.match(declared.out, /Khi người ấy đã ký, không sớm hơn:\n {2}CHƯA THAY KHÓA của Văn phòng: .* chạy tram compromise --office vp --reason stolen/);
    const [, proposal] = /tram registrar countersign ([0-9a-f]+)/.exec(declared.out)!;
    assert.equal((await tram(['draft', 'list', ...office.as('hoa')])).code, 0, 'nothing has changed yet');
    assert.match((await tram(anh('registrar', 'countersign', proposal!), inVietnamese)).error, /^proposal-own: .*là của chính bạn/);
    const second = await tram(await countersigning(office.as('khue'), proposal!), inVietnamese);
    assert.match(second.out, /Hãy báo cho Nguyễn Thị Ánh, người đề nghị/);
    assert.match(second.out, /Khóa cũ của Văn phòng có thể đã lộ mà CHƯA ghi là lộ: [^\n]* chạy tram compromise --office vp --reason stolen/, 'whoever acts next is told');
    assert.match((await tram(['draft', 'list', ...office.as('hoa')], inVietnamese)).error, /^device-ended: /);
    const what = await tramJson<{ ways: unknown[]; devices: string[] }>(anh('what-can', 'hoa'));
    assert.deepEqual([what.ways, what.devices], [[], []]);
    const { ended } = await tramJson<{ ended: string[] }>(anh('compromise', '--office', 'vp', '--reason', 'stolen'));
    assert.ok(ended.includes('storage-1') && ended.includes('transport-1'), ended.join());
    assert.match((await tram(anh('compromise', '--holdings', '--office', 'vp'), inVietnamese)).error, /^option-unknown: .*--holdings/);
    assert.match((await tram(anh('compromise', '--person', 'khong-co'), inVietnamese)).error, /^person-unknown: /);
    assert.match((await tram(anh('compromise', '--person', 'khue'), inVietnamese)).error, /^person-is-registrar: /);
  });

  it('what waits is said to wait: to who repeats it, who builds on it, who reads it beside another', async () => {
    const add = anh('position', 'add', '--position', 'pdt', '--office', 'vp', '--title', 'Trưởng phòng', '--rights', 'approve');
    const first = await tram(add, inVietnamese);
    assert.match(first.out, /^CHƯA CÓ HIỆU LỰC: [^]*Khi người ấy đã ký, không sớm hơn:\n {2}Bước tiếp/);
    const again = await tram(add, inVietnamese);
    assert.match(again.out, /^CHƯA CÓ HIỆU LỰC: việc này đã chờ sẵn, là đề nghị /);
    const { proposals: [proposal] } = await tramJson<Waiting>(add);
    const early = await tram(anh('person', 'add', '--position', 'pdt', '--person', 'tam', '--name', 'Lò Thị Tâm', '--device', folder('tam'), '--device-passphrase-file', passphrase), inVietnamese);
    assert.match(early.error, new RegExp(`^waits-for-second: CHƯA có trong danh bạ: chức vụ pdt; .*\\[khue\\]: tram registrar countersign ${proposal}; `));
    for (const words of [['person', 'move', 'khue', '--from', 'pct', '--to', 'pdt'], ['position', 'end', 'pdt']]) {
      assert.match((await tram(anh(...words), inVietnamese)).error, /^waits-for-second: CHƯA có trong danh bạ: chức vụ pdt;/, words.join(' '));
    }
    assert.match((await tram(khue('person', 'move', 'khue', '--from', 'pct', '--to', 'khong-co'), inVietnamese)).error, /^position-unknown: /, 'what nobody proposed is unknown');
    const own = await tram(anh('registrar', 'pending'), inVietnamese);
    assert.equal(own.out.split(proposal!).length, 2, 'one proposal');
    assert.match(own.out, /CỦA BẠN: chờ [^\n]* \[khue\] ký/);
    await countersign([proposal!]);
    const titled = (title: string): Promise<Waiting> => tramJson<Waiting>(anh('position', 'add', '--position', 'pdt', '--office', 'vp', '--title', title, '--rights', 'approve,sign'));
    const [one, other] = [await titled('Phó Chánh'), await titled('Chánh')];
    const both = await tram(khue('registrar', 'pending'), inVietnamese);
    assert.match(both.out, /chức vụ: pdt[^\n]*Phó Chánh[^\n]*\n {4}nay: Trưởng phòng · duyệt\n/);
    assert.match(both.out, new RegExp(`CHÚ Ý: đề nghị ${other.proposals[0]} cũng sửa pdt;`));
    await tramJson(khue('registrar', 'withdraw', one.proposals[0]!, '--reason', 'Chánh đã có người'));
    await tramJson(anh('registrar', 'withdraw', other.proposals[0]!));
    const ended = await tram(anh('registrar', 'pending'), inVietnamese);
    assert.match(ended.out, new RegExp(`Đã rút, không có hiệu lực: đề nghị ${one.proposals[0]}, của Nguyễn Thị Ánh; Đặng Ngọc Khuê rút lúc [^\n]*: Chánh đã có người\n {2}chức vụ: pdt[^\n]*Phó Chánh`));
    assert.match(ended.out, new RegExp(`đề nghị ${other.proposals[0]}, của Nguyễn Thị Ánh; Nguyễn Thị Ánh rút lúc [^\n]*, không nêu lý do\n`));
    assert.match((await tram(khue('registrar', 'withdraw', one.proposals[0]!), inVietnamese)).error, /^proposal-unknown: /);
  });

  it('a station to be admitted waits like everything else, and the same command gives its file afterwards', async () => {
    const invited = await tramJson<{ code: string }>(anh('station', 'invite', '--code', 'don', '--site', 'Đồn Sốp Cộp', '--out', folder('don.moi')));
    const asked = await tramJson<{ fingerprint: string }>(['station', 'join', '--invitation', folder('don.moi'), '--code-file', office.file('don.ma', invited.code), '--person', 'thao', '--person-name', 'Vàng Thị Thảo', '--data', folder('don'), '--home', folder('thao'), '--passphrase-file', passphrase, '--out', folder('don.xin')]);
    const admit = anh('station', 'admit', '--request', folder('don.xin'), '--fingerprint', asked.fingerprint, '--office', 'don', '--office-name', 'Đồn Sốp Cộp', '--symbol', 'ĐSC', '--out', folder('don.nhan'));
    const waits = await tram(admit, inVietnamese);
    assert.equal(waits.code, 0, waits.error);
    assert.match(waits.out, /^CHƯA CÓ HIỆU LỰC: [^\n]*Dấu để đọc cho người ấy: [0-9a-f ]{49}\nKhi người ấy đã ký, không sớm hơn:\n/);
    assert.match((await tram(admit, inVietnamese)).out, /việc này đã chờ sẵn/, 'certificates are made anew, and it is the same all the same');
    const { proposals } = await tramJson<Waiting>(admit);
    const pending = await tram(khue('registrar', 'pending'), inVietnamese);
    assert.ok(pending.out.includes(`Dấu vân tay của yêu cầu: ${asked.fingerprint}. Máy xin đã hiện đúng như vậy: trước khi ký, tự gọi hỏi Vàng Thị Thảo, người`), pending.out);
    await countersign(proposals);
    assert.match((await tram(admit, inVietnamese)).out, /don\.nhan/);
  });

  it('whoever signs second for a device reads what its own screen showed, and nothing of keys made beside the first registrar', async () => {
    const asked = await tramJson<{ fingerprint: string }>(['device', 'request', '--home', folder('po'), '--station', `http://127.0.0.1:${office.port}`, '--person', 'po', '--name', 'Lò Thị Pó', '--passphrase-file', passphrase, '--out', folder('po.xin')]);
    const add = (...more: string[]): string[] => anh('person', 'add', '--position', 'pct', ...more);
    const { proposals } = await tramJson<Waiting>(add('--request', folder('po.xin'), '--fingerprint', asked.fingerprint));
    const lines = async (): Promise<string> => (await tram(khue('registrar', 'pending'), inVietnamese)).out;
    assert.match(await lines(), new RegExp(`Dấu vân tay của yêu cầu: ${asked.fingerprint}, mã [0-9A-Z-]{24}\\. [^\n]* Lò Thị Pó`));
    await tramJson(anh('registrar', 'withdraw', proposals[0]!));
    const made = await tramJson<Waiting>(add('--person', 'su', '--name', 'Giàng A Sử', '--device', folder('su'), '--device-passphrase-file', passphrase));
    assert.doesNotMatch(await lines(), /Dấu vân tay/);
    await tramJson(anh('registrar', 'withdraw', made.proposals[0]!));
  });

  it('who receives in another\'s stead waits, who receives no longer does not', async () => {
    const named = await tramJson<Waiting>(anh('office', 'alternate', 'qs', '--to', 'vp'));
    assert.equal(named.outcome, 'waiting');
    assert.match((await tram(khue('registrar', 'pending'), inVietnamese)).out, /cơ quan: qs [^\n]*đóng cửa, Văn phòng nhận thay/, 'whoever signs second reads what it means');
    await countersign(named.proposals);
    const { offices } = await tramJson<{ offices: { office: string; alternate: string | null }[] }>(anh('directory'));
    assert.equal(offices.find((one) => one.office === 'qs')?.alternate, 'vp');
    assert.equal((await tramJson<Waiting>(anh('office', 'add', '--office', 'qs', '--name', 'Ban Chỉ huy Quân sự', '--symbol', 'BQS', '--at', 'hub'))).outcome, 'sequenced');
    const renamed = await tramJson<{ offices: { office: string; alternate: string | null }[] }>(anh('directory'));
    assert.equal(renamed.offices.find((one) => one.office === 'qs')?.alternate, 'vp', 'a corrected name opens no office');
    assert.equal((await tramJson<Waiting>(anh('office', 'alternate', 'qs'))).outcome, 'sequenced');
  });

  it('one leaves and another comes: who proposes and who signs second read in which order, and the keys are handed over', async () => {
    const left = await tram(anh('person', 'leave', 'minh', '--yes'), inVietnamese);
    assert.match(left.out, /CHÚ Ý: chỉ Lò Văn Minh có khóa của Ban [^.]*\. .*trước hết cử người thay, rồi Lò Văn Minh chạy tram office keys --office qs/);
    const [, leaving] = /tram registrar countersign ([0-9a-f]+)/.exec(left.out)!;
    const joined = await tram(anh('person', 'join', '--person', 'tuan', '--name', 'Lò Tuấn', '--position', 'qs-vt', '--device', folder('tuan'), '--device-passphrase-file', passphrase), inVietnamese);
    assert.match(joined.out, /CHÚ Ý: thiết bị tuan-may của Lò Tuấn chưa có khóa [^\n]* Chỉ Lò Văn Minh \(minh-may\) trao được, mà việc cho người ấy thôi đang chờ[^\n]*\. Việc ấy ký SAU CÙNG/);
    const [, joining] = /tram registrar countersign ([0-9a-f]+)/.exec(joined.out)!;
    const cautioned = new RegExp(`Đề nghị ${leaving}[^]*CHÚ Ý: chỉ Lò Văn Minh có khóa [^\n]*trước hết ký đề nghị ${joining} cho Lò Tuấn vào, rồi Lò Văn Minh chạy`);
    assert.match((await tram(khue('registrar', 'pending'), inVietnamese)).out, cautioned);
    const unsure = { ...quietContext('vi'), prompt: { ask: async () => '' } };
    assert.match((await tram(khue('registrar', 'countersign', leaving!), unsure)).error, /^cancelled: /);
    assert.ok(unsure.said.some((line) => line.includes(`trước hết ký đề nghị ${joining} cho Lò Tuấn vào`)), 'said before the question');
    await countersign([joining!]);
    assert.match((await tram(khue('registrar', 'pending'), inVietnamese)).out, /CHÚ Ý: còn lại chỉ có Lò Tuấn được giữ khóa [^\n]*, và có thể chưa nhận khóa nào/);
    await tramJson(['office', 'keys', ...office.as('minh')]);
    assert.doesNotMatch((await tram(khue('registrar', 'pending'), inVietnamese)).out, /CHÚ Ý: (?:chỉ|còn lại)/);
    await countersign([leaving!]);
    await tramJson(['office', 'keys', '--office', 'qs', ...office.as('tuan')]);
  });

  it('an office goes on until both have signed its end, and whoever signs second reads which it is', async () => {
    await tramJson(anh('office', 'add', '--office', 'kho', '--name', 'Kho lương Sốp Cộp', '--symbol', 'KHO', '--at', 'hub'));
    await tramJson(anh('list', 'add', '--code', 'hai', '--name', 'Hai nơi', '--offices', 'qs,kho'));
    const ended = await tramJson<Waiting>(anh('office', 'end', 'kho'));
    assert.equal(ended.outcome, 'waiting');
    const inForce = async (): Promise<boolean> => (await tramJson<{ offices: { office: string }[] }>(anh('directory'))).offices.some(({ office: code }) => code === 'kho');
    assert.equal(await inForce(), true);
    const [proposal] = ended.proposals;
    const pending = await tram(khue('registrar', 'pending'), inVietnamese);
    assert.match(pending.out, /kết thúc: cơ quan · Kho lương Sốp Cộp \[kho\]/);
    const [, mark] = /Dấu: ([0-9a-f ]{49})$/m.exec(pending.out)!;
    assert.deepEqual(ended.marks, [mark], 'whoever proposed can read it to the other');
    const sign = (code: string, ...more: string[]) => tram(khue('registrar', 'countersign', code, ...more), inVietnamese);
    for (const short of [proposal!.slice(0, 4), proposal!.slice(0, 15), proposal!.toUpperCase().replace(/^./, 'G'), `${proposal}0`]) {
      assert.match((await sign(short, '--mark', mark!)).error, /^proposal-code-short: /, 'a short code can be ground');
    }
    assert.match((await sign(proposal!)).error, /^option-missing: .*--mark/, 'nobody to ask, and no mark: nothing is signed');
    assert.match((await sign(proposal!, '--mark', '0000 0000')).error, /^mark-differs: /);
    const asked = (answer: string) => ({ ...quietContext('vi'), prompt: { ask: async () => answer } });
    const unsure = asked('');
    assert.match((await tram(khue('registrar', 'countersign', proposal!), unsure)).error, /^cancelled: /);
    assert.ok(unsure.said.some((line) => line.includes('Kho lương Sốp Cộp')) && unsure.said.some((line) => line.includes(mark!)), 'shown before the question');
    assert.equal(await inForce(), true);
    assert.equal((await tram(khue('registrar', 'countersign', proposal!.slice(0, 16)), asked('Có'))).code, 0);
    assert.equal(await inForce(), false);
  });
});

/**
 * The only registrar's machine is stolen, with its passphrase: by the commands that docs/operating/recovery.md tells, in their
 * order. Card and root key are what is left.
 */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';

describe('the only registrar\'s machine is stolen', () => {
  let office: SmallOffice;
  let [card, file] = ['', (name: string): string => name];
  const url = (): string => `http://127.0.0.1:${office.port}`;
  const root = (): string[] => ['--root', file('root'), '--root-passphrase-file', file('passphrase')];
  const on = (home: string, ...words: string[]): string[] => [...words, ...office.as(home)];

  before(async () => {
    office = await smallOffice();
    file = (name) => path.join(office.folder, name);
    card = office.file('the', (await tramJson<{ code: string }>(on('anh', 'card', 'make'))).code);
    await tramJson(['card', 'try', '--home', file('anh'), '--card-file', card]);
    const { draft } = await tramJson<{ draft: string }>(on('minh', 'draft', '--to', 'vp', '--subject', 'Nước sông Mã'));
    await tramJson(on('anh', 'position', 'add', '--position', 'qs-ct', '--office', 'qs', '--title', 'Chỉ huy trưởng', '--rights', 'approve,sign'));
    await tramJson(on('anh', 'person', 'add', '--person', 'hoa', '--name', 'Vàng Thị Hoa', '--position', 'qs-ct', '--device', file('hoa'), '--device-passphrase-file', file('passphrase')));
    await tramJson(on('minh', 'office', 'keys'));
    for (const step of ['approve', 'sign']) await tramJson(on('hoa', step, draft));
    await tramJson(on('minh', 'send', draft));
    const [{ dispatch }] = (await tramJson<{ lines: { dispatch: string }[] }>(on('anh', 'inbox'))).lines as [{ dispatch: string }];
    await tramJson(on('anh', 'open', dispatch));
    await tramJson(on('anh', 'inbox'));
    cpSync(file('anh'), file('trom'), { recursive: true });
  });
  after(() => closeOffice(office));

  it('the card restores the device, says where to read on, and lets another device in; it may not declare itself', async () => {
    const recovered = await tram(['recover', '--station', url(), '--card-file', card, ...office.as('khoi-phuc')], quietContext('en'));
    assert.match(recovered.out, /If you are the only registrar: docs\/operating\/recovery\.md, “The only registrar's machine is stolen”/);
    const asked = ['device', 'request', '--station', url(), '--person', 'anh', '--name', 'Nguyễn Thị Ánh', '--vouched-by', file('khoi-phuc'), '--old-passphrase-file', file('passphrase'), '--out', file('anh-2.thiet-bi')];
    assert.equal((await tramJson<{ device: string }>(on('anh-2', ...asked))).device, 'anh-may-2');
    await tramJson(on('khoi-phuc', 'person', 'add', '--position', 'vp-vt', '--request', file('anh-2.thiet-bi')));
    assert.match((await tram(on('khoi-phuc', 'compromise', '--device', 'anh-may', '--reason', 'stolen'))).error, /^person-is-registrar: /, 'not with the keys that the thief has');
  });

  it('the root makes the new device the registrar\'s, and the thief signs nothing in the directory any more', async () => {
    const { fingerprint } = await tramJson<{ fingerprint: string }>(on('anh-2', 'registrar', 'request', '--out', file('anh-2.dang-ky')));
    await tramJson(on('khoi-phuc', 'registrar', 'add', ...root(), '--request', file('anh-2.dang-ky'), '--fingerprint', fingerprint, '--out', file('anh-2.trao')));
    await tramJson(on('anh-2', 'registrar', 'accept', '--grant', file('anh-2.trao')));
    for (const home of ['trom', 'khoi-phuc']) assert.notEqual((await tram(on(home, 'list', 'add', '--code', 'gia', '--name', 'Giả', '--offices', 'qs'))).code, 0, home);
    await tramJson(on('anh-2', 'list', 'add', '--code', 'cac-don', '--name', 'Các đồn', '--offices', 'qs'));
  });

  it('it ends the stolen one with its seal and the office\'s keys, and makes new keys', async () => {
    const declared = await tramJson<{ outcome: string; seals: string[]; rolled: string[] }>(on('anh-2', 'compromise', '--device', 'anh-may', '--reason', 'stolen'));
    assert.deepEqual([declared.outcome, declared.seals, declared.rolled], ['sequenced', ['vp-vt'], ['vp']]);
    for (const home of ['trom', 'khoi-phuc']) assert.notEqual((await tram(on(home, 'inbox'))).code, 0, home);
  });

  it('it takes a new seal, reads what came before, and works', async () => {
    const { fingerprint } = await tramJson<{ fingerprint: string }>(on('anh-2', 'seal', 'request', '--position', 'vp-vt', '--out', file('anh-2.dau')));
    await tramJson(on('anh-2', 'seal', 'add', '--position', 'vp-vt', '--request', file('anh-2.dau'), '--fingerprint', fingerprint));
    assert.match((await tram(on('anh-2', 'register', '--in'))).out, /Nước sông Mã/);
    const { draft } = await tramJson<{ draft: string }>(on('anh-2', 'draft', '--to', 'qs', '--subject', 'Đã nhận'));
    for (const step of ['approve', 'sign']) await tramJson(on('khue', step, draft));
    await tramJson(on('anh-2', 'send', draft));
    assert.equal((await tram(on('anh-2', 'card', 'make'))).code, 0);
  });
});

/** An office's own machine has two accounts: together they send, each alone does not, and everybody sees what they are. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

describe('service accounts', () => {
  let office: SmallOffice;
  before(async () => (office = await smallOffice()));
  after(() => closeOffice(office));
  const write = (as: string, subject: string) => tramJson<{ draft: string }>(['draft', ...office.as(as), '--to', 'qs', '--subject', subject, '--exercise']);
  const add = (...words: string[]) => tram([
    'service', 'add', ...office.as('anh'), '--office', 'vp', '--name', 'Hệ thống chỉ huy', '--device-passphrase-file', office.file('mk', PASSPHRASE), ...words]);

  it('are made in one command, and only by a registrar', async () => {
    const home = path.join(office.folder, 'may');
    const refused = await tram(['service', 'add', ...office.as('minh'), '--office', 'qs', '--code', 'la', '--name', 'Lạ', '--pair', '--device', path.join(office.folder, 'la'), '--device-passphrase-file', office.file('mk', PASSPHRASE)]);
    assert.match(refused.error, /^registrar-required/);
    const made = await add('--code', 'may', '--pair', '--device', home);
    assert.equal(made.code, 0, made.error);
    assert.match(made.out, /Đã lập tài khoản máy may-soan ở chức vụ may-soan[^]*may-ky/);
    const listed = await tram(['directory', ...office.as('minh')]);
    assert.match(listed.out, /duyệt, ký \[may-ky\]: Hệ thống chỉ huy \(tài khoản máy\) \[may-ky\] {2}\(duyệt, ký, máy tự làm\)/);
  });

  it('get no position in which no machine may act', async () => {
    const refused = await add('--code', 'may-hai', '--position', 'pct', '--device', path.join(office.folder, 'may-hai'));
    assert.match(refused.error, /^not-entitled/);
  });

  it('send together with nobody at a desk, and are told as machines', async () => {
    const { draft } = await write('may/author', 'Báo động nước lên');
    const alone = await tram(['approve', draft, ...office.as('may/author')]);
    assert.match(alone.error, /^(not-entitled|same-person-twice)/);
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('may/signer')]);
    const { dispatch } = await tramJson<{ dispatch: string }>(['send', draft, ...office.as('may/author')]);
    const opened = await tram(['open', dispatch, ...office.as('minh')]);
    assert.equal(opened.code, 0, opened.error);
    assert.equal(opened.out.match(/Hệ thống chỉ huy \(tài khoản máy\)/g)?.length, 4, opened.out);
    const traced = await tram(['trace', dispatch, ...office.as('minh')]);
    assert.match(traced.out, /Hệ thống chỉ huy \(tài khoản máy\)/);
  });

  it('approve nothing that a person wrote, and a person may take over what they wrote', async () => {
    const { draft } = await write('anh', 'Người soạn');
    const refused = await tram(['approve', draft, ...office.as('may/signer')]);
    assert.match(refused.error, /^not-entitled/);
    const { draft: byMachine } = await write('may/author', 'Máy soạn, người ký');
    for (const step of ['approve', 'sign']) await tramJson([step, byMachine, ...office.as('khue')]);
    assert.equal((await tram(['send', byMachine, ...office.as('may/author')])).code, 0);
  });

  it('count for nobody where a person is needed: who waits, who asks and who lets somebody leave is told of people', async () => {
    const english = quietContext('en');
    assert.match((await tram(['who-can', 'sign', '--office', 'vp', ...office.as('anh')], english)).out, /Hệ thống chỉ huy \(machine account\) \[may-ky\]: .*, approves and signs only what a machine wrote$/m);
    const { draft } = await write('anh', 'Chờ duyệt');
    assert.match((await tram(['send', draft, ...office.as('anh')], english)).error, /nobody has approved it, by one of: Đặng Ngọc Khuê;/);
    const { out } = await tram(['person', 'leave', 'khue', '--yes', ...office.as('anh')], english);
    assert.doesNotMatch(out, /nobody/i, 'somebody else may still');
    const own = await tram(['draft', ...office.as('anh'), '--to', 'qs', '--subject', 'Không ai duyệt'], english);
    assert.match(own.out, /NOTE: nobody else in the office has the right to approve; you are a registrar and may give it to somebody else: tram position add --home \S+anh --position CODE --office vp /);
  });
});

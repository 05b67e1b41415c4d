/** The passphrase and the recovery card of one device, by command, with no station running. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

interface Slots { slots: { slot: number; kind: string; counts: boolean; card?: number }[] }

describe('a device whose station is not there', () => {
  let office: SmallOffice;
  let [first, second] = ['', ''];
  before(async () => {
    office = await smallOffice();
    await office.stop();
  });
  after(() => closeOffice(office));
  const home = (): string[] => ['--home', path.join(office.folder, 'khue')];
  const kinds = async (): Promise<string[]> => (await tramJson<Slots>(['slots', ...office.as('khue')])).slots.map(({ kind, counts }) => `${kind} ${counts}`);

  it('makes a recovery card, which counts when it was tried', async () => {
    const { code, card } = await tramJson<{ code: string; card: number }>(['card', 'make', ...office.as('khue')]);
    assert.equal(card, 1);
    assert.match((await tram(['card', 'make', ...office.as('anh')])).out, /Đã làm thẻ khôi phục số 1\. Bước tiếp/, 'no card ends that never was');
    assert.match((await tram(['card', 'make', ...office.as('anh')])).out, /Đã làm thẻ khôi phục số 2; thẻ số 1 hết dùng được\. Bước tiếp/);
    first = office.file('the-1', `${code.toLowerCase()}\n`);
    assert.ok((await kinds()).includes('card false'));
    assert.match((await tram(['slots', ...office.as('khue')])).out, /thẻ số 1 CHƯA THỬ/);
    await tramJson(['card', 'try', ...home(), '--card-file', first]);
    assert.ok((await kinds()).includes('card true'));
  });

  it('prints it as a page of its own, for its owner only', async () => {
    await office.start();
    await tramJson(['directory', ...office.as('khue'), '--certificates', path.join(office.folder, 'certificates')]);
    await office.stop();
    const { fingerprint256 } = new X509Certificate(readFileSync(path.join(office.folder, 'certificates', 'root.p256.pem')));
    const out = path.join(office.folder, 'thẻ.html');
    const made = await tramJson<{ file: string; code?: string }>(['card', 'make', ...office.as('khue'), '--out', out]);
    assert.deepEqual([made.file, made.code, statSync(out).mode & 0o777], [out, undefined, 0o600]);
    const page = readFileSync(out, 'utf8');
    assert.match(page, /THẺ KHÔI PHỤC[^]*Thẻ số 2[^]*Đặng Ngọc Khuê[^]*tram recover --station/);
    assert.doesNotMatch(page, /127\.0\.0\.1/, 'nobody in another room can use an address of this machine');
    assert.match(page, /Địa chỉ trạm: _{20}/);
    assert.match(page, /thêm --root-certificate [^]*tải ở địa chỉ ấy với http: [^]*người trông trạm/);
    assert.match(page, /gọi người giữ danh bạ: _{20} số: _{20}/);
    assert.ok(page.includes(fingerprint256), 'whoever restores elsewhere compares the root with the card');
    assert.doesNotMatch(page, /<script|<link|url\(|src=/);
    second = office.file('the-2', [...page.matchAll(/<p class="code">(.*)<\/p>/g)].map(([, line]) => line).join(' '));
    assert.match((await tram(['card', 'try', ...home(), '--card-file', first])).error, /^card-wrong: Thẻ khôi phục này không mở được/);
    await tramJson(['card', 'try', ...home(), '--card-file', second]);
  });

  it('says that the address is to be written in by hand, and how the station is given one', async () => {
    for (const [language, sentence] of [['vi', /ghi tay[^]*tram pages open --data [^]*--host /], ['en', /by hand[^]*tram pages open --data [^]*--host /]] as const) {
      const { out } = await tram(['card', 'make', ...office.as('anh')], quietContext(language));
      assert.match(out, sentence);
      assert.doesNotMatch(out, /127\.0\.0\.1/);
    }
  });

  it('takes another passphrase for the present one, or for the card when it was forgotten', async () => {
    const other = office.file('mat-khau-moi', 'Đồn Sốp Cộp mùa mưa\n');
    await tramJson(['passphrase', ...office.as('khue'), '--new-passphrase-file', other]);
    assert.match((await tram(['slots', ...office.as('khue')])).error, /^passphrase-wrong/);
    const passphrase = office.file('passphrase-2', PASSPHRASE);
    await tramJson(['passphrase', ...home(), '--card-file', second, '--new-passphrase-file', passphrase]);
    assert.ok((await kinds()).includes('card true'), 'the card still works');
    const untried = office.file('the-3', (await tramJson<{ code: string }>(['card', 'make', ...office.as('khue')])).code);
    assert.ok((await kinds()).includes('card false'));
    await tramJson(['passphrase', ...home(), '--card-file', untried, '--new-passphrase-file', passphrase]);
    assert.ok((await kinds()).includes('card true'), 'what opened the ring is tried');
    assert.match((await tram(['slots', ...office.as('khue')])).out, /thẻ số 3, đã thử lúc/);
    assert.match((await tram(['passphrase', ...home(), '--card-file', office.file('sai', '7KQ2'), '--new-passphrase-file', other])).error, /^card-mistyped/);
  });

  it('removes one way, and never the last', async () => {
    const removed = await tramJson<Slots>(['slots', 'remove', 'card', ...office.as('khue')]);
    assert.deepEqual(removed.slots.map(({ kind }) => kind), ['passphrase']);
    const { error } = await tram(['slots', 'remove', '1', ...office.as('khue')], quietContext('en'));
    assert.match(error, /^slot-last: This is the last way/);
    assert.match((await tram(['slots', 'remove', 'passkey', ...office.as('khue')])).error, /^option-unknown: .*passkey.*1 passphrase/);
  });

  it('says plainly that the station is not reached, where a command needs it', async () => {
    const { code, error } = await tram(['draft', '--to', 'qs', '--subject', 'Nước lên', ...office.as('khue')]);
    assert.equal(code, 3);
    assert.match(error, /^station-unreachable: .*http:\/\/127\.0\.0\.1/);
  });
});

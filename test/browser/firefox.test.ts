/**
 * Firefox, whose WebCrypto has neither ML-KEM nor ML-DSA: a device is made there by its card, with the algorithms that the
 * pages bring along, locked, opened by its passphrase, and reads a dispatch.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { tramJson } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { ENTER, openFirefox } from './firefox.ts';
import { servedOffice } from './station-house.ts';

const PASSPHRASE = 'sông Mã mùa nước lớn';
const SUBJECT = 'Lệnh trực ban đêm giao đồng chí Lò Văn Minh';

const firefox = await want('firefox', 'the pages in Firefox');

if (firefox !== null) {
  test('a device is made in Firefox, locked, opened by its passphrase, and reads a dispatch', async (t) => {
    const { office, origin, close } = await servedOffice();
    t.after(close);
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs', '--subject', SUBJECT, '--exercise']);
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    const { dispatch } = await tramJson<{ dispatch: string }>(['send', draft, ...office.as('anh')]);
    const { code } = await tramJson<{ code: string }>(['card', 'make', ...office.as('anh')]);
    await tramJson(['card', 'try', '--home', path.join(office.folder, 'anh'), '--card-file', office.file('card', code)]);
    // What speaks to the station next leaves it the sealed copy that the card opens.
    await tramJson(['register', ...office.as('anh')]);
    const profile = mkdtempSync(path.join(tmpdir(), 'tram-firefox-'));
    t.after(() => rmSync(profile, { recursive: true, force: true, maxRetries: 10 }));
    const page = await openFirefox(firefox, profile);
    t.after(() => page.close());
    await page.goto(`${origin}/dispatch/${dispatch}`);
    assert.equal(await page.evaluate("crypto.subtle.generateKey({ name: 'ML-KEM-768' }, false, ['decapsulateBits']).then(() => 'native', () => 'none')"), 'none', 'this Firefox needs no fallback: the test proves nothing any more');
    await page.press('Khôi phục bằng thẻ');
    await page.type('Mã trên thẻ khôi phục', code);
    await page.type('Mật khẩu mới cho thiết bị này', PASSPHRASE);
    await page.type('Nhập lại mật khẩu', PASSPHRASE);
    await page.press('Khôi phục');
    await page.shows(SUBJECT);
    await page.press('Khóa máy');
    await page.shows('Đã khóa.');
    assert.equal(await page.evaluate(`document.body.innerText.includes(${JSON.stringify(SUBJECT)})`), false);
    await page.goto(`${origin}/dispatch/${dispatch}`);
    await page.type('Mật khẩu', PASSPHRASE);
    await page.key(ENTER);
    await page.shows(SUBJECT);
    await page.shows('Hợp lệ');
  });
}

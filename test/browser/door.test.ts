/**
 * The door of a station in a real browser: a new device that a registrar admits, log-in with a wrong and a right
 * passphrase, with the station out of reach and back, locking by button, by idle time and by reload, restoring by card,
 * a card that is tried, a passkey, another passphrase, a second machine that the first vouches for; accessible in both languages, both themes and on a phone.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { tramJson } from '../scenario/command-line.ts';
import { PASSPHRASE as CLI_PASSPHRASE } from '../scenario/small-office.ts';
import { want } from '../wants.ts';
import { assertFit, assertFitEverywhere } from './house.ts';
import { stationHouse, type StationHouse } from './station-house.ts';

const PASSPHRASE = 'sông Mã mùa nước lớn';
const NEXT_PASSPHRASE = 'Đồn Sốp Cộp sương mù';
const INSIDE = { name: 'Các phòng' } as const;

const executablePath = await want('chromium', 'the door of a station');

if (executablePath !== null) {
  describe('the door of a station', () => {
    let house: StationHouse;
    let profile: BrowserContext;
    let page: Page;

    before(async () => { house = await stationHouse(executablePath); });
    after(() => house?.close());

    const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const inside = (): Promise<void> => page.getByRole('navigation', INSIDE).getByText('Đặng Ngọc Khuê').waitFor();
    const field = (label: string): Locator => page.getByLabel(label, { exact: true }).and(page.locator('input'));
    const unlock = async (passphrase: string): Promise<void> => {
      await field('Mật khẩu').fill(passphrase);
      await page.keyboard.press('Enter');
    };

    it('makes a device here, and goes in when a registrar has admitted it by its fingerprint', async () => {
      page = await house.open();
      profile = page.context();
      // Opened by number: the device will stand where whoever opens what is printed finds it.
      await page.goto(`${house.origin.replace('localhost', '127.0.0.1')}/desk`);
      await page.waitForURL(`${house.origin}/desk`);
      // Names as people know them, and codes beside them.
      await page.getByText('Sở chỉ huy (trạm hub)').waitFor();
      // Shorter than the window: what only speaks now and then takes none of the height that is over.
      await page.getByRole('button', { name: 'Tạo thiết bị mới' }).waitFor();
      const [head, room] = [await page.locator('.top').boundingBox(), await page.locator('#work').boundingBox()];
      assert.ok(Math.abs(room!.y - head!.y - head!.height) < 1, `${room!.y} under ${head!.height}`);
      await press('Tạo thiết bị mới');
      await press('Tạo khóa');
      await page.getByText('Hãy ghi họ và tên.').waitFor();
      await field('Mã người').fill('khue');
      await field('Họ và tên').fill('Đặng Ngọc Khuê');
      assert.match(await field('Mã thiết bị').inputValue(), /^khue-web-\d{8}$/, 'not that of another machine of theirs');
      await field('Mã thiết bị').fill('khue-may-web');
      await field('Mật khẩu mới cho thiết bị này').fill(PASSPHRASE);
      await field('Nhập lại mật khẩu').fill(`${PASSPHRASE} `);
      await press('Tạo khóa');
      await page.getByText('Hai lần nhập khác nhau.').waitFor();
      await field('Nhập lại mật khẩu').fill(PASSPHRASE);
      await press('Tạo khóa');
      await page.getByText('Không dùng được mã?').click();
      const fingerprint = await page.getByLabel('Dấu vân tay').innerText();
      assert.match(fingerprint, /^(?:[0-9a-f]{4} ){9}[0-9a-f]{4}$/);
      const [file] = await Promise.all([page.waitForEvent('download'), press('Tải tệp xin ghi nhận')]);
      const request = house.office.file('khue.request', readFileSync(await file.path()));
      // Reloaded before it was admitted: the passphrase opens it, and it waits on with the same fingerprint.
      await page.reload();
      await unlock(PASSPHRASE);
      await page.getByText('Không dùng được mã?').click();
      assert.equal(await page.getByLabel('Dấu vân tay').innerText(), fingerprint);
      await tramJson(['person', 'add', ...house.office.as('anh'), '--position', 'pct', '--request', request, '--fingerprint', fingerprint]);
      await inside();
    });

    it('keeps nothing open over a reload, and says so of a wrong passphrase', async () => {
      await page.reload();
      await page.getByText('Thiết bị của Đặng Ngọc Khuê, mã khue-may-web').waitFor();
      // Not by the page's own thread, which would stand still meanwhile.
      const worker = page.waitForEvent('worker');
      await unlock('một mật khẩu khác hẳn');
      assert.match((await worker).url(), /\/assets\/passphrase-worker-[\w-]+\.js$/);
      // What is to be done here, and nothing that is done elsewhere: the button for the card stands under it.
      await page.getByRole('alert').getByText(/gõ lại.*Caps Lock.*Telex[^.]*không\.$/).waitFor();
      await press('Khôi phục bằng thẻ');
      // It is this device still, and its owner did not move to another machine.
      await page.getByText(/^Đặt mật khẩu mới cho thiết bị .* trên máy này, bằng thẻ khôi phục đã in\.$/).waitFor();
      await page.getByText(/^Máy này vẫn là thiết bị ấy, không phải nhận lại\. .* Chỉ dùng thẻ của /).waitFor();
      await assertFit(page);
      await press('Quay lại');
      assert.equal(await page.getByRole('navigation', INSIDE).count(), 0);
      await unlock(PASSPHRASE.normalize('NFD'));
      await inside();
    });

    it('keeps no secret that a script can read', async () => {
      const kept = await page.evaluate<Record<string, string>>(`new Promise((resolve, reject) => {
        const asked = indexedDB.open('tram-device');
        asked.onerror = () => reject(asked.error);
        asked.onsuccess = () => {
          const table = asked.result.transaction('kept').objectStore('kept');
          const [names, values] = [table.getAllKeys(), table.getAll()];
          table.transaction.oncomplete = () => {
            asked.result.close();
            resolve(Object.fromEntries(names.result.map((name, i) => [name, values.result[i] instanceof Uint8Array ? 'bytes' : String(values.result[i].key?.extractable)])));
          };
        };
      })`);
      assert.equal(kept['secret'], 'false', 'the device secret stands under a key that cannot be read');
      assert.equal(kept['ring'], 'bytes');
      const storage = await page.evaluate<string>('JSON.stringify({ ...localStorage, ...sessionStorage })');
      assert.doesNotMatch(storage, /mùa nước|passphrase|secret/);
    });

    it('locks by its button and drops what it showed', async () => {
      await press('Khóa máy');
      await page.getByText('Đã khóa.').waitFor();
      assert.equal(await page.getByRole('navigation', INSIDE).count(), 0);
    });

    it('opens with the station out of reach, says so, and goes on by itself when it answers', async () => {
      await house.office.stop();
      await unlock(PASSPHRASE);
      await inside();
      await page.getByText('Không có kết nối với trạm').waitFor();
      await house.office.start();
      await page.getByText('Không có kết nối với trạm').waitFor({ state: 'detached' });
    });

    it('begins its session again by itself where the station was restarted, without the passphrase', async () => {
      await house.office.stop();
      const begun = page.waitForResponse((response) => response.url().endsWith('/api/1/session') && response.ok());
      await house.office.start();
      // A station that was restarted knows no session. Coming back to the window asks.
      await page.evaluate("dispatchEvent(new Event('focus'))");
      await begun;
      for (const said of [/^Phiên ở trạm đã hết hạn/, /^Không có kết nối với trạm/]) await page.getByText(said).waitFor({ state: 'detached' });
      await inside();
    });

    it('locks by itself when nobody touched it for a quarter of an hour', async () => {
      await page.clock.install();
      await page.reload();
      await unlock(PASSPHRASE);
      await inside();
      await page.clock.fastForward('14:00');
      await page.getByRole('link', { name: 'Giới thiệu' }).first().click();
      await page.clock.fastForward('14:00');
      await inside();
      await page.clock.fastForward('02:00');
      await page.getByText('Đã tự khóa vì lâu không ai dùng.').waitFor();
    });

    it('asks for a recovery card until one was printed and tried from the paper', async () => {
      await unlock(PASSPHRASE);
      await inside();
      await page.getByRole('link', { name: 'Làm thẻ khôi phục' }).click();
      await press('Làm thẻ mới');
      // What appears under everything else comes to whoever asked for it.
      const isSeen = (shown: string): Promise<boolean> => page.evaluate<boolean>(`(({ top, bottom }) => top >= 0 && bottom <= innerHeight)(document.activeElement.closest('${shown}').getBoundingClientRect())`);
      await page.locator('.paper-card').waitFor();
      assert.ok(await isSeen('.paper-card'), 'the card is in view, with the focus on it');
      const lines = await page.locator('.paper-card .print .line').allInnerTexts();
      for (const line of lines) assert.match(line, /^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/, 'no line ends or begins with a hyphen');
      const code = lines.join('-');
      const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      assert.equal(paper.match(/\/Type\s*\/Page\b/g)!.length, 1, 'one page');
      assert.match(paper, /\/MediaBox \[0 0 59[45](?:\.\d+)? 84[12](?:\.\d+)?\]/, 'A4 that stands');
      // The station listens on this machine alone: no address for others is known, and there is a line to write it on.
      await page.locator('.paper-card').getByText(/Địa chỉ trạm: _{20}/).waitFor();
      await page.locator('.paper-card').getByText('Đặng Ngọc Khuê, Sở chỉ huy (trạm hub), thiết bị mã khue-may-web').waitFor();
      await page.locator('.paper-card').getByText(/tải ở địa chỉ ấy với http: [^]*(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/).waitFor();
      await page.locator('.paper-card').getByText(/gọi người giữ danh bạ: Nguyễn Thị Ánh/).waitFor();
      await page.getByText(/Hãy ghi tay địa chỉ/).waitFor();
      await field('Nhập lại mã từ tờ giấy để thử thẻ').fill('7KQ2-M0XD');
      await press('Thử thẻ');
      await page.getByRole('alert').waitFor();
      await field('Nhập lại mã từ tờ giấy để thử thẻ').fill(code.toLowerCase());
      await press('Thử thẻ');
      await page.getByText('Thẻ số 1 mở được.').waitFor();
      assert.ok(await isSeen('.done'), 'what became of it is in view');
      await page.getByRole('list', { name: 'Các cách mở chùm khóa' }).getByText('Thẻ khôi phục số 1').waitFor();
      await page.getByRole('link', { name: 'Giới thiệu' }).first().click();
      await page.getByRole('heading', { name: 'Giới thiệu' }).waitFor();
      assert.equal(await page.getByRole('link', { name: 'Làm thẻ khôi phục' }).count(), 0);
    });

    it('opens by a passkey, without a passphrase, and no more once that was removed', async () => {
      const wire = await profile.newCDPSession(page);
      await wire.send('WebAuthn.enable');
      await wire.send('WebAuthn.addVirtualAuthenticator', {
        options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true },
      });
      await page.getByRole('link', { name: 'Cài đặt' }).click();
      await press('Thêm khóa truy cập');
      await page.getByText('Đã thêm khóa truy cập.').waitFor();
      await press('Khóa máy');
      await page.getByText('Đã khóa.').waitFor();
      await press('Mở bằng khóa truy cập (passkey)');
      await inside();
      // Whoever locks comes back to where they were.
      await page.getByRole('heading', { name: 'Cài đặt', level: 1 }).waitFor();
      await press('Bỏ Khóa truy cập (passkey): Khóa của máy này');
      await page.getByRole('alertdialog').getByText('không lấy lại được').waitFor();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Bỏ', exact: true }).click();
      await page.getByText('Đã bỏ Khóa truy cập').waitFor();
      await press('Khóa máy');
      await page.getByText('Đã khóa.').waitFor();
      await field('Mật khẩu').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Mở bằng khóa truy cập (passkey)' }).count(), 0);
    });

    it('changes the passphrase for whoever knows the present one', async () => {
      await unlock(PASSPHRASE);
      await inside();
      await page.getByRole('link', { name: 'Cài đặt' }).click();
      await field('Mật khẩu hiện nay').fill('không phải mật khẩu này');
      await field('Mật khẩu mới').fill(NEXT_PASSPHRASE);
      await field('Nhập lại mật khẩu').fill(NEXT_PASSPHRASE);
      await press('Đổi mật khẩu');
      await page.getByRole('alert').waitFor();
      await field('Mật khẩu hiện nay').fill(PASSPHRASE);
      await press('Đổi mật khẩu');
      await page.getByText('Đã đổi. Mật khẩu cũ').waitFor();
      await press('Khóa máy');
      await page.getByText('Đã khóa.').waitFor();
      await unlock(PASSPHRASE);
      await page.getByRole('alert').waitFor();
      await unlock(NEXT_PASSPHRASE);
      await inside();
    });

    it('vouches for a second machine of the same person, which goes in without a fingerprint', async () => {
      const { office } = house;
      const [first, second] = [page, await house.open()];
      page = second;
      await press('Tạo thiết bị mới');
      await field('Mã người').fill('khue');
      await field('Họ và tên').fill('Đặng Ngọc Khuê');
      await field('Mã thiết bị').fill('khue-hai');
      await field('Mật khẩu mới cho thiết bị này').fill(PASSPHRASE);
      await field('Nhập lại mật khẩu').fill(PASSPHRASE);
      await press('Tạo khóa');
      await page.getByText('Không dùng được mã?').click();
      const fingerprint = await page.getByLabel('Dấu vân tay').innerText();
      const [asked] = await Promise.all([page.waitForEvent('download'), press('Tải tệp xin ghi nhận')]);
      page = first;
      await page.getByRole('link', { name: 'Cài đặt' }).click();
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press('Chọn tệp xin ghi nhận của máy mới')]);
      await chooser.setFiles({ name: 'yeu-cau.cbor', mimeType: 'application/octet-stream', buffer: readFileSync(await asked.path()) });
      await page.getByText(fingerprint).waitFor();
      const [vouched] = await Promise.all([page.waitForEvent('download'), press('Đúng, bảo lãnh và tải tệp')]);
      await tramJson(['person', 'add', ...office.as('anh'), '--position', 'pct', '--request', office.file('khue-hai.request', readFileSync(await vouched.path()))]);
      page = second;
      await inside();
      await second.context().close();
      page = first;
    });

    it('has settings that are accessible in both languages, both themes, on a desk and on a phone', async () => {
      await press('Làm thẻ mới');
      await assertFitEverywhere(page);
      await press('English');
      await page.getByRole('heading', { name: 'Settings' }).waitFor();
      await assertFitEverywhere(page);
    });

    it('goes anywhere by name, without diacritics and without a mouse, and shows what the keyboard does', async () => {
      await page.setViewportSize({ width: 1440, height: 860 });
      await press('Tiếng Việt');
      await page.keyboard.press('Control+k');
      await page.getByRole('searchbox').fill('gioi thieu');
      await page.getByRole('menuitem', { name: /^Giới thiệu/ }).waitFor();
      await assertFit(page);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Giới thiệu' }).waitFor();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Phím tắt' }).waitFor();
      await assertFit(page);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });

    it('restores a device by its card on a machine that never had it', async () => {
      const { office } = house;
      await profile.close();
      const card = office.file('card', '');
      const made = await tramJson<{ code: string }>(['card', 'make', ...office.as('minh')]);
      office.file('card', made.code);
      await tramJson(['card', 'try', '--home', `${office.folder}/minh`, '--card-file', card]);
      await tramJson(['register', ...office.as('minh')]);
      page = await house.open();
      await press('Khôi phục bằng thẻ');
      await page.getByText(/^Thiết bị cũ, nếu còn, bị bỏ lại/).waitFor();
      await field('Mã trên thẻ khôi phục').fill(made.code.replace(/^./, (one) => (one === '7' ? '8' : '7')));
      await field('Mật khẩu mới cho thiết bị này').fill(PASSPHRASE);
      await field('Nhập lại mật khẩu').fill(PASSPHRASE);
      await press('Khôi phục');
      await page.getByRole('alert').waitFor();
      await field('Mã trên thẻ khôi phục').fill(made.code.toLowerCase().replaceAll('-', ' '));
      await press('Khôi phục');
      await page.getByRole('navigation', INSIDE).getByText('Lò Văn Minh').waitFor();
      await page.reload();
      await unlock(CLI_PASSPHRASE);
      await page.getByRole('alert').waitFor();
      await unlock(PASSPHRASE);
      await page.getByRole('navigation', INSIDE).getByText('Lò Văn Minh').waitFor();
      await page.context().close();
    });

    it('is accessible in both themes and languages, on a desk and on a phone', async () => {
      page = await house.open();
      await page.getByRole('button', { name: 'Tạo thiết bị mới' }).waitFor();
      await assertFitEverywhere(page);
      await press('Tạo thiết bị mới');
      await press('Tạo khóa');
      await page.getByText('Hãy ghi họ và tên.').waitFor();
      await assertFitEverywhere(page);
      await press('English');
      await page.getByText('Write the name.').waitFor();
      await assertFitEverywhere(page);
      await press('Back');
      await press('Restore with a card');
      await field('Code on the recovery card').waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('had nothing to complain of', () => assert.deepEqual(house.complaints.filter((one) => !/status of (?:401|403|404|409|503)/.test(one)), []));
  });
}

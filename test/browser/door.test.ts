/**
 * The door of a station in a real browser: a new device that a registrar admits, log-in with a wrong and a right
 * passphrase, with the station out of reach and back, locking by button, by idle time and by reload, restoring by card;
 * accessible in both languages, both themes and on a phone.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { tramJson } from '../scenario/command-line.ts';
import { PASSPHRASE as CLI_PASSPHRASE } from '../scenario/small-office.ts';
import { want } from '../wants.ts';
import { assertFit, LOOKS } from './house.ts';
import { stationHouse, type StationHouse } from './station-house.ts';

const PASSPHRASE = 'sông Mã mùa nước lớn';
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
      await press('Tạo thiết bị mới');
      await press('Tạo khóa');
      await page.getByText('Hãy ghi họ và tên.').waitFor();
      await field('Mã người').fill('khue');
      await field('Họ và tên').fill('Đặng Ngọc Khuê');
      assert.equal(await field('Mã thiết bị').inputValue(), 'khue-may-web');
      await field('Mật khẩu mới cho thiết bị này').fill(PASSPHRASE);
      await field('Nhập lại mật khẩu').fill(`${PASSPHRASE} `);
      await press('Tạo khóa');
      await page.getByText('Hai lần nhập khác nhau.').waitFor();
      await field('Nhập lại mật khẩu').fill(PASSPHRASE);
      await press('Tạo khóa');
      const fingerprint = await page.getByLabel('Dấu vân tay').innerText();
      assert.match(fingerprint, /^(?:[0-9a-f]{4} ){9}[0-9a-f]{4}$/);
      const [file] = await Promise.all([page.waitForEvent('download'), press('Tải tệp yêu cầu')]);
      const request = house.office.file('khue.request', readFileSync(await file.path()));
      // Reloaded before it was admitted: the passphrase opens it, and it waits on with the same fingerprint.
      await page.reload();
      await unlock(PASSPHRASE);
      assert.equal(await page.getByLabel('Dấu vân tay').innerText(), fingerprint);
      await tramJson(['person', 'add', ...house.office.as('anh'), '--position', 'pct', '--request', request, '--fingerprint', fingerprint]);
      await inside();
    });

    it('keeps nothing open over a reload, and says so of a wrong passphrase', async () => {
      await page.reload();
      await page.getByText('Thiết bị khue-may-web của Đặng Ngọc Khuê').waitFor();
      await unlock('một mật khẩu khác hẳn');
      await page.getByRole('alert').getByText(/mật khẩu/i).waitFor();
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
      await press('Khóa');
      await page.getByText('Đã khóa.').waitFor();
      assert.equal(await page.getByRole('navigation', INSIDE).count(), 0);
    });

    it('opens with the station out of reach, says so, and goes on by itself when it answers', async () => {
      await house.office.stop();
      await unlock(PASSPHRASE);
      await inside();
      await page.getByText('Chưa nối được trạm.').waitFor();
      await house.office.start();
      await page.getByText('Chưa nối được trạm.').waitFor({ state: 'detached' });
    });

    it('says plainly that a session has ended, and begins it again without the passphrase', async () => {
      await house.office.stop();
      await house.office.start();
      // A station that was restarted knows no session. Coming back to the window asks.
      await page.evaluate("dispatchEvent(new Event('focus'))");
      await page.getByText('Phiên ở trạm đã hết hạn.').waitFor();
      await press('Vào lại phiên');
      await page.getByText('Phiên ở trạm đã hết hạn.').waitFor({ state: 'detached' });
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

    for (const { name: how, look } of LOOKS) {
      it(`is accessible, ${how}, in both languages`, async () => {
        page = await house.open(look);
        await page.getByRole('button', { name: 'Tạo thiết bị mới' }).waitFor();
        await assertFit(page);
        await press('Tạo thiết bị mới');
        await press('Tạo khóa');
        await page.getByText('Hãy ghi họ và tên.').waitFor();
        await assertFit(page);
        await press('English');
        await page.getByText('Write the name.').waitFor();
        await assertFit(page);
        await press('Back');
        await press('Restore with a card');
        await field('Code on the recovery card').waitFor();
        await assertFit(page);
        await page.context().close();
      });
    }

    it('had nothing to complain of', () => assert.deepEqual(house.complaints.filter((one) => !/status of (?:401|403|404|409|503)/.test(one)), []));
  });
}

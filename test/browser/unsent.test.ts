/** What is being written, files and all, is there after a lock: where it was typed, and said on the desk; nothing of it lies on the disk in the clear. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { tramJson } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { assertFitEverywhere, TYPED_SHEETS } from './house.ts';
import { BROWSER_PASSPHRASE, stationHouse, type StationHouse } from './station-house.ts';

const executablePath = await want('chromium', 'what is begun and not sent, in a browser');
const SUBJECT = 'Nước sông Mã lên nhanh';
const FILE = { name: 'bản đồ lũ.txt', mimeType: 'text/plain', buffer: Buffer.from('Ngầm tràn Sốp Cộp ngập 1,2 m. '.repeat(4_000)) };

if (executablePath !== null) {
  describe('what is begun and not sent', () => {
    let house: StationHouse;
    let page: Page;

    before(async () => {
      house = await stationHouse(executablePath);
      page = await house.join('tuan', 'Lò Tuấn', 'qs-vt');
      // Whoever has the office's keys gives them to the newcomer.
      await tramJson(['office', 'keys', ...house.office.as('minh')]);
    });
    after(() => house?.close());

    const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const follow = (name: string): Promise<void> => page.getByRole('link', { name, exact: true }).first().click();
    const unlock = async (): Promise<void> => {
      await page.getByLabel('Mật khẩu', { exact: true }).and(page.locator('input')).fill(BROWSER_PASSPHRASE);
      await page.keyboard.press('Enter');
      await page.getByRole('navigation', { name: 'Các phòng' }).waitFor();
    };
    const sheets = (): Promise<number[][]> => page.evaluate<number[][]>(TYPED_SHEETS);
    const write = async (): Promise<void> => {
      await follow('Soạn điện');
      await page.getByLabel('Trích yếu').fill(SUBJECT);
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press('Thêm tệp')]);
      await chooser.setFiles(FILE);
      await page.getByText(FILE.name).waitFor();
      while ((await sheets()).reduce((sum, { length }) => sum + length, 0) < FILE.buffer.length) await page.waitForTimeout(50);
    };
    const isThere = async (): Promise<void> => {
      await page.getByText(FILE.name).waitFor();
      assert.equal(await page.getByLabel('Trích yếu').inputValue(), SUBJECT);
    };

    it('is said on the desk after a lock, and leads back', async () => {
      await write();
      for (const sheet of await sheets()) for (const secret of [FILE.name, 'Ngầm tràn', SUBJECT]) assert.ok(!Buffer.from(sheet).includes(secret), secret);
      await press('Khóa máy');
      await page.getByText('Đã khóa.').waitFor();
      await unlock();
      // Where it was left, and on the desk.
      await isThere();
      await follow('Bàn làm việc');
      await page.getByRole('region', { name: 'Đang soạn dở trên máy này' }).getByText(SUBJECT).waitFor();
      await assertFitEverywhere(page);
      await follow(`Soạn tiếp ${SUBJECT}`);
      await isThere();
    });

    it('is gone once it was submitted, and its file is in the draft', async () => {
      await page.getByRole('combobox', { name: 'Thêm nơi nhận' }).fill('van phong');
      await page.getByRole('option', { name: /^Văn phòng/ }).click();
      await press('Niêm phong và trình ký');
      await page.waitForURL(/\/drafts\/[0-9a-f]{32}$/);
      await page.getByText(FILE.name).waitFor();
      await follow('Bàn làm việc');
      await page.getByRole('heading', { name: /^Bản thảo/ }).waitFor();
      assert.equal(await page.getByText('Đang soạn dở trên máy này').count(), 0);
      assert.ok((await sheets()).every(({ length }) => length < 100_000), 'nothing of the file is left');
    });

    it('can be thrown away from the desk', async () => {
      await write();
      await follow('Bàn làm việc');
      await press('Bỏ');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Bỏ', exact: true }).click();
      await page.getByText('Đang soạn dở trên máy này').waitFor({ state: 'detached' });
      assert.ok((await sheets()).every(({ length }) => length < 100_000), 'nothing of the file is left');
      await follow('Soạn điện');
      assert.equal(await page.getByLabel('Trích yếu').inputValue(), '');
      assert.equal(await page.getByText(FILE.name).count(), 0);
    });

    it('is where it was after nobody touched the page for a quarter of an hour', async () => {
      await page.clock.install();
      await page.reload();
      await unlock();
      await write();
      await page.clock.fastForward('16:00');
      await page.getByText('Đã tự khóa vì lâu không ai dùng.').waitFor();
      await unlock();
      await page.waitForURL('**/compose');
      await isThere();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}

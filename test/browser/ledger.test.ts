/**
 * The ledger in a real browser: what happened at one's offices in plain words, narrowed by kind, day and dispatch in the
 * address, and checked in the page against what the stations signed: twice, the second time as the continuation of the first.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { want } from '../wants.ts';
import { sendLetters } from './correspondence.ts';
import { assertFitEverywhere, type House, openHouse, tabTo, typeDay } from './house.ts';

const executablePath = await want('chromium', 'the ledger in a browser');
const LETTERS = [{ subject: 'Công điện số 12' }, { subject: 'Kế hoạch của Đặng Ngọc Khuê' }, { subject: 'Phân công Nguyễn Thị Ánh' }];

if (executablePath !== null) {
  describe('the ledger', () => {
    let house: House;

    before(async () => { house = await openHouse(executablePath, (province) => sendLetters(province, LETTERS)); });
    after(() => house?.close());

    const accepted = (page: Page) => page.getByRole('option', { name: /trạm đã nhận gửi điện [0-9a-f]{12}, số \d+\/\d+/ });

    it('says in plain words what happened, and is narrowed by kind and dispatch in the address', async () => {
      const page = await house.inside('khue', '/ledger');
      await accepted(page).first().waitFor();
      await page.getByRole('button', { name: /Loại việc$/ }).click();
      await page.locator('.popover').getByRole('option', { name: 'Nhận gửi' }).click();
      await page.getByText(/^3 việc của cơ quan bạn, trong các mục 1 đến \d+ của sổ cái$/).waitFor();
      assert.equal(await accepted(page).count(), 3);
      const [, id] = /điện ([0-9a-f]{12})/.exec(await accepted(page).first().innerText())!;
      await accepted(page).first().click();
      await page.getByText(/^1 việc của cơ quan bạn/).waitFor();
      assert.deepEqual([...new URL(page.url()).searchParams], [['kind', 'accepted'], ['dispatch', id]]);
      await page.reload();
      await page.getByText(/^1 việc của cơ quan bạn/).waitFor();
      await typeDay(page, 'Ngày', '2020-01-01');
      await page.getByText('Không có mục nào khớp.').waitFor();
      await page.getByRole('button', { name: 'Bỏ các lọc' }).click();
      await page.getByText(/^[1-9]\d* việc của cơ quan bạn, trong các mục 1 /).waitFor();
      await page.context().close();
    });

    it('checks the whole ledger here, says what that proves, and compares it the next time', async () => {
      const page = await house.inside('khue', '/ledger');
      await tabTo(page, 'Kiểm tra');
      await page.keyboard.press('Enter');
      await page.getByText(/^Đúng: \d+ mục của sổ cái đã được tính lại từ đầu\.$/).waitFor();
      const verdict = await page.getByRole('status').filter({ hasText: 'Đúng:' }).innerText();
      assert.match(verdict, /Trạm đã ký cây của \d+ mục đầu bằng cả hai thuật toán/);
      assert.match(verdict, /[1-9]\d* mục bạn đọc được đều đứng đúng chỗ trong cây/);
      assert.doesNotMatch(verdict, /lần trước/);
      await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
      await page.getByText(/^Tất cả \d+ mục mà máy này kiểm tra lần trước vẫn y nguyên\.$/).waitFor();
      await page.context().close();
    });

    it('refuses a ledger that is not the one that was checked before', async () => {
      const page = await house.inside('khue', '/ledger');
      await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
      await page.getByText(/^Đúng:/).waitFor();
      await page.evaluate("for (const key of Object.keys(localStorage)) if (key.startsWith('tram.ledger')) localStorage.setItem(key, localStorage.getItem(key).replace(/\"root\":\"../, '\"root\":\"zz'))");
      await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
      await page.getByRole('alert').getByText(/không nối tiếp sổ đã thấy/).waitFor();
      await page.context().close();
    });

    it('is accessible and nothing stands beside the screen, in both themes and languages, on a desk and on a phone', async () => {
      const page = await house.inside('khue', '/ledger');
      await accepted(page).first().waitFor();
      await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
      await page.getByText(/^Đúng:/).waitFor();
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('option', { name: /the station accepted dispatch/ }).first().waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}

/**
 * A day field in a real browser: 23/11/2026 in both languages whatever the machine says, by the keyboard alone, from its
 * calendar, on a phone and in the dark; and what React Aria says by itself is Vietnamese.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { want } from '../wants.ts';
import { assertFit, type House, inEveryLook, openHouse, tabTo, typeDay } from './house.ts';

const executablePath = await want('chromium', 'day fields in a browser');

if (executablePath !== null) {
  describe('a day field', () => {
    let house: House;
    let page: Page;

    before(async () => {
      house = await openHouse(executablePath);
      page = await house.inside('anh', '/registers/out?period=range', { locale: 'en-US' });
    });
    after(() => house?.close());

    const field = (label: string): Locator => page.getByRole('group', { name: label, exact: true });
    const shown = async (label: string): Promise<string> => (await field(label).innerText()).replaceAll(/[\s\u2066-\u2069]/g, '');
    const asked = (key: string): string | null => new URL(page.url()).searchParams.get(key);
    const until = (key: string, day: string | null): Promise<void> => page.waitForURL((url) => url.searchParams.get(key) === day);

    it('takes digits in the order of the day, the month and the year, and the address keeps the day', async () => {
      await field('Từ ngày').waitFor();
      assert.equal(await shown('Từ ngày'), 'ngày/tháng/năm');
      await typeDay(page, 'Từ ngày', '2026-11-03');
      await until('since', '2026-11-03');
      assert.equal(await shown('Từ ngày'), '03/11/2026');
      await page.reload();
      await field('Từ ngày').waitFor();
      assert.equal(await shown('Từ ngày'), '03/11/2026');
    });

    it('is steered by arrows and emptied by the keyboard, and what is not whole is no day', async () => {
      await tabTo(page, 'Ngày,');
      await page.keyboard.press('ArrowUp');
      await until('since', '2026-11-04');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Backspace');
      assert.equal(await shown('Từ ngày'), 'ngày/11/2026');
      await page.getByRole('searchbox').focus();
      await field('Từ ngày').getByRole('spinbutton', { name: /^Ngày/ }).filter({ hasText: /^04$/ }).waitFor();
      assert.equal(await shown('Từ ngày'), '04/11/2026', 'what is not whole is put back');
      await field('Từ ngày').getByRole('spinbutton').last().focus();
      for (let pressed = 0; pressed < 12; pressed++) await page.keyboard.press('Backspace');
      await until('since', null);
      assert.equal(await shown('Từ ngày'), 'ngày/tháng/năm');
      await page.keyboard.type('04112026');
      await until('since', '2026-11-04');
    });

    it('has a calendar that begins with Monday, speaks Vietnamese, and gives the day to the field', async () => {
      await page.getByRole('button', { name: 'Lịch Từ ngày' }).press('Enter');
      const calendar = page.getByRole('dialog');
      await calendar.getByRole('heading', { name: 'tháng 11 năm 2026' }).waitFor();
      assert.match(await calendar.locator('th').first().innerText(), /^Thứ 2$/);
      const said = await calendar.evaluate("(node) => [...node.querySelectorAll('[aria-label]')].map((one) => one.getAttribute('aria-label')).join(' | ')");
      assert.doesNotMatch(String(said), /\b(?:Next|Previous|Today|selected|Calendar|Dismiss)\b/i);
      await inEveryLook(page, () => assertFit(page));
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await calendar.waitFor({ state: 'detached' });
      await until('since', '2026-11-05');
      await typeDay(page, 'Đến hết ngày', '2026-11-01');
      await page.getByText('Phải từ 05/11/2026 trở đi.').waitFor();
      await inEveryLook(page, () => assertFit(page));
    });

    it('has the same order in English, and nothing that waits behind it is called as what closes it', async () => {
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('group', { name: 'From', exact: true }).waitFor();
      assert.equal(await shown('From'), '05/11/2026');
      await page.getByRole('button', { name: 'Calendar From' }).click();
      await page.getByRole('heading', { name: 'November 2026' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.equal(asked('since'), '2026-11-05');
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}

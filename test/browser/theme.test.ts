/** Light and dark: what the reader chose, or whatever the machine has, in the settings and by name from the keyboard. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '../fixtures/until.ts';
import { want } from '../wants.ts';
import { type House, openHouse } from './house.ts';

const executablePath = await want('chromium', 'light and dark in a browser');

if (executablePath !== null) {
  describe('the theme', () => {
    let house: House;

    before(async () => { house = await openHouse(executablePath); });
    after(() => house?.close());

    it('is light or dark as the reader chose, and as the machine again', async () => {
      const page = await house.inside('khue', '/settings', { colorScheme: 'dark' });
      const shown = (theme: 'light' | 'dark'): Promise<void> => page.locator(`:root[data-theme="${theme}"]`).waitFor({ state: 'attached' });
      const choose = async (name: string): Promise<void> => {
        await page.getByRole('button', { name: / Giao diện$/ }).click();
        await page.getByRole('option', { name, exact: true }).click();
      };
      await page.getByRole('button', { name: 'Theo máy Giao diện' }).waitFor();
      await choose('Sáng');
      await shown('light');
      await page.reload();
      await page.getByRole('button', { name: 'Sáng Giao diện' }).waitFor();
      await shown('light');
      await choose('Theo máy');
      await shown('dark');
      // The button in the head shows what is on, and is called what it does.
      const icon = page.locator('.top-tools .icon');
      const moon = await icon.innerHTML();
      await page.getByRole('button', { name: 'Chuyển sang giao diện sáng' }).waitFor();
      await page.emulateMedia({ colorScheme: 'light' });
      await shown('light');
      await page.getByRole('button', { name: 'Chuyển sang giao diện tối' }).waitFor();
      assert.notEqual(await icon.innerHTML(), moon);
      // By name from the keyboard too, each that is not chosen.
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('searchbox').fill('giao dien');
      // In the middle of a page that shows through.
      const { x, width } = (await page.getByRole('dialog').boundingBox())!;
      assert.ok(Math.abs(x + width / 2 - page.viewportSize()!.width / 2) < 2, `at ${x} px, ${width} px wide`);
      assert.match(await page.evaluate<string>("getComputedStyle(document.querySelector('.scrim')).backgroundColor"), /^rgba\(.*, 0\.5\)$/);
      await page.getByRole('menuitem', { name: 'Giao diện: sáng Lệnh' }).waitFor();
      await until(async () => await page.getByRole('menuitem').count() === 2, 'what is chosen is not offered');
      await page.getByRole('menuitem', { name: 'Giao diện: tối Lệnh' }).click();
      await shown('dark');
      await page.context().close();
    });

    it('leaves nothing on the console', () => assert.deepEqual(house.complaints, []));
  });
}

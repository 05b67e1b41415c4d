/** Every frame that a button opens has its own buttons in view, on a small desk and on a phone, however long what it says. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { want } from '../wants.ts';
import { type House, openHouse } from './house.ts';

const executablePath = await want('chromium', 'the buttons of dialogs in a browser');

const SIZES = [{ width: 390, height: 844 }, { width: 1280, height: 800 }] as const;
const ROOMS = ['/directory/positions/vp-vt', '/directory/people/minh', '/directory/offices/vp', '/stations'] as const;
/** So many there are at least: fewer would mean that they are not found any more. */
const LEAST = 12;

if (executablePath !== null) {
  describe('the buttons of what is asked above a page', () => {
    let house: House;
    let page: Page;

    before(async () => {
      house = await openHouse(executablePath);
      page = await house.inside('anh', ROOMS[0], { viewport: SIZES[1] });
    });
    after(() => house?.close());

    /** What opens a frame or unfolds something; lists to choose from do neither. */
    const openers = (): Locator => page.locator('#work button[aria-expanded="false"]:not([aria-haspopup]):visible');
    const dialog = (): Locator => page.locator('.dialog');

    it('stand in view', async () => {
      const seen = new Set<string>();
      const out: string[] = [];
      for (const at of ROOMS) {
        await page.evaluate(`history.pushState(null, '', ${JSON.stringify(at)}); dispatchEvent(new PopStateEvent('popstate'))`);
        await openers().first().waitFor();
        for (const [i, name] of (await openers().allInnerTexts()).entries()) {
          if (seen.has(name)) continue;
          await openers().nth(i).click();
          assert.equal(await dialog().count(), 1, `${at}: ${name}`);
          seen.add(name);
          for (const size of SIZES) {
            await page.setViewportSize(size);
            const { top, bottom } = await dialog().locator('.acts').last().evaluate((acts) => acts.getBoundingClientRect());
            if (top < 0 || bottom > size.height) out.push(`${at}, ${size.width}: ${name}, ${Math.round(bottom)}`);
          }
          await page.keyboard.press('Escape');
          await dialog().waitFor({ state: 'detached' });
        }
      }
      assert.deepEqual(out, []);
      assert.ok(seen.size >= LEAST, [...seen].join(', '));
    });
  });
}

/**
 * Two registrars in a real browser: what the first proposes waits and changes nothing, the first reads the mark, the
 * second reads the lines, types what they hear and signs; a wrong mark signs nothing, and others see nothing of it.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { want } from '../wants.ts';
import { assertFit, type House, inEveryLook, openHouse } from './house.ts';
import { addRegistrar } from './second-registrar.ts';

const executablePath = await want('chromium', 'countersigning in a browser');

if (executablePath !== null) {
  describe('countersigning', () => {
    let house: House;
    let mark: string;

    before(async () => { house = await openHouse(executablePath, (province) => addRegistrar(province, 'khue')); });
    after(() => house?.close());

    const pane = (page: Page): Locator => page.getByRole('complementary', { name: 'Mục đang xem' });
    const act = async (page: Page, name: string): Promise<Locator> => {
      await page.getByRole('button', { name, exact: true }).click();
      return page.getByRole('dialog');
    };
    const propose = async (page: Page, person: string): Promise<void> => {
      await page.goto(`${house.origin}/directory/people/${person}`);
      const dialog = await act(page, 'Cho nghỉ');
      await dialog.getByRole('button', { name: 'Cho nghỉ', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Đã ký. Đang chờ người giữ danh bạ thứ hai ký').waitFor();
    };

    it('waits at the first registrar, with the mark to read out, and changes nothing', async () => {
      const page = await house.inside('anh', '/directory/waiting');
      await pane(page).getByText('Không có gì chờ ký.').waitFor();
      await propose(page, 'minh');
      [mark] = /(?:[0-9a-f]{4} ){9}[0-9a-f]{4}/.exec(await page.getByText('Dấu để đọc cho người ấy').innerText())!;
      await page.getByRole('button', { name: 'Cho nghỉ', exact: true }).waitFor();
      await page.getByRole('link', { name: /^Chờ ký tiếp/ }).click();
      const own = pane(page).getByRole('article', { name: 'Bạn đã ký, chờ người kia' });
      await own.getByText(mark, { exact: true }).waitFor();
      await own.getByText(/^giữ chức vụ|^kết thúc: người · Lò Văn Minh \[minh\] · đã rời · hết hiệu lực từ /).first().waitFor();
      assert.equal(await own.getByRole('button', { name: 'Ký tiếp', exact: true }).count(), 0, 'nobody signs twice');
      await page.context().close();
    });

    it('shows others nothing', async () => {
      const page = await house.inside('minh', '/directory/waiting');
      await pane(page).getByText('Chỉ người giữ danh bạ xem được những thay đổi đang chờ ký.').waitFor();
      assert.equal(await page.getByRole('link', { name: /^Chờ ký tiếp/ }).count(), 0);
      await page.context().close();
    });

    it('is signed by the second under the mark that they heard, and by no other', async () => {
      const page = await house.inside('khue', '/directory/waiting');
      const theirs = pane(page).getByRole('article', { name: 'Nguyễn Thị Ánh đề nghị' });
      await theirs.waitFor();
      assert.equal((await theirs.innerText()).includes(mark), false, 'whoever signs second hears it');
      const dialog = await act(page, 'Ký tiếp');
      await dialog.getByText(/kết thúc: người · Lò Văn Minh \[minh\]/).waitFor();
      const sign = dialog.getByRole('button', { name: 'Ký tiếp', exact: true });
      assert.equal(await sign.isDisabled(), true);
      await dialog.getByLabel('Dấu nghe qua điện thoại').fill(mark.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')));
      await sign.click();
      await dialog.getByRole('alert').getByText(/Dấu của đề nghị/).waitFor();
      await dialog.getByLabel('Dấu nghe qua điện thoại').fill(mark.replaceAll(' ', '').toUpperCase());
      await sign.click();
      await dialog.waitFor({ state: 'detached' });
      await pane(page).getByText(/^Đã ký và ghi vào danh bạ: mục \d+\.$/).waitFor();
      await pane(page).getByText('Không có gì chờ ký.').waitFor();
      await page.goto(`${house.origin}/directory/people/minh`);
      await pane(page).getByText(/^Đã kết thúc .+: đã rời\.$/).first().waitFor();
      await page.context().close();
    });

    it('is withdrawn by whoever proposed it, and is gone for the other', async () => {
      const page = await house.inside('anh', '/directory');
      await propose(page, 'son');
      await page.getByRole('link', { name: /^Chờ ký tiếp/ }).click();
      const other = await house.inside('khue', '/directory/waiting');
      await pane(other).getByRole('article', { name: 'Nguyễn Thị Ánh đề nghị' }).waitFor();
      const dialog = await act(page, 'Rút đề nghị');
      await dialog.getByText('Không lấy lại được').waitFor();
      await dialog.getByRole('button', { name: 'Rút đề nghị', exact: true }).click();
      await pane(page).getByText('Đã bỏ đề nghị.').waitFor();
      await pane(page).getByText('Không có gì chờ ký.').waitFor();
      await other.reload();
      await pane(other).getByText('Không có gì chờ ký.').waitFor();
      for (const one of [page, other]) await one.context().close();
    });

    it('is accessible and nothing stands beside the screen, in both themes and both widths, in both languages', async () => {
      const first = await house.inside('anh', '/directory');
      await propose(first, 'thao');
      await first.getByRole('link', { name: /^Chờ ký tiếp/ }).click();
      await first.getByRole('article', { name: 'Bạn đã ký, chờ người kia' }).waitFor();
      await inEveryLook(first, () => assertFit(first));
      await first.context().close();
      const second = await house.inside('khue', '/directory/waiting');
      await act(second, 'Ký tiếp');
      await second.getByRole('dialog').getByLabel('Dấu nghe qua điện thoại').waitFor();
      await inEveryLook(second, () => assertFit(second));
      await second.keyboard.press('Escape');
      await second.getByRole('dialog').waitFor({ state: 'detached' });
      await second.getByRole('button', { name: 'English' }).click();
      await second.getByRole('heading', { name: 'Waiting for the second registrar' }).waitFor();
      await inEveryLook(second, () => assertFit(second));
      await second.context().close();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}

/**
 * Looking after a station in a real browser: what stands well and what does not, a job that is run again, and for whoever
 * may not see it the names of those who may.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { want } from '../wants.ts';
import { assertFitEverywhere, type House, openHouse, tabTo } from './house.ts';

const executablePath = await want('chromium', 'looking after a station in a browser');

if (executablePath !== null) {
  describe('operations', () => {
    let house: House;

    before(async () => { house = await openHouse(executablePath); });
    after(() => house?.close());

    it('tells whoever is no registrar who is', async () => {
      const page = await house.inside('khue', '/operations');
      await page.getByRole('heading', { name: 'Phòng này dành cho người giữ danh bạ' }).waitFor();
      assert.equal(await page.getByRole('heading', { name: 'Việc trạm tự làm' }).count(), 0);
      await page.getByRole('link', { name: 'Nguyễn Thị Ánh' }).click();
      await page.getByRole('heading', { name: 'Nguyễn Thị Ánh' }).waitFor();
      await page.context().close();
    });

    it('shows a registrar how the station stands, and runs a job again by the keyboard', async () => {
      const page = await house.inside('anh', '/operations');
      await page.getByRole('heading', { name: 'Trạm đang hoạt động' }).waitFor();
      await page.getByRole('meter', { name: /^Còn trống/ }).waitFor();
      await page.getByText('Chưa có bản sao lưu nào được biết.').waitFor();
      await page.getByText('Chưa lần nào khôi phục.').waitFor();
      const checkpoint = page.getByRole('row', { name: /ký điểm mốc sổ cái/ });
      // A day ahead: the station signs once a day by itself.
      assert.match(await checkpoint.innerText(), /chờ đến lúc\s+\d\d\/\d\d\/\d{4}/);
      await tabTo(page, 'Chạy ngay: ký điểm mốc sổ cái');
      // That it then runs is shown in src/station/kernel/jobs.test.ts.
      const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/api/1/operations/jobs')), page.keyboard.press('Enter')]);
      assert.equal(answer.status(), 204);
      await page.context().close();
    });

    it('is accessible and nothing stands beside the screen, in both themes and languages, on a desk and on a phone', async () => {
      const page = await house.inside('anh', '/operations');
      await page.getByRole('heading', { name: 'Trạm đang hoạt động' }).waitFor();
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'The station is at work' }).waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}

/**
 * Looking after a station in a real browser: what stands well and what does not, a job that is run again, a backup and a
 * look of the doctor that a registrar asks for, and for whoever may not see it the names of those who may.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { recipientOf } from '#client/keyring/backup-key.ts';
import { nodeBackups } from '../../src/app/backup/host.ts';
import { BackupFolder } from '../../src/app/backup/objects.ts';
import { CONFIGURATION_FILE } from '../../src/app/station-folder.ts';
import { nodeCrypto } from '../../src/platform/node/crypto.ts';
import { until } from '../fixtures/until.ts';
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
      await page.getByText('Chưa có bản sao lưu nào.').waitFor();
      await page.getByText(/Trạm chưa biết cất bản sao lưu ở đâu/).waitFor();
      // On another machine than the station's, whose folder is not said.
      await page.getByText('tram backup --data THƯ-MỤC-TRẠM --folder /mnt/sao-luu --recipient').waitFor();
      const checkpoint = page.getByRole('row', { name: /ký điểm mốc sổ cái/ });
      // A day ahead: the station signs once a day by itself.
      assert.match(await checkpoint.innerText(), /chờ đến lúc\s+\d\d\/\d\d\/\d{4}/);
      await tabTo(page, 'Chạy ngay: ký điểm mốc sổ cái');
      // That it then runs is shown in src/station/kernel/jobs.test.ts.
      const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/api/1/operations/jobs')), page.keyboard.press('Enter')]);
      assert.equal(answer.status(), 204);
      await page.context().close();
    });

    it('has a backup made, says why one is not, and shows when it was verified', async () => {
      const { data } = house.province.hub;
      const to = path.join(house.province.folder, 'sao-luu');
      const secret = await nodeCrypto.kem.generateSecret();
      const watch = { stop: new AbortController().signal, progress: (): void => undefined };
      // The first is made at the machine, which is told the key and the folder.
      await nodeBackups.make({ data, to, recipient: await recipientOf(nodeCrypto, secret, 0), keep: null }, watch);
      const configuration = path.join(data, CONFIGURATION_FILE);
      writeFileSync(configuration, JSON.stringify({ ...(JSON.parse(readFileSync(configuration, 'utf8')) as object), backupFolder: to }));
      const page = await house.inside('anh', '/operations');
      await page.getByRole('button', { name: 'Sao lưu ngay' }).click();
      await until(async () => (await nodeBackups.list(to)).length === 2);
      // Another one writes there, as soon as this one has ended.
      let other: BackupFolder | null = null;
      await until(async () => {
        other = await Promise.try(() => BackupFolder.forWriting(to)).catch(() => null);
        return other !== null;
      });
      await page.reload();
      await page.getByRole('button', { name: 'Sao lưu ngay' }).click();
      await page.getByRole('alert').filter({ hasText: 'Một lần sao lưu khác đang ghi vào thư mục' }).waitFor();
      other!.close();
      assert.equal((await nodeBackups.list(to)).length, 2);
      await nodeBackups.verify({ from: to, at: null, secret }, watch);
      await page.reload();
      await page.getByText(/khôi phục được, sổ sách đúng/).waitFor();
      await page.context().close();
    });

    it('has the station examined, and shows what to mend', async () => {
      const page = await house.inside('anh', '/operations');
      await page.getByText('Chưa kiểm tra lần nào từ trang này.').waitFor();
      await page.getByRole('button', { name: 'Kiểm tra ngay' }).click();
      await page.getByText(/^Lúc \d\d\/\d\d\/\d{4} \d\d:\d\d: /).waitFor();
      // The province has one registrar.
      await page.getByRole('listitem').filter({ hasText: 'chỉ có một người giữ danh bạ' }).filter({ hasText: 'Cách sửa:' }).waitFor();
      assert.doesNotMatch(await page.locator('.ops').innerText(), new RegExp(house.province.folder));
      await page.context().close();
    });

    it('shows the log as it goes on, by level and room, and gives it away', async () => {
      const page = await house.inside('anh', '/operations?room=http');
      const log = page.getByRole('list', { name: 'Nhật ký trạm' });
      const lines = log.getByRole('listitem').filter({ hasText: '/api/1/operations' });
      await lines.filter({ hasText: /việc yêu cầu tới giao diện phần giao diện, kiểu gọi GET, đường / }).first().waitFor();
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Dừng xem' }).click();
      const count = await log.getByRole('listitem').count();
      await page.getByRole('button', { name: 'Chép', exact: true }).click();
      await page.getByText(`Đã chép ${count} dòng.`).waitFor();
      const copied = (await page.evaluate<string>('navigator.clipboard.readText()')).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.ok(copied.length === count && copied.every(({ room, what }) => room === 'http' && typeof what === 'string'));
      assert.ok(copied.every((line) => line['route'] !== '/api/1/operations/log'), 'whoever looks does not see that they look');
      await page.getByRole('button', { name: 'Xem tiếp' }).click();
      await page.getByRole('button', { name: 'Kiểm tra ngay' }).click();
      await until(async () => (await log.getByRole('listitem').count()) > count);
      const level = page.getByRole('button', { name: /Tất cả.*Mức|Mức.*Tất cả/ });
      await level.click();
      await page.getByRole('option', { name: 'Chú ý và lỗi' }).click();
      await page.waitForURL(/level=warn/);
      await log.or(page.getByText('Chưa có dòng nào.')).first().waitFor();
      assert.equal(await log.getByRole('listitem').filter({ hasText: 'yêu cầu tới giao diện' }).count(), 0);
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

/**
 * What a device keeps in its browser for the time without its station: the register that it opened is found again after a
 * reload, what was ordered sent goes by itself when the station is back, all of it lies in the profile sealed only, and
 * goes with the device.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { tramJson } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { CHROMIUM_FLAGS } from './harness.ts';
import { assertFit, STEP_MS_MAX } from './house.ts';
import { stationHouse, type StationHouse } from './station-house.ts';
import { tracesIn } from './traces.ts';

const PASSPHRASE = 'sông Mã mùa nước lớn';
const NAMED = 'Phân công đồng chí Nguyễn Thị Ánh trực chỉ huy';
const OTHER = 'Kế hoạch sơ tán bản Huổi Luông trước mùa mưa';

const LATER = 'Lệnh trực ban đêm giao đồng chí Lò Văn Minh';

const executablePath = await want('chromium', 'the register that a browser keeps');

if (executablePath !== null) {
  describe('the register that a browser keeps', () => {
    let house: StationHouse;
    let profile: string;
    let context: BrowserContext;
    let page: Page;
    /** A draft that only waits to be sent. */
    let signed: string;
    /** The one that is looked at. */
    let dispatch: string;

    async function signedDraft(subject: string): Promise<string> {
      const { office } = house;
      const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs', '--subject', subject, '--exercise']);
      for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
      return draft;
    }

    const field = (label: string) => page.getByLabel(label, { exact: true }).and(page.locator('input'));
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const found = (count: number): Promise<void> => page.getByText(new RegExp(`^${count} văn bản$`)).waitFor();
    const unlock = async (): Promise<void> => {
      await field('Mật khẩu').fill(PASSPHRASE);
      await page.keyboard.press('Enter');
    };
    /** Files of the sealed index, by their names. */
    const kept = () => page.evaluate<string[]>(`(async () => {
      const names = [];
      const walk = async (folder) => { for await (const [name, one] of folder.entries()) one.kind === 'file' ? names.push(name) : await walk(one); };
      await walk(await navigator.storage.getDirectory());
      return names;
    })()`);

    before(async () => {
      house = await stationHouse(executablePath);
      const { office } = house;
      ({ dispatch } = await tramJson<{ dispatch: string }>(['send', await signedDraft(NAMED), ...office.as('anh')]));
      await tramJson(['send', await signedDraft(OTHER), ...office.as('anh')]);
      signed = await signedDraft(LATER);
      const { code } = await tramJson<{ code: string }>(['card', 'make', ...office.as('anh')]);
      await tramJson(['card', 'try', '--home', path.join(office.folder, 'anh'), '--card-file', office.file('card', code)]);
      await tramJson(['register', ...office.as('anh')]);
      profile = mkdtempSync(path.join(tmpdir(), 'tram-profile-'));
      context = await chromium.launchPersistentContext(profile, { executablePath, args: CHROMIUM_FLAGS, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
      page = await context.newPage();
      page.setDefaultTimeout(STEP_MS_MAX);
      await page.goto(`${house.origin}/registers/out`);
      await press('Khôi phục bằng thẻ');
      await field('Mã trên thẻ khôi phục').fill(code);
      await field('Mật khẩu mới cho thiết bị này').fill(PASSPHRASE);
      await field('Nhập lại mật khẩu').fill(PASSPHRASE);
      await press('Khôi phục');
    });
    after(async () => {
      await context?.close();
      await house?.close();
      if (profile !== undefined) rmSync(profile, { recursive: true, force: true });
    });

    it('keeps what was opened', async () => {
      await page.getByRole('row', { name: new RegExp(NAMED) }).waitFor();
      await page.getByRole('row', { name: new RegExp(OTHER) }).waitFor();
      await page.goto(`${house.origin}/dispatch/${dispatch}`);
      await unlock();
      await page.getByRole('article').getByText(NAMED).waitFor();
      await page.getByRole('link', { name: 'Sổ đi' }).first().click();
      await page.getByRole('row', { name: new RegExp(OTHER) }).waitFor();
      // What is told there is on the disk by then.
      await page.getByRole('link', { name: 'Cài đặt' }).click();
      await page.getByText(/^Đang giữ 2 dòng sổ \(.* và 1 điện đã xem\.$/).waitFor();
      await page.getByRole('link', { name: 'Sổ đi' }).click();
      assert.ok((await kept()).some((name) => name.startsWith('segment-')));
    });

    it('finds it after a reload while the station is out of reach, by words without diacritics', async () => {
      await house.office.stop();
      await page.reload();
      await unlock();
      await found(2);
      await page.getByRole('searchbox').fill('nguyen thi anh truc');
      await found(1);
      await page.getByRole('row', { name: new RegExp(NAMED) }).click();
      await page.getByRole('complementary').getByRole('heading', { name: NAMED }).waitFor();
      await page.getByText('Không có kết nối với trạm').waitFor();
    });

    it('reads a letter that was looked at, checked anew, and says of another that it is not here', async () => {
      await page.goto(`${house.origin}/dispatch/${dispatch}`);
      await unlock();
      await page.getByRole('article').getByText(NAMED).waitFor();
      await page.getByText(/^Hợp lệ/).first().waitFor();
      await page.goto(`${house.origin}/dispatch/${'0'.repeat(64)}`);
      await unlock();
      await page.getByText('Phần này ở trạm, máy này chưa giữ').waitFor();
      assert.equal(await page.getByRole('article').count(), 0);
      await page.goto(`${house.origin}/registers/out`);
      await unlock();
      await found(2);
    });

    it('lets a second window work without keeping, and loses nothing by it', async () => {
      await house.office.start();
      const first = page;
      page = await context.newPage();
      page.setDefaultTimeout(STEP_MS_MAX);
      await page.goto(`${house.origin}/registers/out`);
      await unlock();
      await page.getByRole('row', { name: new RegExp(OTHER) }).waitFor();
      await page.close();
      page = first;
    });

    it('sends by itself what was ordered sent while the station was out of reach, once, after a lock too', async () => {
      const strip = page.getByRole('region', { name: 'Đang chờ gửi' });
      await page.goto(`${house.origin}/drafts/${signed}`);
      await unlock();
      const send = page.getByRole('button', { name: 'Gửi', exact: true });
      await send.waitFor();
      await house.office.stop();
      await send.click();
      await strip.getByText(LATER).waitFor();
      await page.getByText(/^Đã lệnh gửi điện này lúc /).waitFor();
      assert.equal(await send.count(), 0, 'nobody presses twice');
      await assertFit(page);
      await page.reload();
      await unlock();
      await strip.getByText(LATER).waitFor();
      await page.setViewportSize({ width: 390, height: 844 });
      await assertFit(page);
      await page.setViewportSize({ width: 1440, height: 900 });
      await house.office.start();
      await strip.waitFor({ state: 'detached' });
      await page.goto(`${house.origin}/registers/out`);
      await unlock();
      await page.getByRole('row', { name: new RegExp(LATER) }).waitFor();
      await found(3);
      assert.equal(await page.getByRole('row', { name: new RegExp(LATER) }).count(), 1);
    });

    it('leaves of it in the profile what is sealed, and nothing else', async () => {
      await context.close();
      assert.deepEqual(tracesIn(profile, [NAMED, OTHER, LATER, 'Nguyễn Thị Ánh trực', 'nguyen thi anh truc', 'ke hoach so tan ban']), []);
      assert.notDeepEqual(tracesIn(profile, [new URL(house.origin).host]), [], 'the search finds what is there');
      assert.ok(readdirSync(profile, { recursive: true, withFileTypes: true }).some((one) => one.isFile() && /File System/.test(one.parentPath) && readFileSync(path.join(one.parentPath, one.name)).length > 200), 'the index is there');
    });

    it('goes when the person says so, and comes back from the station', async () => {
      context = await chromium.launchPersistentContext(profile, { executablePath, args: CHROMIUM_FLAGS, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
      page = await context.newPage();
      page.setDefaultTimeout(STEP_MS_MAX);
      await page.goto(`${house.origin}/settings`);
      await unlock();
      await press('Xóa phần đang giữ');
      await page.getByText('Đang giữ 0 dòng sổ (0 byte) và 0 điện đã xem.').waitFor();
      await assertFit(page);
      assert.deepEqual((await kept()).filter((name) => name !== 'lock'), []);
      await page.goto(`${house.origin}/registers/out`);
      await unlock();
      await page.getByRole('row', { name: new RegExp(OTHER) }).waitFor();
      await press('Khóa máy');
      await page.getByText('Đã khóa.').waitFor();
    });

    it('goes with the device', async () => {
      assert.notDeepEqual(await kept(), []);
      await press('Máy này sẽ là thiết bị của người khác');
      await press('Xóa khỏi trình duyệt này');
      await page.getByRole('button', { name: 'Tạo thiết bị mới' }).waitFor();
      assert.deepEqual(await kept(), []);
    });
  });
}

/**
 * A second device of the same person joins over their station, without a file carried by hand: the first opens the link in
 * the QR code that the new one's screen shows, or its owner types the code; a registrar admits from the directory; the new
 * one goes in by itself. What nobody left, what is another person's, what a cut network does.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import decodeQr from 'qr/decode.js';
import { tramJson } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { assertFitEverywhere, tabTo } from './house.ts';
import { stationHouse, type StationHouse } from './station-house.ts';

const PASSPHRASE = 'sông Mã mùa nước lớn';
/** Far less than any look again by itself, where two cores are busy with three browsers. */
const AT_ONCE_MS = 8_000;
const CODE = /^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){4}$/;
const NAMES = { khue: 'Đặng Ngọc Khuê', anh: 'Nguyễn Thị Ánh', minh: 'Lò Văn Minh' } as const;

const executablePath = await want('chromium', 'a second device that joins');

if (executablePath !== null) {
  describe('a second device', () => {
    let house: StationHouse;
    /** Devices that stand in the directory, each in a browser of its own. */
    let khue: Page;
    let anh: Page;
    let second: Page;

    before(async () => {
      house = await stationHouse(executablePath);
      [khue, anh] = [await restored('khue'), await restored('anh')];
    });
    after(() => house?.close());

    const press = (page: Page | Locator, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const field = (page: Page, label: string): Locator => page.getByLabel(label, { exact: true }).and(page.locator('input'));
    const inside = (page: Page, name: string): Promise<void> => page.getByRole('navigation', { name: 'Các phòng' }).getByText(name).waitFor();
    const settings = (page: Page): Promise<void> => page.getByRole('link', { name: 'Cài đặt', exact: true }).click();
    const shownCode = (page: Page): Promise<string> => page.getByLabel('Mã ghép máy').innerText();

    /** The person's device of the command line, in a browser now. */
    async function restored(person: keyof typeof NAMES): Promise<Page> {
      const { office } = house;
      const { code } = await tramJson<{ code: string }>(['card', 'make', ...office.as(person)]);
      await tramJson(['card', 'try', '--home', `${office.folder}/${person}`, '--card-file', office.file(`the-${person}`, code)]);
      await tramJson(['inbox', ...office.as(person)]);
      const page = await house.open();
      await press(page, 'Khôi phục bằng thẻ');
      await field(page, 'Mã trên thẻ khôi phục').fill(code);
      await typeSecret(page);
      await press(page, 'Khôi phục');
      await inside(page, NAMES[person]);
      return page;
    }

    async function typeSecret(page: Page): Promise<void> {
      await field(page, 'Mật khẩu mới cho thiết bị này').fill(PASSPHRASE);
      await field(page, 'Nhập lại mật khẩu').fill(PASSPHRASE);
    }

    /** A new device, in a browser of its own, as far as its code. */
    async function made(person: keyof typeof NAMES, device: string, name: string = NAMES[person]): Promise<Page> {
      const page = await house.open();
      await press(page, 'Tạo thiết bị mới');
      await field(page, 'Mã người').fill(person);
      await field(page, 'Họ và tên').fill(name);
      await field(page, 'Mã thiết bị').fill(device);
      await typeSecret(page);
      await press(page, 'Tạo khóa');
      return page;
    }

    /** What a camera before the screen would read. */
    async function scanned(page: Page): Promise<string> {
      const shot = (await page.getByRole('img', { name: 'Mã QR dẫn thiết bị đang dùng đến yêu cầu của máy này' }).screenshot()).toString('base64');
      const camera = await house.browser.newPage();
      const image = await camera.evaluate<{ width: number; height: number; data: number[] }>(`(async () => {
        const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,${shot}')).blob());
        const [width, height] = [bitmap.width, bitmap.height];
        const context = new OffscreenCanvas(width, height).getContext('2d');
        context.drawImage(bitmap, 0, 0);
        return { width, height, data: [...context.getImageData(0, 0, width, height).data] };
      })()`);
      await camera.close();
      return decodeQr({ ...image, data: Uint8ClampedArray.from(image.data) });
    }

    const waitingFor = (device: string): Locator => anh.getByRole('region', { name: 'Máy mới chờ nhận' }).getByRole('listitem').filter({ hasText: device });
    const directory = (page: Page): Promise<void> => page.getByRole('link', { name: 'Danh bạ', exact: true }).click();

    async function admit(device: string): Promise<void> {
      const waiting = waitingFor(device);
      await press(waiting, 'Nhận máy');
      await press(anh.getByRole('dialog', { name: `Nhận thiết bị ${device}` }), 'Nhận máy');
      await waiting.waitFor({ state: 'detached' });
    }

    it('shows a picture that leads to its request, whose code is in no path and no query', async () => {
      second = await made('khue', 'khue-hai');
      await second.getByText('Yêu cầu nằm ở trạm, chờ thiết bị đang dùng bảo lãnh.').waitFor();
      const code = await shownCode(second);
      assert.match(code, CODE);
      // What the device in use asks for is called that and looks like that.
      await second.getByText('Mã ghép máy', { exact: true }).waitFor();
      await settings(khue);
      const asked = await khue.getByText(/^Máy mới hiện mã này dưới hình QR: năm nhóm bốn ký tự, như/).innerText();
      assert.match(asked.split(' ').at(-1)!, CODE);
      for (const colorScheme of ['light', 'dark'] as const) {
        await second.emulateMedia({ colorScheme });
        assert.equal(await scanned(second), `${house.origin}/settings#join=${code.replaceAll('-', '')}`, colorScheme);
      }
      await second.emulateMedia({ colorScheme: null });
      await assertFitEverywhere(second);
    });

    it('is vouched for by the first, which opens the link, and goes in once a registrar has admitted it', async () => {
      const link = await scanned(second);
      // Locked as it is when a camera opens it: in a tab of its own.
      const opened = await khue.context().newPage();
      await opened.goto(link);
      assert.equal(await opened.evaluate('location.href'), `${house.origin}/settings`, 'it stays in no address');
      await field(opened, 'Mật khẩu').fill(PASSPHRASE);
      await opened.keyboard.press('Enter');
      const asking = opened.getByRole('group', { name: 'Bảo lãnh máy mới' });
      await asking.getByText('Máy mới khue-hai của Đặng Ngọc Khuê xin vào.').waitFor();
      assert.equal(await asking.locator('.print').innerText(), await shownCode(second));
      await assertFitEverywhere(opened);
      await anh.route('**/api/1/device-requests', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...await response.json() as object, more: 7 } });
      });
      await directory(anh);
      await anh.getByRole('heading', { name: 'Danh bạ' }).waitFor();
      await press(asking, 'Đúng máy tôi, bảo lãnh');
      await opened.getByText('Đã bảo lãnh khue-hai.').waitFor();
      assert.equal(await opened.getByRole('button', { name: 'Nhận vào danh bạ ngay' }).count(), 0, 'who is no registrar admits nobody');
      await waitingFor('khue-hai').waitFor({ timeout: AT_ONCE_MS });
      await anh.getByText('Còn 7 máy nữa chờ, hiện ra khi những máy trên đã được nhận hoặc bỏ.').waitFor();
      await anh.unrouteAll();
      await second.getByText('Đã được bảo lãnh. Chờ người giữ danh bạ nhận.').waitFor();
      await anh.getByRole('link', { name: 'Bàn làm việc' }).first().click();
      await anh.getByText('1 máy mới chờ bạn nhận vào danh bạ.').waitFor();
      await anh.getByRole('link', { name: 'Xem trong Danh bạ' }).click();
      await admit('khue-hai');
      await inside(second, NAMES.khue);
      assert.deepEqual(house.complaints, []);
      await opened.getByText('Danh bạ đã có khue-hai.').waitFor();
      await opened.close();
      await second.context().close();
    });

    it('is vouched for by its typed code, by keyboard alone, and admitted at once where its owner is a registrar', async () => {
      second = await made('anh', 'anh-hai');
      const code = await shownCode(second);
      await settings(anh);
      await field(anh, 'Mã ghép máy').fill(code.replaceAll('-', ' ').toLowerCase());
      await anh.keyboard.press('Enter');
      await anh.getByText('Máy mới anh-hai của Nguyễn Thị Ánh xin vào.').waitFor();
      await tabTo(anh, 'Đúng máy tôi, bảo lãnh');
      await anh.keyboard.press('Enter');
      await anh.getByText('Đã bảo lãnh anh-hai.').waitFor();
      await assertFitEverywhere(anh);
      await tabTo(anh, 'Nhận vào danh bạ ngay');
      await anh.keyboard.press('Enter');
      await anh.getByText('Danh bạ đã có anh-hai.').waitFor();
      await inside(second, NAMES.anh);
      await second.context().close();
    });

    it('says of a code what is wrong with it', async () => {
      await settings(khue);
      const find = async (code: string, said: RegExp): Promise<void> => {
        await field(khue, 'Mã ghép máy').fill(code);
        await press(khue, 'Tìm máy mới');
        await khue.getByRole('alert').getByText(said).waitFor();
      };
      await find('7KQ2-M0XD', /năm nhóm bốn chữ cái và chữ số/);
      await find('7KQ2-M0XD-91TA-B3CD-4EFG', /Không có yêu cầu nào của máy mới dưới mã này/);
      second = await made('minh', 'minh-hai');
      await find(await shownCode(second), /phải là thiết bị còn hiệu lực của chính người xin/);
      await second.context().close();
    });

    it('is turned down by the person whom it names, who did not make it', async () => {
      second = await made('khue', 'khue-ba');
      const code = await shownCode(second);
      await field(khue, 'Mã ghép máy').fill(code);
      await press(khue, 'Tìm máy mới');
      await press(khue, 'Không phải máy tôi, bỏ yêu cầu');
      await khue.getByText('Đã bỏ yêu cầu của khue-ba.').waitFor();
      await second.context().close();
    });

    it('keeps the device that was made where the station is cut off, and leaves its request by itself once it answers', async () => {
      second = await made('minh', 'minh-ba');
      const code = await shownCode(second);
      await second.clock.install();
      await house.office.stop();
      await second.reload();
      await field(second, 'Mật khẩu').fill(PASSPHRASE);
      await second.keyboard.press('Enter');
      await second.getByText('Chưa gửi được yêu cầu lên trạm.').waitFor();
      await house.office.start();
      await second.clock.fastForward('01:00');
      await second.getByText('Yêu cầu nằm ở trạm').waitFor();
      assert.equal(await shownCode(second), code, 'the same device, the same code');
      await house.office.stop();
      await second.clock.fastForward('00:10');
      await second.getByText('Chưa gửi được yêu cầu lên trạm.').waitFor();
      assert.equal(await shownCode(second), code);
      assert.equal(await second.getByRole('alert').count(), 1, 'that nothing answers is said once');
      await assertFitEverywhere(second);
      await house.office.start();
      await second.clock.fastForward('01:00');
      await second.getByText('Yêu cầu nằm ở trạm').waitFor();
      await second.context().close();
    });

    it('is told where the directory writes the name otherwise', async () => {
      second = await made('minh', 'minh-sai', 'Lò Văn Ming');
      await second.getByRole('alert').getByText('Danh bạ ghi tên của minh là Lò Văn Minh').waitFor();
      await second.context().close();
    });
  });
}

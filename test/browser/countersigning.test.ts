/**
 * Two registrars in a real browser: the second asks on their device, the first makes them one beside the root's file, and
 * nobody else's file, fingerprint or passphrase does. Then what the first proposes waits and changes nothing, the first reads the mark, the
 * second reads the lines, types what they hear and signs; a wrong mark signs nothing, and others see nothing of it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { makeDeviceRequest } from '../../src/client/keyring/device-request.ts';
import { nodeCrypto } from '../../src/platform/node/crypto.ts';
import { deviceRequest } from '../../src/wire/invitation.ts';
import { want } from '../wants.ts';
import { assertFit, type House, inEveryLook, openHouse } from './house.ts';

/** Far less than the pages' look again by itself while nothing is told. */
const AT_ONCE_MS = 10_000;

const executablePath = await want('chromium', 'countersigning in a browser');

if (executablePath !== null) {
  describe('countersigning', () => {
    let house: House;
    let mark: string;

    let newcomer: { readonly bytes: Buffer; readonly read: string };

    before(async () => {
      house = await openHouse(executablePath, async ({ devices: { clerk: { session } } }) => {
        const order = { organisation: session.view.organisation.id, person: 'ha', name: 'Hà Thị Mơ', device: 'ha-may', created: session.now() };
        const made = await makeDeviceRequest(nodeCrypto, order);
        newcomer = { bytes: Buffer.from(deviceRequest.encode(made.request)), read: made.fingerprint };
      });
    });
    after(() => house?.close());

    const pane = (page: Page): Locator => page.getByRole('complementary', { name: 'Mục đang xem' });
    const act = async (page: Page, name: string): Promise<Locator> => {
      await page.getByRole('button', { name, exact: true }).click();
      return page.getByRole('dialog');
    };
    const choose = async (page: Page, button: string, files: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> => {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click()]);
      await chooser.setFiles(files);
    };
    const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
    const confirm = async (page: Page, name: string): Promise<void> => {
      await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    /** On the asker's own page. @returns the file that asks, and its fingerprint */
    const askToBeRegistrar = async (page: Page): Promise<{ request: Buffer; print: string }> => {
      await act(page, 'Xin giữ danh bạ');
      const [download] = await Promise.all([page.waitForEvent('download'), confirm(page, 'Xin giữ danh bạ')]);
      const request = readFileSync(await download.path());
      const [print] = /(?:[0-9a-f]{4} ){9}[0-9a-f]{4}/.exec(await pane(page).getByRole('status').filter({ hasText: 'Đọc dấu vân tay này' }).innerText())!;
      return { request, print };
    };
    const rootKey = (): string => path.join(house.province.folder, 'khoa-goc', 'root.cbor');
    const rootPassphrase = (): string => readFileSync(path.join(house.province.folder, 'mat-khau', 'khoa-goc'), 'utf8').trim();
    const propose = async (page: Page, person: string): Promise<void> => {
      await page.goto(`${house.origin}/directory/people/${person}`);
      const dialog = await act(page, 'Cho nghỉ');
      await dialog.getByRole('button', { name: 'Cho nghỉ', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Đã ký. Đang chờ người giữ danh bạ thứ hai ký').waitFor();
    };

    it('makes a second registrar, by the file and fingerprint of that very person and by the root, and by nothing else', async () => {
      const [anh, khue, minh] = [await house.inside('anh', '/directory/people/khue'), await house.inside('khue', '/directory/people/khue'), await house.inside('minh', '/directory/people/minh')];
      assert.equal(await minh.getByRole('button', { name: 'Giao giữ danh bạ', exact: true }).count(), 0);
      const [theirs, other] = [await askToBeRegistrar(khue), await askToBeRegistrar(minh)];
      await khue.goto(`${house.origin}/directory/people/son`);
      await pane(khue).getByRole('heading', { name: 'Được làm gì' }).waitFor();
      assert.equal(await khue.getByRole('button', { name: 'Giao giữ danh bạ', exact: true }).count(), 0, 'who only asked gives nothing');
      await khue.goto(`${house.origin}/directory/people/khue`);

      const dialog = await act(anh, 'Giao giữ danh bạ');
      const give = dialog.getByRole('button', { name: 'Giao giữ danh bạ', exact: true });
      await choose(anh, 'Chọn tệp xin ghi nhận', file('minh.cbor', other.request));
      await dialog.getByText('Tệp này do Lò Văn Minh làm, không phải Đặng Ngọc Khuê.').waitFor();
      assert.equal(await give.isDisabled(), true);
      await choose(anh, 'Chọn tệp xin ghi nhận', file('khue.cbor', theirs.request));
      await dialog.getByText(/^Đặng Ngọc Khuê xin giữ danh bạ trên thiết bị khue-/).waitFor();
      await dialog.getByLabel('Dấu vân tay họ đọc cho').fill(other.print);
      await choose(anh, 'Chọn tệp khóa gốc', rootKey());
      await dialog.getByRole('textbox', { name: 'Mật khẩu của khóa gốc' }).fill('không phải mật khẩu này');
      await inEveryLook(anh, () => assertFit(anh));
      await give.click();
      await dialog.getByRole('alert').getByText(/vân tay/).waitFor();
      await dialog.getByLabel('Dấu vân tay họ đọc cho').fill(theirs.print);
      await give.click();
      await dialog.getByRole('alert').getByText(/mật khẩu/i).waitFor();
      await anh.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });

      await act(anh, 'Giao giữ danh bạ');
      await choose(anh, 'Chọn tệp xin ghi nhận', file('khue.cbor', theirs.request));
      assert.equal(await dialog.getByRole('textbox', { name: 'Mật khẩu của khóa gốc' }).inputValue(), '', 'what was typed went with the frame');
      await dialog.getByLabel('Dấu vân tay họ đọc cho').fill(theirs.print);
      await choose(anh, 'Chọn tệp khóa gốc', rootKey());
      await dialog.getByRole('textbox', { name: 'Mật khẩu của khóa gốc' }).fill(rootPassphrase());
      const [download] = await Promise.all([anh.waitForEvent('download'), confirm(anh, 'Giao giữ danh bạ')]);
      const grant = readFileSync(await download.path());
      await pane(anh).getByText(/^Đã ký và ghi vào danh bạ \(mục thứ \d+\)\.$/).waitFor();

      await act(khue, 'Nhận khóa cấp chứng thư');
      await choose(khue, 'Chọn tệp được trao', file('hong.cbor', theirs.request));
      await khue.getByRole('dialog').getByRole('button', { name: 'Nhận khóa cấp chứng thư', exact: true }).click();
      await khue.getByRole('dialog').getByRole('alert').waitFor();
      await choose(khue, 'Chọn tệp được trao', file('trao.cbor', grant));
      await confirm(khue, 'Nhận khóa cấp chứng thư');
      await pane(khue).getByText('Máy này nay cấp chứng thư được').waitFor();
      for (const page of [anh, khue, minh]) await page.context().close();
    });

    it('waits at the first registrar, with the mark to read out, and changes nothing', async () => {
      const [page, second] = [await house.inside('anh', '/directory/waiting'), await house.inside('khue', '/directory/waiting')];
      for (const one of [page, second]) await pane(one).getByText('Không có gì chờ ký.').waitFor();
      await propose(page, 'minh');
      // Told, and not found by looking again.
      await pane(second).getByRole('article', { name: 'Nguyễn Thị Ánh đề nghị' }).waitFor({ timeout: AT_ONCE_MS });
      await second.context().close();
      [mark] = /(?:[0-9a-f]{4} ){9}[0-9a-f]{4}/.exec(await page.getByText('Dấu để đọc cho người ấy').innerText())!;
      // What is left to do is due once the second has signed.
      assert.match(await page.getByRole('status').filter({ hasText: 'Dấu để đọc cho người ấy' }).innerText(), /^Đã ký\. Đang chờ [^\n]*\s+Khi người ấy đã ký, không sớm hơn:\s+\S/);
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
      await pane(page).getByText(/^Đã ký và ghi vào danh bạ \(mục thứ \d+\)\.$/).waitFor();
      await pane(page).getByText('Không có gì chờ ký.').waitFor();
      await pane(page).getByText('CHƯA thay khóa của Văn phòng UBND tỉnh (diễn tập): Nguyễn Thị Ánh mở thiết bị của mình thì khóa được thay.').waitFor();
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
      await other.route('**/directory/pending', (route) => route.fulfill({ status: 409, json: { code: 'proposals-full', detail: {} } }));
      const dialog = await act(page, 'Rút đề nghị');
      await dialog.getByText('Không lấy lại được').waitFor();
      await dialog.getByLabel('Lý do').fill('Sơn ở lại đến hết quý');
      await dialog.getByRole('button', { name: 'Rút đề nghị', exact: true }).click();
      await pane(page).getByText('Đã bỏ đề nghị.').waitFor();
      await pane(page).getByText('Không có gì chờ ký.').waitFor();
      // An older answer stands there, and is said not to be the newest.
      await pane(other).getByRole('alert').getByText(/Đã có quá nhiều đề nghị/).waitFor();
      await pane(other).getByRole('article', { name: 'Nguyễn Thị Ánh đề nghị' }).waitFor();
      await other.unroute('**/directory/pending');
      await other.reload();
      await pane(other).getByText('Không có gì chờ ký.').waitFor();
      await pane(other).getByText(/^Nguyễn Thị Ánh đề nghị; Nguyễn Thị Ánh rút lúc .+: Sơn ở lại đến hết quý\./).waitFor();
      await inEveryLook(other, () => assertFit(other));
      for (const one of [page, other]) await one.context().close();
    });

    it('shows whoever signs second what the new machine showed, to be compared without the first', async () => {
      const anh = await house.inside('anh', '/directory/people');
      const dialog = await act(anh, 'Nhận người mới');
      await choose(anh, 'Chọn tệp xin ghi nhận', file('ha.cbor', newcomer.bytes));
      await dialog.getByRole('combobox', { name: 'Giữ chức vụ' }).fill('chuyen vien');
      await anh.locator('.popover').getByRole('option', { name: /^Chuyên viên/ }).click();
      await dialog.getByLabel('Dấu vân tay họ đọc cho').fill(newcomer.read);
      await confirm(anh, 'Nhận người mới');
      const khue = await house.inside('khue', '/directory/waiting');
      const theirs = pane(khue).getByRole('article', { name: 'Nguyễn Thị Ánh đề nghị' });
      await theirs.getByText('Trước khi ký, tự gọi hỏi Hà Thị Mơ, người ngồi trước máy ấy:').waitFor();
      await theirs.getByText(newcomer.read, { exact: true }).waitFor();
      await inEveryLook(khue, () => assertFit(khue));
      await anh.goto(`${house.origin}/directory/waiting`);
      await pane(anh).getByRole('article', { name: 'Bạn đã ký, chờ người kia' }).waitFor();
      assert.equal(await pane(anh).getByText(newcomer.read, { exact: true }).count(), 0, 'to be compared by the other');
      await act(anh, 'Rút đề nghị');
      await confirm(anh, 'Rút đề nghị');
      for (const page of [anh, khue]) await page.context().close();
    });

    it('says of what is changed how it is now', async () => {
      const anh = await house.inside('anh', '/directory/positions/vp-cv');
      const dialog = await act(anh, 'Sửa');
      await dialog.getByLabel('Tên chức vụ').fill('Chuyên viên chính');
      await dialog.getByRole('checkbox', { name: /^ký/ }).check({ force: true });
      await dialog.getByRole('button', { name: 'Sửa', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      const khue = await house.inside('khue', '/directory/waiting');
      const theirs = pane(khue).getByRole('article', { name: 'Nguyễn Thị Ánh đề nghị' });
      await theirs.getByText(/^nay: .*Chuyên viên/).waitFor();
      await inEveryLook(khue, () => assertFit(khue));
      await anh.goto(`${house.origin}/directory/waiting`);
      await act(anh, 'Rút đề nghị');
      await confirm(anh, 'Rút đề nghị');
      for (const page of [anh, khue]) await page.context().close();
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

    it('ends one of the two by the root, and one signature is enough again', async () => {
      const anh = await house.inside('anh', '/directory/people/khue');
      const dialog = await act(anh, 'Thôi giữ danh bạ');
      await dialog.getByText('Sau đó còn một người giữ danh bạ: một chữ ký là đủ').waitFor();
      await choose(anh, 'Chọn tệp khóa gốc', rootKey());
      await dialog.getByRole('textbox', { name: 'Mật khẩu của khóa gốc' }).fill(rootPassphrase());
      await inEveryLook(anh, () => assertFit(anh));
      await confirm(anh, 'Thôi giữ danh bạ');
      await pane(anh).getByText(/^Đã ký và ghi vào danh bạ \(mục thứ \d+\)\.$/).waitFor();
      await pane(anh).getByText('Người giữ danh bạ: ký những thay đổi của danh bạ.').waitFor({ state: 'detached' });
      await anh.getByRole('button', { name: 'English' }).click();
      await act(anh, 'Make registrar');
      await inEveryLook(anh, () => assertFit(anh));
      const khue = await house.inside('khue', '/directory/waiting');
      await pane(khue).getByText('Chỉ người giữ danh bạ xem được những thay đổi đang chờ ký.').waitFor();
      for (const page of [anh, khue]) await page.context().close();
    });

    it('left no complaint behind but of the answer that was refused', () => assert.deepEqual(house.complaints.filter((one) => !/status of 409/.test(one)), []));
  });
}

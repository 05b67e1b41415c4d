/**
 * What a registrar does from the directory in a real browser: delegates and takes it back, admits a person by file and
 * fingerprint, moves them, lets them go; each said in words first, and none of it offered to who may not.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { makeDeviceRequest } from '../../src/client/keyring/device-request.ts';
import { CLERK_OF_HUB, HUB_OFFICE } from '../../src/app/practice/places.ts';
import { proposePlans } from '../../src/cli/registrar.ts';
import { nodeCrypto } from '../../src/platform/node/crypto.ts';
import { deviceRequest } from '../../src/wire/invitation.ts';
import { quietContext } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { assertFitEverywhere, type House, openHouse, typeDay } from './house.ts';

const executablePath = await want('chromium', 'acts on the directory in a browser');

if (executablePath !== null) {
  describe('acts on the directory', () => {
    let house: House;
    let request: Uint8Array;
    let print: string;
    /** Of somebody new who is to carry a seal, and of another machine of somebody who holds a position. */
    let sealed: Uint8Array;
    let second: Uint8Array;

    before(async () => {
      house = await openHouse(executablePath, async ({ devices: { clerk } }) => {
        const { session } = clerk;
        const order = { organisation: session.view.organisation.id, person: 'ha', name: 'Hà Thị Mơ', device: 'ha-may', created: session.now() };
        const made = await makeDeviceRequest(nodeCrypto, order);
        [request, print] = [deviceRequest.encode(made.request), made.fingerprint];
        sealed = deviceRequest.encode((await makeDeviceRequest(nodeCrypto, { ...order, sealFor: 'vp-vt2' })).request);
        second = deviceRequest.encode((await makeDeviceRequest(nodeCrypto, { ...order, person: 'minh', name: 'Lò Văn Minh', device: 'minh-2' })).request);
        await proposePlans(quietContext(), clerk, [{ kind: 'position', body: { position: 'vp-vt2', office: HUB_OFFICE.code, title: 'Văn thư trực đêm', rights: [...CLERK_OF_HUB.rights] } }]);
      });
    });
    after(() => house?.close());

    const pane = (page: Page): Locator => page.getByRole('complementary', { name: 'Mục đang xem' });
    const act = async (page: Page, name: string): Promise<Locator> => {
      await page.getByRole('button', { name, exact: true }).click();
      return page.getByRole('dialog');
    };
    const confirm = async (page: Page, name: string): Promise<void> => {
      await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    const pick = async (page: Page, label: string, typed: string, option: RegExp): Promise<void> => {
      await page.getByRole('combobox', { name: label }).fill(typed);
      await page.locator('.popover').getByRole('option', { name: option }).click();
    };

    it('offers nothing to who is no registrar and has nobody to delegate to', async () => {
      const page = await house.inside('khue', '/directory/people/minh');
      await pane(page).getByRole('heading', { name: 'Lò Văn Minh' }).waitFor();
      for (const name of ['Cho nghỉ', 'Chuyển chức vụ', 'Ủy quyền', 'Nhận người mới']) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
      await page.context().close();
    });

    it('delegates a position until a day, and takes it back', async () => {
      const page = await house.inside('anh', '/directory/people/minh');
      const dialog = await act(page, 'Ủy quyền');
      await dialog.getByText('Người được ủy quyền làm thay chức vụ Phó Chủ tịch: duyệt, ký, ra điện hỏa tốc.').waitFor();
      await pick(page, 'Ủy quyền cho', 'khue', /^Đặng Ngọc Khuê/);
      assert.equal(await dialog.getByRole('button', { name: 'Ủy quyền', exact: true }).isDisabled(), true, 'a day and a reason are lacking');
      await typeDay(dialog, 'Đến hết ngày', '2020-02-03');
      await dialog.getByLabel('Lý do, số giấy').fill('Giấy số 12, đi công tác');
      await dialog.getByText(/^Phải từ .+ trở đi\.$/).waitFor();
      assert.equal(await dialog.getByRole('button', { name: 'Ủy quyền', exact: true }).isDisabled(), true, 'a day that has gone');
      const until = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
      await typeDay(dialog, 'Đến hết ngày', until);
      await dialog.getByLabel('Lý do, số giấy').fill('Giấy số 12, đi công tác');
      await confirm(page, 'Ủy quyền');
      await page.getByText(/^Đã ký và ghi vào danh bạ \(mục thứ \d+\)\.$/).waitFor();
      await pane(page).getByText('uq-1: Giấy số 12, đi công tác').waitFor();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await act(page, 'Thu hồi');
      await page.getByText('Đặng Ngọc Khuê không còn làm thay chức vụ Phó Chủ tịch từ lúc này.').waitFor();
      await confirm(page, 'Thu hồi');
      await pane(page).getByText('uq-1: Giấy số 12, đi công tác').waitFor({ state: 'detached' });
      await page.context().close();
    });

    const giving = (page: Page) => async (name: string, bytes: Uint8Array): Promise<void> => {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('dialog').getByRole('button', { name: 'Chọn tệp xin ghi nhận' }).click()]);
      await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
    };

    it('fills in the position that a request means, and the one at whose page it stands', async () => {
      const page = await house.inside('anh', '/directory/people');
      const [dialog, give] = [await act(page, 'Nhận người mới'), giving(page)];
      const seat = dialog.getByRole('combobox', { name: 'Giữ chức vụ' });
      await give('ha.request', sealed);
      await dialog.getByText('Máy này mang theo khóa dấu cơ quan').waitFor();
      assert.match(await seat.inputValue(), /^Văn thư trực đêm,/);
      await assertFitEverywhere(page);
      await give('minh.request', second);
      await dialog.getByText('Lò Văn Minh (minh) xin ghi nhận thiết bị minh-2.').waitFor();
      assert.match(await seat.inputValue(), /^Phó Chủ tịch,/);
      await give('ha.request', request);
      await dialog.getByText('Hà Thị Mơ (ha) xin ghi nhận thiết bị ha-may.').waitFor();
      assert.equal(await seat.inputValue(), '', 'it may be any');
      await page.goto(`${house.origin}/directory/positions/vp-cv?act=join`);
      await dialog.waitFor();
      await give('ha.request', sealed);
      await dialog.getByText('Máy này mang theo khóa dấu cơ quan').waitFor();
      assert.match(await seat.inputValue(), /^Chuyên viên,/, 'whoever came from the desk to a position');
      await page.context().close();
    });

    it('admits a person only by the fingerprint that is read aloud', async () => {
      const page = await house.inside('anh', '/directory/people');
      const [dialog, give] = [await act(page, 'Nhận người mới'), giving(page)];
      await give('khoa-goc.cbor', Buffer.from('no request'));
      await dialog.getByRole('alert').getByText(/^Đây không phải tệp xin ghi nhận\. .*yeu-cau-….cbor/).waitFor();
      await give('ha.request', request);
      await dialog.getByText('Hà Thị Mơ (ha) xin ghi nhận thiết bị ha-may.').waitFor();
      await pick(page, 'Giữ chức vụ', 'chuyen vien', /^Chuyên viên/);
      await dialog.getByLabel('Dấu vân tay họ đọc cho').fill(print.replaceAll('0', '1').replaceAll('a', 'b'));
      await dialog.getByRole('button', { name: 'Nhận người mới', exact: true }).click();
      await dialog.getByRole('alert').waitFor();
      assert.equal(await page.getByRole('option', { name: /^Hà Thị Mơ/ }).count(), 0);
      await dialog.getByLabel('Dấu vân tay họ đọc cho').fill(print);
      await confirm(page, 'Nhận người mới');
      await page.getByText(/^Đã ký và ghi vào danh bạ \(mục thứ \d+\)\.$/).waitFor();
      // What she has to know is on one sheet, with the address where this station's pages are open to others.
      await page.route('**/here', async (route) => route.fulfill({ json: { ...(await (await route.fetch()).json() as object), station: 'trung-tam', elsewhere: 'https://tram.tinh.vn:7443/' } }));
      const sheet = (await act(page, 'Giấy cho Hà Thị Mơ')).getByRole('group', { name: 'Giấy cho người mới' });
      for (const known of ['https://tram.tinh.vn:7443', 'Tỉnh thực hành (diễn tập)', 'Văn phòng UBND tỉnh (diễn tập)', 'Chuyên viên', 'Hà Thị Mơ', 'ha']) await sheet.getByText(known, { exact: true }).waitFor();
      await sheet.getByText('Mở địa chỉ trên bằng chính trình duyệt đã tạo thiết bị, nhập mật khẩu của bạn rồi bấm “Mở khóa”.').waitFor();
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('dialog').getByRole('button', { name: 'Chép', exact: true }).click();
      await page.getByText('Đã chép.').waitFor();
      assert.match(await page.evaluate<string>('navigator.clipboard.readText()'), /^Địa chỉ: https:\/\/tram\.tinh\.vn:7443\n[^]*Mã người: ha\n[^]*\n1\. Mở địa chỉ/);
      assert.equal((await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/g)!.length, 1, 'one page');
      await assertFitEverywhere(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Đóng', exact: true }).click();
      await page.getByRole('option', { name: /^Hà Thị Mơ.*Chuyên viên/ }).click();
      // Since it was written, wherever that is read.
      const begins = await pane(page).getByText(/^từ \d/).first().innerText();
      await pane(page).getByRole('link', { name: 'Chuyên viên', exact: true }).click();
      await pane(page).getByRole('listitem').filter({ hasText: 'Hà Thị Mơ' }).getByText(begins, { exact: true }).waitFor();
      await page.context().close();
    });

    it('gives them a second position beside the one they hold', async () => {
      const page = await house.inside('anh', '/directory/people/ha');
      const dialog = await act(page, 'Giao thêm chức vụ');
      await dialog.getByText(/^Giữ thêm chức vụ này, những chức vụ đang giữ vẫn giữ/).waitFor();
      await assertFitEverywhere(page);
      await pick(page, 'Nhận chức vụ', 'pho chu tich', /^Phó Chủ tịch/);
      await confirm(page, 'Giao thêm chức vụ');
      await page.getByText(/^Đã ký và ghi vào danh bạ \(mục thứ \d+\)\.$/).waitFor();
      const held = pane(page).getByRole('region', { name: 'Được làm gì' }).getByRole('listitem');
      await held.filter({ hasText: 'Phó Chủ tịch' }).waitFor();
      await held.filter({ hasText: 'Chuyên viên' }).waitFor();
      await page.context().close();
    });

    it('moves them, then lets them go: keys are made anew, and it says what is left to do', async () => {
      const page = await house.inside('anh', '/directory/people/ha');
      await act(page, 'Chuyển chức vụ');
      await pick(page, 'Nhận chức vụ', 'van thu', /^Văn thư, Văn phòng|^Văn thư Văn phòng/);
      await confirm(page, 'Chuyển chức vụ');
      await page.getByText('Hà Thị Mơ cần dấu cơ quan để gửi và nhận').waitFor();
      await pane(page).getByRole('link', { name: 'Văn thư', exact: true }).waitFor();
      const dialog = await act(page, 'Cho nghỉ');
      await dialog.getByText(/^Kết thúc chức vụ: (?:.+, )?Văn thư(?:, .+)?\. Thiết bị ha-may ngừng dùng/).waitFor();
      await confirm(page, 'Cho nghỉ');
      await page.getByText('Đã thay khóa của Văn phòng UBND tỉnh (diễn tập).').waitFor();
      await pane(page).getByText(/^Đã kết thúc .+: đã rời\.$/).first().waitFor();
      assert.equal(await page.getByRole('button', { name: 'Cho nghỉ', exact: true }).count(), 0);
      await page.context().close();
    });

    it('says of the only one who has an office\'s keys what nobody can read after them', async () => {
      const page = await house.inside('anh', '/directory/people/son');
      const other = await act(page, 'Cho nghỉ');
      await other.getByText(/^Kết thúc chức vụ: Đồn trưởng/).waitFor();
      assert.equal(await other.getByText(/có khóa của/).count(), 0, 'somebody else has them');
      await confirm(page, 'Cho nghỉ');
      await page.goto(page.url().replace('son', 'thao'));
      const leaving = await act(page, 'Cho nghỉ');
      await leaving.getByText(/^Chỉ .+ có khóa của .+ Sau đó không ai đọc được những gì ở đó đã nhận/).waitFor();
      await assertFitEverywhere(page);
      await confirm(page, 'Cho nghỉ');
      await pane(page).getByText(/^Đã kết thúc .+: đã rời\.$/).first().waitFor();
      await page.context().close();
    });

    it('and of an office that is written to, that nobody there opens it', async () => {
      const page = await house.inside('anh', '/compose');
      const to = page.getByRole('combobox', { name: 'Thêm nơi nhận' });
      await to.fill('don sop');
      await page.getByRole('option', { name: /Đồn .*Sốp Cộp/ }).click();
      await page.getByText('Hiện ở đó không ai được nhận và mở điện, gửi tới thì không ai mở.').waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('is accessible and nothing stands beside the screen, in both themes and languages, on a desk and on a phone', async () => {
      const page = await house.inside('anh', '/directory/people/khue');
      await act(page, 'Cho nghỉ');
      await assertFitEverywhere(page);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('button', { name: 'Move', exact: true }).click();
      await page.getByRole('dialog').getByText(/^Leaves Chuyên viên and takes/).waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}

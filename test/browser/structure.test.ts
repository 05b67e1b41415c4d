/**
 * What a registrar writes into the directory from the pages: offices, positions with their rights, alternates, lists;
 * corrected, shut, dated and ended, each said in words first. Nobody else is offered any of it.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { want } from '../wants.ts';
import { assertFit, type House, inEveryLook, openHouse, typeDay } from './house.ts';

const executablePath = await want('chromium', 'offices, positions and lists in a browser');
const SEQUENCED = /^Đã ký và ghi vào danh bạ \(mục thứ \d+\)\.$/;

if (executablePath !== null) {
  describe('offices, positions and lists', () => {
    let house: House;
    let page: Page;

    before(async () => {
      house = await openHouse(executablePath);
      page = await house.inside('anh', '/directory');
    });
    after(() => house?.close());

    const pane = (): Locator => page.getByRole('complementary', { name: 'Mục đang xem' });
    const dialog = (): Locator => page.getByRole('dialog');
    const open = async (name: string): Promise<void> => {
      await page.getByRole('button', { name, exact: true }).click();
      await dialog().waitFor();
    };
    const confirm = async (name: string): Promise<void> => {
      await dialog().getByRole('button', { name, exact: true }).click();
      await dialog().waitFor({ state: 'detached' });
    };
    const pick = async (label: string, typed: string, option: RegExp): Promise<void> => {
      await page.getByRole('combobox', { name: label }).fill(typed);
      await page.locator('.popover').getByRole('option', { name: option }).click();
    };
    const visit = (at: string): Promise<unknown> => page.goto(`${house.origin}${at}`);

    it('adds an office under a code that is suggested and never given twice', async () => {
      await open('Thêm cơ quan');
      await dialog().getByLabel('Tên cơ quan').fill('Ban Chỉ huy Quân sự (diễn tập)');
      const code = dialog().getByLabel('Mã', { exact: true });
      assert.equal(await code.inputValue(), 'ban-chi-huy-quan-su-dien-tap');
      await dialog().getByLabel('Ký hiệu').fill('BQS');
      const add = dialog().getByRole('button', { name: 'Thêm cơ quan', exact: true });
      await code.fill('QS');
      await dialog().getByText('Chỉ chữ thường không dấu, số và gạch nối.', { exact: true }).waitFor();
      await code.fill('vp');
      await dialog().getByText('Mã này đã có người dùng').waitFor();
      assert.equal(await add.isDisabled(), true);
      await code.fill('qs');
      await confirm('Thêm cơ quan');
      await page.getByText(SEQUENCED).waitFor();
      await pane().getByRole('heading', { name: 'Ban Chỉ huy Quân sự (diễn tập)' }).waitFor();
      assert.equal(new URL(page.url()).pathname, '/directory/offices/qs');
    });

    it('adds a position with its rights, corrects it, and says that nothing is signed where nothing changes', async () => {
      await open('Thêm chức vụ');
      await dialog().getByLabel('Tên chức vụ').fill('Chỉ huy trưởng');
      assert.equal(await dialog().getByLabel('Mã', { exact: true }).inputValue(), 'qs-chi-huy-truong');
      // Each right in the office's word, with what it means.
      await dialog().getByRole('checkbox', { name: 'duyệt', description: 'Duyệt nội dung và độ mật của bản thảo người khác viết, hoặc trả lại.' }).waitFor({ state: 'attached' });
      const usual = dialog().getByRole('group', { name: 'Chọn sẵn quyền của' });
      const ticked = (): Promise<string[]> => dialog().locator('.tick[data-selected]').allInnerTexts();
      await usual.getByRole('button', { name: 'Văn thư', exact: true }).click();
      assert.deepEqual(await ticked(), ['soạn', 'lấy số và gửi', 'nhận và mở', 'giao', 'giữ khóa']);
      await usual.getByRole('button', { name: 'Lãnh đạo', exact: true }).click();
      assert.equal(await usual.getByRole('button', { name: 'Lãnh đạo', exact: true }).getAttribute('aria-pressed'), 'true');
      // What was ticked so is changed as if it had been ticked by hand.
      await dialog().getByText('ra điện hỏa tốc', { exact: true }).click();
      assert.deepEqual(await ticked(), ['duyệt', 'ký']);
      assert.equal(await usual.getByRole('button', { name: 'Lãnh đạo', exact: true }).getAttribute('aria-pressed'), 'false');
      await confirm('Thêm chức vụ');
      await pane().getByText(SEQUENCED).waitFor();
      // For who is to hold it: as whom they make their device, and where nobody here knows the address there is a line for it.
      await open('Giấy cho người mới');
      await dialog().getByLabel('Họ và tên').fill('Quàng Văn Ơn');
      const sheet = dialog().getByRole('group', { name: 'Giấy cho người mới' });
      for (const known of ['Chỉ huy trưởng', 'Quàng Văn Ơn', 'quang-van-on']) await sheet.getByText(known, { exact: true }).waitFor();
      await sheet.getByText(/^_{20} \(hỏi người trông trạm /).waitFor();
      await sheet.getByText('Bấm “Tạo thiết bị mới”, ghi họ tên và mã đúng như trên, đặt một mật khẩu chỉ mình bạn biết, rồi bấm “Tạo khóa”.').waitFor();
      await page.keyboard.press('Escape');
      await pane().getByRole('link', { name: 'Chỉ huy trưởng' }).click();
      await pane().getByRole('heading', { name: 'Chỉ huy trưởng' }).waitFor();
      await open('Sửa');
      await confirm('Sửa');
      await pane().getByText('Danh bạ đã ghi như thế: không có gì để ký.').waitFor();
      await open('Sửa');
      await dialog().getByLabel('Tên chức vụ').fill('Phó Chỉ huy trưởng');
      await dialog().getByText('ra điện hỏa tốc', { exact: true }).click();
      await confirm('Sửa');
      await pane().getByRole('heading', { name: 'Phó Chỉ huy trưởng' }).waitFor();
      assert.match(await pane().innerText(), /Quyền\s+duyệt, ký, ra điện hỏa tốc/);
    });

    it('keeps the seal of a position whose title is corrected, and warns where rights take it away', async () => {
      await visit('/directory/positions/vp-vt');
      await open('Sửa');
      for (const right of ['lấy số và gửi', 'nhận và mở', 'giao']) await dialog().getByText(right, { exact: true }).click();
      await dialog().getByText('Chức vụ không còn gửi, nhận hay giao').waitFor();
      for (const right of ['lấy số và gửi', 'nhận và mở', 'giao']) await dialog().getByText(right, { exact: true }).click();
      await dialog().getByLabel('Tên chức vụ').fill('Văn thư cơ yếu');
      await confirm('Sửa');
      await pane().getByRole('heading', { name: 'Văn thư cơ yếu' }).waitFor();
      assert.match(await pane().innerText(), /Dấu cơ quan\s+có/);
    });

    it('names alternates, to whom the holder then delegates without a registrar, and sets a last day', async () => {
      await visit('/directory/positions/vp-pct');
      await open('Định người được ủy quyền');
      await pick('Người được ủy quyền', 'dang khue', /^Đặng Ngọc Khuê/);
      await dialog().getByRole('button', { name: 'Bỏ Đặng Ngọc Khuê' }).waitFor();
      await confirm('Định người được ủy quyền');
      await pane().getByText('Người giữ chức vụ tự ủy quyền được cho: Đặng Ngọc Khuê.').waitFor();
      const minh = await house.inside('minh', '/directory/people/minh');
      await minh.getByRole('button', { name: 'Ủy quyền', exact: true }).waitFor();
      await minh.context().close();
      const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
      await open('Định ngày thôi');
      await typeDay(dialog(), 'Giữ đến hết ngày', day);
      await confirm('Định ngày thôi');
      await pane().getByText(SEQUENCED).waitFor();
      // The first that no longer counts is the midnight after.
      await pane().getByText(/^từ .+, đến \d\d\/\d\d\/\d{4} 00:00$/).waitFor();
    });

    it('shuts an office and opens it again, and takes an office that ends off every list', async () => {
      await visit('/directory/lists');
      await page.getByText('Chưa có danh sách nào.').waitFor();
      await open('Thêm danh sách');
      await dialog().getByLabel('Tên danh sách').fill('Các nơi trực bão');
      await pick('Nơi nhận trong danh sách', 'don sop', /^Đồn Sốp Cộp/);
      await pick('Nơi nhận trong danh sách', 'ban chi huy', /^Ban Chỉ huy/);
      await confirm('Thêm danh sách');
      await pane().getByRole('link', { name: 'Ban Chỉ huy Quân sự (diễn tập)' }).waitFor();
      await pane().getByRole('link', { name: 'Đồn Sốp Cộp (giả định)' }).waitFor();
      await visit('/directory/offices/don');
      await open('Đóng cửa tạm');
      await pick('Nơi nhận thay', 'ban chi', /^Ban Chỉ huy/);
      await confirm('Đóng cửa tạm');
      await page.getByText('đóng cửa, Ban Chỉ huy Quân sự (diễn tập) nhận thay').waitFor();
      await open('Mở cửa lại');
      await confirm('Mở cửa lại');
      await page.getByText('đóng cửa, Ban Chỉ huy Quân sự (diễn tập) nhận thay').waitFor({ state: 'detached' });
      await visit('/directory/positions/qs-chi-huy-truong');
      await open('Kết thúc');
      await dialog().getByText('Chưa có ai giữ chức vụ này.').waitFor();
      await confirm('Kết thúc');
      await pane().getByText(/^Đã kết thúc .+: thay thế\.$/).waitFor();
      await visit('/directory/offices/qs');
      await open('Kết thúc');
      await dialog().getByText('Rút khỏi danh sách: Các nơi trực bão.').waitFor();
      await confirm('Kết thúc');
      await pane().getByText(/^Đã kết thúc .+: thay thế\.$/).waitFor();
      await visit('/directory/lists/cac-noi-truc-bao');
      await pane().getByRole('link', { name: 'Đồn Sốp Cộp (giả định)' }).waitFor();
      assert.equal(await pane().getByRole('link', { name: 'Ban Chỉ huy Quân sự (diễn tập)' }).count(), 0);
    });

    it('corrects a list and ends it', async () => {
      await open('Sửa');
      await dialog().getByLabel('Tên danh sách').fill('Các nơi trực lũ');
      await pick('Nơi nhận trong danh sách', 'van phong', /^Văn phòng/);
      await inEveryLook(page, () => assertFit(page));
      await confirm('Sửa');
      await pane().getByRole('heading', { name: 'Các nơi trực lũ' }).waitFor();
      await pane().getByRole('link', { name: 'Văn phòng UBND tỉnh (diễn tập)' }).waitFor();
      await open('Kết thúc');
      await confirm('Kết thúc');
      await pane().getByText(/^Đã kết thúc .+: thay thế\.$/).waitFor();
    });

    it('is accessible in both themes, both widths and both languages', async () => {
      await visit('/directory/offices/vp');
      await pane().getByRole('button', { name: 'Thêm chức vụ' }).waitFor();
      await inEveryLook(page, () => assertFit(page));
      await open('Thêm chức vụ');
      await inEveryLook(page, () => assertFit(page));
      await page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('button', { name: 'Shut for a while' }).click();
      await dialog().getByText('What is sent from now on reaches both').waitFor();
      await inEveryLook(page, () => assertFit(page));
      await page.context().close();
    });

    it('offers nothing of it to who is no registrar', async () => {
      page = await house.inside('khue', '/directory/offices/vp');
      await pane().getByRole('heading', { name: 'Ai được làm gì' }).waitFor();
      const names = ['Thêm cơ quan', 'Thêm chức vụ', 'Thêm danh sách', 'Sửa', 'Đóng cửa tạm', 'Kết thúc', 'Định người được ủy quyền', 'Định ngày thôi'];
      for (const at of ['/directory/offices/vp', '/directory/positions/vp-pct', '/directory/lists']) {
        await visit(at);
        await page.getByRole('button', { name: 'Danh sách' }).waitFor();
        for (const name of names) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, `${at}: ${name}`);
      }
      await page.context().close();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}

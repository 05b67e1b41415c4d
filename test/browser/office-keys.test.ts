/**
 * Keys in the pages: an office seal asked for by its holder and given by the registrar who heard the fingerprint; escrow
 * named, split, given out and rehearsed; keys that others may have declared, with what that stops and what they open.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { Province } from '../../src/app/practice/founding.ts';
import { CLERK_OF_HUB, DRAFTER, HUB_OFFICE } from '../../src/app/practice/places.ts';
import { proposePlans } from '../../src/cli/registrar.ts';
import { quietContext } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { sendLetters } from './correspondence.ts';
import { assertFit, assertFitEverywhere, type House, inEveryLook, openHouse, typeMoment } from './house.ts';

const executablePath = await want('chromium', 'seals, escrow and exposed keys in a browser');
const SEQUENCED = /^Đã ký và ghi vào danh bạ \(mục thứ \d+\)\.$/;
const PRINT = /(?:[0-9a-f]{4} ){9}[0-9a-f]{4}/;

if (executablePath !== null) {
  describe('keys of an office', () => {
    let house: House;
    let anh: Page;
    let khue: Page;

    before(async () => {
      house = await openHouse(executablePath, furnish);
      anh = await house.inside('anh', '/directory/positions/vp-vt2');
      khue = await house.inside('khue', '/directory/positions/vp-vt2');
    });
    after(() => house?.close());

    const pane = (page: Page): Locator => page.getByRole('complementary', { name: 'Mục đang xem' });
    const open = async (page: Page, name: string): Promise<Locator> => {
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
    const visit = (page: Page, at: string): Promise<unknown> => page.goto(`${house.origin}${at}`);

    it('gives the seal to who holds the position and read the fingerprint, and to no other word', async () => {
      await pane(anh).getByText('chưa có: người giữ chức vụ chưa gửi và nhận được').waitFor();
      assert.equal(await anh.getByRole('button', { name: 'Xin dấu cơ quan', exact: true }).count(), 0, 'only its holder asks');
      assert.equal(await khue.getByRole('button', { name: 'Ghi nhận dấu cơ quan', exact: true }).count(), 0, 'only a registrar gives');
      await open(khue, 'Xin dấu cơ quan');
      const [download] = await Promise.all([khue.waitForEvent('download'), confirm(khue, 'Xin dấu cơ quan')]);
      const request = readFileSync(await download.path());
      const [print] = PRINT.exec(await pane(khue).getByText(PRINT).first().innerText())!;
      // Who has to call somebody first still has it when they come back, and the same file.
      await khue.reload();
      await pane(khue).getByText('Đang chờ người giữ danh bạ ghi nhận.').waitFor();
      await pane(khue).getByText(print, { exact: true }).waitFor();
      await assertFitEverywhere(khue);
      const [again] = await Promise.all([khue.waitForEvent('download'), pane(khue).getByRole('button', { name: 'Tải lại tệp xin ghi nhận' }).click()]);
      assert.deepEqual(readFileSync(await again.path()), request);
      const dialog = await open(anh, 'Ghi nhận dấu cơ quan');
      const [chooser] = await Promise.all([anh.waitForEvent('filechooser'), dialog.getByRole('button', { name: 'Chọn tệp xin ghi nhận' }).click()]);
      await chooser.setFiles({ name: 'xin-dau.cbor', mimeType: 'application/octet-stream', buffer: request });
      await dialog.getByText(/^Đặng Ngọc Khuê xin dấu cơ quan cho thiết bị khue-/).waitFor();
      await inEveryLook(anh, () => assertFit(anh));
      await dialog.getByLabel('Dấu vân tay họ đọc cho').fill(print.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')));
      await dialog.getByRole('button', { name: 'Ghi nhận dấu cơ quan', exact: true }).click();
      await dialog.getByRole('alert').waitFor();
      await dialog.getByLabel('Dấu vân tay họ đọc cho').fill(print);
      await confirm(anh, 'Ghi nhận dấu cơ quan');
      await pane(anh).getByText(SEQUENCED).waitFor();
      for (const page of [anh, khue]) await pane(page).getByText('chưa có: người giữ chức vụ chưa gửi và nhận được').waitFor({ state: 'detached' });
      await pane(khue).getByText('Đang chờ người giữ danh bạ ghi nhận.').waitFor({ state: 'detached' });
      await khue.reload();
      await pane(khue).getByRole('button', { name: 'Xin dấu cơ quan', exact: true }).waitFor();
      assert.equal(await pane(khue).getByText('Đang chờ người giữ danh bạ ghi nhận.').count(), 0);
    });

    it('names custodians, splits the keys among them and rehearses, which one of them alone cannot', async () => {
      await visit(anh, '/directory/offices/vp');
      await pane(anh).getByText('Chưa có ai giữ mảnh khóa').waitFor();
      await open(anh, 'Định người giữ mảnh');
      await pick(anh, 'Người giữ mảnh khóa', 'khue', /^Đặng Ngọc Khuê/);
      assert.equal(await anh.getByRole('dialog').getByRole('button', { name: 'Định người giữ mảnh', exact: true }).isDisabled(), true, 'one is no escrow');
      await pick(anh, 'Người giữ mảnh khóa', 'minh', /^Lò Văn Minh/);
      await inEveryLook(anh, () => assertFit(anh));
      await confirm(anh, 'Định người giữ mảnh');
      await pane(anh).getByText('Tiếp theo: người giữ khóa của cơ quan chia khóa cho những người này.').waitFor();
      await open(anh, 'Chia khóa');
      await confirm(anh, 'Chia khóa');
      await pane(anh).getByText(/^Đã chia \d+ khóa thành \d+ mảnh niêm\.$/).waitFor();
      await giveOut(khue);
      await open(anh, 'Ghép mảnh');
      await anh.getByRole('dialog').getByRole('button', { name: 'Ghép mảnh', exact: true }).click();
      await anh.getByRole('dialog').getByRole('alert').getByText(/có 1, cần 2/).waitFor();
      const minh = await house.inside('minh', '/directory/offices/vp');
      await giveOut(minh);
      await minh.context().close();
      await confirm(anh, 'Ghép mảnh');
      await pane(anh).getByText(/^Diễn tập đạt: \d+ khóa lấy lại được/).waitFor();
      await pane(anh).getByText('chưa lần nào').waitFor({ state: 'detached' });
      const son = await house.inside('son', '/directory/offices/vp');
      await pane(son).getByRole('heading', { name: 'Ai được làm gì' }).waitFor();
      assert.equal(await pane(son).getByRole('heading', { name: 'Ký thác khóa lưu trữ' }).count(), 0, 'neither custodian nor of the office');
      for (const name of ['Định người giữ mảnh', 'Chia khóa', 'Đưa mảnh', 'Ghép mảnh', 'Báo lộ khóa cơ quan']) assert.equal(await son.getByRole('button', { name, exact: true }).count(), 0, name);
      await son.context().close();
    });

    const giveOut = async (page: Page): Promise<void> => {
      await visit(page, '/directory/offices/vp');
      const dialog = await open(page, 'Đưa mảnh');
      await pick(page, 'Thiết bị nhận', 'anh', /^anh-/);
      await dialog.getByText(/là của Nguyễn Thị Ánh\. Hãy nghe chính người ấy xin/).waitFor();
      await confirm(page, 'Đưa mảnh');
      await pane(page).getByText(/^Đã đưa \d+ mảnh cho thiết bị anh-\S+ của Nguyễn Thị Ánh\.$/).waitFor();
    };

    it('lets whoever keeps an office\'s keys declare them known, and nobody else', async () => {
      const thao = await house.inside('thao', '/directory/offices/don');
      const dialog = await open(thao, 'Báo lộ khóa cơ quan');
      await dialog.getByText('Khóa mới được tạo ngay').waitFor();
      await dialog.getByText('Đã đọc, và vẫn báo lộ').click();
      await confirm(thao, 'Báo lộ khóa cơ quan');
      await pane(thao).getByText(/^Đã ngừng dùng khóa của Đồn Sốp Cộp \(giả định\) \(.*khóa lưu trữ số 1.*\) và tạo khóa mới\.$|^Đã ký và gửi tới trạm giữ danh bạ/).waitFor();
      await thao.context().close();
    });

    it('takes the tick away where other keys than those that were read would end', async () => {
      await visit(anh, '/directory/offices/vp');
      const dialog = await open(anh, 'Báo lộ khóa cơ quan');
      const declare = dialog.getByRole('button', { name: 'Báo lộ khóa cơ quan', exact: true });
      const keys = async (): Promise<string> => (await dialog.getByText(/^Mọi khóa nhận và lưu điện của cơ quan này \(.*khóa lưu trữ số \d.*\):/).textContent())!;
      const read = await keys();
      await dialog.getByText('Đã đọc, và vẫn báo lộ').click();
      assert.equal(await declare.isDisabled(), false);
      const other = await house.inside('anh', '/directory/offices/vp');
      await (await open(other, 'Báo lộ khóa cơ quan')).getByText('Đã đọc, và vẫn báo lộ').click();
      await confirm(other, 'Báo lộ khóa cơ quan');
      await other.context().close();
      await dialog.getByRole('checkbox', { name: 'Đã đọc, và vẫn báo lộ', checked: false }).waitFor();
      assert.notEqual(await keys(), read);
      assert.equal(await declare.isDisabled(), true, 'of the new keys nobody has read anything');
      await dialog.getByRole('button', { name: 'Quay lại', exact: true }).click();
      // Nobody weighs a number: what it is about stands beside it.
      await pane(anh).getByRole('region', { name: 'Điện mở được bằng khóa đã lộ' }).getByText('Công điện số 12 về ứng phó mưa lũ').waitFor();
    });

    it('declares a person\'s devices stolen only once what it stops was read, makes the keys anew and lists what they open', async () => {
      await visit(anh, '/directory/people/khue');
      const dialog = await open(anh, 'Báo lộ, mất máy');
      await dialog.getByText(/^Thiết bị khue-\S+: phiên làm việc dừng/).waitFor();
      await dialog.getByText('Khóa của Văn phòng UBND tỉnh (diễn tập)').waitFor();
      const declare = dialog.getByRole('button', { name: 'Báo lộ, mất máy', exact: true });
      assert.equal(await declare.isDisabled(), true, 'nobody does it by one press');
      await dialog.getByRole('button', { name: /Vì sao/ }).click();
      await anh.getByRole('option', { name: 'Máy bị lấy cắp' }).click();
      await typeMoment(anh, 'Mất từ lúc nào, nếu biết', '2026-11-20', '05:21');
      await inEveryLook(anh, () => assertFit(anh));
      await dialog.getByText('Đã đọc, và vẫn báo lộ').click();
      await dialog.getByText('Thôi cả các chức vụ đang giữ').click();
      assert.equal(await declare.isDisabled(), true, 'of another list nobody has read anything');
      await dialog.getByText('Thôi cả các chức vụ đang giữ').click();
      await typeMoment(anh, 'Mất từ lúc nào, nếu biết', '2026-11-20', '05:20');
      assert.equal(await declare.isDisabled(), true, 'nor of another time');
      await typeMoment(anh, 'Mất từ lúc nào, nếu biết', '2026-11-20', '05:21');
      await confirm(anh, 'Báo lộ, mất máy');
      await pane(anh).getByText(/^Đã ngừng dùng thiết bị của Đặng Ngọc Khuê/).waitFor();
      await pane(anh).getByText('Đã thay khóa của Văn phòng UBND tỉnh (diễn tập).').waitFor();
      await pane(anh).locator('.folk-said:focus').getByText(/^Đã ngừng dùng thiết bị/).waitFor();
      await pane(anh).getByText(/^Đã kết thúc .+: bị lấy cắp\.$/).waitFor();
      await visit(anh, '/directory/offices/vp');
      const list = pane(anh).getByRole('region', { name: 'Điện mở được bằng khóa đã lộ' });
      await list.getByRole('link', { name: /^Đi, số 1$/ }).waitFor();
      await inEveryLook(anh, () => assertFit(anh));
      await khue.reload();
      await khue.getByRole('alert').waitFor();
    });

    it('dates a declaration sooner afterwards, and never later', async () => {
      await visit(anh, '/directory/people/khue');
      const dialog = await open(anh, 'Báo lộ, mất máy');
      await dialog.getByText(/^Máy này đã báo là không còn trong tay từ 20\/11\/2026 05:21\./).waitFor();
      const declare = dialog.getByRole('button', { name: 'Báo lộ, mất máy', exact: true });
      await dialog.getByText('Đã đọc, và vẫn báo lộ').click();
      assert.equal(await declare.isDisabled(), true, 'the time is lacking');
      await typeMoment(anh, 'Mất từ lúc nào, sớm hơn lúc đã báo', '2026-11-20', '06:00');
      await dialog.getByText('Phải sớm hơn 20/11/2026 05:21.').waitFor();
      await inEveryLook(anh, () => assertFit(anh));
      await dialog.getByText('Đã đọc, và vẫn báo lộ').click();
      assert.equal(await declare.isDisabled(), true, 'later than was said before');
      await typeMoment(anh, 'Mất từ lúc nào, sớm hơn lúc đã báo', '2026-11-19', '22:00');
      await dialog.getByText('Đã đọc, và vẫn báo lộ').click();
      await confirm(anh, 'Báo lộ, mất máy');
      await pane(anh).getByText(/^Đã kết thúc 19\/11\/2026 22:00: /).waitFor();
    });

    it('ends a device that was given up, not the one in hand, and makes its keys anew', async () => {
      await visit(anh, '/directory/people/anh');
      await pane(anh).getByRole('heading', { name: 'Nguyễn Thị Ánh' }).waitFor();
      assert.equal(await anh.getByRole('button', { name: 'Thôi dùng máy này' }).count(), 0);
      await visit(anh, '/directory/people/minh');
      const dialog = await open(anh, 'Thôi dùng máy này');
      await dialog.getByText('Đây là máy duy nhất của Lò Văn Minh').waitFor();
      await inEveryLook(anh, () => assertFit(anh));
      await confirm(anh, 'Thôi dùng máy này');
      await pane(anh).getByText('Đã thay khóa của Văn phòng UBND tỉnh (diễn tập).').waitFor();
      await pane(anh).getByText(/^Đã kết thúc .+: đã rời\.$/).waitFor();
      assert.equal(await anh.getByRole('button', { name: 'Thôi dùng máy này' }).count(), 0);
    });

    it('says all of it in English too', async () => {
      await visit(anh, '/directory/offices/vp');
      await anh.getByRole('button', { name: 'English' }).click();
      await anh.getByRole('heading', { name: 'Escrow of storage keys' }).waitFor();
      await anh.getByRole('button', { name: 'Declare the office\'s keys known' }).click();
      await anh.getByRole('dialog').getByText('At once, this stops:').waitFor();
      await inEveryLook(anh, () => assertFit(anh));
      await anh.context().close();
      await khue.context().close();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints.filter((one) => !/40[13]/.test(one)), []));
  });
}

/** A second position that sends, held by the drafter without a seal, and a dispatch that keys open. */
async function furnish(province: Province): Promise<void> {
  const { devices: { clerk } } = province;
  await sendLetters(province, [{ subject: 'Công điện số 12 về ứng phó mưa lũ' }]);
  await proposePlans(quietContext(), clerk, [
    { kind: 'position', body: { position: 'vp-vt2', office: HUB_OFFICE.code, title: 'Văn thư trực đêm', rights: [...CLERK_OF_HUB.rights] } },
    { kind: 'holder', body: { person: DRAFTER.person, position: 'vp-vt2', from: clerk.session.now() - 1_000 } },
  ]);
}

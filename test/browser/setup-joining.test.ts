/** A station joins an organisation by invitation, through its page: what its person made there, and what the registrar hears. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { SetupDesk } from '../../src/app/setup/setup-desk.ts';
import { testPages } from '../fixtures/pages.ts';
import { quietContext, tram, tramJson } from '../scenario/command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from '../scenario/small-office.ts';
import { want } from '../wants.ts';
import { assertFit, assertFitEverywhere, launch, newPage } from './house.ts';
import { freeSetupPorts } from './setup-ports.ts';

const PASSPHRASE = 'sông Mã mùa nước lớn';
const executablePath = await want('chromium', 'joining an organisation by its page');

if (executablePath !== null) {
  describe('joining an organisation by invitation, in the page', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tram-joining-'));
    const data = path.join(folder, 'don');
    const complaints: string[] = [];
    let office: SmallOffice;
    let desk: SetupDesk;
    let browser: Browser;
    let page: Page;
    let address: string;
    let code: string;
    const at = (file: string): string => path.join(folder, file);

    before(async () => {
      office = await smallOffice();
      ({ code } = await tramJson<{ code: string }>(['station', 'invite', ...office.as('anh'), '--code', 'don', '--site', 'Đồn Sốp Cộp', '--address', `127.0.0.1:${office.linkPort}`, '--out', at('thu moi.cbor')]));
      const assets = testPages();
      desk = new SetupDesk(quietContext(), { data, ports: await freeSetupPorts(), assets: () => assets });
      address = await desk.listen();
      browser = await launch(executablePath);
    });
    after(async () => {
      await browser?.close();
      await desk?.close();
      await closeOffice(office);
      rmSync(folder, { recursive: true, force: true });
    });

    const field = (label: string): Locator => page.getByLabel(label, { exact: true }).and(page.locator('input'));
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const choose = async (name: string, file: string): Promise<void> => {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(name)]);
      await chooser.setFiles(file);
    };

    it('refuses a file that is none and a wrong code, and makes nothing', async () => {
      page = await newPage(browser, complaints, { acceptDownloads: true });
      await page.goto(address.replace('/#', '/?join=1#'));
      await press('Xin gia nhập');
      await page.getByText('Hãy chọn tệp mời.').waitFor();
      await page.locator('button:focus').and(page.getByRole('button', { name: 'Chọn tệp mời' })).waitFor();
      await choose('Chọn tệp mời', office.file('khong phai.cbor', 'không phải lời mời'));
      await page.getByText('Không làm được').waitFor();
      await choose('Chọn tệp mời', at('thu moi.cbor'));
      await page.getByText(/^Lời mời của Tỉnh thực hành cho trạm ở Đồn Sốp Cộp/).waitFor();
      assert.equal(await field('Mã cơ quan').inputValue(), 'don');
      await field('Họ và tên của bạn').fill('Vàng Thị Thảo');
      assert.equal(await field('Mã người').inputValue(), 'vang-thi-thao');
      for (const [label, value] of [['Họ và tên của bạn', 'Vàng Thị Thảo'], ['Mã người', 'thao'], ['Mật khẩu thiết bị của bạn', PASSPHRASE], ['Nhập lại mật khẩu', PASSPHRASE], ['Mã mở lời mời', '0000-0000-0000']] as const) await field(label).fill(value);
      await press('Xin gia nhập');
      await page.getByText('Không làm được').waitFor();
      assert.deepEqual(existsSync(data) ? readdirSync(data) : [], []);
      await assertFitEverywhere(page);
    });

    it('asks with the right code, waits through a reload, and reads its fingerprint aloud', async () => {
      await field('Mã mở lời mời').fill(code);
      await press('Xin gia nhập');
      await page.getByText('Đồn Sốp Cộp (trạm don) đang chờ được nhận vào Tỉnh thực hành.').waitFor();
      // Another invitation may be chosen still: what was asked for goes, and what was typed is there.
      await press('Bỏ yêu cầu này, chọn lời mời khác');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Bỏ yêu cầu này, chọn lời mời khác' }).click();
      await choose('Chọn tệp mời', at('thu moi.cbor'));
      assert.equal(await field('Họ và tên của bạn').inputValue(), 'Vàng Thị Thảo');
      assert.deepEqual([readdirSync(folder).filter((name) => name.includes('joining')), await field('Mã mở lời mời').inputValue()], [[], '']);
      for (const [label, value] of [['Mật khẩu thiết bị của bạn', PASSPHRASE], ['Nhập lại mật khẩu', PASSPHRASE], ['Mã mở lời mời', code]] as const) await field(label).fill(value);
      await press('Xin gia nhập');
      await page.getByText('Đồn Sốp Cộp (trạm don) đang chờ được nhận vào Tỉnh thực hành.').waitFor();
      const print = (await page.locator('code.print').innerText()).trim();
      await page.goto(address);
      await page.reload();
      await page.getByText('Đồn Sốp Cộp (trạm don) đang chờ được nhận vào Tỉnh thực hành.').waitFor();
      assert.equal((await page.locator('code.print').innerText()).trim(), print);
      const [file] = await Promise.all([page.waitForEvent('download'), press('Tải tệp xin gia nhập')]);
      await file.saveAs(at('xin.cbor'));
      await assertFit(page);
      const wrong = await tram(['station', 'admit', ...office.as('anh'), '--request', at('xin.cbor'), '--fingerprint', '0000', '--office', 'don', '--office-name', 'Đồn Sốp Cộp', '--symbol', 'ĐSC', '--out', at('nhan.cbor')]);
      assert.match(wrong.error, /^fingerprint-differs: /);
      await tramJson(['station', 'admit', ...office.as('anh'), '--request', at('xin.cbor'), '--fingerprint', print, '--office', 'don', '--office-name', 'Đồn Sốp Cộp', '--symbol', 'ĐSC', '--out', at('nhan.cbor')]);
    });

    it('is admitted, starts, lets its person in, and the station audits', async () => {
      await choose('Chọn tệp kết nạp', at('nhan.cbor'));
      await press('Để sau: khởi động trạm, chưa có bản sao lưu');
      await press('Vào trạm');
      await page.getByText('Thiết bị của Vàng Thị Thảo, mã thao-may').waitFor();
      await field('Mật khẩu').fill(PASSPHRASE);
      await page.keyboard.press('Enter');
      await page.getByRole('navigation', { name: 'Các phòng' }).getByText('Vàng Thị Thảo').waitFor();
      // Who is no registrar does the commands, and is told whom to ask for the rest.
      await page.getByRole('navigation', { name: 'Các phòng' }).getByRole('link', { name: 'Trạm và đường truyền' }).click();
      const part = page.getByRole('region', { name: 'Mở trang từ máy khác' });
      await part.getByText(/^Đưa tệp ấy cho người giữ danh bạ \(.+\), đọc dấu vân tay/).waitFor();
      assert.equal(await part.getByRole('button', { name: 'Cấp chứng thư' }).count(), 0);
      await assertFitEverywhere(page);
      await page.goto(`${new URL(page.url()).origin}/desk`);
      await page.getByText('Thiết bị của Vàng Thị Thảo, mã thao-may').waitFor();
      await page.context().close();
      await desk.close();
      assert.equal((await tram(['audit', '--data', data])).code, 0);
    });
  });
}

/**
 * Two stations that never meet, and a courier between them, by their pages alone: what waits is written onto sticks, each a
 * download; the other end picks the files, says what came and what is missing, and receipts come home on the next stick.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { PagesServer } from '../../src/app/pages/server.ts';
import { testPages } from '../fixtures/pages.ts';
import { tramJson } from '../scenario/command-line.ts';
import { type JoinedStation, joinStation } from '../scenario/joined-station.ts';
import { closeOffice, PASSPHRASE, type SmallOffice, smallOffice } from '../scenario/small-office.ts';
import { want } from '../wants.ts';
import { assertFitEverywhere, launch, newPage } from './house.ts';

const SUBJECT = 'Bản đồ cứu nạn gửi đồn';
/** Does not fit onto one stick of 16 MiB. */
const FILE_BYTES = 20 * 2 ** 20;

const executablePath = await want('chromium', 'mail by courier in a browser');

if (executablePath !== null) {
  describe('mail by courier', () => {
    let office: SmallOffice;
    let post: JoinedStation;
    let browser: Browser;
    let sticks: string;
    let [hub, don]: Page[] = [];
    const servers: PagesServer[] = [];
    const complaints: string[] = [];

    before(async () => {
      office = await smallOffice();
      // The link that the directory has leads nowhere: the post never finds the hub.
      post = await joinStation({ ...office, linkPort: 1 }, { code: 'don', name: 'Đồn Sốp Cộp', symbol: 'ĐSC', person: 'thao', personName: 'Lò Thị Thảo' });
      await tramJson(['office', 'keys', ...office.as('thao')]);
      browser = await launch(executablePath);
      sticks = mkdtempSync(path.join(tmpdir(), 'tram-sticks-'));
      hub = await inside('hub', `http://127.0.0.1:${office.port}`, 'anh');
      don = await inside('don', post.url, 'thao');
    });
    after(async () => {
      await browser?.close();
      for (const server of servers) await server.close();
      await post?.stop();
      if (office !== undefined) await closeOffice(office);
      if (sticks !== undefined) rmSync(sticks, { recursive: true, force: true });
    });

    /** A person's device, restored in a browser by its card, in the room of stations. */
    async function inside(station: string, base: string, person: string): Promise<Page> {
      const assets = await testPages();
      const server = new PagesServer({
        assets: () => Promise.resolve(assets), station: (code) => (code === station ? { base } : null),
        here: () => ({ kind: 'station', station, organisation: 'Tỉnh thực hành' }),
      });
      servers.push(server);
      const { port } = new URL(await server.listen());
      const { code } = await tramJson<{ code: string }>(['card', 'make', ...office.as(person)]);
      await tramJson(['card', 'try', '--home', path.join(office.folder, person), '--card-file', office.file(`${person}.card`, code)]);
      await tramJson(['register', ...office.as(person)]);
      const page = await newPage(browser, complaints, { acceptDownloads: true, viewport: { width: 1440, height: 900 } });
      await page.goto(`http://localhost:${port}/stations`);
      await press(page, 'Khôi phục bằng thẻ');
      for (const [label, text] of [['Mã trên thẻ khôi phục', code], ['Mật khẩu mới cho thiết bị này', PASSPHRASE], ['Nhập lại mật khẩu', PASSPHRASE]] as const) {
        await page.getByLabel(label, { exact: true }).and(page.locator('input')).fill(text);
      }
      await press(page, 'Khôi phục');
      await page.getByRole('heading', { name: 'Thư đi bằng thẻ nhớ' }).waitFor();
      // This browser has no window in which somebody could choose a place.
      await page.evaluate('delete window.showSaveFilePicker');
      return page;
    }

    const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).first().click();
    const courier = (page: Page) => page.getByRole('region', { name: 'Thư đi bằng thẻ nhớ' });

    const go = (page: Page, room: string): Promise<void> => page.getByRole('navigation', { name: 'Các phòng' }).getByRole('link', { name: room, exact: true }).click();

    /** Written and sent in the pages; who approves and signs does so elsewhere. */
    async function send(page: Page): Promise<void> {
      await go(page, 'Soạn điện');
      await page.getByRole('combobox', { name: 'Thêm nơi nhận' }).focus();
      await page.keyboard.type('don sop');
      await page.getByRole('option', { name: /^Đồn Sốp Cộp/ }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByLabel('Trích yếu').fill(SUBJECT);
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page, 'Thêm tệp')]);
      await chooser.setFiles(office.file('ban-do.bin', Buffer.alloc(FILE_BYTES, 7)));
      await press(page, 'Niêm phong và trình ký');
      await page.waitForURL(/\/drafts\/[0-9a-f]{32}$/);
      const draft = new URL(page.url()).pathname.split('/')[2]!;
      for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
      await go(page, 'Bản thảo');
      await page.getByRole('link', { name: new RegExp(`^${SUBJECT}`) }).click();
      await press(page, 'Gửi');
      await page.waitForURL(/\/dispatch\/[0-9a-f]{64}$/);
      await go(page, 'Trạm và đường truyền');
    }

    /** Writes what waits onto as many sticks as it takes; their files. */
    async function written(page: Page, choose: () => Promise<void> = () => Promise.resolve()): Promise<string[]> {
      await page.getByRole('row').getByRole('button', { name: 'Mang bằng thẻ nhớ' }).click();
      await choose();
      await page.getByRole('dialog').getByRole('button', { name: 'Mang bằng thẻ nhớ' }).click();
      const save = courier(page).getByRole('button', { name: /^Chép ra thẻ \d+$/ });
      await save.first().waitFor();
      const files: string[] = [];
      for (const button of await save.all()) {
        const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
        const file = path.join(sticks, download.suggestedFilename());
        await download.saveAs(file);
        files.push(file);
      }
      await courier(page).getByText('Đã chép.').nth(files.length - 1).waitFor();
      await press(page, 'Đã chép đủ');
      await save.first().waitFor({ state: 'detached' });
      return files;
    }

    async function read(page: Page, files: readonly string[], came: RegExp): Promise<void> {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page, 'Đọc thẻ nhớ')]);
      await chooser.setFiles([...files]);
      await courier(page).getByRole('status').getByText(came).first().waitFor();
      await courier(page).getByRole('button', { name: 'Đọc thẻ nhớ' }).waitFor();
    }

    it('brings the directory there and the other keys home', async () => {
      const there = await written(hub!);
      assert.match(path.basename(there[0]!), /^hub-don-1-1\.tram$/);
      await assertFitEverywhere(hub!);
      await read(don!, there, /^Gói số 1 của .*: nhận 0 điện/);
      await read(hub!, await written(don!), /^Gói số 1 của .*thẻ 1 trên 1/);
    });

    // The second goes on with what stands on the first; after that one it is read again, each from a stick of its own.
    it('carries a dispatch on two sticks, says which is missing, and does no harm when it is read twice', async () => {
      await send(hub!);
      const files = await written(hub!, async () => {
        await hub!.getByRole('button', { name: /Một thẻ chứa được/ }).click();
        await hub!.getByRole('option', { name: '16 MB' }).click();
        await assertFitEverywhere(hub!);
      });
      assert.equal(files.length, 2);
      // Whoever asks who has it is told of the stick on the dispatch's own page.
      await go(hub!, 'Sổ đi');
      await hub!.getByRole('row', { name: new RegExp(SUBJECT) }).click();
      await hub!.getByRole('link', { name: 'Xem điện', exact: true }).click();
      await hub!.waitForURL(/\/dispatch\/[0-9a-f]{64}$/);
      await hub!.getByText(/^Đã ghi cả ra thẻ nhớ: gói số 2 gửi .+, viết .+, đang đi\. Bên kia chưa báo đã nhận\.$/).first().waitFor();
      await assertFitEverywhere(hub!);
      await go(hub!, 'Trạm và đường truyền');
      await read(don!, files.slice(1), /thẻ này nối tiếp một điện từ thẻ 1, mà phần ấy chưa có ở đây. Hãy đọc thẻ 1 trước/);
      await courier(don!).getByText(/^Gói số 2 của .* mới đọc một phần, còn phải đọc thẻ 1, 2\. Những gì ở đó .*\.$/).waitFor();
      await assertFitEverywhere(don!);
      await read(don!, files.slice(0, 1), /một điện còn tiếp ở thẻ khác\. Gói này còn thẻ 2 chưa đọc/);
      await assertFitEverywhere(don!);
      await read(don!, files.slice(1), /nhận 1 điện/);
      await courier(don!).getByText('1 điện mới chờ mở ở Bàn làm việc.').waitFor();
      await courier(don!).getByText(/^Trả lời cho .*: bấm Mang bằng thẻ nhớ/).waitFor();
      await assertFitEverywhere(don!);
      await courier(don!).getByText('Còn thiếu', { exact: true }).waitFor({ state: 'detached' });
      await read(don!, files, /^Đã đọc trước đây \(gói số 2/);
      await read(don!, [office.file('khong-phai.tram', 'không phải thẻ')], /./);
      await courier(don!).getByText('khong-phai.tram').waitFor();
    });

    it('is there at the other end, and its receipt comes home on the same stick', async () => {
      await courier(hub!).getByText(/1 điện.*còn chờ báo nhận 1/).getByText('đang đi').waitFor();
      await read(hub!, await written(don!), /báo đã nhận 1 điện của trạm này/);
      await courier(hub!).getByText(/1 điện.*còn chờ báo nhận 0/).getByText('đã tới').waitFor();
      await go(don!, 'Bàn làm việc');
      await don!.getByRole('list', { name: 'Việc đang chờ' }).getByRole('listitem').filter({ hasText: 'điện chờ mở' }).getByText('1', { exact: true }).waitFor();
    });

    it('takes back a bundle whose stick stays here, and its mail goes by the next', async () => {
      await send(hub!);
      await written(hub!);
      const left = courier(hub!).locator('li[data-state="under-way"]');
      await left.getByRole('button', { name: 'Không mang gói này' }).waitFor();
      await assertFitEverywhere(hub!);
      await left.getByRole('button', { name: 'Không mang gói này' }).click();
      await left.waitFor({ state: 'detached' });
      await go(don!, 'Trạm và đường truyền');
      await read(don!, await written(hub!), /nhận 1 điện/);
    });

    it('takes only what was chosen', async () => {
      await hub!.getByRole('row').getByRole('button', { name: 'Mang bằng thẻ nhớ' }).click();
      for (const name of ['Hỏa tốc', 'Thượng khẩn', 'Khẩn', 'Thường']) await hub!.getByRole('dialog').getByRole('checkbox', { name, exact: true }).press(' ');
      await hub!.getByText('Hãy chọn ít nhất một độ khẩn.').waitFor();
      assert.equal(await hub!.getByRole('dialog').getByRole('button', { name: 'Mang bằng thẻ nhớ' }).isDisabled(), true);
      await hub!.getByRole('dialog').getByRole('button', { name: 'Quay lại' }).click();
    });

    it('complained of nothing', () => assert.deepEqual(complaints, []));
  });
}

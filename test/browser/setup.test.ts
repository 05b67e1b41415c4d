/**
 * A real organisation founded through the pages: every key but the station's own made in the browser, the root's file taken
 * away before anything is written, the station running where the setup stood, and the founder inside; nothing for whoever
 * has not the ticket.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPage } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { unlockKeyring } from '#client/keyring/keyring.ts';
import { codeOf } from '#web/kit/code-of.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { joinRequest, joinRequestStatement } from '#wire/invitation.ts';
import { nodeBackups } from '../../src/app/backup/host.ts';
import { readServerCertificate } from '../../src/app/pages/secure-listener.ts';
import { setupPorts } from '../../src/app/setup/ports.ts';
import { SetupDesk } from '../../src/app/setup/setup-desk.ts';
import { testPages } from '../fixtures/pages.ts';
import { until } from '../fixtures/until.ts';
import { quietContext, tram, tramJson } from '../scenario/command-line.ts';
import { freePort } from '../scenario/small-office.ts';
import { want } from '../wants.ts';
import { assertFit, assertFitEverywhere, launch, newPage } from './house.ts';
import { freeSetupPorts } from './setup-ports.ts';

const PASSPHRASE = 'sông Mã mùa nước lớn';
const ROOT_PASSPHRASE = 'khóa gốc cất trong két';
const BACKUP_PASSPHRASE = 'bản sao cất ở kho';

const executablePath = await want('chromium', 'setting up a real organisation');

if (executablePath !== null) {
  describe('setting up a real organisation', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tram-setup-'));
    const data = path.join(folder, 'tram');
    const backups = path.join(folder, 'o-khac', 'sao-luu');
    const complaints: string[] = [];
    let desk: SetupDesk;
    let browser: Browser;
    let page: Page;
    let address: string;
    let linkPort: number;
    /** Another program's. */
    let taken: Server;
    /** The practice page's, from which somebody comes here. */
    let practice: Server;
    let first: string;

    before(async () => {
      taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      practice = createPage((_request, response) => response.setHeader('content-type', 'text/html').end(`<a href="${address}">x</a>`));
      await new Promise<void>((resolve) => practice.listen(0, '127.0.0.1', resolve));
      first = `http://127.0.0.1:${(practice.address() as AddressInfo).port}`;
      const ports = await setupPorts((taken.address() as AddressInfo).port);
      linkPort = ports.link;
      const assets = testPages();
      desk = new SetupDesk(quietContext(), { data, ports, first, assets: () => assets });
      address = await desk.listen();
      browser = await launch(executablePath);
    });
    after(async () => {
      await browser?.close();
      await desk?.close();
      taken.close();
      practice.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const field = (label: string): Locator => page.getByLabel(label, { exact: true }).and(page.locator('input'));
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

    it('does nothing for whoever has not the ticket', async () => {
      const { origin } = new URL(address);
      for (const [method, what] of [['GET', 'state'], ['POST', 'keys'], ['POST', 'create'], ['POST', 'join'], ['POST', 'withdraw'], ['POST', 'admit'], ['POST', 'backup'], ['POST', 'start']] as const) {
        for (const headers of [{}, { 'x-setup': 'A'.repeat(32) }]) {
          assert.equal((await fetch(`${origin}/setup/${what}`, { method, headers })).status, 401, what);
        }
      }
    });

    it('is reached by a press on the practice page, which has another name, and leads back to it', async () => {
      const newcomer = await newPage(browser, complaints);
      await newcomer.goto(first);
      await newcomer.getByRole('link').click();
      await newcomer.getByRole('heading', { name: 'Lập tổ chức thật' }).waitFor();
      // What a code is and how long a passphrase has to be stands there before anything is refused.
      await newcomer.getByText('Gồm chữ thường không dấu (a–z), số và gạch nối, nhiều nhất 32 ký tự.').waitFor();
      await newcomer.getByText('Ít nhất 12 ký tự').first().waitFor();
      // What will be made, what has to be at hand and how long it takes stands before the fields; where the station stands is folded under them.
      for (const line of [/^Sẽ lập: một tổ chức, trạm của nó/, /^Cần có sẵn: một USB để cất khóa gốc và khóa sao lưu; .*; giấy/, /^Mất chừng mười phút/, /^Lập xong thì npm start mở trạm này, không mở tỉnh thực hành nữa\./]) await newcomer.getByText(line).waitFor();
      const [title, firstField] = [await newcomer.getByRole('heading', { name: 'Lập tổ chức thật' }).boundingBox(), await newcomer.getByLabel('Tên tổ chức').boundingBox()];
      assert.ok(firstField!.y - title!.y - title!.height < 330, `${firstField!.y - title!.y} px under the title`);
      await newcomer.getByText('Trạm đứng ở đâu trên máy này').click();
      await newcomer.getByText('chạy npm start -- --data THƯ-MỤC').waitFor();
      await newcomer.getByRole('link', { name: 'Về trang đầu, tỉnh thực hành' }).click();
      await newcomer.waitForURL(`${first}/`);
      await newcomer.context().close();
    });

    it('says what is lacking before it makes any key', async () => {
      page = await newPage(browser, complaints);
      await page.goto(address);
      await page.setViewportSize({ width: 390, height: 844 });
      await field('Nhập lại mật khẩu').nth(1).fill('ngắn');
      await press('Lập tổ chức');
      await page.getByText('Hãy điền ô này.').first().waitFor();
      // All that is wrong at once: five names, three codes, two passphrases and one that was not repeated.
      assert.deepEqual(await page.locator('.field-fault').count(), 11);
      // The first field that is wrong stands before whoever pressed two screens below.
      await page.locator('input:focus').and(field('Tên tổ chức')).waitFor();
      const { y } = (await field('Tên tổ chức').boundingBox())!;
      assert.ok(y >= 0 && y < 844, `at ${y} px`);
      await page.setViewportSize({ width: 1280, height: 720 });
      await page.getByText('Trạm đứng ở đâu trên máy này').click();
      const { port } = taken.address() as AddressInfo;
      await page.getByText(new RegExp(`^Cổng ${port} hoặc cổng kế tiếp đang có chương trình khác dùng\\. .* cổng ${new URL(address).port} .* cổng ${linkPort}\\.$`)).waitFor();
      await assertFitEverywhere(page);
    });

    const passphrases = async (): Promise<void> => {
      for (const [label, value] of [['Mật khẩu thiết bị của bạn', PASSPHRASE], ['Mật khẩu của khóa gốc', ROOT_PASSPHRASE]] as const) await field(label).fill(value);
      for (const [at, value] of [PASSPHRASE, ROOT_PASSPHRASE].entries()) await field('Nhập lại mật khẩu').nth(at).fill(value);
    };

    it('founds, has the root key taken away, starts the station and lets the founder in', async () => {
      // A code is suggested from its name, until somebody writes their own.
      for (const [label, name, code] of [['Nơi đặt trạm', 'Sở chỉ huy', 'Mã trạm'], ['Tên cơ quan đầu tiên', 'Văn phòng', 'Mã cơ quan'], ['Họ và tên của bạn', 'Nguyễn Thị', 'Mã người']] as const) {
        await field(label).fill(name);
        assert.equal(await field(code).inputValue(), codeOf(name));
      }
      for (const [label, value] of [
        ['Tên tổ chức', 'Tỉnh thực hành'], ['Nơi đặt trạm', 'Sở chỉ huy'], ['Mã trạm', 'trung-tam'], ['Tên cơ quan đầu tiên', 'Văn phòng UBND tỉnh'],
        ['Mã cơ quan', 'vp'], ['Ký hiệu trong số văn bản', 'UBND-VP'], ['Họ và tên của bạn', 'Nguyễn'], ['Mã người', 'anh'],
      ] as const) await field(label).fill(value);
      await field('Họ và tên của bạn').fill('Nguyễn Thị Ánh');
      assert.equal(await field('Mã người').inputValue(), 'anh');
      await passphrases();
      await press('Lập tổ chức');
      await Promise.all([page.waitForEvent('download'), press('Tải khóa gốc')]);
      // A reload here asks, and loses the keys; what was typed stays, but for the passphrases.
      page.once('dialog', (asked) => void asked.accept());
      await page.reload();
      await page.getByText(/^Trang đã tải lại trước khi khởi động trạm, .* hãy xóa nó\.$/).waitFor();
      assert.deepEqual(await Promise.all(['Tên tổ chức', 'Mã người', 'Mật khẩu thiết bị của bạn'].map((label) => field(label).inputValue())), ['Tỉnh thực hành', 'anh', '']);
      assert.equal((await page.evaluate<string>('JSON.stringify({ ...sessionStorage, ...localStorage })')).includes(PASSPHRASE), false);
      await passphrases();
      await press('Lập tổ chức');
      const [file] = await Promise.all([page.waitForEvent('download'), press('Tải khóa gốc')]);
      assert.equal(file.suggestedFilename(), 'khoa-goc-tinh-thuc-hanh.cbor', 'whose it is stands in its name');
      const root = new Uint8Array(readFileSync(await file.path()));
      await assertFit(page);
      // The page goes with the station's folder made, and before it heard of that.
      await page.route('**/setup/create', async (route) => {
        await route.fetch();
        await page.reload();
      });
      page.once('dialog', (asked) => void asked.accept());
      await press('Đã cất xong, đi tiếp');
      await page.getByRole('heading', { name: 'Sao lưu trạm' }).waitFor();
      await press('Tạo khóa sao lưu');
      await page.getByText('Ghi đường dẫn đầy đủ, bắt đầu bằng /.').waitFor();
      await assertFitEverywhere(page);
      await field('Thư mục cất bản sao lưu, trên máy này').fill(path.join(data, 'ban-sao'));
      await field('Mật khẩu của khóa sao lưu').fill(BACKUP_PASSPHRASE);
      await field('Nhập lại mật khẩu').fill(BACKUP_PASSPHRASE);
      await press('Tạo khóa sao lưu');
      const [backupKey] = await Promise.all([page.waitForEvent('download'), press('Tải khóa sao lưu')]);
      assert.equal(backupKey.suggestedFilename(), 'khoa-sao-luu-trung-tam.cbor');
      // Not into the station's own folder, and not among other files.
      for (const [at, why] of [[path.join(data, 'ban-sao'), 'không được nằm trong thư mục trạm'], [folder, 'đang chứa thứ khác']] as const) {
        await field('Thư mục cất bản sao lưu, trên máy này').fill(at);
        await press('Đã cất xong, sao lưu lần đầu');
        await page.getByText(why).waitFor();
      }
      await assertFitEverywhere(page);
      await field('Thư mục cất bản sao lưu, trên máy này').fill(backups);
      // A page that goes here comes back to the start, with the backup made.
      await page.route('**/setup/backup', async (route) => {
        await route.fetch();
        await page.reload();
      });
      await press('Đã cất xong, sao lưu lần đầu');
      await page.getByRole('heading', { name: 'Trạm đã lập, chưa chạy' }).waitFor();
      await assertFitEverywhere(page);
      await press('Khởi động trạm');
      await page.getByRole('heading', { name: 'Trạm đã chạy' }).waitFor();
      await backupKey.saveAs(path.join(folder, 'khoa-sao-luu.cbor'));
      for (const line of [`Đã sao lưu lần đầu, vào ${backups}. Thư mục ấy mà cùng ổ với trạm`, `trang của trạm ở ${new URL(address).origin}/.`, `nối tới máy này ở cổng ${linkPort}:`, 'bấm Ctrl-C là trạm dừng:', `npm start -- --data ${data}`]) await page.getByText(line).waitFor();
      await assertFitEverywhere(page);
      await press('Vào trạm');
      await page.getByText('Thiết bị của Nguyễn Thị Ánh, mã anh-may').waitFor();
      await field('Mật khẩu').fill(PASSPHRASE);
      await page.keyboard.press('Enter');
      await page.getByRole('navigation', { name: 'Các phòng' }).getByText('Nguyễn Thị Ánh').waitFor();
      const store = { read: async () => root, write: () => Promise.reject(new Error('it is only read')) };
      const ring = await unlockKeyring({ crypto: nodeCrypto, random: nodeRandom, store }, ROOT_PASSPHRASE);
      assert.equal(ring.contents.name, 'Tỉnh thực hành');
      assert.notEqual(ring.contents.root, undefined);
      ring.lock();
    });

    it('backs up by one press, and what was made opens with the key that was taken away', async () => {
      const room = (name: string): Promise<void> => page.getByRole('navigation', { name: 'Các phòng' }).getByRole('link', { name }).click();
      await room('Vận hành trạm');
      await press('Sao lưu ngay');
      await until(async () => (await nodeBackups.list(backups)).length === 2);
      await room('Bàn làm việc');
      const phrase = path.join(folder, 'mat-khau-sao-luu');
      writeFileSync(phrase, BACKUP_PASSPHRASE);
      const { code, error } = await tram(['backup', 'verify', '--folder', backups, '--key', path.join(folder, 'khoa-sao-luu.cbor'), '--key-passphrase-file', phrase]);
      assert.equal(code, 0, error);
    });

    it('leads the founder from the desk to what is lacking before the first dispatch, by what the directory has', async () => {
      const follow = (name: string): Promise<void> => page.getByRole('link', { name, exact: true }).first().click();
      const steps = page.getByRole('region', { name: 'Việc cần làm tiếp' }).getByRole('listitem');
      await steps.first().waitFor();
      assert.deepEqual(await steps.getByRole('link').allInnerTexts(), ['Thêm chức vụ', 'Nhận người mới', 'Thêm cơ quan', 'Mời trạm khác', 'Làm thẻ khôi phục']);
      await assertFitEverywhere(page);
      // Each leads into the form itself.
      await follow('Thêm chức vụ');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Tên chức vụ').fill('Phó Chủ tịch');
      for (const right of [/^duyệt/, /^ký/]) await dialog.getByRole('checkbox', { name: right }).check({ force: true });
      await dialog.getByRole('button', { name: 'Thêm chức vụ', exact: true }).click();
      await page.getByText('Tiếp theo: mở chức vụ này ở dưới rồi bấm “Nhận người mới”').waitFor();
      await follow('Bàn làm việc');
      await steps.first().waitFor();
      assert.deepEqual(await steps.getByRole('link').allInnerTexts(), ['Nhận người mới', 'Thêm cơ quan', 'Mời trạm khác', 'Làm thẻ khôi phục']);
      await follow('Nhận người mới');
      await page.getByRole('heading', { name: 'Phó Chủ tịch' }).waitFor();
      await dialog.getByText('Chọn tệp xin ghi nhận').waitFor();
      await page.keyboard.press('Escape');
      await follow('Soạn điện');
      await page.getByText('Chưa có nơi nào để gửi tới.').waitFor();
      await page.getByRole('button', { name: 'Thường Độ khẩn' }).waitFor();
      await assertFitEverywhere(page);
      await follow('Thêm cơ quan');
      await page.waitForURL('**/directory/offices');
      await dialog.getByLabel('Tên cơ quan').waitFor();
      await assertFitEverywhere(page);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await page.reload();
      await field('Mật khẩu').fill(PASSPHRASE);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Thêm cơ quan' }).waitFor();
      assert.equal(await dialog.count(), 0, 'it is opened once');
    });

    it('has the pages certified for other machines, and says how they come to trust them', async () => {
      await page.getByRole('navigation', { name: 'Các phòng' }).getByRole('link', { name: 'Trạm và đường truyền' }).click();
      const part = page.getByRole('region', { name: 'Mở trang từ máy khác' });
      await part.getByText(`tram pages key --data ${data} --out pages.pub`).waitFor();
      await part.getByText(`tram pages open --data ${data} --certificate pages.pem`).waitFor();
      const [root] = await Promise.all([page.waitForEvent('download'), part.getByRole('button', { name: 'Tải chứng thư gốc' }).click()]);
      const authority = new X509Certificate(readFileSync(await root.path()));
      await part.getByText(authority.fingerprint256).waitFor();
      const key = path.join(folder, 'pages.pub');
      const { fingerprint } = await tramJson<{ fingerprint: string }>(['pages', 'key', '--data', data, '--out', key]);
      const dialog = page.getByRole('dialog');
      const pick = async (file: string): Promise<void> => {
        const [chooser] = await Promise.all([page.waitForEvent('filechooser'), dialog.getByRole('button', { name: 'Chọn tệp pages.pub' }).click()]);
        await chooser.setFiles(file);
      };
      const certify = (): Promise<void> => dialog.getByRole('button', { name: 'Cấp chứng thư', exact: true }).click();
      await part.getByRole('button', { name: 'Cấp chứng thư' }).click();
      await pick(path.join(data, 'station.json'));
      await dialog.getByText('Đây không phải tệp khóa của trang.').waitFor();
      await pick(key);
      await dialog.getByLabel('Dấu vân tay mà lệnh in ra').fill('0000 0000');
      await dialog.getByLabel('Tên máy hoặc số IP mà người dùng gõ').fill('tram.tinh.example, 10.0.0.5');
      await certify();
      await dialog.getByRole('alert').getByText(/vân tay/).waitFor();
      await assertFitEverywhere(page);
      await dialog.getByLabel('Dấu vân tay mà lệnh in ra').fill(fingerprint);
      const [chain] = await Promise.all([page.waitForEvent('download'), certify()]);
      await part.getByText('Đã tải pages.pem, cho tram.tinh.example, 10.0.0.5.').waitFor();
      await chain.saveAs(path.join(folder, 'pages.pem'));
      await tramJson(['pages', 'open', '--data', data, '--address', '127.0.0.1', '--port', String(await freePort()), '--certificate', path.join(folder, 'pages.pem')]);
      // What a station serves its pages with: its own key, these names, and the organisation above it.
      const served = readServerCertificate(path.join(data, 'pages.pem'), path.join(data, 'pages.key'));
      assert.deepEqual(['tram.tinh.example', '10.0.0.5', 'x.example'].map(served.speaksFor), [true, true, false]);
      const [, issuer] = served.chain.split(/(?=-----BEGIN)/);
      assert.equal(new X509Certificate(issuer!).checkIssued(authority), true);
      await assertFitEverywhere(page);
      // As the station says it once it was started again.
      await page.route('**/here', async (route) => route.fulfill({ json: { ...await (await route.fetch()).json() as object, elsewhere: 'https://tram.tinh.example:7443/' } }));
      const rooms = page.getByRole('navigation', { name: 'Các phòng' });
      for (const room of ['Danh bạ', 'Trạm và đường truyền']) await rooms.getByRole('link', { name: room }).click();
      await part.getByRole('link', { name: 'https://tram.tinh.example:7443' }).waitFor();
      await part.getByText('Đóng lại, chỉ mở trên máy của trạm').click();
      await part.getByText(`tram pages close --data ${data}`).waitFor();
      await assertFitEverywhere(page);
      await page.unroute('**/here');
    });

    it('invites a second station and admits it by its fingerprint, both through their pages', async () => {
      const room = (): Promise<void> => page.getByRole('navigation', { name: 'Các phòng' }).getByRole('link', { name: 'Trạm và đường truyền' }).click();
      const dialog = page.getByRole('dialog');
      const submit = (name: string): Promise<void> => dialog.getByRole('button', { name, exact: true }).click();
      await room();
      await press('Mời một trạm');
      for (const [label, value] of [['Mã trạm mới', 'don'], ['Nơi đặt trạm', 'Đồn Sốp Cộp'], ['Trạm chọn ở trên nghe ở địa chỉ', `127.0.0.1:${linkPort}`]] as const) await dialog.getByLabel(label).fill(value);
      await dialog.getByRole('combobox', { name: 'Nối với trạm' }).fill('so chi huy');
      // By keyboard: on a busy machine the list may close under a pointer that has just moved there.
      await page.getByRole('option', { name: /^Sở chỉ huy/ }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await submit('Mời một trạm');
      await dialog.waitFor({ state: 'detached' });
      const code = (await page.locator('.net-code code').innerText()).trim();
      const box = (await page.locator('.net-code').boundingBox())!;
      assert.ok(box.y >= 0 && box.y + box.height <= page.viewportSize()!.height, 'the code is in view');
      const [invitation] = await Promise.all([page.waitForEvent('download'), press('Tải tệp mời')]);
      const at = (name: string): string => path.join(folder, name);
      await invitation.saveAs(at('moi.cbor'));
      await assertFitEverywhere(page);
      // What was given out is kept over a reload, sealed.
      await page.reload();
      await field('Mật khẩu').fill(PASSPHRASE);
      await page.keyboard.press('Enter');
      await page.getByRole('row', { name: /^Đồn Sốp Cộp don còn hiệu lực đến/ }).waitFor();

      const assets = testPages();
      const joining = new SetupDesk(quietContext(), { data: at('don'), ports: await freeSetupPorts(), assets: () => assets });
      const post = await newPage(browser, complaints, { acceptDownloads: true });
      try {
        await post.goto((await joining.listen()).replace('/#', '/?join=1#'));
        const put = async (on: Page, name: string, file: string): Promise<void> => {
          const [chooser] = await Promise.all([on.waitForEvent('filechooser'), on.getByRole('button', { name, exact: true }).click()]);
          await chooser.setFiles(file);
        };
        await put(post, 'Chọn tệp mời', at('moi.cbor'));
        for (const [label, value] of [['Họ và tên của bạn', 'Vàng Thị Thảo'], ['Mã người', 'thao'], ['Mật khẩu thiết bị của bạn', PASSPHRASE], ['Nhập lại mật khẩu', PASSPHRASE], ['Mã mở lời mời', code]] as const) {
          await post.getByLabel(label, { exact: true }).and(post.locator('input')).fill(value);
        }
        await post.getByRole('button', { name: 'Xin gia nhập', exact: true }).click();
        const [request] = await Promise.all([post.waitForEvent('download'), post.getByRole('button', { name: 'Tải tệp xin gia nhập' }).click()]);
        await request.saveAs(at('xin.cbor'));
        const print = (await post.locator('code.print').innerText()).trim();

        // Whoever sits there may write the code of an office that stands: the page fills in none of those, and takes none.
        const asked = joinRequest.decode(readFileSync(at('xin.cbor')));
        const standing = 'vp';
        writeFileSync(at('xin-gian.cbor'), joinRequest.encode({ ...asked, statement: joinRequestStatement.encode({ ...joinRequestStatement.decode(asked.statement), office: standing }) }));
        await press('Kết nạp trạm');
        await put(page, 'Chọn tệp xin gia nhập', at('xin-gian.cbor'));
        const office = dialog.getByLabel('Mã cơ quan đầu tiên');
        assert.equal(await office.inputValue(), '');
        await office.fill(standing);
        await dialog.getByText('Danh bạ đã có cơ quan hoặc chức vụ mang mã này.').waitFor();
        await assertFitEverywhere(page);
        await put(page, 'Chọn tệp xin gia nhập', at('xin.cbor'));
        await dialog.getByText('Trạm don ở Đồn Sốp Cộp xin vào; người đầu tiên là Vàng Thị Thảo, mã thao, thiết bị thao-may.').waitFor();
        assert.equal(await office.inputValue(), 'don');
        await dialog.getByLabel('Dấu vân tay họ đọc cho').fill('0000 0000 0000');
        for (const [label, value] of [['Tên cơ quan', 'Đồn Sốp Cộp'], ['Ký hiệu trong số văn bản', 'ĐSC']] as const) await dialog.getByLabel(label).fill(value);
        await submit('Kết nạp trạm');
        await dialog.getByRole('alert').waitFor();
        await assertFitEverywhere(page);
        await dialog.getByLabel('Dấu vân tay họ đọc cho').fill(print);
        await submit('Kết nạp trạm');
        const [admission] = await Promise.all([page.waitForEvent('download'), press('Tải tệp kết nạp')]);
        await admission.saveAs(at('nhan.cbor'));
        await page.getByRole('row', { name: /^Đồn Sốp Cộp don đã dùng/ }).waitFor();

        await put(post, 'Chọn tệp kết nạp', at('nhan.cbor'));
        // Whoever joined has no registrar at this station who would press for it.
        await post.getByText(`npx tram backup --data ${at('don')} --folder /mnt/sao-luu --recipient`).waitFor();
        assert.equal(await post.getByText('một lần bấm').count(), 0);
        await assertFitEverywhere(post);
        await post.getByRole('button', { name: 'Để sau: khởi động trạm, chưa có bản sao lưu' }).click();
        await post.getByRole('button', { name: 'Vào trạm', exact: true }).click();
        await post.getByText('Thiết bị của Vàng Thị Thảo, mã thao-may').waitFor();
        await page.getByRole('table', { name: 'Đường truyền của trạm này' }).getByRole('row', { name: /Đồn Sốp Cộp don.*thông/ }).waitFor();
        // Nobody signs there: whoever writes there is told whom to ask, and the registrar is led to where it is mended.
        await post.getByLabel('Mật khẩu', { exact: true }).and(post.locator('input')).fill(PASSPHRASE);
        await post.keyboard.press('Enter');
        await post.getByText('Chưa ai có quyền duyệt và ký ở Đồn Sốp Cộp: bản thảo không đi được. Nhờ người giữ danh bạ (Nguyễn Thị Ánh)').waitFor();
        await assertFitEverywhere(post);
        await page.getByRole('navigation', { name: 'Các phòng' }).getByRole('link', { name: 'Bàn làm việc' }).click();
        await page.getByRole('listitem').filter({ hasText: 'Chưa ai có quyền duyệt và ký ở Đồn Sốp Cộp' }).getByRole('link', { name: 'Thêm chức vụ' }).click();
        await dialog.getByRole('heading', { name: /Đồn Sốp Cộp/ }).waitFor();
        await page.keyboard.press('Escape');
      } finally {
        await post.context().close();
        await joining.close();
      }
      assert.equal((await tram(['audit', '--data', at('don')])).code, 0);
      await page.context().close();
    });

    it('leaves a folder that audits, and makes no second organisation in it', async () => {
      await desk.close();
      const report = await tramJson<{ holds?: boolean; station?: string }>(['audit', '--data', data]);
      assert.equal(JSON.stringify(report).includes('trung-tam'), true);
      await assert.rejects(desk.listen(), { code: 'data-folder-occupied' });
    });
  });
}

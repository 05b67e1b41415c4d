/**
 * The first page in a real browser, as a newcomer and as a keyboard would use it: from the bare address to an opened
 * dispatch, a cut link, what the relay sees; accessible in both languages, both themes and on a phone; no script, style
 * or connection that the policy does not name.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { until } from '../fixtures/until.ts';
import { want } from '../wants.ts';
import { assertFitEverywhere, type House, isKept, newPage, openHouse, tabTo, TYPED_SHEETS } from './house.ts';

/** What the first opened dispatch may cost somebody who has only the address. */
const ACTIONS_MAX = 15;
const FIRST_LOAD_BYTES_MAX = 200_000;

const executablePath = await want('chromium', 'the pages in a browser');

if (executablePath !== null) {
  describe('the first page', () => {
    let house: House;

    before(async () => { house = await openHouse(executablePath); });
    after(() => house?.close());

    it('leads from the bare address to an opened dispatch, through a cut link, in few actions', async () => {
      const page = await house.open();
      let actions = 0;
      const press = async (name: string | RegExp): Promise<void> => {
        actions++;
        await page.getByRole('button', { name }).first().click();
      };
      await press('Gửi công điện đầu tiên');
      await press('Niêm phong và trình ký');
      await press('Sang vai người ký');
      await press('Duyệt nội dung và độ mật');
      await press(/^Ký$/);
      await press('Sang vai văn thư');
      await press(/^Cắt đường truyền: .*Sốp Cộp/);
      await press(/^Gửi$/);
      await page.getByText('Đang giữ: Trạm trung chuyển Mai Sơn (diễn tập)').waitFor();
      await press('Trạm trung chuyển thấy gì?');
      await page.getByRole('dialog').getByText('Không có: trích yếu').waitFor();
      const seen = await page.getByRole('dialog').innerText();
      for (const secret of ['mưa lũ', 'sông Mã', 'Đặng Ngọc Khuê']) assert.ok(!seen.includes(secret), secret);
      await press('Đóng');
      await press('Sang vai đồn');
      await press(/^Nối lại/);
      await press('Mở và kiểm tra');
      await page.getByText('Hợp lệ').waitFor();
      assert.match(await page.getByRole('article').innerText(), /Công điện về ứng phó mưa lũ trên sông Mã[\s\S]*1\/UBND-VP/);
      await page.getByText(/^Đã mở, Vàng Thị Thảo/).waitFor();
      // What is shown as open is not said to be on its way, and what is still to be done is no delivery.
      await page.getByText('báo nhận “đã mở” đã về tới nơi gửi').waitFor();
      await page.getByText('Điện đã tới và đã mở. Còn việc trong cơ quan nhận: giao cho người thực hiện').waitFor();
      await page.reload();
      await page.getByText(/^Đã mở, Vàng Thị Thảo/).waitFor();
      assert.ok(actions <= ACTIONS_MAX, `${actions} actions`);
      await page.context().close();
    });

    it('says what is missing in an address without its ticket, and takes one press too many for none', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).dblclick();
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).waitFor();
      assert.equal(new URL(page.url()).origin, house.origin);
      await page.context().close();
      const bare = await newPage(house.browser, []);
      await bare.goto(house.origin);
      await bare.getByRole('alert').getByText(/^Địa chỉ này thiếu phần sau dấu #\./).waitFor();
      // The whole address, typed over it: no other page for a browser.
      await bare.goto(house.address);
      await bare.getByRole('button', { name: 'Gửi công điện đầu tiên' }).waitFor();
      assert.equal(new URL(bare.url()).hash, '');
      await bare.context().close();
    });

    it('is opened once by what stands in the command line of a browser, and not by whoever reads it there', async () => {
      const fromElsewhere = await fetch(house.opening, { redirect: 'manual', headers: { 'sec-fetch-site': 'cross-site' } });
      assert.equal(fromElsewhere.headers.get('location'), null, 'a page of elsewhere uses it up for nobody');
      const page = await newPage(house.browser, house.complaints);
      await page.goto(house.opening);
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).waitFor();
      assert.equal(page.url(), `${house.origin}/`);
      await page.context().close();
      const second = await newPage(house.browser, []);
      await second.goto(house.opening);
      await second.getByRole('alert').getByText(/^Địa chỉ này thiếu phần sau dấu #\./).waitFor();
      await second.context().close();
    });

    it('does the same by the keyboard alone', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).waitFor();
      for (const name of ['Gửi công điện đầu tiên', 'Niêm phong và trình ký', 'Sang vai người ký', 'Duyệt nội dung và độ mật', 'Ký', 'Sang vai văn thư', 'Gửi', 'Sang vai đồn', 'Mở và kiểm tra']) {
        await page.getByRole('button', { name, exact: true }).waitFor();
        await tabTo(page, name);
        await page.keyboard.press('Enter');
      }
      await page.getByText('Hợp lệ').waitFor();
      await page.context().close();
    });

    it('opens the whole desk of a role, comes back to it after a reload, and after locking does not', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      await page.getByRole('button', { name: 'Mở cả bàn làm việc của Đặng Ngọc Khuê' }).click();
      const who = page.getByRole('navigation', { name: 'Các phòng' }).getByText('Đặng Ngọc Khuê');
      await who.waitFor();
      const { pathname } = new URL(page.url());
      await page.reload();
      await who.waitFor();
      assert.equal(new URL(page.url()).pathname, pathname);
      await page.getByRole('button', { name: 'Khóa máy' }).click();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).waitFor();
      await page.goto(`${house.origin}/about`);
      await page.getByRole('heading', { name: 'Giới thiệu' }).waitFor();
      assert.equal(await who.count(), 0);
      await page.context().close();
    });

    it('plays every role from inside the house, and comes back to the last after a reload', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      await page.getByRole('button', { name: 'Mở cả bàn làm việc của Đặng Ngọc Khuê' }).click();
      const rooms = page.getByRole('navigation', { name: 'Các phòng' });
      await rooms.getByText('Đặng Ngọc Khuê').waitFor();
      await assertFitEverywhere(page);
      let last = 'Chuyên viên: soạn';
      for (const [role, name] of [
        ['Phó Chủ tịch: duyệt và ký', 'Lò Văn Minh'], ['Văn thư: lấy số, gửi', 'Nguyễn Thị Ánh'], ['Văn thư đồn: nhận và mở', 'Vàng Thị Thảo'], ['Đồn trưởng: duyệt và ký', 'Cầm Văn Sơn'],
      ] as const) {
        await tabTo(page, last);
        await page.keyboard.press('Enter');
        await page.getByRole('option', { name: role, exact: true }).click();
        await rooms.getByText(name).waitFor();
        await page.getByRole('heading', { name: /^Bàn làm việc: / }).waitFor();
        assert.equal(new URL(page.url()).pathname, '/desk');
        last = role;
      }
      await page.getByRole('heading', { name: /^Bàn làm việc: Đồn Sốp Cộp/ }).waitFor();
      await page.reload();
      await rooms.getByText('Cầm Văn Sơn').waitFor();
      await rooms.getByRole('link', { name: 'Sơ đồ và đường truyền' }).click();
      await page.getByRole('heading', { name: 'Sơ đồ trạm' }).waitFor();
      await page.context().close();
    });

    it('shows the signatory on the first page what waits on their desk', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      await page.getByLabel('Trích yếu').fill('Công điện về ứng phó mưa lũ, lần hai');
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).click();
      await page.getByText('Bản thảo đã niêm phong cho cơ quan.').waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      // Whose turn it is not asks what there is, and fetches none of it.
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.getByRole('radio', { name: /^Văn thư/ }).click();
      await page.getByText('Chưa có gì để gửi.').waitFor();
      await until(() => asked.filter((path) => path.endsWith('/drafts')).length >= 3);
      assert.deepEqual(asked.filter((path) => path.includes('/drafts/')), []);
      await page.getByRole('radio', { name: /^Người ký/ }).click();
      // Given back with a reason, it is its drafter's; written anew, it comes again.
      await page.getByRole('button', { name: 'Trả lại', exact: true }).click();
      const giving = page.getByRole('dialog', { name: 'Trả lại bản thảo cho người soạn?' });
      await giving.getByLabel('Lý do').fill('Ghi rõ giờ báo cáo');
      await giving.getByRole('button', { name: 'Trả lại', exact: true }).click();
      await page.getByText('Đã trả lại người soạn, kèm lý do có chữ ký của bạn.').waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      await page.getByText('Ghi rõ giờ báo cáo').waitFor();
      await until(async () => await page.getByLabel('Trích yếu').inputValue() === 'Công điện về ứng phó mưa lũ, lần hai', 'what was given back stands there to be changed');
      await page.getByLabel('Nội dung').fill('Mưa lớn kéo dài, báo cáo trước 21 giờ.');
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).click();
      await page.getByRole('button', { name: 'Sang vai người ký' }).click();
      await page.getByRole('button', { name: 'Duyệt nội dung và độ mật' }).click();
      await page.getByRole('button', { name: 'Ký', exact: true }).click();
      await page.getByRole('radio', { name: /^Văn thư/ }).click();
      await page.getByRole('button', { name: 'Gửi', exact: true }).waitFor();
      // What is done at the desk is done here.
      const clerk = await house.inside('anh', '/drafts');
      await clerk.getByRole('link', { name: /^Công điện về ứng phó mưa lũ/ }).first().click();
      await clerk.getByRole('button', { name: 'Gửi', exact: true }).click();
      await clerk.waitForURL(/\/dispatch\//);
      await clerk.context().close();
      await page.getByText(/^Đã gửi: số \d+\/UBND-VP/).waitFor();
      await page.context().close();
    });

    it('shows after a reload what the relay carried last', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Trạm trung chuyển thấy gì?' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(/Đây là điện gần nhất đã qua trạm này, lúc \d\d\/\d\d\/\d{4} \d\d:\d\d\./).waitFor();
      await dialog.getByText('Không có: trích yếu').waitFor();
      await page.context().close();
    });

    it('sends a file that a person picks, under its own name', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      const workers: string[] = [];
      page.on('worker', (worker) => workers.push(new URL(worker.url()).pathname));
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Thêm tệp' }).click()]);
      await chooser.setFiles({ name: 'Công điện số 12.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(200_001, 7) });
      await page.getByText('Công điện số 12.pdf').waitFor();
      for (const name of ['Niêm phong và trình ký', 'Sang vai người ký', 'Duyệt nội dung và độ mật', 'Ký', 'Sang vai văn thư', 'Gửi', 'Sang vai đồn', 'Mở và kiểm tra']) {
        await page.getByRole('button', { name, exact: true }).click();
      }
      await page.getByRole('article').getByText('Công điện số 12.pdf').waitFor();
      assert.ok(workers.filter((worker) => /^\/assets\/part-worker-[\w-]+\.js$/.test(worker)).length >= 3, 'measured, uploaded and opened in workers');
      for (const worker of workers) assert.match(worker, /^\/assets\/(?:part|passphrase)-worker-[\w-]+\.js$/);
      await page.context().close();
    });

    it('keeps what is typed through a reload, sealed, until it is saved', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      const [subject, text] = ['Sơ tán bản Huổi Luông', 'Bốn mươi hộ đi trước mười tám giờ.'];
      await page.getByLabel('Trích yếu').fill(subject);
      await page.getByLabel('Nội dung').fill(text);
      const kept = (): Promise<number[][]> => page.evaluate<number[][]>(TYPED_SHEETS);
      await until(() => isKept(page, JSON.stringify([subject, text])), 'both fields are kept');
      assert.ok(!Buffer.from((await kept())[0]!).includes(Buffer.from('Huổi Luông')));
      await page.reload();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      await until(async () => await page.getByLabel('Trích yếu').inputValue() === subject, 'the subject is back');
      assert.equal(await page.getByLabel('Nội dung').inputValue(), text);
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).click();
      await page.getByRole('button', { name: 'Sang vai người ký' }).waitFor();
      assert.deepEqual(await kept(), []);
      await page.context().close();
    });

    it('says what is wrong with an empty subject, and loses nothing', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      await page.getByLabel('Trích yếu').fill('  ');
      await page.getByLabel('Nội dung').fill('Còn đây.');
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).click();
      await page.getByText('Hãy ghi trích yếu').waitFor();
      assert.equal(await page.getByLabel('Nội dung').inputValue(), 'Còn đây.');
      await page.context().close();
    });

    it('is accessible, in both themes and languages, on a desk and on a phone', async () => {
      const page = await house.open();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).waitFor();
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('button', { name: 'Seal and submit for signature' }).waitFor();
      assert.equal(await page.evaluate('document.documentElement.lang'), 'en');
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'What does the relay see?' }).click();
      await page.getByRole('dialog').waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('on a phone brings each step that is begun before who begins it, with the focus', async () => {
      const page = await house.open({ viewport: { width: 390, height: 844 } });
      const isSeen = async (target: Locator, pressed: string): Promise<void> => {
        const { y, height } = (await target.boundingBox())!;
        assert.ok(y >= 0 && y + height <= 844, `after "${pressed}" at ${y} px`);
      };
      const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
      const leadsTo = async (name: string, target: Locator): Promise<void> => {
        await page.getByRole('button', { name, exact: true }).click();
        await isSeen(target, name);
        assert.match(await focused(), /^Bạn đang là/);
      };
      // A step that was done leaves its reader where what was done is said, before whoever is next.
      const endsAt = async (name: string, said: string | RegExp, next: string): Promise<void> => {
        await page.getByRole('button', { name, exact: true }).click();
        await page.locator('button:focus').and(page.getByRole('button', { name: next })).waitFor();
        for (const target of [page.getByText(said).last(), page.getByRole('button', { name: next })]) await isSeen(target, name);
      };
      await leadsTo('Gửi công điện đầu tiên', page.getByRole('heading', { name: 'Soạn công điện', exact: true }));
      await endsAt('Niêm phong và trình ký', /^Bản thảo đã niêm phong/, 'Sang vai người ký');
      await leadsTo('Sang vai người ký', page.getByRole('heading', { name: 'Duyệt và ký', exact: true }));
      await page.getByRole('button', { name: 'Duyệt nội dung và độ mật' }).click();
      await endsAt('Ký', 'Đã ký', 'Sang vai văn thư');
      await leadsTo('Sang vai văn thư', page.getByRole('button', { name: 'Gửi', exact: true }));
      // Whoever looks at the roles stays among them.
      await page.getByRole('radio', { name: /^Người ký/ }).click();
      assert.match(await focused(), /^Người ký/);
      await page.context().close();
    });

    it('loads little, nothing from elsewhere, and keeps the ticket out of the address', async () => {
      const { address, browser } = house;
      const page = await (await browser.newContext()).newPage();
      const hosts = new Set<string>();
      page.on('response', (response) => void hosts.add(new URL(response.url()).host));
      await page.goto(address);
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).waitFor();
      const bytes = await firstLoadBytes(new URL(address).origin);
      assert.ok(bytes > 50_000 && bytes <= FIRST_LOAD_BYTES_MAX, `${bytes} bytes of script`);
      assert.deepEqual([...hosts], [new URL(address).host]);
      assert.equal(new URL(page.url()).hash, '');
      await page.reload();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).waitFor();
      await page.context().close();
    });

    it('gives devices and weather to nobody without the ticket, and nothing to a page of elsewhere', async () => {
      const { origin } = house;
      for (const [method, what] of [['GET', 'state'], ['GET', 'device/anh'], ['PUT', 'device/anh'], ['PUT', 'link/lowlands'], ['GET', `relay/${'00'.repeat(32)}`]] as const) {
        for (const headers of [{}, { 'x-practice': 'A'.repeat(32) }]) {
          const answer = await fetch(`${origin}/practice/${what}`, { method, headers });
          assert.equal(answer.status, 401, `${method} ${what}`);
        }
      }
      const foreign = await fetch(`${origin}/`, { headers: { 'sec-fetch-site': 'cross-site' } });
      assert.equal(foreign.status, 403);
    });

    it('had nothing to complain of', () => assert.deepEqual(house.complaints, []));
  });
}

/** Script that must be there before anything shows, compressed as it travels: the entry and what it imports outright. */
async function firstLoadBytes(origin: string): Promise<number> {
  const index = await (await fetch(`${origin}/`)).text();
  const [, entry] = /<script type="module" src="([^"]+)"/.exec(index)!;
  const seen = new Set<string>([entry!]);
  let bytes = 0;
  for (const file of seen) {
    const { headers } = await fetch(origin + file, { method: 'HEAD', headers: { 'accept-encoding': 'br' } });
    const length = Number(headers.get('content-length'));
    // What is as small as this travels as it is.
    assert.ok(headers.get('content-encoding') === 'br' || length < 1_024, file);
    bytes += length;
    const code = await (await fetch(origin + file)).text();
    for (const [, name] of code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w-]+\.js)["']/g)) seen.add(`/assets/${name}`);
  }
  return bytes;
}

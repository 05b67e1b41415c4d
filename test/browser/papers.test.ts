/**
 * Reading without leaving traces: files of an opened dispatch are looked at in a frame that can do nothing else, what is
 * hostile in them stays still, and the browser's profile on the disk holds no piece of what was written or read.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { want } from '../wants.ts';
import { CHROMIUM_FLAGS } from './harness.ts';
import { assertFit, assertFitEverywhere, type House, openHouse, STEP_MS_MAX } from './house.ts';
import { tracesIn } from './traces.ts';

const SUBJECT = 'Điểm sạt lở bản Huổi Luông cần sơ tán';
const TEXT = 'Đề nghị đồng chí Nguyễn Thị Ánh đưa bốn mươi hộ lên trường học trước mười tám giờ.';
const NOTE = 'Danh sách hộ phải đi ngay: Vàng A Dơ, Sùng Thị Mảy, Lò Văn Pâng.';
const PDF_SAYS = 'Kho gao du tru ban Nam Vi con sau tan';
const MARK_SAYS = 'Chi mot nua so ho';
const HOSTILE_NAME = '<img src=x onerror=document.title=1>.txt';
const FILES = [
  { name: 'Danh sách hộ.txt', mimeType: 'text/plain', buffer: Buffer.from(`${NOTE}\n<script>parent.document.title='hỏng'</script>`) },
  { name: HOSTILE_NAME, mimeType: 'text/html', buffer: Buffer.from('chỉ là chữ') },
  { name: 'bản đồ.png', mimeType: 'image/png', buffer: png(640, 400) },
  { name: 'Công điện số 12.pdf', mimeType: 'application/pdf', buffer: pdf(PDF_SAYS) },
  { name: 'Có đánh dấu.pdf', mimeType: 'application/pdf', buffer: pdf(PDF_SAYS, [marked('')]) },
  { name: 'Có ghi chú.pdf', mimeType: 'application/pdf', buffer: pdf(PDF_SAYS, [marked(MARK_SAYS)]) },
  { name: 'Có ô điền.pdf', mimeType: 'application/pdf', buffer: pdf(PDF_SAYS, ['<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (1000) /F 4 /Rect [400 20 560 60] >>']) },
  { name: 'Chỉ khi in.pdf', mimeType: 'application/pdf', buffer: pdf(PDF_SAYS, [marked('', 36)]) },
  { name: 'Có lớp.pdf', mimeType: 'application/pdf', buffer: pdf(PDF_SAYS, [marked('')], '/OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >>') },
  { name: 'hai hình.gif', mimeType: 'image/gif', buffer: gif(2) },
  { name: 'một hình.gif', mimeType: 'image/gif', buffer: gif(1) },
  { name: 'đảo chiều.txt', mimeType: 'text/plain', buffer: Buffer.from('chuyển \u202e001\u202c hộ\r\nngay') },
  { name: 'giả.png', mimeType: 'image/png', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>') },
  { name: 'kho.zip', mimeType: 'application/zip', buffer: Buffer.alloc(70_000, 3) },
];

/** Of a canvas in the page, what is asked here. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): { getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray } };
}

const executablePath = await want('chromium', 'files looked at in a browser');

if (executablePath !== null) {
  describe('files of a dispatch', () => {
    let house: House;
    let profile: string;
    let context: BrowserContext;
    let page: Page;
    const complaints: string[] = [];
    const asked: string[] = [];

    before(async () => {
      house = await openHouse(executablePath);
      profile = mkdtempSync(path.join(tmpdir(), 'tram-profile-'));
      context = await chromium.launchPersistentContext(profile, { executablePath, args: CHROMIUM_FLAGS, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', acceptDownloads: true });
      page = await context.newPage();
      page.setDefaultTimeout(STEP_MS_MAX);
      // The browser itself complains of the request that is cut here.
      page.on('console', (message) => { if (message.type() === 'error' && !/\/dispatches\/[0-9a-f]{64}\/downloads$/.test(message.location().url)) complaints.push(message.text()); });
      page.on('pageerror', (error) => complaints.push(error.message));
      context.on('request', (request) => asked.push(request.url()));
      await page.goto(house.address);
      await received();
    });
    after(async () => {
      await context?.close();
      await house?.close();
      if (profile !== undefined) rmSync(profile, { recursive: true, force: true });
    });

    const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: true }).first().click();
    const frame = () => page.frameLocator('iframe');

    async function received(): Promise<void> {
      await press('Gửi công điện đầu tiên');
      await page.getByLabel('Trích yếu').fill(SUBJECT);
      await page.getByLabel('Nội dung').fill(TEXT);
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press('Thêm tệp')]);
      await chooser.setFiles(FILES);
      await page.getByText('kho.zip').waitFor();
      for (const name of ['Niêm phong và trình ký', 'Sang vai người ký', 'Duyệt nội dung và độ mật', 'Ký', 'Sang vai văn thư', 'Gửi', 'Sang vai đồn', 'Mở và kiểm tra']) await press(name);
      await page.getByRole('button', { name: 'Xem Danh sách hộ.txt' }).waitFor();
    }

    async function look(name: string): Promise<void> {
      await press(`Xem ${name}`);
      await page.getByText('Chỉ xem: không ghi gì xuống máy này.').waitFor();
    }

    it('shows text as text, whatever it says', async () => {
      await look('Danh sách hộ.txt');
      assert.match(await frame().locator('pre').innerText(), /Sùng Thị Mảy[\s\S]*<script>parent/);
      await look(HOSTILE_NAME);
      assert.equal(await frame().locator('pre').innerText(), 'chỉ là chữ');
      assert.equal(await page.title(), 'Trạm');
      await press('Cất đi');
      assert.equal(await page.locator('iframe').count(), 0);
    });

    it('shows an image and a PDF with its words', async () => {
      await look('bản đồ.png');
      const canvas = frame().getByRole('img', { name: 'bản đồ.png' });
      assert.deepEqual(await canvas.evaluate((drawn) => [(drawn as unknown as Canvas).width, (drawn as unknown as Canvas).height]), [640, 400]);
      await look('Công điện số 12.pdf');
      await frame().locator('section[data-drawn]').waitFor();
      assert.equal(await frame().locator('section p').textContent(), PDF_SAYS);
      const inked = await frame().locator('canvas').evaluate((drawn) => {
        const { width, height } = drawn as unknown as Canvas;
        return (drawn as unknown as Canvas).getContext('2d').getImageData(0, 0, width, height).data.some((value, i) => i % 4 === 0 && value < 128);
      });
      assert.equal(inked, true, 'letters are drawn');
    });

    it('turns no letters of a text around', async () => {
      await look('đảo chiều.txt');
      assert.equal(await frame().locator('pre').textContent(), 'chuyển \ufffd001\ufffd hộ\nngay');
    });

    it('draws what was put upon a page as the file says that it looks', async () => {
      await look('Có đánh dấu.pdf');
      await frame().locator('section[data-drawn]').waitFor();
      // Of a page of 595 by 200 points, in the middle of the mark.
      const ink = await frame().locator('canvas').evaluate((drawn) => {
        const { width, height } = drawn as unknown as Canvas;
        return [...(drawn as unknown as Canvas).getContext('2d').getImageData(Math.round(width * 480 / 595), Math.round(height * 160 / 200), 1, 1).data];
      });
      assert.deepEqual(ink, [255, 0, 0, 255]);
      assert.equal(await page.getByText(/^Tệp có thể còn phần không hiện ở đây/).count(), 0);
    });

    it('says of a file, beside it and in the list, that another program may show more of it', async () => {
      const row = (name: string): Locator => page.getByRole('listitem').filter({ hasText: name });
      // The last has a script, which is not run here.
      for (const name of ['Có ghi chú.pdf', 'Có ô điền.pdf', 'Chỉ khi in.pdf', 'Có lớp.pdf', 'hai hình.gif', 'Công điện số 12.pdf']) {
        await look(name);
        await page.getByText(/^Tệp có thể còn phần không hiện ở đây: ghi chú, ô điền, lớp, mã lệnh, tệp nằm trong tệp, hoặc hình sau hình đầu\./).waitFor();
        await row(name).getByText('có thể không hiện hết').waitFor();
      }
      await assertFit(page);
      for (const name of ['một hình.gif', 'bản đồ.png', 'Danh sách hộ.txt']) {
        await look(name);
        assert.equal(await page.getByText(/^Tệp có thể còn phần không hiện ở đây/).count(), 0, name);
        assert.equal(await row(name).getByText('có thể không hiện hết').count(), 0, name);
      }
      await press('Cất đi');
      assert.equal(await page.getByText('có thể không hiện hết').count(), 6, 'it stands there after the file was put away');
    });

    it('says so where a file is not what its name says, and offers no look at what it cannot show', async () => {
      await press('Xem giả.png');
      await page.getByText(/^Không xem được tệp này ở đây/).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Xem kho.zip' }).count(), 0);
      await press('Cất đi');
    });

    it('is accessible with a file open, in both languages, themes and widths', async () => {
      await look('Danh sách hộ.txt');
      await assertFit(page);
      await press('Chuyển sang giao diện tối');
      await page.setViewportSize({ width: 390, height: 844 });
      await assertFit(page);
      await press('English');
      await page.getByText('For reading only').waitFor();
      await assertFit(page);
      await press('Tiếng Việt');
      await press('Chuyển sang giao diện sáng');
      await page.setViewportSize({ width: 1440, height: 900 });
      await press('Cất đi');
    });

    it('downloads only after it said what that means and the ledger has it, byte for byte', async () => {
      const ledger = await house.inside('thao', '/ledger');
      const entry = ledger.getByRole('option', { name: /một tệp của điện [0-9a-f]{12} đã được tải về một máy/ });
      await ledger.getByRole('option', { name: /vào sổ đến điện/ }).first().waitFor();
      assert.equal(await entry.count(), 0, 'opened and looked at is not taken to a machine');
      // This browser has no window in which somebody could choose a place: it gets the way of those that cannot.
      await page.evaluate('delete window.showSaveFilePicker');
      let downloads = 0;
      page.on('download', () => { downloads += 1; });
      const ask = async (): Promise<void> => {
        await page.getByRole('listitem').filter({ hasText: 'kho.zip' }).getByRole('button', { name: 'Tải về' }).click();
        await page.getByRole('alertdialog').getByText(/ngoài sự bảo vệ của Trạm/).waitFor();
      };
      const confirm = (): Promise<void> => page.getByRole('alertdialog').getByRole('button', { name: 'Tải về' }).click();
      await page.route('**/dispatches/*/downloads', (route) => route.abort());
      await ask();
      await confirm();
      await page.getByRole('alert').filter({ hasText: 'Chưa lưu tệp: tải về phải được ghi vào sổ cái' }).waitFor();
      await page.unroute('**/dispatches/*/downloads');
      await ask();
      const [download] = await Promise.all([page.waitForEvent('download'), confirm()]);
      assert.equal(downloads, 1, 'what could not be recorded was not written');
      assert.equal(download.suggestedFilename(), 'kho.zip');
      assert.deepEqual(readFileSync(await download.path()), FILES.at(-1)!.buffer);
      await page.getByText('Đã ghi kho.zip xuống máy này.').waitFor();
      await ledger.reload();
      await entry.waitFor();
      await ledger.context().close();
      // Beside the life of the dispatch, for those who read it: who has it on which machine.
      const [dispatch] = asked.flatMap((url) => /\/dispatches\/([0-9a-f]{64})\/downloads$/.exec(url)?.[1] ?? []);
      const life = await house.inside('thao', `/dispatch/${dispatch}`);
      await life.getByRole('region', { name: 'Tệp đã tải về máy' }).getByRole('listitem').filter({ hasText: 'kho.zip' }).filter({ hasText: 'Vàng Thị Thảo' }).waitFor();
      await assertFit(life);
      // On its way for long it is told in every room, and stopped from there.
      const gate = Promise.withResolvers<void>();
      await life.route('**/api/1/parts/**', (route) => gate.promise.then(() => route.abort()).catch(() => undefined));
      const tray = life.getByRole('region', { name: 'Máy này đang làm' });
      await life.getByRole('button', { name: 'Xem Danh sách hộ.txt' }).click();
      await life.getByRole('navigation', { name: 'Các phòng' }).getByRole('link', { name: 'Trạm và đường truyền' }).click();
      await tray.getByRole('progressbar', { name: 'Danh sách hộ.txt' }).waitFor();
      await assertFitEverywhere(life);
      await tray.getByRole('button', { name: 'Dừng: Danh sách hộ.txt' }).click();
      await tray.waitFor({ state: 'detached' });
      // What failed stays until somebody has read it.
      gate.resolve();
      await life.goBack();
      await life.getByRole('button', { name: 'Xem Danh sách hộ.txt' }).click();
      await tray.getByRole('button', { name: 'Đã rõ: Danh sách hộ.txt' }).click();
      await tray.waitFor({ state: 'detached' });
      await life.context().close();
    });

    it('asked nobody else for anything, and had nothing to complain of', () => {
      const { origin } = house;
      assert.deepEqual(asked.filter((url) => !url.startsWith(`${origin}/`) && !/^(?:data|blob):/.test(url)), []);
      assert.deepEqual(complaints, []);
    });

    it('gives the frame nothing but its file: no storage, no network, no way to the page', async () => {
      await look('Danh sách hộ.txt');
      const inside = page.frames().find((one) => one !== page.mainFrame());
      const tried = await inside!.evaluate<Record<string, boolean | string>>(`(async () => {
        const can = async (work) => { try { await work(); return true; } catch { return false; } };
        return {
          parent: await can(() => parent.document.title), storage: await can(() => localStorage.length), databases: await can(() => indexedDB.open('x')),
          network: await can(() => fetch(location.href + '?x')), lines: Object.getOwnPropertyNames(globalThis).filter((name) => /RTC|WebTransport/.test(name) && globalThis[name] !== undefined).join(),
          call: await can(() => new RTCPeerConnection()), again: await can(() => { 'use strict'; globalThis.RTCPeerConnection = Object; }) || delete globalThis.RTCPeerConnection,
          child: await can(() => document.body.appendChild(document.createElement('iframe')).contentWindow.RTCPeerConnection), markup: await can(() => { document.body.innerHTML = '<b>x</b>'; }), origin: self.origin,
        };
      })()`);
      assert.deepEqual(tried, { parent: false, storage: false, databases: false, network: false, lines: '', call: false, again: false, child: false, markup: false, origin: 'null' });
    });

    it('leaves nothing of it in the profile on the disk', async () => {
      await context.close();
      const found = tracesIn(profile, [SUBJECT, TEXT, NOTE, PDF_SAYS, 'Danh sách hộ.txt', 'Công điện số 12.pdf', HOSTILE_NAME]);
      assert.deepEqual(found, []);
      assert.ok(readdirSync(profile, { recursive: true }).length > 20, 'the profile is there');
      // The search finds what is there: a browser keeps the title and address of what it showed.
      assert.notDeepEqual(tracesIn(profile, [new URL(house.address).host]), []);
    });
  });
}

/** A picture of stripes. */
function png(width: number, height: number): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) rows.fill(y % 64 < 32 ? 0x30 : 0xd0, y * (width * 3 + 1) + 1, (y + 1) * (width * 3 + 1));
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** Pictures of one point, one after another. */
function gif(pictures: number): Buffer {
  const picture = Buffer.from('21f90400000000002c0000000001000100000202440100', 'hex');
  return Buffer.concat([Buffer.from('GIF89a', 'latin1'), Buffer.from('01000100800000000000ffffff', 'hex'), ...Array.from({ length: pictures }, () => picture), Buffer.from(';', 'latin1')]);
}

/** A red square upon the page, with words that stand beside it in other programs. @param flags to be printed; 36 is only that */
function marked(words: string, flags = 4): string {
  return `<< /Type /Annot /Subtype /Square /Contents (${words}) /F ${flags} /Rect [400 20 560 60] /AP << /N 6 0 R >> >>`;
}

/** One page that says one line, and, where nothing is put upon it, asks to run a script when it is opened. @param upon annotations @param whole of the file, which has a layer to name there */
function pdf(line: string, upon: readonly string[] = [], whole = ''): Buffer {
  const drawing = `BT /F1 24 Tf 40 120 Td (${line}) Tj ET`;
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${upon.length === 0 ? '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> ' : ''}${whole}>>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [${upon.join(' ')}] >>`,
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    '<< /Type /XObject /Subtype /Form /BBox [0 0 160 40] /Length 25 >>\nstream\n1 0 0 rg 0 0 160 40 re f  \nendstream',
    '<< /Type /OCG /Name (Them) >>',
  ];
  let text = '%PDF-1.7\n';
  const places = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`;
  return Buffer.from(`${text}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`, 'latin1');
}

/**
 * A whole errand in the rooms of the house, by the people whose it is: written, approved, signed, numbered and sent; it
 * comes, is opened, handed over, acted upon and answered; each desk says whose turn it is. Once by the keyboard alone.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { EMPTY } from '../../src/web/compose/order.ts';
import { until } from '../fixtures/until.ts';
import { want } from '../wants.ts';
import { sendLetters } from './correspondence.ts';
import { assertFit, assertFitEverywhere, type House, isKept, openHouse, shownMoment, tabTo, typeMoment } from './house.ts';

const SUBJECT = 'Sạt lở đường lên Mường Lát, cần sơ tán trước 18 giờ';
const TEXT = 'Đề nghị đồng chí Nguyễn Thị Ánh báo ngay cho các bản ven suối.';
const ANSWER = 'Đã sơ tán xong 42 hộ';
/** Would show in the title of the page, were it ever taken for more than text. */
const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>{{1}}';
/** What lies at the post already: most urgent first, whatever came first. */
const BEFORE = [{ subject: 'Lịch trực tháng mười hai', hours: 80 }, { subject: 'Nước sông Mã vượt báo động ba', precedence: 'flash', classification: 'secret', hours: 2 }] as const;
const FILE = { name: 'Công điện số 12.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n%%EOF\n') };
const LIST = { name: 'Danh sách hộ.txt', mimeType: 'text/plain', buffer: Buffer.from('Vàng A Dơ, Sùng Thị Mảy') };
/** No page can show it. */
const STORE = { name: 'kho.zip', mimeType: 'application/zip', buffer: Buffer.alloc(70_000, 3) };

const executablePath = await want('chromium', 'desk, drafts and dispatches in a browser');

if (executablePath !== null) {
  describe('letters in the house', () => {
    let house: House;
    const pages = new Map<string, Page>();
    let draft: string;
    let dispatch: string;

    before(async () => { house = await openHouse(executablePath, (province) => sendLetters(province, BEFORE)); });
    after(() => house?.close());

    /** Where a person works: one page each, as at their own machine. */
    async function at(person: string, path: string): Promise<Page> {
      const page = pages.get(person);
      if (page === undefined) {
        const opened = await house.inside(person, path, { viewport: { width: 1440, height: 900 } });
        pages.set(person, opened);
        return opened;
      }
      await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`);
      return page;
    }
    const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
    /** A file of what is shown, in its frame. */
    async function look(page: Page): Promise<void> {
      await press(page, `Xem ${LIST.name}`);
      await page.getByText('Chỉ xem: không ghi gì xuống máy này.').waitFor();
      assert.equal(await page.frameLocator('iframe').locator('pre').innerText(), LIST.buffer.toString());
    }
    const tally = (page: Page, name: string) => page.getByRole('list', { name: 'Việc đang chờ' }).getByRole('listitem').filter({ hasText: name });

    it('begins with a desk that says what will stand there', async () => {
      const page = await at('khue', '/desk');
      await page.getByRole('heading', { name: /^Bàn làm việc: Văn phòng UBND tỉnh/ }).waitFor();
      await page.getByRole('heading', { name: 'Không có gì chờ' }).waitFor();
      await assertFit(page);
    });

    it('is written by the keyboard alone, found without diacritics, and refused without a recipient', async () => {
      const page = await at('khue', '/desk');
      await tabTo(page, 'Soạn điện');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Soạn điện' }).waitFor();
      // Where writing begins, with no list over it before somebody types.
      await page.locator('input:focus').and(page.getByRole('combobox', { name: 'Thêm nơi nhận' })).waitFor();
      assert.equal(await page.getByRole('option').count(), 0);
      await tabTo(page, 'Niêm phong và trình ký');
      await page.keyboard.press('Enter');
      await page.getByText('Hãy chọn ít nhất một nơi nhận.').waitFor();
      await page.getByText('Hãy ghi trích yếu').waitFor();
      // Whoever pressed far below stands at the first field that is wrong.
      await page.locator('input:focus').and(page.getByRole('combobox', { name: 'Thêm nơi nhận' })).waitFor();
      await page.keyboard.type('don sop');
      await page.getByRole('option', { name: /^Đồn Sốp Cộp/ }).waitFor();
      // The first that is found, as everywhere where something is found by typing.
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /^Bỏ Đồn Sốp Cộp/ }).waitFor();
      assert.equal(await page.getByRole('option').count(), 0);
      await page.getByLabel('Trích yếu').focus();
      await page.keyboard.type(SUBJECT);
      await page.getByLabel('Nội dung').focus();
      await page.keyboard.type(TEXT);
      await assertFit(page);
    });

    it('offers Hỏa tốc, and says who then sends it', async () => {
      const page = await at('khue', '/compose');
      for (const label of ['Mục đích', 'Độ khẩn']) await page.getByRole('listitem').getByText(label, { exact: true }).waitFor();
      await page.getByRole('button', { name: /^để thực hiện Mục đích gửi Đồn Sốp Cộp/ }).waitFor();
      await press(page, /^Thường Độ khẩn đối với Đồn Sốp Cộp/);
      await page.getByRole('option', { name: 'Hỏa tốc', exact: true }).click();
      await page.getByText('Điện hỏa tốc phải do người có quyền ra điện hỏa tốc gửi; ở cơ quan này: Nguyễn Thị Ánh.').waitFor();
      await assertFit(page);
      await press(page, /^Hỏa tốc Độ khẩn đối với Đồn Sốp Cộp/);
      await page.getByRole('option', { name: 'Thường', exact: true }).click();
      await page.getByText('Điện hỏa tốc phải do').waitFor({ state: 'detached' });
    });

    it('keeps what was typed through a reload, and seals it with its file', async () => {
      const page = await at('khue', '/compose');
      await typeMoment(page, 'Phải trả lời trước', '2026-01-01', '16:45');
      await page.getByText('Lúc này đã qua; hãy chọn một lúc sau bây giờ.').waitFor();
      await press(page, 'Niêm phong và trình ký');
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).waitFor();
      await typeMoment(page, 'Phải trả lời trước', '2027-01-01', '16:45');
      assert.equal(await page.getByText('Lúc này đã qua').count(), 0);
      await page.getByRole('button', { name: 'Không mật Độ mật' }).click();
      await page.getByRole('option', { name: 'Tối mật', exact: true }).click();
      const order = { ...EMPTY, exercise: true, classification: 'secret', subject: SUBJECT, text: TEXT, replyBy: '01/01/2027 16:45', lines: [{ name: 'don', role: 'action', precedence: 'routine', except: [] }] };
      await until(() => isKept(page, JSON.stringify(order)));
      await page.reload();
      await until(async () => await page.getByLabel('Nội dung').inputValue() === TEXT);
      assert.deepEqual(await shownMoment(page, 'Phải trả lời trước'), ['01', '01', '2027', '16', '45']);
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page, 'Thêm tệp')]);
      await chooser.setFiles([FILE, LIST, STORE]);
      await press(page, 'Niêm phong và trình ký');
      await page.locator(':focus').getByText(/^Đã niêm phong và trình bản thảo\./).waitFor();
      await page.getByText('Đang chờ người khác duyệt. Làm được bước này: Lò Văn Minh.').waitFor();
      await page.getByText('Bạn soạn bản thảo này nên không tự duyệt hay ký').waitFor();
      draft = new URL(page.url()).pathname.split('/')[2]!;
      assert.equal(await page.getByRole('button', { name: 'Duyệt nội dung và độ mật' }).count(), 0, 'whoever wrote it does not approve it');
      const facts = await page.locator('dl.facts').innerText();
      for (const signed of ['Loại văn bản', 'Công điện', 'Đồn Sốp Cộp', 'Phải trả lời trước', '01/01/2027 16:45', 'Đặng Ngọc Khuê']) assert.ok(facts.includes(signed), `${signed} is signed, and stands there`);
      await assertFit(page);
    });

    it('is changed with its file carried over, which begins its signatures anew', async () => {
      const page = await at('khue', `/drafts/${draft}`);
      await page.getByRole('link', { name: 'Sửa' }).click();
      await page.getByRole('heading', { name: 'Sửa bản thảo' }).waitFor();
      await press(page, `Bỏ ${FILE.name}`);
      await page.getByText(`Đã bỏ ${FILE.name}.`).waitFor();
      await press(page, 'Hoàn tác');
      await page.getByRole('button', { name: `Bỏ ${FILE.name}` }).waitFor();
      await page.getByLabel('Trích yếu').fill(`${SUBJECT} hôm nay`);
      await press(page, 'Niêm phong và trình ký');
      await page.getByText('Đang chờ người khác duyệt.').waitFor();
      await page.getByText(`${SUBJECT} hôm nay`).first().waitFor();
      await page.getByText(FILE.name).waitFor();
      assert.equal(await page.getByText('chỉ có trích yếu').count(), 0);
      const changed = new URL(page.url()).pathname.split('/')[2]!;
      assert.notEqual(changed, draft);
      draft = changed;
    });

    it('has its files looked at before anybody approves, and downloaded by nobody', async () => {
      const page = await at('minh', `/drafts/${draft}`);
      await look(page);
      await assertFitEverywhere(page);
      await press(page, `Xem ${FILE.name}`);
      await page.getByText('Không xem được tệp này ở đây: tệp hỏng, hoặc không đúng loại như tên của nó.', { exact: true }).waitFor();
      await page.getByText(/^Tệp không có nút Xem thì trang này không mở được/).waitFor();
      assert.equal(await page.getByRole('button', { name: `Xem ${STORE.name}` }).count(), 0);
      assert.equal(await page.getByRole('button', { name: 'Tải về' }).count(), 0, 'no ledger has downloads of a draft');
      await press(page, 'Cất đi');
      assert.equal(await page.locator('iframe').count(), 0);
    });

    it('is given back with a reason that stands on the drafter\'s desk, changed and submitted again', async () => {
      const minh = await at('minh', `/drafts/${draft}`);
      await press(minh, 'Trả lại');
      await press(minh.getByRole('dialog') as unknown as Page, 'Trả lại');
      await minh.getByText('Hãy ghi lý do: người soạn cần biết phải sửa gì.').waitFor();
      await minh.getByLabel('Lý do').fill('Ghi rõ ai báo cáo, trước mấy giờ.');
      await assertFitEverywhere(minh);
      await press(minh.getByRole('dialog') as unknown as Page, 'Trả lại');
      await minh.getByText('Đã trả lại, đang chờ người soạn sửa.').waitFor();
      assert.equal(await minh.getByRole('button', { name: 'Duyệt nội dung và độ mật' }).count(), 0);
      const khue = await at('khue', '/desk');
      await tally(khue, 'trả lại bạn').getByText('1', { exact: true }).waitFor();
      await assertFitEverywhere(khue);
      await khue.getByRole('link', { name: /Lò Văn Minh trả lại: Ghi rõ ai báo cáo, trước mấy giờ\./ }).click();
      await khue.getByText('Lò Văn Minh trả lại bản thảo này').waitFor();
      await assertFitEverywhere(khue);
      await khue.getByRole('link', { name: 'Sửa' }).click();
      await khue.getByRole('heading', { name: 'Sửa bản thảo' }).waitFor();
      await khue.getByText('Ghi rõ ai báo cáo, trước mấy giờ.').waitFor();
      await press(khue, 'Niêm phong và trình ký');
      await khue.getByText('Đang chờ người khác duyệt.').waitFor();
      await until(() => Promise.resolve(!khue.url().includes(draft)));
      draft = new URL(khue.url()).pathname.split('/')[2]!;
      // Whoever gave it back still stands on the old one.
      await minh.getByText(/^Đã có bản sửa:/).waitFor();
      assert.equal(await minh.getByRole('button', { name: 'Bỏ bản thảo' }).count(), 0);
      await assertFitEverywhere(minh);
      await minh.getByRole('link', { name: 'Mở bản sửa' }).click();
      await until(() => Promise.resolve(minh.url().endsWith(`/drafts/${draft}`)));
      await minh.getByText('Đến lượt bạn: đọc kỹ rồi duyệt.').waitFor();
    });

    it('is approved and signed by another, several at once from the list', async () => {
      const page = await at('minh', '/desk');
      await tally(page, 'chờ bạn duyệt').getByText('1', { exact: true }).waitFor();
      await assertFit(page);
      await at('minh', '/drafts');
      await page.getByRole('checkbox', { name: `Chọn ${SUBJECT} hôm nay` }).press(' ');
      await press(page, 'Duyệt 1 bản thảo');
      await page.locator(':focus').getByText('Đã duyệt 1 bản thảo.').waitFor();
      await page.getByText('Chờ bạn ký').waitFor();
      await page.getByRole('link', { name: new RegExp(`^${SUBJECT}`) }).click();
      await page.getByText('Đến lượt bạn: đọc kỹ rồi ký.').waitFor();
      await press(page, 'Ký');
      // What was pressed is gone: its reader stands where the outcome is said.
      await page.locator(':focus').getByText('Đã ký, đang chờ văn thư lấy số và gửi.').waitFor();
      assert.equal(await page.getByRole('list', { name: 'Chữ ký' }).getByRole('listitem').count(), 3);
      // Whoever submitted it still stands on it: what was said then has been overtaken.
      const author = pages.get('khue')!;
      await author.getByText('Đã ký, đang chờ văn thư lấy số và gửi.').waitFor();
      assert.equal(await author.getByText(/^Đã niêm phong và trình bản thảo/).count(), 0);
    });

    it('is numbered and sent by the clerk, and its life is beside it', async () => {
      const page = await at('anh', '/desk');
      await tally(page, 'chờ bạn gửi').getByText('1', { exact: true }).waitFor();
      await page.getByRole('link', { name: new RegExp(SUBJECT) }).click();
      await look(page);
      await press(page, 'Gửi');
      // What is secret goes after one question that says what goes to whom.
      const asked = page.getByRole('alertdialog', { name: 'Gửi điện này?' });
      await asked.getByText(`“${SUBJECT} hôm nay”, Tối mật, tới Đồn Sốp Cộp (giả định) (để thực hiện, Thường).`).waitFor();
      await asked.getByRole('button', { name: 'Gửi', exact: true }).click();
      await page.waitForURL(/\/dispatch\/[0-9a-f]{64}$/);
      dispatch = new URL(page.url()).pathname.split('/')[2]!;
      // What was pressed is gone with its page: its reader stands where its outcome is said.
      await page.locator(':focus').getByText(/^Đã gửi: số \d+\/UBND-VP\. /).waitFor();
      await page.getByText('Gửi tới: Đồn Sốp Cộp (giả định) (để thực hiện, Thường).').waitFor();
      await page.getByText('rồi nơi nhận mở, chậm nhất 6 giờ sau khi tới.').waitFor();
      await page.getByText('Đã tới trạm nhận, còn niêm phong').waitFor();
      await page.getByText('chờ người mở').waitFor();
      await assertFit(page);
    });

    it('comes to the other desk sealed, says nothing of itself, and opens', async () => {
      const page = await at('thao', '/desk');
      await tally(page, 'điện chờ mở').getByText(String(BEFORE.length + 1), { exact: true }).waitFor();
      assert.equal(await page.getByText(SUBJECT).count(), 0);
      const waiting = page.getByRole('region', { name: 'Điện đến chưa xong' }).getByRole('listitem');
      assert.match(await waiting.first().innerText(), /Hỏa tốc/);
      await assertFit(page);
      await at('thao', `/dispatch/${dispatch}`);
      await page.getByRole('heading', { name: 'Điện còn niêm phong' }).waitFor();
      assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Điện', 'of what kind its document is nobody can know yet');
      await assertFit(page);
      await press(page, 'Mở và kiểm tra');
      await page.getByText('Hợp lệ').waitFor();
      await page.getByText(TEXT).waitFor();
      await page.getByText(FILE.name).waitFor();
      await assertFit(page);
    });

    it('is not offered to whoever may not write, who is told who may', async () => {
      const page = await at('minh', '/desk');
      await page.getByRole('heading', { name: /^Bàn làm việc/ }).waitFor();
      assert.equal(await page.getByRole('link', { name: 'Soạn điện' }).count(), 0);
      await at('minh', '/compose');
      await page.getByText(/^Bạn không có quyền soạn điện ở Văn phòng UBND tỉnh \(diễn tập\)\. Làm được bước này: .*Đặng Ngọc Khuê/).waitFor();
      await assertFit(page);
    });

    it('is called what its writer\'s language calls it, and counts in it', async () => {
      const page = await at('khue', '/desk');
      await press(page, 'English');
      await page.getByRole('link', { name: 'Write a dispatch' }).first().click();
      assert.equal(await page.getByLabel('Kind of document').inputValue(), 'Official telegram');
      await page.getByRole('button', { name: 'Routine Precedence' }).waitFor();
      await press(page, 'Tiếng Việt');
      assert.equal(await page.getByLabel('Loại văn bản').inputValue(), 'Official telegram', 'what stands there stays');
    });

    it('is handed over to one of the office, with a note that the sender reads and the office keeps, and acted upon', async () => {
      const page = await at('thao', `/dispatch/${dispatch}`);
      await press(page, 'Ghi đã giao');
      const whom = page.getByRole('combobox', { name: 'Giao cho ai, không bắt buộc' });
      await page.getByRole('button', { name: /^Xem mọi người trong cơ quan/ }).click();
      assert.deepEqual(await page.getByRole('option').allInnerTexts(), ['Cầm Văn Sơn Đồn trưởng (không đọc được điện đến trên máy)', 'Vàng Thị Thảo Văn thư đồn']);
      await page.getByRole('option', { name: 'Cầm Văn Sơn' }).click();
      assert.equal(await whom.inputValue(), 'Cầm Văn Sơn, Đồn trưởng');
      // Somebody without a device is typed.
      await whom.fill('Cầm Văn Sơn, tổ trực');
      await page.getByLabel('Ghi chú cho nơi gửi, không bắt buộc').fill('Làm ngay trong đêm');
      assert.equal(await whom.inputValue(), 'Cầm Văn Sơn, tổ trực', 'what was typed stays');
      await assertFit(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Ghi đã giao' }).click();
      await page.getByRole('status').getByText('Đã giao', { exact: true }).waitFor();
      await page.getByText('Đã giao người thực hiện, Vàng Thị Thảo').waitFor();
      await page.getByText('Giao cho Cầm Văn Sơn, tổ trực. Làm ngay trong đêm', { exact: true }).waitFor();
      // Another device of the office has nothing but what its station gives it.
      const other = await house.inside('thao', `/registers/in?open=${dispatch.slice(0, 12)}`, { viewport: { width: 1440, height: 900 } });
      await other.getByRole('row', { name: /Đã giao: Cầm Văn Sơn, tổ trực/ }).waitFor();
      await other.getByRole('complementary').getByText('Cầm Văn Sơn, tổ trực', { exact: true }).waitFor();
      await other.getByText('Giao cho Cầm Văn Sơn, tổ trực. Làm ngay trong đêm', { exact: true }).waitFor();
      await assertFitEverywhere(other);
      await other.getByRole('button', { name: 'In sổ' }).click();
      await other.getByRole('cell', { name: 'Cầm Văn Sơn, tổ trực' }).waitFor();
      await other.context().close();
      await press(page, 'Ghi đã thi hành');
      await page.getByRole('dialog').getByRole('button', { name: 'Ghi đã thi hành' }).click();
      await page.getByRole('status').getByText('Đã thi hành', { exact: true }).waitFor();
      const home = await at('anh', `/dispatch/${dispatch}`);
      await home.getByText('Đã giao người thực hiện, Vàng Thị Thảo').waitFor();
      await home.getByText('Giao cho Cầm Văn Sơn, tổ trực. Làm ngay trong đêm', { exact: true }).waitFor();
      await home.getByText('Đã thi hành, Vàng Thị Thảo').waitFor();
    });

    it('is answered, and the answer is as much a secret as the question', async () => {
      const page = await at('thao', `/dispatch/${dispatch}`);
      await page.getByRole('link', { name: 'Trả lời' }).click();
      await page.getByRole('heading', { name: 'Soạn điện trả lời' }).waitFor();
      const asked = page.getByRole('region', { name: /^Trả lời điện \d+\/UBND-VP$/ });
      await asked.getByText(`${SUBJECT} hôm nay`).waitFor();
      await asked.getByText(/^Văn phòng UBND tỉnh \(diễn tập\), \d\d\/\d\d\/\d{4}/).waitFor();
      await asked.getByText('Xem nội dung').click();
      await asked.getByText(TEXT).waitFor();
      await assertFitEverywhere(page);
      assert.match(await page.getByLabel('Trích yếu').inputValue(), new RegExp(`^Trả lời điện \\d+/UBND-VP: ${SUBJECT} hôm nay$`));
      await page.getByText('Văn phòng UBND tỉnh').first().waitFor();
      await page.getByLabel('Trích yếu').fill(ANSWER);
      await page.getByLabel('Nội dung').fill('Không ai bị thương.');
      await press(page, 'Niêm phong và trình ký');
      await page.getByText('Đang chờ người khác duyệt.').waitFor();
      assert.equal(await page.locator('.sheet .secrecy').textContent(), 'Tối mật');
      await page.locator('.sheet').getByRole('link', { name: new RegExp(`^\\d+/UBND-VP: ${SUBJECT} hôm nay$`) }).waitFor();
      await page.getByRole('button', { name: 'Bỏ bản thảo' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Bỏ bản thảo' }).click();
      await page.getByText('Chưa có bản thảo nào').waitFor();
      await assertFit(page);
    });

    it('is cancelled by a dispatch of its own, and whoever looks at it is told first', async () => {
      const page = await at('anh', `/dispatch/${dispatch}`);
      await page.locator('summary').getByText('Điện nghiệp vụ về điện này').click();
      await assertFit(page);
      await page.getByRole('link', { name: 'Hủy điện' }).click();
      await page.getByRole('heading', { name: 'Hủy điện' }).waitFor();
      const subject = await page.getByLabel('Trích yếu').inputValue();
      assert.match(subject, new RegExp(`^Hủy điện \\d+/UBND-VP: ${SUBJECT}`));
      await press(page, 'Niêm phong và trình ký');
      await page.waitForURL(/\/drafts\/[0-9a-f]{32}$/);
      const cancelling = new URL(page.url()).pathname;
      const signing = await at('minh', cancelling);
      await press(signing, 'Duyệt nội dung và độ mật');
      await signing.getByText('Bạn đã duyệt và vẫn được ký: người soạn là người kia.').waitFor();
      await press(signing, 'Ký');
      await signing.getByText('Đã ký, đang chờ văn thư lấy số và gửi.').waitFor();
      const sending = await at('anh', cancelling);
      await press(sending, 'Gửi');
      await sending.getByRole('alertdialog').getByRole('button', { name: 'Gửi', exact: true }).click();
      const told = await at('thao', `/dispatch/${dispatch}`);
      await told.getByRole('status').getByText('Đã hủy', { exact: true }).waitFor();
      await assertFit(told);
      await told.getByRole('status').getByRole('link', { name: /^Văn phòng UBND tỉnh/ }).click();
      await told.getByRole('heading', { name: 'Điện còn niêm phong' }).waitFor();
      await told.getByRole('link', { name: 'Hủy điện' }).click();
      await told.getByRole('heading', { name: SUBJECT }).first().waitFor();
    });

    it('takes nothing that somebody wrote, or that stands in the address, for more than text', async () => {
      const page = await at('thao', '/compose');
      const title = await page.title();
      await page.getByRole('combobox', { name: 'Thêm nơi nhận' }).fill('van phong');
      await page.getByRole('option', { name: /^Văn phòng/ }).click();
      for (const label of ['Trích yếu', 'Nội dung', 'Loại văn bản']) await page.getByLabel(label).fill(HOSTILE);
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page, 'Thêm tệp')]);
      await chooser.setFiles([{ name: '<img src=x onerror=document.title=1>.txt', mimeType: 'text/html', buffer: Buffer.from(HOSTILE) }]);
      await press(page, 'Niêm phong và trình ký');
      await page.getByRole('heading', { name: HOSTILE }).waitFor();
      const id = new URL(page.url()).pathname.split('/')[2]!;
      for (const path of ['/desk', '/drafts', `/drafts/${id}`, `/compose/${id}`]) {
        await at('thao', path);
        await page.getByText(HOSTILE).or(page.locator(`input[value*="onerror"]`)).first().waitFor();
      }
      const reflected = encodeURIComponent(HOSTILE);
      for (const path of [`/dispatch/${reflected}`, `/drafts/${reflected}`, `/compose?reply=${reflected}`, `/registers/in?tab=${reflected}&open=${reflected}&with=${reflected}&since=${reflected}`, `/directory/people/${reflected}`]) {
        await at('thao', path);
        await page.locator('.waiting').waitFor({ state: 'detached' });
      }
      assert.deepEqual([await page.title(), await page.locator('img').count()], [title, 0]);
    });

    it('says of a draft that it has nothing but a subject, to who wrote it and to who is to sign it', async () => {
      const page = await at('khue', '/compose');
      await page.getByRole('combobox', { name: 'Thêm nơi nhận' }).fill('don sop');
      await page.getByRole('option', { name: /^Đồn Sốp Cộp/ }).click();
      await page.getByLabel('Trích yếu').fill('Quên nội dung');
      await press(page, 'Niêm phong và trình ký');
      await page.getByText('Bản thảo này chỉ có trích yếu, không có nội dung, không kèm tệp.').waitFor();
      const minh = await at('minh', new URL(page.url()).pathname);
      await minh.getByText('Bản thảo này chỉ có trích yếu, không có nội dung, không kèm tệp.').waitFor();
      await minh.getByRole('button', { name: 'Duyệt nội dung và độ mật' }).waitFor();
      await assertFitEverywhere(minh);
    });

    it('shows nobody what is not theirs', async () => {
      const page = await at('son', `/dispatch/${'ab'.repeat(32)}`);
      await page.getByText('Điện này không thuộc cơ quan đang chọn').waitFor();
      await at('son', `/dispatch/${dispatch}`);
      await page.getByText('Người có quyền nhận điện').or(page.getByText(TEXT)).or(page.getByText('Điện này không thuộc cơ quan đang chọn')).first().waitFor();
      assert.equal(await page.getByRole('button', { name: 'Ghi đã giao' }).count(), 0);
    });

    it('is accessible in both themes, both languages, on a desk and on a phone', async () => {
      const page = await house.inside('thao', '/desk');
      for (const path of ['/desk', '/compose', '/drafts', `/dispatch/${dispatch}`]) {
        await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`);
        await page.locator('.waiting').waitFor({ state: 'detached' });
        await page.locator('.room h1').waitFor({ state: 'attached' });
        await assertFitEverywhere(page);
        await press(page, 'English');
        await assertFitEverywhere(page);
        await press(page, 'Tiếng Việt');
      }
      await page.context().close();
    });

    it('had nothing to complain of', () => {
      assert.deepEqual(house.complaints.filter((one) => !/status of 40[034]/.test(one)), []);
    });
  });
}

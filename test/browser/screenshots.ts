/** `npm run screenshots`: the pages as they look, into docs/images: light, dark, and on a phone. `npm run screenshots -- ledger` takes those named. */
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { want } from '../wants.ts';
import { sendLetters } from './correspondence.ts';
import { openHouse } from './house.ts';

const IMAGES = path.join(import.meta.dirname, '../../docs/images');
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  '': { viewport: { width: 1440, height: 900 } },
  '-dark': { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  '-390': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
};
const LETTERS = [
  { subject: 'Nước sông Mã vượt báo động ba, sơ tán các bản ven suối', precedence: 'flash', classification: 'secret', hours: 2 },
  { subject: 'Công điện số 12 về ứng phó mưa lũ', precedence: 'immediate', classification: 'confidential', hours: 20 },
  { subject: 'Phân công đồng chí Nguyễn Thị Ánh trực chỉ huy', precedence: 'priority' },
  { subject: 'Lịch kiểm tra kho khí tài quý IV', hours: 90 },
  { subject: 'Kế hoạch diễn tập ứng cứu sự cố an toàn thông tin năm 2026', precedence: 'priority', classification: 'confidential', hours: 30 },
  { subject: 'V/v bảo đảm thông tin liên lạc phục vụ phòng, chống lụt bão và tìm kiếm cứu nạn mùa mưa năm 2026', precedence: 'flash', classification: 'secret', hours: 5 },
  { subject: 'Giấy mời họp giao ban trực tuyến tháng 11' },
  { subject: 'V/v góp ý dự thảo Quy chế văn thư, lưu trữ điện', classification: 'confidential', hours: 140 },
  { subject: 'Danh sách cán bộ tập huấn cơ yếu đợt 2' },
  { subject: 'Tờ trình đề nghị cấp mới chứng thư số cho 28 cán bộ', hours: 46 },
  { subject: 'Thông báo thay khóa kỳ tháng 12', precedence: 'priority', classification: 'secret', hours: 60 },
  { subject: 'Báo cáo tình hình tuần 47', hours: 22 },
  { subject: 'Công điện về tăng cường ứng trực dịp nghỉ lễ', precedence: 'immediate', hours: 12 },
  { subject: 'Báo cáo kết quả kiểm tra công tác bảo vệ bí mật nhà nước', classification: 'confidential', hours: 70 },
] as const;
/** Rooms, whose they are, and what shows that they are there. */
const ROOMS: readonly { readonly name: string; readonly person: string; readonly path: string; readonly ready: (page: Page) => Promise<void> }[] = [
  { name: 'desk', person: 'thao', path: '/desk', ready: (page) => page.getByText('Hỏa tốc').first().waitFor() },
  { name: 'compose', person: 'khue', path: '/compose', ready: written },
  { name: 'register', person: 'anh', path: '/registers/out', ready: read },
  { name: 'dispatch', person: 'thao', path: '/desk', ready: opened },
  { name: 'directory', person: 'anh', path: '/directory', ready: settled },
  { name: 'stations', person: 'anh', path: '/stations', ready: settled },
  { name: 'ledger', person: 'anh', path: '/ledger', ready: (page) => page.getByRole('option').first().waitFor() },
  { name: 'operations', person: 'anh', path: '/operations', ready: examined },
];

const named = process.argv.slice(2);
const isWanted = (name: string): boolean => named.length === 0 || named.includes(name);

const executablePath = await want('chromium', 'screenshots');
if (executablePath === null) throw new Error('no Chromium here');
const house = await openHouse(executablePath, (province) => sendLetters(province, LETTERS));
for (const { name, person, path: at, ready } of ROOMS.filter((room) => isWanted(room.name))) {
  for (const [suffix, look] of Object.entries(LOOKS)) {
    const page = await house.inside(person, at, look);
    await ready(page);
    await page.evaluate('scrollTo(0, 0)');
    await page.screenshot({ path: path.join(IMAGES, `${name}${suffix}.png`) });
    await page.context().close();
  }
}
for (const [suffix, look] of isWanted('practice') ? Object.entries(LOOKS) : []) {
  const page = await house.open(look);
  await untilItWaitsAtTheRelay(page);
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: path.join(IMAGES, `practice${suffix}.png`) });
  await page.getByRole('button', { name: /^Nối lại/ }).click();
  await page.context().close();
}
await house.close();

async function settled(page: Page): Promise<void> {
  await page.locator('.room h1, main h1').first().waitFor();
  await page.locator('.waiting').first().waitFor({ state: 'detached' });
}

async function examined(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Kiểm tra ngay' }).click();
  await page.getByText(/^Lúc \d\d\/\d\d\/\d{4} \d\d:\d\d: /).waitFor();
  await page.getByRole('list', { name: 'Nhật ký trạm' }).waitFor();
}

async function read(page: Page): Promise<void> {
  await page.getByRole('row').filter({ hasText: 'phòng, chống lụt bão' }).click();
  await page.getByText('Đang đọc…').first().waitFor({ state: 'detached' });
}

async function written(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Thêm nơi nhận' }).fill('don sop');
  await page.getByRole('option', { name: /^Đồn Sốp Cộp/ }).click();
  await page.getByLabel('Trích yếu').fill('Sạt lở đường lên Mường Lát, cần sơ tán trước 18 giờ');
  await page.getByLabel('Nội dung').fill('Mưa lớn kéo dài từ đêm qua, sạt lở tại km 12.\nĐề nghị Đồn đưa bốn mươi hộ lên trường học trước 18 giờ hôm nay và báo cáo về Sở chỉ huy.');
}

async function opened(page: Page): Promise<void> {
  await page.getByRole('link', { name: /Hỏa tốc/ }).first().click();
  await page.getByRole('button', { name: 'Mở và kiểm tra' }).or(page.getByText('Hợp lệ')).first().waitFor();
  if (await page.getByText('Hợp lệ').count() === 0) await page.getByRole('button', { name: 'Mở và kiểm tra' }).click();
  await page.getByText('Hợp lệ').waitFor();
}

async function untilItWaitsAtTheRelay(page: Page): Promise<void> {
  const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: true }).first().click();
  for (const name of ['Gửi công điện đầu tiên', 'Niêm phong và trình ký', 'Sang vai người ký', 'Duyệt nội dung và độ mật', 'Ký', 'Sang vai văn thư']) await press(name);
  await press(/^Cắt đường truyền: .*Sốp Cộp/);
  await press('Gửi');
  await page.getByText(/^Đang giữ: Trạm trung chuyển/).waitFor();
  await page.getByRole('radio', { name: /^Người ký/ }).click();
  await page.getByRole('article').waitFor();
}

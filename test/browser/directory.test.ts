/**
 * The directory in a real browser: found without diacritics while somebody types, offices and people with what they may
 * do and until when, ended ones told apart, every entry at an address of its own, by the keyboard alone.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { Province } from '../../src/app/practice/founding.ts';
import { DRAFTER, HUB, HUB_OFFICE, POST, POST_OFFICE, SIGNATORY_OF_HUB } from '../../src/app/practice/places.ts';
import { proposePlans } from '../../src/cli/registrar.ts';
import { DAY_MS } from '../../src/core/clock.ts';
import { quietContext } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { assertFitEverywhere, type House, LOOKS, openHouse, tabTo } from './house.ts';

const executablePath = await want('chromium', 'the directory in a browser');

if (executablePath !== null) {
  describe('the directory', () => {
    let house: House;

    before(async () => { house = await openHouse(executablePath, furnish); });
    after(() => house?.close());

    const pane = (page: Page) => page.getByRole('complementary', { name: 'Mục đang xem' });

    it('finds people and offices without diacritics while somebody types, in both parts at once', async () => {
      const page = await house.inside('khue', '/directory');
      await page.getByRole('option', { name: /^Văn phòng UBND tỉnh \(diễn tập\)/ }).waitFor();
      await page.getByRole('searchbox').fill('dang khue');
      await page.getByRole('button', { name: /^Người\s*1$/ }).click();
      await page.getByRole('option', { name: /^Đặng Ngọc Khuê/ }).waitFor();
      assert.equal(await page.getByRole('option').count(), 1);
      assert.match(await page.getByRole('option').innerText(), /Chuyên viên, Văn phòng UBND tỉnh/);
      await page.getByRole('searchbox').fill('ĐỒN SỐP');
      await page.getByRole('button', { name: /^Cơ quan\s*1$/ }).click();
      await page.getByRole('option', { name: /^Đồn Sốp Cộp/ }).waitFor();
      assert.match(await page.getByRole('option').innerText(), /Văn thư đồn: Vàng Thị Thảo · Đồn trưởng: Cầm Văn Sơn/);
      await page.getByRole('searchbox').fill('khongcoai');
      await page.getByText('Không có ai, không có gì khớp.').waitFor();
      await page.context().close();
    });

    it('says of a person what tram what-can says, and shows their devices with fingerprints', async () => {
      const page = await house.inside('anh', '/directory/people/minh');
      await pane(page).getByRole('heading', { name: 'Lò Văn Minh' }).waitFor();
      const shown = await pane(page).innerText();
      assert.match(shown, /Phó Chủ tịch, Văn phòng UBND tỉnh \(diễn tập\)\s+duyệt, ký, ra điện hỏa tốc/);
      assert.match(shown, /Đã ủy quyền cho người khác\s+Đặng Ngọc Khuê: Phó Chủ tịch\s+ký\s+từ .+, đến .+\s+uq-1: Đi công tác/);
      assert.match(shown, /minh-\S+\s+đang dùng\s+(?:[0-9a-f]{4} ){9}[0-9a-f]{4}/);
      await pane(page).getByRole('link', { name: 'Đặng Ngọc Khuê' }).click();
      await pane(page).getByText('TUQ. Lò Văn Minh, giấy uq-1: Đi công tác').waitFor();
      assert.equal(new URL(page.url()).pathname, '/directory/people/khue');
      await page.goBack();
      await pane(page).getByRole('heading', { name: 'Lò Văn Minh' }).waitFor();
      await page.context().close();
    });

    it('shows an office with its seats and who may do what, and a position with its holders', async () => {
      const page = await house.inside('thao', '/directory/offices/vp');
      await pane(page).getByRole('heading', { name: 'Văn phòng UBND tỉnh (diễn tập)' }).waitFor();
      // The post hears of it over both links.
      await pane(page).getByText('TUQ. Lò Văn Minh, giấy uq-1: Đi công tác').waitFor();
      const shown = await pane(page).innerText();
      assert.match(shown, /Trạm\s+Sở chỉ huy \(diễn tập\)/);
      assert.match(shown, /Khóa nhận điện\s+khóa số \d+, đến /);
      assert.match(shown, /Ai được làm gì[\s\S]*ký\s+Đặng Ngọc Khuê, Lò Văn Minh/);
      await pane(page).getByRole('link', { name: 'Văn thư', exact: true }).click();
      await pane(page).getByRole('heading', { name: 'Văn thư' }).waitFor();
      assert.match(await pane(page).innerText(), /Dấu cơ quan\s+có[\s\S]*Người giữ\s+Nguyễn Thị Ánh/);
      await page.goto(`${house.origin}/directory/positions/khong-co`);
      await page.getByText('Danh bạ không có mã này.').waitFor();
      await page.context().close();
    });

    it('greys what has ended, shows it when asked, and says of a shut office who receives', async () => {
      const page = await house.inside('khue', '/directory');
      await page.getByRole('option', { name: /^Đồn Sốp Cộp/ }).waitFor();
      await page.getByText('đóng cửa, Văn phòng UBND tỉnh (diễn tập) nhận thay').waitFor();
      assert.equal(await page.getByRole('option', { name: /^Tổ tạm/ }).count(), 0);
      await page.getByRole('button', { name: 'Cả những gì đã kết thúc' }).click();
      await page.getByRole('option', { name: /^Tổ tạm/ }).click();
      await pane(page).getByText(/^Đã kết thúc .+: thay thế\.$/).waitFor();
      assert.equal(new URL(page.url()).search, '?ended=1');
      await page.reload();
      await page.getByRole('option', { name: /^Tổ tạm/, selected: true }).waitFor();
      await page.context().close();
    });

    it('is walked by the keyboard alone, and on a phone goes from list to entry and back', async () => {
      const page = await house.inside('khue', '/directory', LOOKS[1]!.look);
      await page.getByRole('option', { name: /^Văn phòng/ }).waitFor();
      await tabTo(page, 'Cả những gì đã kết thúc');
      await page.keyboard.press('Tab');
      await page.locator('[role="option"]:focus', { hasText: 'Văn phòng UBND tỉnh' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.locator('[role="option"]:focus', { hasText: 'Đồn Sốp Cộp' }).waitFor();
      await page.keyboard.press('Enter');
      await pane(page).getByRole('heading', { name: 'Đồn Sốp Cộp (giả định)' }).waitFor();
      await page.locator('#folk-entry:focus').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: /^Văn phòng/ }).waitFor();
      assert.equal(new URL(page.url()).pathname, '/directory');
      await page.context().close();
    });

    it('is accessible and nothing stands beside the screen, in both themes and languages, on a desk and on a phone', async () => {
      const page = await house.inside('anh', '/directory');
      await page.getByRole('option', { name: /^Văn phòng/ }).waitFor();
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: /^Người/ }).click();
      await page.getByRole('option', { name: /^Lò Văn Minh/ }).click();
      await pane(page).getByRole('heading', { name: 'Lò Văn Minh' }).waitFor();
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'English' }).click();
      const english = page.getByRole('complementary', { name: 'Entry in view' });
      await english.getByRole('heading', { name: 'What they may do' }).waitFor();
      await english.getByRole('link', { name: 'Phó Chủ tịch' }).first().click();
      await english.getByRole('heading', { name: 'Delegations' }).waitFor();
      await assertFitEverywhere(page);
      await english.getByRole('link', { name: /^Văn phòng UBND/ }).click();
      await english.getByRole('heading', { name: 'Who may do what' }).waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}

/** A delegation, an office that is shut, one that has ended: each signed by the registrar, as the command line would. */
async function furnish({ devices: { clerk } }: Province): Promise<void> {
  const now = clerk.session.now();
  const office = { office: 'to-tam', name: 'Tổ tạm (diễn tập)', symbol: 'TT', station: HUB.station };
  await proposePlans(quietContext(), clerk, [
    { kind: 'alternate', body: { position: SIGNATORY_OF_HUB.position, persons: [DRAFTER.person] } },
    { kind: 'delegation', body: { delegation: 'uq-1', position: SIGNATORY_OF_HUB.position, by: SIGNATORY_OF_HUB.person, to: DRAFTER.person, rights: ['sign'], from: now, until: now + 30 * DAY_MS, reason: 'Đi công tác' } },
    { kind: 'office', body: { office: POST_OFFICE.code, name: POST_OFFICE.name, symbol: POST_OFFICE.symbol, station: POST.station, alternate: HUB_OFFICE.code } },
    { kind: 'office', body: office },
    { kind: 'end', body: { what: 'office', code: office.office, reason: 'superseded' } },
  ]);
}

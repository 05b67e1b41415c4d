/** The only one who had an office's keys has left: whoever comes after is told so, and what can be done, and not to wait. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { DAY_MS } from '../../src/core/clock.ts';
import { tramJson } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { assertFitEverywhere } from './house.ts';
import { BROWSER_PASSPHRASE, stationHouse, type StationHouse } from './station-house.ts';

const PRINT = /(?:[0-9a-f]{4} ){9}[0-9a-f]{4}/;
const executablePath = await want('chromium', 'keys that nobody has any more, in a browser');

if (executablePath !== null) {
  describe('keys that only somebody who left had', () => {
    let house: StationHouse;
    let tuan: Page;
    let opened: string;
    let unopened: string;
    let draft: string;
    let chasing: string;

    const as = (person: string): string[] => house.office.as(person);
    const sent = async (subject: string): Promise<string> => {
      const written = await tramJson<{ draft: string }>(['draft', '--to', 'qs', '--subject', subject, ...as('anh')]);
      for (const step of ['approve', 'sign']) await tramJson([step, written.draft, ...as('khue')]);
      return (await tramJson<{ dispatch: string }>(['send', written.draft, ...as('anh')])).dispatch;
    };

    before(async () => {
      house = await stationHouse(executablePath);
      [opened, unopened] = [await sent('Nước lên'), await sent('Nước rút')];
      await tramJson(['open', opened, ...as('minh')]);
      ({ draft } = await tramJson<{ draft: string }>(['draft', '--to', 'vp', '--subject', 'Báo cáo', ...as('minh')]));
      await tramJson(['person', 'leave', 'minh', '--yes', ...as('anh')]);
      tuan = await house.join('tuan', 'Lò Tuấn', 'qs-vt');
      await haveSeal();
    });
    after(() => house?.close());

    const haveSeal = async (): Promise<void> => {
      await follow('Danh bạ');
      await tuan.getByRole('option', { name: /^Ban Quân sự/ }).click();
      await tuan.getByRole('complementary').getByRole('link', { name: 'Văn thư' }).click();
      await tuan.getByRole('button', { name: 'Xin dấu cơ quan' }).click();
      const [file] = await Promise.all([tuan.waitForEvent('download'), tuan.getByRole('dialog').getByRole('button', { name: 'Xin dấu cơ quan' }).click()]);
      const [print] = PRINT.exec(await tuan.getByText(PRINT).first().innerText())!;
      const request = house.office.file('tuan.seal', readFileSync(await file.path()));
      await tramJson(['seal', 'add', ...as('anh'), '--position', 'qs-vt', '--request', request, '--fingerprint', print]);
      await tuan.getByText('chưa có: người giữ chức vụ chưa gửi và nhận được').waitFor({ state: 'detached' });
    };
    const follow = (name: string | RegExp): Promise<void> => tuan.getByRole('link', { name }).first().click();
    const told = (): Locator => tuan.getByRole('alert').filter({ hasText: 'Niêm bằng khóa mà chỉ người đã rời Ban Quân sự có.' });

    it('are not waited for: what was opened is to be sent anew', async () => {
      await follow('Bàn làm việc');
      await follow(/Văn phòng.*Niêm bằng khóa của người đã rời.*Đã mở/);
      await told().getByText('hãy xin Văn phòng gửi lại thành điện mới').waitFor();
      assert.equal(await tuan.getByRole('button', { name: 'Báo nơi gửi là không mở được' }).count(), 0);
      assert.equal(await tuan.getByText('Chưa ai ở đây đọc điện này').count(), 0, 'it was read');
      await assertFitEverywhere(tuan);
    });

    it('are asked for no more: what nobody opened is sealed again once the sender is told', async () => {
      await follow('Bàn làm việc');
      await follow(/Chưa mở: chưa ai ở đây đọc/);
      await tuan.waitForURL(`**/dispatch/${unopened}`);
      await tuan.getByRole('button', { name: 'Mở và kiểm tra' }).click();
      await told().getByText('báo nơi gửi là không mở được thì nơi gửi niêm phong lại').waitFor();
      await tuan.getByRole('button', { name: 'Báo nơi gửi là không mở được' }).waitFor();
      await tuan.getByRole('button', { name: 'English' }).click();
      await tuan.getByRole('alert').getByText('tell the sender that it cannot be opened, and the sender seals it again').waitFor();
      await tuan.getByRole('button', { name: 'Tiếng Việt' }).click();
      assert.equal(await tuan.getByText(/hãy chờ khóa/).count(), 0, 'nowhere on the page');
    });

    it('leave a draft that can be discarded', async () => {
      await follow('Bản thảo');
      await follow(/Niêm bằng khóa của người đã rời/);
      await tuan.waitForURL(`**/drafts/${draft}`);
      await told().getByText('Hãy bỏ bản thảo này và soạn lại.').waitFor();
      await tuan.getByRole('button', { name: 'Bỏ bản thảo' }).click();
      await tuan.getByRole('alertdialog').getByRole('button', { name: 'Bỏ bản thảo' }).click();
      await tuan.getByRole('heading', { name: 'Chưa có bản thảo nào' }).waitFor();
    });

    it('and the new ones are given by the page that stands open to whoever comes next', async () => {
      const lan = await house.join('lan', 'Lò Thị Lan', 'qs-vt');
      await follow('Soạn điện');
      await tuan.getByRole('combobox', { name: 'Thêm nơi nhận' }).fill('van phong');
      await tuan.getByRole('option', { name: /^Văn phòng/ }).click();
      await tuan.getByLabel('Trích yếu').fill('Báo cáo trực tuần');
      await tuan.getByRole('button', { name: 'Niêm phong và trình ký' }).click();
      await tuan.waitForURL(/\/drafts\/[0-9a-f]{32}$/);
      await lan.getByRole('link', { name: /Báo cáo trực tuần/ }).waitFor();
    });

    it('what cannot be read is told by its number where another names it', async () => {
      const written = await tramJson<{ draft: string }>(['follow-up', opened, '--as', 'chases', ...as('anh')]);
      for (const step of ['approve', 'sign']) await tramJson([step, written.draft, ...as('khue')]);
      chasing = (await tramJson<{ dispatch: string }>(['send', written.draft, ...as('anh')])).dispatch;
      await follow('Bàn làm việc');
      await tuan.locator(`a[href="/dispatch/${chasing}"]`).click();
      await tuan.getByRole('button', { name: 'Mở và kiểm tra' }).click();
      await tuan.getByText('Hợp lệ').waitFor();
      await tuan.locator('dl.facts').getByRole('link', { name: 'Số đến 1', exact: true }).waitFor();
      const [accepted] = await tuan.locator('.points li').filter({ hasText: 'Trạm gửi đã nhận' }).allInnerTexts();
      assert.match(accepted!, /\d\d:\d\d:\d\d/, 'its station signed when');
    });

    it('what counts no more for who signed it is not called sealed, and not offered to be opened', async () => {
      await tramJson(['compromise', '--device', 'khue-may', '--reason', 'stolen', '--gone-since', new Date(Date.now() - 2 * DAY_MS).toISOString(), ...as('anh')]);
      await tuan.getByRole('heading', { name: 'Điện có chữ ký không còn giá trị' }).waitFor();
      await tuan.getByRole('alert').getByText(/nhờ Văn phòng gửi lại điện mới, ký bằng khóa khác/).waitFor();
      assert.equal(await tuan.getByRole('button', { name: 'Mở và kiểm tra' }).count(), 0);
      await assertFitEverywhere(tuan);
    });

    it('whoever leaves while their page stands open is told just that, at once, and the page asks for nothing more', async () => {
      let refused = 0;
      const seen: string[] = [];
      tuan.on('response', (response) => { if (response.status() === 401) refused++; });
      await tuan.exposeFunction('said', (text: string) => void seen.push(text));
      await tuan.clock.install();
      await tuan.reload();
      await tuan.getByLabel('Mật khẩu', { exact: true }).fill(BROWSER_PASSPHRASE);
      await tuan.getByRole('button', { name: 'Mở khóa' }).click();
      await follow('Sổ đi');
      await tuan.getByRole('heading', { name: /^Sổ/ }).waitFor();
      await tuan.evaluate("new MutationObserver(() => { const at = document.querySelector('.connection'); if (at) said(at.innerText); }).observe(document.body, { childList: true, subtree: true, characterData: true })");
      await tramJson(['person', 'leave', 'tuan', '--yes', ...as('anh')]);
      const end = tuan.getByRole('alert').filter({ hasText: 'Bạn không còn làm việc ở đây' });
      await end.getByText(/ghi bạn đã rời từ \d\d\/\d\d\/\d{4}/).waitFor();
      await end.getByText(/hãy nhờ người giữ danh bạ ghi nhận một thiết bị mới: Nguyễn Thị Ánh\./).waitFor();
      await assertFitEverywhere(tuan);
      const sofar = refused;
      // Longer than a register waits between two looks, and the stream of events before it begins again.
      await tuan.clock.runFor(60_000);
      await tuan.evaluate("fetch('/here')");
      assert.equal(refused, sofar, 'nothing is asked any more');
      assert.deepEqual(seen.filter((text) => text.includes('hết hạn')), [], 'nobody was told of a session first');
      await end.getByRole('button', { name: 'Khóa máy' }).click();
      await tuan.getByText('Đã khóa.').waitFor();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints.filter((one) => !/40[134]/.test(one)), []));
  });
}

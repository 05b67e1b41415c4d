/**
 * A browser on another machine, with nothing between it and the station but a wire: it believes the station by the
 * organisation's root, makes a device, is admitted, logs in and works; without that root it refuses, and plain HTTP explains.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { until } from '../fixtures/until.ts';
import { programAt, type TwoMachines, twoMachines } from '../fixtures/two-machines.ts';
import { tramJson } from '../scenario/command-line.ts';
import { closeOffice, freePort, smallOffice, type SmallOffice } from '../scenario/small-office.ts';
import { want } from '../wants.ts';
import { CHROMIUM_FLAGS } from './harness.ts';
import { newPage } from './house.ts';

const TRAM = path.join(import.meta.dirname, '../../bin/tram.mjs');
const PASSPHRASE = 'sông Mã mùa nước lớn';

const SUITE = 'a browser on another machine, over HTTPS';
const executablePath = await want('desktop-chromium', SUITE);
const namespaces = await want('network-namespaces', SUITE);

if (executablePath !== null && namespaces !== null) {
  describe('a browser on another machine', () => {
    let office: SmallOffice;
    let machines: TwoMachines;
    let station: ChildProcess;
    let port: number;
    let browser: Browser;
    const complaints: string[] = [];

    /** A command on the station's machine. */
    function tramThere(...words: string[]): string {
      const [program, ...rest] = [...machines.server.inside, process.execPath, TRAM, ...words];
      return execFileSync(program!, rest, { encoding: 'utf8', env: { ...process.env, TRAM_LANG: 'vi' } });
    }

    /** @param root as an administrator would install it on that machine */
    function launchThere(root: X509Certificate | null = null): Promise<Browser> {
      const policies = path.join(office.folder, root === null ? 'stranger' : 'believer');
      mkdirSync(path.join(policies, 'policies/managed'), { recursive: true });
      writeFileSync(path.join(policies, 'policies/managed/tram.json'), JSON.stringify(root === null ? {} : { CACertificates: [root.raw.toString('base64')] }));
      const program = programAt(machines.desk, executablePath!, `${policies}-chromium`, { '/etc/chromium': policies });
      return chromium.launch({ executablePath: program, args: CHROMIUM_FLAGS });
    }

    before(async () => {
      [office, machines, port] = await Promise.all([smallOffice(), twoMachines(), freePort()]);
      await tramJson(['pages', 'open', ...office.as('anh'), '--data', office.data, '--host', machines.server.address, '--port', String(port)]);
      await tramJson(['directory', ...office.as('anh'), '--certificates', path.join(office.folder, 'certificates')]);
      await office.stop();
      const [program, ...words] = [...machines.server.inside, process.execPath, TRAM, 'station', 'start', '--data', office.data];
      station = spawn(program!, words, { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      station.stdout!.on('data', (bytes: Buffer) => { said += bytes.toString('utf8'); });
      await until(async () => said.includes(`:${port}`));
      browser = await launchThere(new X509Certificate(readFileSync(path.join(office.folder, 'certificates/root.p256.pem'))));
    });
    after(async () => {
      await browser?.close();
      station?.kill();
      machines?.stop();
      await closeOffice(office);
    });

    it('is told by plain HTTP what to do, and nothing else', async () => {
      const page = await newPage(browser, []);
      await page.goto(`http://${machines.server.address}:${port}/`);
      assert.match(await page.locator('body').innerText(), /HTTPS/i);
      assert.equal(await page.locator('script').count(), 0);
      await page.context().close();
    });

    it('without the organisation\'s root believes nobody', async () => {
      const stranger = await launchThere();
      const page = await newPage(stranger, []);
      await assert.rejects(page.goto(`https://${machines.server.address}:${port}/`), /ERR_CERT_AUTHORITY_INVALID/);
      await stranger.close();
    });

    it('with it makes a device, is admitted by its fingerprint, logs in and works', async () => {
      const page: Page = await newPage(browser, complaints, { serviceWorkers: 'allow' });
      const field = (label: string): Locator => page.getByLabel(label, { exact: true }).and(page.locator('input'));
      const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
      await page.goto(`https://${machines.server.address}:${port}/`);
      await press('Tạo thiết bị mới');
      await field('Mã người').fill('khue');
      await field('Họ và tên').fill('Đặng Ngọc Khuê');
      for (const label of ['Mật khẩu mới cho thiết bị này', 'Nhập lại mật khẩu']) await field(label).fill(PASSPHRASE);
      await press('Tạo khóa');
      await page.getByText('Không dùng được mã?').click();
      const fingerprint = await page.getByLabel('Dấu vân tay').innerText();
      const [file] = await Promise.all([page.waitForEvent('download'), press('Tải tệp xin ghi nhận')]);
      const request = office.file('khue.request', readFileSync(await file.path()));
      tramThere('person', 'add', ...office.as('anh'), '--position', 'pct', '--request', request, '--fingerprint', fingerprint);
      await page.getByRole('navigation', { name: 'Các phòng' }).getByText('Đặng Ngọc Khuê').waitFor();
      await page.getByRole('link', { name: 'Bàn làm việc' }).click();
      await page.getByRole('heading', { name: /^Bàn làm việc: Văn phòng/ }).waitFor();
      assert.deepEqual(complaints, []);
    });
  });
}

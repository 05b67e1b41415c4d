/**
 * The pages while the station is not reached, and when a newer version is served: kept on this device, replaced when the
 * person says so, and nothing kept but files that anybody may have.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { assetOf, type Assets } from '../../src/app/pages/assets.ts';
import { PagesServer } from '../../src/app/pages/server.ts';
import { testPages } from '../fixtures/pages.ts';
import { want } from '../wants.ts';
import { faultsOf, launch, newPage } from './house.ts';

const executablePath = await want('chromium', 'the pages while the station is not reached');

if (executablePath !== null) {
  describe('the pages kept on the device', () => {
    let browser: Browser;
    let assets: Assets;
    let server: PagesServer;
    let port: number;
    const complaints: string[] = [];

    async function serve(): Promise<void> {
      server = new PagesServer({
        assets: () => Promise.resolve(assets), here: () => ({ kind: 'station', station: 'hub', organisation: 'Tỉnh thực hành' }), station: () => null,
      });
      port = Number(new URL(await server.listen(port)).port);
    }
    before(async () => {
      port = 0;
      assets = await testPages();
      await serve();
      browser = await launch(executablePath);
    });
    after(async () => {
      await browser?.close();
      await server?.close();
    });

    const active = (page: Page) => page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    const kept = (page: Page) => page.evaluate<string[]>("caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys())))).then((all) => all.flat().map(({ url }) => new URL(url).pathname))");

    it('open without the station, by any path, and hold nothing but what anybody may have', async () => {
      const page = await newPage(browser, complaints, { serviceWorkers: 'allow' });
      await page.goto(`http://127.0.0.1:${port}/about`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await active(page);
      assert.deepEqual((await kept(page)).toSorted(), [...assets.keys()].filter((name) => name === '/index.html' || name.startsWith('/assets/')).toSorted());
      await server.close();
      await page.goto(`http://127.0.0.1:${port}/about?again=1`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      assert.deepEqual((await kept(page)).filter((name) => name !== '/index.html' && !name.startsWith('/assets/')), []);
      await serve();
      await page.context().close();
    });

    it('say that a newer version is here, and change when the person says so', async () => {
      const page = await newPage(browser, complaints, { serviceWorkers: 'allow' });
      await page.goto(`http://127.0.0.1:${port}/about`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await active(page);
      const [shown, worker] = [assets.get('/index.html')!, assets.get('/sw.js')!];
      const newer = (bytes: Uint8Array, from: RegExp, to: string) => Buffer.from(Buffer.from(bytes).toString('utf8').replace(from, to));
      assets = new Map([
        ...assets,
        ['/index.html', assetOf(shown.contentType, newer(shown.bytes, /<title>Trạm<\/title>/, '<title>Trạm mới</title>'))],
        ['/sw.js', assetOf(worker.contentType, newer(worker.bytes, /"?version"?: ?"[0-9a-f]{16}"/, 'version: "00000000000000ff"'))],
      ]);
      assert.notDeepEqual(assets.get('/sw.js')!.bytes, worker.bytes);
      await page.reload();
      await page.getByRole('button', { name: 'Tải bản mới' }).waitFor();
      assert.equal(await page.title(), 'Trạm', 'nothing changes by itself');
      assert.deepEqual(await faultsOf(page), []);
      await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Tải bản mới' }).click()]);
      assert.equal(await page.title(), 'Trạm mới');
      await page.context().close();
    });

    it('had nothing to complain of but the station that was not reached', () => {
      assert.deepEqual(complaints.filter((line) => !/ERR_CONNECTION_REFUSED|503|404/.test(line)), []);
    });
  });
}

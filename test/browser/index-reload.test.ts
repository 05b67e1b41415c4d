/** A page that is loaded anew while its worker writes the sealed index: the next page has the index at once, and everything that was kept before. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { until } from '../fixtures/until.ts';
import { want } from '../wants.ts';
import { CHROMIUM_FLAGS } from './harness.ts';
import type { Left } from './long-register.ts';
import { ownOrigin } from './own-origin.ts';

const executablePath = await want('chromium', 'a sealed index whose page is loaded anew');

if (executablePath !== null) {
  test('a page that is loaded anew in the middle of writing finds the index free and whole, each time, and a second window keeps nothing', async (t) => {
    const origin = await ownOrigin(path.join(import.meta.dirname, 'index-reload.page.ts'));
    t.after(() => origin.close());
    const profile = mkdtempSync(path.join(tmpdir(), 'tram-profile-'));
    t.after(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
    const context = await chromium.launchPersistentContext(profile, { executablePath, args: CHROMIUM_FLAGS });
    t.after(() => context.close());
    const page = await context.newPage();
    /** Names of the files of the index, as the browser has them now. */
    const names = () => page.evaluate<string[]>(`(async () => {
      const names = [];
      const walk = async (folder) => { for await (const [name, one] of folder.entries()) one.kind === 'file' ? names.push(name) : await walk(one); };
      await walk(await navigator.storage.getDirectory());
      return names;
    })()`);
    await page.goto(origin.address);
    let before = await page.evaluate<Left>(origin.call('left()'));
    assert.deepEqual(before, { lines: 0, total: 0, wrong: [] });
    for (let round = 0; round < 3; round++) {
      const seen = new Set(await names());
      // What takes and keeps some lines writes two or three at a time: those that the fifth follows are kept.
      let written = 0;
      const growing: Promise<unknown> = page.evaluate(origin.call(`growFrom(${before.total})`)).catch(() => 'gone');
      await until(async () => {
        const fresh = (await names()).filter((name) => name.startsWith('segment-') && !seen.has(name));
        for (const name of fresh) seen.add(name);
        written += fresh.length;
        return written > 4;
      }, 'segments are written after others were kept');
      await page.reload();
      assert.equal(await growing, 'gone');
      const after = await page.evaluate<Left>(origin.call('left()'));
      assert.notEqual(after.lines, null, 'the page before still holds the index');
      assert.ok(after.total > before.total, `${before.total} lines were kept, ${after.total} are left`);
      assert.deepEqual(after.wrong, []);
      before = after;
    }
    const second = await context.newPage();
    await second.goto(origin.address);
    assert.equal((await second.evaluate<Left>(origin.call('left()'))).lines, null);
    assert.equal((await page.evaluate<Left>(origin.call('left()'))).lines, before.lines);
    // Its page is gone without a word, as after a crash.
    await page.close();
    await second.reload();
    assert.deepEqual(await second.evaluate<Left>(origin.call('left()')), before);
  });
}

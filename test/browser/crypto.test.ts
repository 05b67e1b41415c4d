/**
 * Suite 1 in a real browser: the published vectors, and dossiers exchanged with Node both ways,
 * once with the browser's own algorithms and once without those that a browser may lack.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { EMBEDDED_CHECKS, WYCHEPROOF_CHECKS } from '../vectors/checks/all.ts';
import { checkDossier, makeDossier } from '../vectors/checks/interop.ts';
import type { WycheproofFile } from '../vectors/checks/wycheproof.ts';
import { assertRight } from '../vectors/platforms.ts';
import { want } from '../wants.ts';
import type { CryptoErrand, CryptoFindings } from './crypto.page.ts';
import { runInBrowser } from './harness.ts';

const TIMEOUT_MS = 180_000;

const chromium = await want('chromium', 'suite 1 in a browser');
const vectors = await want('shared-vectors', "Wycheproof's vectors in a browser");

if (chromium !== null) {
  for (const withoutNative of [false, true]) {
    const how = withoutNative ? 'with noble alone' : 'with its own algorithms';
    test(`suite 1 in a browser ${how}`, async (t) => {
      const wycheproof = vectors === null ? {} : readWycheproof(vectors);
      const errand = { withoutNative, wycheproof, dossier: await makeDossier(nodeCrypto) };
      const { native, outcomes, dossier } = await runErrand(chromium, errand);
      t.diagnostic(`native: ${JSON.stringify(native)}`);
      const expected = Object.keys(EMBEDDED_CHECKS).length + Object.keys(wycheproof).length + 1;
      assert.equal(Object.keys(outcomes).length, expected);
      for (const [name, outcome] of Object.entries(outcomes)) {
        await t.test(name, () => assertRight(outcome));
      }
      await t.test('Node opens what the browser made', async () => {
        assertRight(await checkDossier(nodeCrypto, dossier));
      });
    });
  }
}

function runErrand(browser: string, input: CryptoErrand): Promise<CryptoFindings> {
  const entry = path.join(import.meta.dirname, 'crypto.page.ts');
  return runInBrowser({ chromium: browser, entry, input, timeoutMs: TIMEOUT_MS });
}

function readWycheproof(folder: string): Record<string, WycheproofFile> {
  const read = (name: string): WycheproofFile =>
    JSON.parse(readFileSync(path.join(folder, 'wycheproof', name), 'utf8')) as WycheproofFile;
  return Object.fromEntries(Object.keys(WYCHEPROOF_CHECKS).map((name) => [name, read(name)]));
}

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { webCrypto, webRandom } from '#platform/web/crypto.ts';
import { NO_NATIVE_SUPPORT } from '#platform/web/native-support.ts';
import { runInBrowser } from '../../browser/harness.ts';
import { want } from '../../wants.ts';
import { checkGolden, type Golden } from '../checks/golden.ts';
import type { Outcome } from '../checks/outcome.ts';
import { assertRight } from '../platforms.ts';

const golden = JSON.parse(await readFile(new URL('golden.json', import.meta.url), 'utf8')) as Golden;
const chromium = await want('chromium', 'golden files in a browser');

describe('the golden files', () => {
  test('on Node', async () => assertRight(await checkGolden(nodeCrypto, nodeRandom, golden)));

  test('with noble alone', async () => assertRight(await checkGolden(await webCrypto(NO_NATIVE_SUPPORT), webRandom, golden)));

  test('a changed one is seen', async () => {
    const changed = { ...golden, receipts: golden.receipts.map((text) => text.replace(/..$/, (end) => (end === '00' ? '01' : '00'))) };
    const { wrong } = await checkGolden(nodeCrypto, nodeRandom, changed);
    assert.equal(wrong.length, 1);
  });

  if (chromium !== null) {
    test('in a browser, by the same code', async () => {
      const entry = path.join(import.meta.dirname, '../../browser/golden.page.ts');
      assertRight(await runInBrowser<Outcome>({ chromium, entry, input: golden, timeoutMs: 120_000 }));
    });
  }
});

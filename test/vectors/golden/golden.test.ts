import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { webCrypto, webRandom } from '#platform/web/crypto.ts';
import { NO_NATIVE_SUPPORT } from '#platform/web/native-support.ts';
import { runInBrowser } from '../../browser/harness.ts';
import { want } from '../../wants.ts';
import { checkGoldenSlots, type GoldenSlots } from '../checks/golden-slots.ts';
import { checkGolden, type Golden } from '../checks/golden.ts';
import type { Outcome } from '../checks/outcome.ts';
import { assertRight } from '../platforms.ts';

const golden = JSON.parse(await readFile(new URL('golden.json', import.meta.url), 'utf8')) as Golden;
const slots = JSON.parse(await readFile(new URL('slots.json', import.meta.url), 'utf8')) as GoldenSlots;
const chromium = await want('chromium', 'golden files in a browser');

describe('the golden files', () => {
  test('on Node', async () => assertRight(await checkGolden(nodeCrypto, nodeRandom, golden)));

  test('with noble alone', async () => assertRight(await checkGolden(await webCrypto(NO_NATIVE_SUPPORT), webRandom, golden)));

  test('every kind of slot, on Node', async () => assertRight(await checkGoldenSlots(nodeCrypto, nodeRandom, slots)));

  test('every kind of slot, with noble alone', async () => assertRight(await checkGoldenSlots(await webCrypto(NO_NATIVE_SUPPORT), webRandom, slots)));

  test('a slot that was changed is seen, in one place', async () => {
    const { wrong } = await checkGoldenSlots(nodeCrypto, nodeRandom, { ...slots, exportKey: slots.exportKey.replace(/..$/, (end) => (end === '00' ? '01' : '00')) });
    assert.equal(wrong.length, 1);
  });

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

/**
 * The browser harness returns what an entry returns, and says why an entry failed.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { want } from '../wants.ts';
import { runInBrowser } from './harness.ts';

const entry = path.join(import.meta.dirname, 'digest.page.ts');
const chromium = await want('chromium', 'the browser harness');

if (chromium !== null) {
  // FIPS 180-4's example, as published by NIST: SHA-256 of "abc".
  const digestOfAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  test('an entry runs in Chromium and its result comes back', async () => {
    const digest = await runInBrowser<string>({ chromium, entry, input: { text: 'abc' } });
    assert.equal(digest, digestOfAbc);
  });

  test('an entry that throws fails with its own message', async () => {
    await assert.rejects(
      runInBrowser({ chromium, entry, input: { text: '' } }),
      /digest\.page\.ts: .*nothing to digest/,
    );
  });
}

/** What `npm run bench` measures of a register of 100,000 lines stands and answers, tried with few: the room before the pages' own worker, opened both ways and searched. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { measureBrowserRegister } from '../bench/browser-register.ts';
import { want } from '../wants.ts';

const LINES = 1_000;

const executablePath = await want('chromium', 'the bench of a long register');

if (executablePath !== null) {
  test('the bench of a long register opens the room both ways, and every key is answered', async (t) => {
    const profile = mkdtempSync(path.join(tmpdir(), 'tram-profile-'));
    t.after(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
    const { filled, reloadMs, linkMs, searched } = await measureBrowserRegister(profile, executablePath, 1, LINES);
    assert.equal(filled.lines, LINES);
    assert.deepEqual([reloadMs.length, linkMs.length], [1, 1]);
    assert.equal(searched.paintedMs.length, searched.scanMs.length);
    assert.ok(searched.paintedMs.length > 100, `${searched.paintedMs.length} keys`);
  });
}

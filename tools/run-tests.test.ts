/** What the runner of tests says at its end. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-runner-'));
after(() => rmSync(folder, { recursive: true }));

test('what failed, where and how stands at the end too, and the run fails', () => {
  const suite = path.join(folder, 'planted.test.ts');
  writeFileSync(suite, `import { describe, test } from 'node:test';
    describe('a suite', () => { test('one that holds', () => {}); test('one that does not', () => { throw new Error('the line is cut'); }); });`);
  // A test runner that knows it is inside another reports to that one instead of printing.
  const { NODE_TEST_CONTEXT: _, ...outside } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'run-tests.ts'), suite], { env: { ...outside, TRAM_REQUIRE_ALL: '' }, encoding: 'utf8' });
  const end = stdout.slice(stdout.indexOf('left to CI'));
  assert.match(end, /✖ .*planted\.test\.ts: one that does not \(\d+ ms\)\n {4}Error: the line is cut\n/u);
  assert.doesNotMatch(end, /a suite|one that holds/u);
  assert.equal(status, 1);
});

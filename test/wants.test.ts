/**
 * A suite whose want is not met registers nothing, is written down, and fails a strict run.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { describeLeftOut, readLeftOut } from './wants.ts';

const ROOT = path.dirname(import.meta.dirname);
const folder = mkdtempSync(path.join(tmpdir(), 'tram-wants-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs the real runner on one planted suite, which wants vectors that are not there. */
function runPlanted(strict: string): { status: number | null; output: string } {
  const suite = path.join(folder, 'planted.test.ts');
  const wants = path.join(import.meta.dirname, 'wants.ts');
  writeFileSync(
    suite,
    `import { test } from 'node:test';
    import { want } from ${JSON.stringify(wants)};
    test('a test that runs', () => {});
    if ((await want('shared-vectors', 'the planted suite')) !== null) test('never', () => {});`,
  );
  // A test runner that knows it is inside another reports to that one instead of printing.
  const { NODE_TEST_CONTEXT: _, ...outside } = process.env;
  const runner = path.join(ROOT, 'tools/run-tests.ts');
  const { status, stdout } = spawnSync(process.execPath, [runner, suite], {
    env: { ...outside, TRAM_VECTORS: folder, TRAM_REQUIRE_ALL: strict },
    encoding: 'utf8',
  });
  return { status, output: stdout };
}

test('a suite left out is named, and the run passes', () => {
  const { status, output } = runPlanted('');
  assert.match(output, /left out: the planted suite, .* for want of shared-vectors/);
  assert.match(output, /tests 1\n[\s\S]*pass 1\n/);
  assert.equal(status, 0);
});

test('a strict run fails when a suite is left out', () => {
  assert.notEqual(runPlanted('1').status, 0);
});

test('each suite is named once, in order', () => {
  const file = path.join(folder, 'left-out');
  const line = (suite: string): string => `${JSON.stringify({ suite, wanted: 'age' })}\n`;
  writeFileSync(file, line('b') + line('a') + line('b'));
  assert.deepEqual(
    readLeftOut(file).map(describeLeftOut),
    ['a', 'b'].map((suite) => `bỏ qua / left out: ${suite}, vì thiếu / for want of age`),
  );
  assert.deepEqual(readLeftOut(path.join(folder, 'absent')), []);
});

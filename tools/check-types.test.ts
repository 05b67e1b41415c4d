/**
 * The tsconfig of the pure layers rejects what only Node or only a page has.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { compile, type Verdict } from './check-types.ts';
import { REPOSITORY_ROOT } from './tidy.ts';

// Below node_modules, so that packages resolve as they do for the real sources.
const folder = mkdtempSync(path.join(REPOSITORY_ROOT, 'node_modules', '.types-test-'));
after(() => rmSync(folder, { recursive: true }));

/** Compiles one text as if it stood in a pure layer. */
function compilePure(text: string): Verdict {
  writeFileSync(path.join(folder, 'planted.ts'), text);
  const project = path.join(folder, 'tsconfig.json');
  const base = path.join(REPOSITORY_ROOT, 'tsconfig.pure.json');
  writeFileSync(project, JSON.stringify({ extends: base, include: ['planted.ts'] }));
  return compile(project);
}

test('what both sides have is accepted', () => {
  const text = 'export const a = async (b: BufferSource) => crypto.subtle.digest("SHA-256", b);';
  assert.equal(compilePure(text).output, '');
});

for (const name of ['process', 'Buffer', 'document', 'window', 'localStorage']) {
  test(`${name} is rejected`, () => {
    const { ok, output } = compilePure(`export const a = ${name};`);
    assert.equal(ok, false);
    assert.match(output, new RegExp(`Cannot find name '${name}'`));
  });
}

test('modules of Node are rejected', () => {
  const { ok, output } = compilePure("export * from 'node:fs';");
  assert.equal(ok, false);
  assert.match(output, /Cannot find name 'node:fs'/);
});

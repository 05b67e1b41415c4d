import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { logVi } from './log-vi.ts';

const src = path.join(import.meta.dirname, '../..');
const found = (pattern: RegExp, where: string): string[] => {
  const files = globSync(`${where}/**/*.ts`, { cwd: src }).filter((file) => !file.endsWith('.test.ts') && !file.endsWith('kernel/log.ts'));
  return files.flatMap((file) => [...readFileSync(path.join(src, file), 'utf8').matchAll(pattern)].map(([, code]) => code!));
};
const ANYWHERE = ['station', 'app', 'platform/node'];

test('what the station\'s log says, its rooms and its fields have words', () => {
  const said = [...ANYWHERE.flatMap((where) => found(/\blog\.(?:info|warn|fault)\('([a-z-]+)'/g, where)), ...found(/\bsay\('([a-z-]+)'/g, 'station/links'), ...found(/\brefused\?\.\('([a-z-]+)'/g, 'platform/node')];
  assert.ok(said.includes('request') && said.includes('link-up') && said.includes('handshake-failed'));
  assert.deepEqual(said.filter((one) => !Object.hasOwn(logVi.said, one)), []);
  assert.deepEqual(ANYWHERE.flatMap((where) => found(/\broom: '([a-z]+)'/g, where)).filter((one) => !Object.hasOwn(logVi.room, one)), []);
  const [, fields = ''] = /^const FIELDS = \{([^}]+)\}/m.exec(readFileSync(path.join(src, 'station/kernel/log.ts'), 'utf8'))!;
  assert.deepEqual([...fields.matchAll(/(\w+):/g)].map(([, name]) => name), Object.keys(logVi.field));
});

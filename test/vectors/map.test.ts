/** The map of the house names every room that stands, and no other. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);

function folders(path: string): string[] {
  return readdirSync(new URL(path, ROOT), { withFileTypes: true }).filter((one) => one.isDirectory()).map(({ name }) => name);
}

const map = readFileSync(new URL('ARCHITECTURE.md', ROOT), 'utf8').split('## The map')[1]!.split('##')[0]!;
const style = readFileSync(new URL('STYLE.md', ROOT), 'utf8').split('## The plan')[1]!.split('##')[0]!;

test('both pages name every part of src', () => {
  for (const [page, said] of [['ARCHITECTURE.md', map], ['STYLE.md', style]] as const) {
    const named = [...said.matchAll(/^ {4}src\/([a-z0-9]+)/gm)].map(([, name]) => name);
    assert.deepEqual(named.toSorted(), folders('src').toSorted(), page);
  }
});

for (const part of ['app', 'platform', 'station', 'web']) {
  test(`the map names every room of src/${part}`, () => {
    const lines = map.split('\n');
    const from = lines.findIndex((line) => line.startsWith(`    src/${part} `));
    const until = lines.findIndex((line, at) => at > from && /^ {4}\S/.test(line));
    const said = lines.slice(from, until).join('\n');
    for (const room of folders(`src/${part}`)) assert.match(said, new RegExp(`(?<![a-z])${room}/`), room);
  });
}

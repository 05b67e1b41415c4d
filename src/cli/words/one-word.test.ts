/** One word per concept: what docs/glossary.md says is not said any more stands in no Vietnamese text. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const left = (folder: string, end: RegExp): string[] => readdirSync(path.join(ROOT, folder)).filter((file) => end.test(file)).map((file) => path.join(folder, file));

/** `[not, but]` of the glossary's last table. */
const AVOIDED = [...read('docs/glossary.md').split('## Not said in Vietnamese')[1]!.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)]
  .map(([, not, but]) => [not!, but!] as const).filter(([not]) => not !== 'not');

const FILES = [
  ...left('src/cli/words', /(?:^|-)vi\.ts$/), ...left('src/web/words', /(?:^|-)vi\.ts$/), ...left('src/core', /-vi\.ts$|^reason-words\.ts$|^entry-(?:fault-)?words\.ts$/),
  ...left('docs/operating', /\.vi\.md$/), 'README.vi.md',
];

test('words that were given up are said nowhere', () => {
  assert.ok(AVOIDED.length >= 10 && FILES.length >= 30);
  const found = FILES.flatMap((file) => {
    const text = read(file).toLowerCase();
    return AVOIDED.filter(([not]) => text.includes(not)).map(([not, but]) => `${file}: ${not}, say: ${but}`);
  });
  assert.deepEqual(found, []);
});

/** What lies beside volumes on a stick. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { endsReading, withFile } from './bundle.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-bundle-'));
after(() => rmSync(folder, { recursive: true }));

it('a pipe or a folder with a volume\'s name is refused at once, and a file is read', async () => {
  const [pipe, inside, file] = ['pipe.tram', 'folder.tram', 'file.tram'].map((name) => path.join(folder, name)) as [string, string, string];
  execFileSync('mkfifo', [pipe]);
  mkdirSync(inside);
  writeFileSync(file, 'tram');
  for (const one of [pipe, inside, path.join(folder, 'none.tram')]) {
    await assert.rejects(withFile(one, () => Promise.reject(new Error('opened'))), (error: unknown) => error instanceof Refusal && error.code === 'file-missing');
  }
  assert.equal(await withFile(file, async ({ size, read }) => `${size} ${Buffer.from(await read(1, 3))}`), '4 ra');
});

it('what one volume is refused for says nothing of the others, a station that is gone does', () => {
  for (const code of ['station-unreachable', 'stopping', 'cancelled'] as const) assert.equal(endsReading(new Refusal(code)), true, code);
  for (const code of ['bundle-forged', 'peer-unknown', 'too-many-attempts'] as const) assert.equal(endsReading(new Refusal(code)), false, code);
});

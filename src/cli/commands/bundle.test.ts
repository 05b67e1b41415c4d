/** What lies beside volumes on a stick. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import type { BundleRecord } from '#wire/api/bundles.ts';
import type { CliContext } from '../context.ts';
import { bundleEn } from '../words/bundle-en.ts';
import { endsReading, listed, withFile } from './bundle.ts';

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

it('a row says what was taken off its way, and how much of that waits again, only where there is any', () => {
  const record = { bundle: '00', peer: 'don', number: 3, written: 0, waiting: 0, items: 2 };
  const list = (more: object): string => {
    const { lines } = listed({ words: { bundle: bundleEn.bundle }, timeZone: 'UTC' } as unknown as CliContext, { written: [{ ...record, ...more } as unknown as BundleRecord], lacking: [] });
    return lines.join('\n').replace(/written .*?: /, '');
  };
  assert.equal(list({ state: 'done', withdrawn: 0, requeued: 0 }), 'Bundle 3 for don, arrived; waiting 0 of 2 items');
  assert.equal(list({ state: 'withdrawn', withdrawn: 2, requeued: 0 }), 'Bundle 3 for don, taken off its way; waiting 0 of 2 items; 2 items taken off this way before don answered');
  assert.match(list({ state: 'done', withdrawn: 1, requeued: 1 }), /; 1 item taken off this way before don answered, 1 of them waiting again, this way or another$/);
});

/** What may be wrong with the folder that a bundle is written into: each is said of it, and nothing is left. */
import assert from 'node:assert/strict';
import fs, { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, mock, test } from 'node:test';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { BundleRecord } from '#wire/api/bundles.ts';
import type { CliContext } from '../context.ts';
import { bundleEn } from '../words/bundle-en.ts';
import { fetched, folderOf, untilStopped } from './bundle-stick.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-stick-'));
after(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  mock.restoreAll();
  syncBuiltinESMExports();
});

const MEBIBYTE = 2 ** 20;

function fails(method: 'accessSync', code: string): void {
  mock.method(fs, method, () => {
    throw Object.assign(new Error(code), { code, path: folder });
  });
  syncBuiltinESMExports();
}

/** With a station that holds volumes of some bytes each, all of them zeros. */
async function written(volumes: readonly number[], beside: (file: string) => string): Promise<{ error: unknown; dropped: string[] }> {
  const dropped: string[] = [];
  const api = { call: async (name: string, { query }: { query?: { why: string } }) => {
    if (name === 'dropBundle') dropped.push(query!.why);
    return name === 'bundleVolume' ? (async function* () { yield new Uint8Array(10); })() : undefined;
  } };
  const context = { words: { bundle: bundleEn.bundle }, locale: 'en', output: { progress: () => {} }, stop: undefined, host: { durable: { beside } } };
  const record = { bundle: '00', volumes } as unknown as BundleRecord;
  const error = await fetched(context as unknown as CliContext, { api } as never, record, folder, (volume) => path.join(folder, `a-b-1-${volume}.tram`)).then(() => null, (thrown: unknown) => thrown);
  return { error, dropped };
}

function isRefusal(error: unknown, code: RefusalCode): Refusal {
  assert.ok(error instanceof Refusal && error.code === code, `${error as Error}`);
  return error;
}

test('a write-protected stick and a folder of a station are refused before anything is written', () => {
  const host = (isStation: boolean) => ({ host: { isStation: () => isStation } }) as unknown as CliContext;
  assert.equal(folderOf(host(false), folder), folder);
  assert.throws(() => folderOf(host(true), folder), (error) => isRefusal(error, 'folder-unwritable').detail['reason'] === 'station-folder');
  assert.throws(() => folderOf(host(false), path.join(folder, 'chưa gắn')), { code: 'folder-missing' });
  for (const code of ['EROFS', 'EACCES']) {
    fails('accessSync', code);
    assert.throws(() => folderOf(host(false), folder), (error) => isRefusal(error, 'folder-unwritable').detail['reason'] === code && error instanceof Refusal && error.detail['folder'] === folder);
  }
});

test('a stick that is too small is named with what the bundle takes, and the bundle is taken back', async () => {
  const { error, dropped } = await written([2 ** 60, MEBIBYTE], (file) => `${file}.new`);
  const { detail } = isRefusal(error, 'stick-full');
  assert.deepEqual([detail['folder'], detail['needed'], typeof detail['free']], [folder, 2 ** 40 + 1, 'number']);
  assert.deepEqual([readdirSync(folder), dropped], [[], ['stopped']]);
});

test('a disk that says nothing of its size is tried', async () => {
  mock.method(promises, 'statfs', async () => ({ bavail: 0, blocks: 0, bsize: 4_096 }));
  syncBuiltinESMExports();
  const { error } = await written([2 ** 60], () => { throw Object.assign(new Error('EROFS'), { code: 'EROFS' }); });
  isRefusal(error, 'folder-unwritable');
});

test('one that fills up, or is protected, all the same is named too, and not by the name that a file had in passing', async () => {
  for (const [code, told] of [['ENOSPC', 'stick-full'], ['EROFS', 'folder-unwritable']] as const) {
    const { error } = await written([10], () => { throw Object.assign(new Error(code), { code, path: `${folder}/x.tram.new-1` }); });
    assert.deepEqual(isRefusal(error, told).detail['folder'], folder);
  }
});

test('whoever stops it hears that nothing was written', async () => {
  const context = { words: { bundle: bundleEn.bundle } } as unknown as CliContext;
  await assert.rejects(untilStopped(context, () => Promise.reject(new Refusal('cancelled'))), (error) => isRefusal(error, 'cancelled').detail['undone'] === 'nothing was written, and everything waits as before');
  await assert.rejects(untilStopped(context, () => Promise.reject(new Refusal('stopping'))), { code: 'stopping' });
});

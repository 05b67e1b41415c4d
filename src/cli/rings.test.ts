/** Where the root's keyring is found: people rename the file, and pages name it after the organisation. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { rootPath } from './rings.ts';

test('the root is found as a file of any name, as root.cbor of a folder, and as the one that a page gave', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tram-root-'));
  const at = (name: string): string => path.join(folder, name);
  const put = (name: string): void => writeFileSync(at(name), '');
  try {
    assert.equal(rootPath(at('chưa có')), path.join(at('chưa có'), 'root.cbor'));
    assert.equal(rootPath(at('moi.cbor')), at('moi.cbor'));
    assert.equal(rootPath(folder), at('root.cbor'));
    put('Khóa gốc của tỉnh');
    assert.equal(rootPath(at('Khóa gốc của tỉnh')), at('Khóa gốc của tỉnh'));
    put('khoa-goc-tinh-son-la.cbor');
    assert.equal(rootPath(folder), at('khoa-goc-tinh-son-la.cbor'));
    // Of two organisations: nobody guesses.
    put('khoa-goc-tinh-khac.cbor');
    assert.equal(rootPath(folder), at('root.cbor'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Where the root's keyring is found: people rename the file, and pages name it after the organisation. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { KeyringStore } from '#core/outside.ts';
import type { Refusal } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { ringInHand, rootPath } from './rings.ts';
import { wordsOf } from './words/words.ts';

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

test('a device that is stopped while it is made leaves neither ring nor secret, and says so', async () => {
  const written: string[] = [];
  const store = (name: string): KeyringStore => ({ read: async () => null, write: async () => void written.push(name) });
  const deps = { crypto: { ...nodeCrypto, slotCost: { memoryKiB: 64, passes: 1, lanes: 1 } }, random: nodeRandom, store: store('ring'), deviceSecret: store('secret') };
  const contents = { organisation: new Uint8Array(16), name: 'Lò Thị Pó', seals: [], officeKeys: [], created: 0 };
  const make = (stop: AbortSignal) => ringInHand({ stop, words: wordsOf('en') }, deps, 'mật khẩu đủ dài', contents);
  await assert.rejects(make(AbortSignal.abort()), ({ code, detail }: Refusal) => code === 'cancelled' && detail['undone'] === 'nothing was made, and nothing is left of it');
  assert.deepEqual(written, []);
  await (await make(new AbortController().signal))();
  assert.deepEqual(written, ['secret', 'ring']);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { NamedStore } from '#core/outside.ts';
import type { OpenKeyring } from '#client/keyring/keyring.ts';
import { SealedSheet } from '#client/sealed-sheet.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { practiceOffices, ringOf } from '../../test/client/practice-office.ts';

const TEXT = 'Đề nghị đồng chí Nguyễn Thị Ánh trực 24/24.';
let anh: OpenKeyring;
let khue: OpenKeyring;
before(async () => {
  const practice = await practiceOffices();
  anh = await ringOf(practice, 'anh', ['chuyen-vien']);
  khue = await ringOf(practice, 'khue', ['chanh-van-phong']);
});

function memoryStore(): NamedStore & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    read: async (name) => kept.get(name) ?? null,
    write: async (name, bytes) => void kept.set(name, bytes),
    erase: async (name) => void kept.delete(name),
  };
}

const sheet = (ring: OpenKeyring, store: NamedStore, what = 'van-phong new') => new SealedSheet({ crypto: nodeCrypto, random: nodeRandom, ring }, store, what);

test('what is typed comes back on the same device, for the same sheet, and for nobody else', async () => {
  const store = memoryStore();
  const first = sheet(anh, store);
  assert.equal(await first.read(), null);
  void first.keep('Đề nghị');
  await first.keep(TEXT);
  await first.close();
  assert.equal(await sheet(anh, store).read(), TEXT);
  assert.equal(await sheet(anh, store, 'van-phong other').read(), null);
  assert.equal(await sheet(khue, store).read(), null);
  const [[name, bytes]] = [...store.kept] as [[string, Uint8Array]];
  assert.ok(!Buffer.from(bytes).includes(Buffer.from(TEXT.slice(0, 8))));
  assert.match(name, /^[0-9a-f]{32}$/);
});

test('what was changed on the disk, or put under another name, is not given back', async () => {
  const store = memoryStore();
  await sheet(anh, store).keep(TEXT);
  const [[name, bytes]] = [...store.kept] as [[string, Uint8Array]];
  for (const changed of [bytes.with(20, bytes[20]! ^ 1), bytes.subarray(0, 11), new Uint8Array(0)]) {
    store.kept.set(name, changed);
    assert.equal(await sheet(anh, store).read(), null);
  }
  await sheet(anh, store, 'van-phong other').keep('khác');
  const other = [...store.kept.keys()].find((one) => one !== name)!;
  store.kept.set(other, bytes);
  assert.equal(await sheet(anh, store, 'van-phong other').read(), null);
});

test('erasing comes after what was asked before, and leaves nothing', async () => {
  const store = memoryStore();
  const one = sheet(anh, store);
  const keeping = one.keep(TEXT);
  await one.erase();
  await keeping;
  assert.equal(store.kept.size, 0);
});

test('a locked ring gives no sheet', async () => {
  const practice = await practiceOffices();
  const ring = await ringOf(practice, 'anh', ['chuyen-vien']);
  ring.lock();
  assert.throws(() => sheet(ring, memoryStore()), (error: unknown) => error instanceof Refusal && error.code === 'keyring-missing');
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { NamedStore } from '#core/outside.ts';
import type { OpenKeyring } from '#client/keyring/keyring.ts';
import { eraseTypedFiles, type FileForm, TYPED_FILES_BYTES_MAX, TypedFiles } from '#client/dispatch/typed-files.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { practiceOffices, ringOf } from '../../../test/client/practice-office.ts';

interface Picked {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

const FORM: FileForm<Picked> = {
  source: ({ name, bytes }) => ({ name, sizeBytes: bytes.length, read: async function* () { for (let at = 0; at < bytes.length; at += 3_000_000) yield bytes.subarray(at, at + 3_000_000); } }),
  mediaType: ({ type }) => type,
  make: ({ name, mediaType, pieces }) => ({ name, type: mediaType, bytes: Buffer.concat(pieces) }),
};
const WORDS = Buffer.from('Đề nghị đồng chí Nguyễn Thị Ánh trực 24/24.');
const MAP: Picked = { name: 'bản đồ.pdf', type: 'application/pdf', bytes: Buffer.concat(Array.from({ length: 100_000 }, () => WORDS)) };
const NOTE: Picked = { name: 'ghi chú.txt', type: 'text/plain', bytes: WORDS };

let ring: OpenKeyring;
before(async () => { ring = await ringOf(await practiceOffices(), 'anh', ['chuyen-vien']); });

function memoryStore(room = Number.POSITIVE_INFINITY): NamedStore & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    read: async (name) => kept.get(name) ?? null,
    write: async (name, bytes) => {
      if (bytes.length > room) throw new Error('no room');
      kept.set(name, bytes);
    },
    erase: async (name) => void kept.delete(name),
  };
}
const session = () => ({ crypto: nodeCrypto, random: nodeRandom, ring });
const files = (store: NamedStore, what = 'vp new') => new TypedFiles(session(), store, what, FORM);
const plain = (kept: readonly Picked[] | null) => kept?.map(({ name, type, bytes }) => [name, type, Buffer.compare(bytes, name === MAP.name ? MAP.bytes : NOTE.bytes)]);

test('files come back byte for byte in their order, and nothing of them stands there in the clear', async () => {
  const store = memoryStore();
  assert.deepEqual(await files(store).keep([MAP, NOTE]), []);
  assert.deepEqual(plain(await files(store).read()), [[MAP.name, MAP.type, 0], [NOTE.name, NOTE.type, 0]]);
  assert.equal(await files(store, 'vp other').read(), null);
  assert.ok(store.kept.size > 3, 'in pieces');
  for (const bytes of store.kept.values()) for (const secret of [WORDS.subarray(0, 12), Buffer.from('ghi ch')]) assert.ok(!Buffer.from(bytes).includes(secret));
});

test('what is taken away goes, what stays is not written again, and what was read back is known', async () => {
  const store = memoryStore();
  const mine = files(store);
  await mine.keep([MAP, NOTE]);
  const read = await files(store).read();
  const first = new Map(store.kept);
  await mine.keep([NOTE]);
  assert.deepEqual(plain(await files(store).read()), [[NOTE.name, NOTE.type, 0]]);
  assert.ok([...store.kept].filter(([name, bytes]) => first.get(name) === bytes).length === 1, 'the piece of what stayed');
  await mine.keep([MAP, NOTE]);
  assert.equal((await files(store).read())!.length, 2, 'taken back');
  assert.equal(read!.length, 2);
  const again = files(store);
  await again.keep((await again.read())!.slice(1));
  assert.deepEqual(plain(await files(store).read()), [[NOTE.name, NOTE.type, 0]]);
  await eraseTypedFiles(session(), store, 'vp new');
  assert.equal(store.kept.size, 0);
});

test('what is too large, or finds no room, is named and leaves nothing', async () => {
  const store = memoryStore();
  const large: Picked = { name: 'phim.mp4', type: '', bytes: new Uint8Array(TYPED_FILES_BYTES_MAX + 1) };
  assert.deepEqual(await files(store).keep([large, NOTE]), [large]);
  assert.deepEqual(plain(await files(store).read()), [[NOTE.name, NOTE.type, 0]]);
  const narrow = memoryStore(1_000_000);
  assert.deepEqual(await files(narrow).keep([NOTE, MAP]), [MAP]);
  assert.deepEqual(plain(await files(narrow).read()), [[NOTE.name, NOTE.type, 0]]);
  assert.equal(narrow.kept.size, 2, 'the list and one piece');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeyring, type KeyringDeps, unlockKeyring, withOfficeKeys } from '#client/keyring/keyring.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { type Keyring, keyringFile } from '#wire/keyring.ts';
import { CHEAP, memoryStore, NOW, PASSPHRASE } from '../../../test/client/practice-office.ts';

function deps() {
  const store = memoryStore();
  return { crypto: nodeCrypto, random: nodeRandom, store } satisfies KeyringDeps;
}

function contents(): Keyring {
  return {
    organisation: new Uint8Array(16).fill(7), person: 'anh', device: 'anh-may', name: 'Nguyễn Thị Ánh',
    signing: { p256: new Uint8Array(32).fill(1), mldsa: new Uint8Array(32).fill(2) }, kem: new Uint8Array(32).fill(3),
    seals: [], officeKeys: [], created: NOW,
  };
}

const officeKey = { office: 'van-phong', purpose: 'storage' as const, number: 1, secret: new Uint8Array(32).fill(9) };
const refused = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;

test('a keyring opens with its passphrase and gives back what was put in', async () => {
  const d = deps();
  await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  const opened = await unlockKeyring(d, PASSPHRASE);
  assert.deepEqual(opened.contents, contents());
  assert.equal(opened.revision, 1);
});

test('a passphrase is the same in NFD and NFC', async () => {
  const d = deps();
  await createKeyring(d, PASSPHRASE.normalize('NFD'), contents(), CHEAP);
  assert.equal((await unlockKeyring(d, PASSPHRASE.normalize('NFC'))).contents.name, 'Nguyễn Thị Ánh');
});

test('a wrong passphrase is refused and nothing more is told', async () => {
  const d = deps();
  await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  await assert.rejects(unlockKeyring(d, `${PASSPHRASE}!`), (error) => refused('passphrase-wrong')(error) && Object.keys((error as Refusal).detail).length === 0);
});

test('a passphrase of eleven characters is refused, however many bytes it has', async () => {
  await assert.rejects(createKeyring(deps(), 'ắắắắắắắắắắắ', contents(), CHEAP), refused('passphrase-too-short'));
});

test('a second keyring does not replace the first', async () => {
  const d = deps();
  await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  await assert.rejects(createKeyring(d, PASSPHRASE, contents(), CHEAP), refused('name-taken'));
});

test('each change takes a greater revision and a fresh nonce', async () => {
  const d = deps();
  const ring = await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  const first = keyringFile.decode(d.store.bytes!);
  await ring.change((same) => withOfficeKeys(same, [officeKey, officeKey]));
  const second = keyringFile.decode(d.store.bytes!);
  assert.equal(second.revision, first.revision + 1);
  assert.notDeepEqual(second.nonce, first.nonce);
  assert.equal((await unlockKeyring(d, PASSPHRASE)).contents.officeKeys.length, 1);
});

test('an older file is refused by who remembers a newer one', async () => {
  const d = deps();
  const ring = await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  const old = d.store.bytes!;
  await ring.change((same) => same);
  d.store.bytes = old;
  await assert.rejects(unlockKeyring(d, PASSPHRASE, 2), refused('keyring-rolled-back'));
  await assert.rejects(ring.change((same) => same), refused('keyring-rolled-back'));
});

test('a revision cannot be written over an older ciphertext', async () => {
  const d = deps();
  await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  d.store.bytes = keyringFile.encode({ ...keyringFile.decode(d.store.bytes!), revision: 9 });
  await assert.rejects(unlockKeyring(d, PASSPHRASE, 9), refused('keyring-malformed'));
});

test('two processes that change one keyring lose nothing', async () => {
  const d = deps();
  const one = await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  const other = await unlockKeyring(d, PASSPHRASE);
  await one.change((same) => withOfficeKeys(same, [officeKey]));
  await other.change((same) => withOfficeKeys(same, [{ ...officeKey, number: 2 }]));
  assert.equal((await unlockKeyring(d, PASSPHRASE)).contents.officeKeys.length, 2);
});

test('a new passphrase ends the old one', async () => {
  const d = deps();
  const ring = await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  const { slots } = keyringFile.decode(d.store.bytes!);
  await ring.setPassphrase('một mật khẩu khác', CHEAP);
  await assert.rejects(unlockKeyring(d, PASSPHRASE), refused('passphrase-wrong'));
  assert.equal((await unlockKeyring(d, 'một mật khẩu khác')).revision, 2);
  await ring.change((same) => withOfficeKeys(same, [officeKey]));
  assert.equal((await unlockKeyring(d, 'một mật khẩu khác')).contents.officeKeys.length, 1);
  // The old slot, from a copy, with the old passphrase: its ring key is not that of the new file.
  d.store.bytes = keyringFile.encode({ ...keyringFile.decode(d.store.bytes!), slots });
  await assert.rejects(unlockKeyring(d, PASSPHRASE), refused('keyring-malformed'));
});

test('locking erases the secrets and ends the keyring', async () => {
  const ring = await createKeyring(deps(), PASSPHRASE, contents(), CHEAP);
  const { signing, kem } = ring.contents;
  ring.lock();
  assert.deepEqual([...signing!.p256, ...signing!.mldsa, ...kem!].filter((byte) => byte !== 0), []);
  assert.throws(() => ring.contents, refused('keyring-missing'));
});

test('a file that asks for absurd work is refused before any is done', async () => {
  const d = deps();
  await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  const file = keyringFile.decode(d.store.bytes!);
  d.store.bytes = keyringFile.encode({ ...file, slots: [{ ...file.slots[0]!, memoryKiB: 4 * 1_048_576 }] });
  await assert.rejects(unlockKeyring(d, PASSPHRASE), refused('keyring-malformed'));
});

test('no keyring, or no keyring at all in the bytes, is said', async () => {
  const d = deps();
  await assert.rejects(unlockKeyring(d, PASSPHRASE), refused('keyring-missing'));
  d.store.bytes = Uint8Array.of(1, 2, 3);
  await assert.rejects(unlockKeyring(d, PASSPHRASE), refused('keyring-malformed'));
});

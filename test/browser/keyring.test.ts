/** OPAQUE and the slots of a keyring in a real browser, rings exchanged with Node both ways. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fromHex, hex } from '#core/bytes.ts';
import { makeCardCode, readCardCode } from '#client/keyring/card.ts';
import { createKeyring, unlockKeyring } from '#client/keyring/keyring.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { CHEAP, memoryStore, NOW, PASSPHRASE } from '../client/practice-office.ts';
import { want } from '../wants.ts';
import { runInBrowser } from './harness.ts';
import type { KeyringErrand, KeyringFindings } from './keyring.page.ts';

const chromium = await want('chromium', 'keyrings and OPAQUE in a browser');

if (chromium !== null) {
  test('a browser opens what Node sealed by every slot, changes it, and logs in by OPAQUE', async () => {
    const deps = { crypto: nodeCrypto, random: nodeRandom, store: memoryStore(), deviceSecret: memoryStore() };
    const ring = await createKeyring(deps, PASSPHRASE, {
      organisation: new Uint8Array(16).fill(7), person: 'anh', device: 'anh-may', name: 'Nguyễn Thị Ánh', seals: [], officeKeys: [], created: NOW,
    }, CHEAP);
    const card = readCardCode(nodeCrypto.hash, makeCardCode(nodeCrypto.hash, nodeRandom));
    const passkey = { credential: nodeRandom.bytes(32), output: nodeRandom.bytes(32) };
    const exportKey = nodeRandom.bytes(64);
    await ring.putSlot({ kind: 'card', card, number: 1 });
    await ring.putSlot({ kind: 'passkey', ...passkey, prfInput: nodeRandom.bytes(32), relyingParty: 'tram.tinh.vn', label: 'Khóa USB' });
    await ring.putSlot({ kind: 'opaque', exportKey, record: nodeRandom.bytes(192) });
    const input: KeyringErrand = {
      file: hex(deps.store.bytes!), deviceSecret: hex(deps.deviceSecret.bytes!), passphrase: PASSPHRASE, card: hex(card),
      passkey: { credential: hex(passkey.credential), output: hex(passkey.output) }, exportKey: hex(exportKey),
    };
    const entry = path.join(import.meta.dirname, 'keyring.page.ts');
    const found = await runInBrowser<KeyringFindings>({ chromium, entry, input, timeoutMs: 120_000 });
    const name = 'Nguyễn Thị Ánh';
    assert.deepEqual(found.opened, { passphrase: name, card: name, passkey: name, opaque: name });
    assert.deepEqual(found.opaque, { sameExportKey: true, proved: true, wrong: true });
    deps.store.bytes = fromHex(found.changed);
    const changed = await unlockKeyring(deps, found.newPassphrase);
    assert.deepEqual(changed.slots.map(({ kind }) => kind), ['card', 'passkey', 'passphrase']);
    assert.equal((await unlockKeyring(deps, { kind: 'card', card })).contents.name, name);
    await assert.rejects(unlockKeyring(deps, PASSPHRASE), { code: 'passphrase-wrong' });
  });
}

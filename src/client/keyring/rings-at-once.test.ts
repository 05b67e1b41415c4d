/** Commands that run at once on one device, each with the ring open: what one changes the other does not take back. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createKeyring, type KeyringDeps, type OpenKeyring, unlockKeyring, withOfficeKeys } from '#client/keyring/keyring.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { keyringFileStore } from '#platform/node/keyring-file.ts';
import type { Keyring } from '#wire/keyring.ts';
import { CHEAP, NOW, PASSPHRASE } from '../../../test/client/practice-office.ts';

const ANOTHER = 'Đồn Sốp Cộp mùa mưa';
const CONTENTS: Keyring = {
  organisation: new Uint8Array(16).fill(7), person: 'anh', device: 'anh-may', name: 'Nguyễn Thị Ánh',
  signing: { p256: new Uint8Array(32).fill(1), mldsa: new Uint8Array(32).fill(2) }, kem: new Uint8Array(32).fill(3), seals: [], officeKeys: [], created: NOW,
};

describe('two commands at once on one device', () => {
  let folder: string;
  let deps: KeyringDeps;
  let rings: OpenKeyring[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tram-rings-'));
    deps = { crypto: nodeCrypto, random: nodeRandom, store: keyringFileStore(path.join(folder, 'keyring.cbor')) };
    await createKeyring(deps, PASSPHRASE, CONTENTS, CHEAP);
    rings = [await unlockKeyring(deps, PASSPHRASE), await unlockKeyring(deps, PASSPHRASE)];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const addsKey = (ring: OpenKeyring, number: number): Promise<void> =>
    ring.change((contents) => withOfficeKeys(contents, [{ office: 'van-phong', purpose: 'storage', number, secret: new Uint8Array(32).fill(number) }]));

  it('both keep what they put in, each time', async () => {
    for (let turn = 0; turn < 5; turn++) await Promise.all(rings.map((ring, index) => addsKey(ring, 2 * turn + index)));
    const { officeKeys } = (await unlockKeyring(deps, PASSPHRASE)).contents;
    assert.deepEqual(officeKeys.map(({ number }) => number).toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual((await readdir(folder)).toSorted(), ['keyring.cbor', 'keyring.cbor.lock']);
  });

  it('a passphrase that was changed stays changed, whatever the other was about to write', async () => {
    const ended = await Promise.allSettled([rings[0]!.setPassphrase(ANOTHER, CHEAP), addsKey(rings[1]!, 3)]);
    assert.deepEqual(ended.map(({ status }) => status), ['fulfilled', 'rejected']);
    await assert.rejects(unlockKeyring(deps, PASSPHRASE), (error) => error instanceof Refusal && error.code === 'passphrase-wrong');
    await unlockKeyring(deps, ANOTHER);
  });
});

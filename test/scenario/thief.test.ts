/**
 * What a thief with the source gets out of a stolen folder (SECURITY.md): tried with the keyring's own code and the best
 * knowledge a thief could have, from the station's folder, from the device's, from both, from the card.
 */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { unlockKeyring } from '#client/keyring/keyring.ts';
import { readCardCode } from '#client/keyring/card.ts';
import type { Opener } from '#client/keyring/ring-slots.ts';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { opaqueServerName } from '#wire/gate.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { loadOpaque } from '#platform/wasm/opaque.ts';
import { keyringFile } from '#wire/keyring.ts';
import { provingContext, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

describe('what a thief with the source gets', () => {
  let office: SmallOffice;
  let code = '';
  before(async () => {
    office = await smallOffice(provingContext);
    // At the price of a person's own machine, not of the tests.
    await tramJson(['passphrase', ...office.as('minh'), '--new-passphrase-file', office.file('passphrase', `${PASSPHRASE}\n`)], { ...provingContext(), provider: nodeCrypto });
    ({ code } = await tramJson<{ code: string }>(['card', 'make', ...office.as('minh')]));
    await tramJson(['inbox', ...office.as('minh')], provingContext());
    await office.stop();
  });
  after(() => closeOffice(office));

  /** The copy of minh's ring, with what stands beside it. */
  function stolenStation(): { copy: Uint8Array; record: Uint8Array; setup: Uint8Array } {
    const folder = path.join(office.folder, 'stolen-station');
    cpSync(office.data, folder, { recursive: true });
    const database = new DatabaseSync(path.join(folder, 'tram.db'));
    const row = database.prepare("select bytes, opaque_record from ring_copy where device = 'minh-may'").get() as { bytes: Uint8Array; opaque_record: Uint8Array };
    const { setup } = database.prepare('select setup from opaque_setup').get() as { setup: Uint8Array };
    database.close();
    return { copy: new Uint8Array(row.bytes), record: new Uint8Array(row.opaque_record), setup: new Uint8Array(setup) };
  }

  const held = (bytes: Uint8Array | null): KeyringStore => ({ read: async () => bytes, write: async () => {} });
  const opens = (file: Uint8Array, secret: Uint8Array | null, opener: Opener): Promise<string> =>
    unlockKeyring({ crypto: nodeCrypto, random: nodeRandom, store: held(file), deviceSecret: held(secret) }, opener)
      .then(() => 'open', (error: unknown) => (error instanceof Refusal ? error.code : assert.fail(String(error))));
  const passphrase: Opener = { kind: 'passphrase', passphrase: PASSPHRASE };

  /** Both halves of OPAQUE played by the thief, who has the station's: the export key for a guess. */
  async function exportKeyOf(guess: string): Promise<Uint8Array | null> {
    const { client, server } = await loadOpaque();
    const { record, setup, copy } = stolenStation();
    const names = { client: 'minh-may', server: opaqueServerName(keyringFile.decode(copy).organisation, 'hub') };
    const { state, request } = await client.startLogIn(guess);
    const { response } = server.startLogIn(setup, 'minh-may', record, request, names);
    return (await client.finishLogIn(guess, state, response, names))?.exportKey ?? null;
  }

  it('the station\'s folder alone: not even the right passphrase opens a ring', async () => {
    const { copy } = stolenStation();
    assert.equal(await opens(copy, null, passphrase), 'device-secret-missing');
    for (let i = 0; i < 3; i++) assert.equal(await opens(copy, nodeRandom.bytes(32), passphrase), 'passphrase-wrong');
    const exportKey = await exportKeyOf(PASSPHRASE);
    assert.ok(exportKey !== null, 'the thief can check a guess against the OPAQUE record, at Argon2id\'s price');
    assert.equal(await opens(copy, nodeRandom.bytes(32), { kind: 'opaque', exportKey }), 'passphrase-wrong');
  });

  it('the station\'s folder has no secret of a device anywhere', () => {
    const secret = Buffer.from(readFileSync(path.join(office.folder, 'minh', 'device.secret')));
    const files = readdirSync(office.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length > 3);
    for (const { parentPath, name } of files) assert.equal(readFileSync(path.join(parentPath, name)).indexOf(secret), -1, name);
  });

  it('the device\'s folder alone: each guess costs an Argon2id of 64 MiB', async (t) => {
    const folder = path.join(office.folder, 'minh');
    const [file, secret] = ['keyring.cbor', 'device.secret'].map((name) => new Uint8Array(readFileSync(path.join(folder, name)))) as [Uint8Array, Uint8Array];
    const slot = keyringFile.decode(file).openings!.find(({ kind }) => kind === 'passphrase');
    assert.ok(slot?.kind === 'passphrase' && slot.memoryKiB >= 65_536 && slot.passes >= 3, 'what makes a guess dear');
    const begun = process.hrtime.bigint();
    assert.equal(await opens(file, secret, { kind: 'passphrase', passphrase: 'đoán mò lần thứ nhất' }), 'passphrase-wrong');
    t.diagnostic(`a guess took ${Number(process.hrtime.bigint() - begun) / 1e6} ms of one core`);
    assert.equal(await opens(file, secret, passphrase), 'open', 'and the right one opens: this is what the passphrase is for');
    assert.equal(await opens(file, secret, { kind: 'opaque', exportKey: new Uint8Array(64) }), 'passphrase-wrong');
  });

  it('both folders: no more than the device\'s alone', async () => {
    const secret = new Uint8Array(readFileSync(path.join(office.folder, 'minh', 'device.secret')));
    const { copy } = stolenStation();
    assert.equal(await opens(copy, secret, { kind: 'passphrase', passphrase: 'đoán mò lần thứ hai' }), 'passphrase-wrong');
    assert.equal(await exportKeyOf('đoán mò lần thứ ba'), null);
    assert.equal(await opens(copy, secret, { kind: 'opaque', exportKey: (await exportKeyOf(PASSPHRASE))! }), 'open');
  });

  it('the card: opens the ring with the station\'s copy, or the device\'s file, and says so by its number', async () => {
    const card = readCardCode(nodeCrypto.hash, code);
    assert.equal(await opens(stolenStation().copy, null, { kind: 'card', card }), 'open');
    await office.start();
    await tramJson(['card', 'make', ...office.as('minh')]);
    await tramJson(['inbox', ...office.as('minh')], provingContext());
    await office.stop();
    assert.equal(await opens(stolenStation().copy, null, { kind: 'card', card }), 'card-wrong', 'until another one was made');
  });
});

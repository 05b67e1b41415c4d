/**
 * Makes the golden keyring with every kind of slot, recorded with what opens each, and with the gates that a station
 * knows. Random, so a new run gives a new file: run it only when the protocol's version changes, and say so in the commit.
 *
 *     node test/vectors/golden/make-slots.ts > test/vectors/golden/slots.json
 */
import { hex } from '#core/bytes.ts';
import { cardGate, makeCardCode, readCardCode } from '#client/keyring/card.ts';
import { deviceGate } from '#client/gates.ts';
import { createKeyring } from '#client/keyring/keyring.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { CHEAP, memoryStore, NOW, PASSPHRASE } from '../../client/practice-office.ts';
import type { GoldenSlots } from '../checks/golden-slots.ts';

if (import.meta.main) process.stdout.write(`${JSON.stringify(await makeSlots(), null, 1)}\n`);

async function makeSlots(): Promise<GoldenSlots & { about: string }> {
  const deps = { crypto: nodeCrypto, random: nodeRandom, store: memoryStore(), deviceSecret: memoryStore(), clock: { now: () => NOW } };
  const organisation = nodeRandom.bytes(16);
  const ring = await createKeyring(deps, PASSPHRASE, {
    organisation, person: 'khue', device: 'khue-may', name: 'Đặng Ngọc Khuê', seals: [], officeKeys: [], created: NOW,
  }, CHEAP);
  const code = makeCardCode(nodeCrypto.hash, nodeRandom);
  const card = readCardCode(nodeCrypto.hash, code);
  const passkey = { credential: nodeRandom.bytes(32), output: nodeRandom.bytes(32) };
  const exportKey = nodeRandom.bytes(64);
  await ring.putSlot({ kind: 'opaque', exportKey, record: nodeRandom.bytes(192) });
  await ring.putSlot({ kind: 'passkey', ...passkey, prfInput: nodeRandom.bytes(32), relyingParty: 'tram.tinh.vn', label: 'Khóa USB của Khuê' });
  await ring.putSlot({ kind: 'card', card, number: 1 });
  await ring.markCardTried(1, NOW + 1);
  const deviceSecret = deps.deviceSecret.bytes!;
  const { locator, key } = await cardGate(nodeCrypto, card);
  return {
    about: 'Made by test/vectors/golden/make-slots.ts; bytes are lower-case hexadecimal. The secrets here guard nothing.',
    file: hex(deps.store.bytes!), deviceSecret: hex(deviceSecret), passphrase: PASSPHRASE, card: code, exportKey: hex(exportKey),
    passkey: { credential: hex(passkey.credential), output: hex(passkey.output) },
    locator: hex(locator), cardGate: hex(key.publicKey),
    deviceGate: hex((await deviceGate(nodeCrypto, deviceSecret, organisation)).publicKey),
  };
}

/** Slots of the present form: each opens alone, none opens for another, and whoever holds only public halves makes nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealTo } from '#core/hpke.ts';
import { concat, utf8 } from '#core/bytes.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { type Keyring, keyringFile, type Slot } from '#wire/keyring.ts';
import { CHEAP, memoryStore, NOW, PASSPHRASE } from '../../../test/client/practice-office.ts';
import { makeCardCode, readCardCode } from './card.ts';
import { createKeyring, type KeyringDeps, type OpenKeyring, unlockKeyring, withOfficeKeys } from './keyring.ts';
import type { Opener, SlotOrder } from './ring-slots.ts';

const { hash } = nodeCrypto;
const NEW_PASSPHRASE = 'Đồn Sốp Cộp mùa mưa';
const EXPORT_KEY = new Uint8Array(64).fill(4);
/** What an authenticator's PRF gave, fixed. */
const PRF = { credential: new Uint8Array(32).fill(5), output: new Uint8Array(32).fill(6) };
const PASSKEY: SlotOrder = { kind: 'passkey', ...PRF, prfInput: new Uint8Array(32).fill(7), relyingParty: 'tram.tinh.vn', label: 'Khóa USB của Ánh' };
const OPAQUE: SlotOrder = { kind: 'opaque', exportKey: EXPORT_KEY, record: new Uint8Array(192).fill(8) };
const CARD = readCardCode(hash, makeCardCode(hash, nodeRandom));
const CARD_ORDER: SlotOrder = { kind: 'card', card: CARD, number: 1 };
const OPENERS: readonly Opener[] = [
  { kind: 'passphrase', passphrase: PASSPHRASE }, { kind: 'opaque', exportKey: EXPORT_KEY }, { kind: 'passkey', ...PRF }, { kind: 'card', card: CARD },
];

function deps() {
  return { crypto: nodeCrypto, random: nodeRandom, store: memoryStore(), deviceSecret: memoryStore(), clock: { now: () => NOW } } satisfies KeyringDeps;
}

function contents(): Keyring {
  return {
    organisation: new Uint8Array(16).fill(7), person: 'anh', device: 'anh-may', name: 'Nguyễn Thị Ánh',
    signing: { p256: new Uint8Array(32).fill(1), mldsa: new Uint8Array(32).fill(2) }, kem: new Uint8Array(32).fill(3),
    seals: [], officeKeys: [], created: NOW,
  };
}

async function fullRing() {
  const d = deps();
  const ring = await createKeyring(d, PASSPHRASE, contents(), CHEAP);
  for (const order of [OPAQUE, PASSKEY, CARD_ORDER]) await ring.putSlot(order);
  return { d, ring };
}

const refused = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;
const opens = async (d: KeyringDeps, opener: Opener): Promise<boolean> =>
  unlockKeyring(d, opener).then(({ contents: { name } }) => name === 'Nguyễn Thị Ánh', () => false);
const kinds = (ring: OpenKeyring): string[] => ring.slots.map(({ kind }) => kind);

test('passphrase, OPAQUE, passkey and card each open the same ring, alone', async () => {
  const { d, ring } = await fullRing();
  assert.deepEqual(kinds(ring), ['passphrase', 'opaque', 'passkey', 'card']);
  for (const opener of OPENERS) assert.equal(await opens(d, opener), true, opener.kind);
});

test('what does not fit is refused by what it was', async () => {
  const { d } = await fullRing();
  const wrong = (opener: Opener, code: RefusalCode) => assert.rejects(unlockKeyring(d, opener), refused(code));
  await wrong({ kind: 'passphrase', passphrase: NEW_PASSPHRASE }, 'passphrase-wrong');
  await wrong({ kind: 'opaque', exportKey: new Uint8Array(64) }, 'passphrase-wrong');
  await wrong({ kind: 'passkey', ...PRF, output: new Uint8Array(32) }, 'passkey-wrong');
  await wrong({ kind: 'passkey', ...PRF, credential: new Uint8Array(32) }, 'passkey-wrong');
  await wrong({ kind: 'card', card: readCardCode(hash, makeCardCode(hash, nodeRandom)) }, 'card-wrong');
  // One kind's secret in another's place.
  await wrong({ kind: 'card', card: PRF.output }, 'card-wrong');
});

test('passphrase, OPAQUE and passkey need the device secret; the card does not', async () => {
  const { d } = await fullRing();
  const others = memoryStore();
  others.bytes = new Uint8Array(32).fill(9);
  const works = async (deviceSecret: ReturnType<typeof memoryStore>) => Promise.all(OPENERS.map((opener) => opens({ ...d, deviceSecret }, opener)));
  assert.deepEqual(await works(others), [false, false, false, true]);
  assert.deepEqual(await works(memoryStore()), [false, false, false, true]);
  for (const opener of [PASSPHRASE, { kind: 'passkey', ...PRF }] as const) await assert.rejects(unlockKeyring({ ...d, deviceSecret: memoryStore() }, opener), refused('device-secret-missing'));
});

test('a new passphrase reaches card and passkey without either, and ends the old passphrase and OPAQUE', async () => {
  const { d, ring } = await fullRing();
  const before = keyringFile.decode(d.store.bytes!);
  const oldKeys = { ringKey: ring.keys!.ringKey.slice(), anchor: ring.keys!.anchor.slice() };
  await ring.setPassphrase(NEW_PASSPHRASE, CHEAP);
  assert.deepEqual(kinds(ring), ['passkey', 'card', 'passphrase']);
  assert.deepEqual(await Promise.all(OPENERS.map((opener) => opens(d, opener))), [false, false, true, true]);
  assert.equal(await opens(d, { kind: 'passphrase', passphrase: NEW_PASSPHRASE }), true);
  // The keys of the old file, and the old file's slots, open nothing that is written now.
  await assert.rejects(unlockKeyring(d, { kind: 'keys', keys: oldKeys }), refused('keyring-malformed'));
  d.store.bytes = keyringFile.encode({ ...keyringFile.decode(d.store.bytes!), openings: before.openings });
  await assert.rejects(unlockKeyring(d, PASSPHRASE), refused('keyring-malformed'));
});

test('another card takes the place of the first, which opens nothing any more', async () => {
  const { d, ring } = await fullRing();
  const second = readCardCode(hash, makeCardCode(hash, nodeRandom));
  await ring.putSlot({ kind: 'card', card: second, number: 2 });
  await assert.rejects(unlockKeyring(d, { kind: 'card', card: CARD }), refused('card-wrong'));
  assert.equal(await opens(d, { kind: 'card', card: second }), true);
});

test('a card counts once it was tried; the last own way stays, and a passkey is none', async () => {
  const { d, ring } = await fullRing();
  const not = (...kept: Slot['kind'][]) => (slot: Slot) => !kept.includes(slot.kind);
  await assert.rejects(ring.removeSlots(not('passkey')), refused('slot-last'));
  await assert.rejects(ring.removeSlots(not('card')), refused('slot-last'));
  await assert.rejects(ring.removeSlots(not('opaque', 'passkey', 'card')), refused('slot-last'), 'it opens nothing without the station');
  await assert.rejects(ring.markCardTried(2, NOW), refused('card-wrong'));
  await ring.markCardTried(1, NOW + 1);
  assert.equal((await unlockKeyring(d, { kind: 'card', card: CARD })).slots.find(({ kind }) => kind === 'card')?.kind, 'card');
  await ring.removeSlots(not('card'));
  assert.deepEqual(kinds(ring), ['card']);
  assert.equal(await opens(d, { kind: 'passphrase', passphrase: PASSPHRASE }), false);
  assert.equal(await opens(d, { kind: 'card', card: CARD }), true);
});

test('a ring has at most eight slots', async () => {
  const ring = await createKeyring(deps(), PASSPHRASE, contents(), CHEAP);
  for (let i = 0; i < 7; i++) await ring.putSlot({ ...PASSKEY, credential: Uint8Array.of(i) } as SlotOrder);
  await assert.rejects(ring.putSlot(CARD_ORDER), refused('too-many-slots'));
  await ring.putSlot({ ...PASSKEY, credential: Uint8Array.of(0), label: 'lại' } as SlotOrder);
});

test('whoever knows public halves alone makes no ring that opens', async () => {
  const { d } = await fullRing();
  const honest = keyringFile.decode(d.store.bytes!);
  const { organisation } = honest;
  const ringKey = nodeRandom.bytes(32);
  // A whole forged ring: its key sealed to the true slots' public keys, its anchor unknown to the forger.
  const openings: Slot[] = [];
  for (const slot of honest.openings!) {
    const info = concat(utf8('tram/v1/slot\0'), utf8(slot.kind), Uint8Array.of(0), organisation);
    const { encapsulation, ciphertext } = await sealTo(nodeCrypto, slot.lock.publicKey, info, new Uint8Array(0), ringKey);
    openings.push({ ...slot, lock: { ...slot.lock, encapsulation, wrapped: ciphertext } });
  }
  const forger = deps();
  await createKeyring(forger, PASSPHRASE, contents(), CHEAP);
  const forged = keyringFile.decode(forger.store.bytes!);
  d.store.bytes = keyringFile.encode({ ...forged, openings, revision: honest.revision + 1 });
  for (const opener of OPENERS) await assert.rejects(unlockKeyring(d, opener), refused('keyring-malformed'));
});

test('no slot is added, dropped or changed unnoticed', async () => {
  const { d } = await fullRing();
  const file = keyringFile.decode(d.store.bytes!);
  const [first, ...rest] = file.openings!;
  const changed: Slot[][] = [[first!], [first!, ...rest, rest[1]!], [{ ...first!, created: 1 }, ...rest], [...rest, first!]];
  for (const openings of changed) {
    d.store.bytes = keyringFile.encode({ ...file, openings });
    await assert.rejects(unlockKeyring(d, PASSPHRASE), refused('keyring-malformed'));
  }
  d.store.bytes = keyringFile.encode({ ...file, slots: [], openings: undefined });
  await assert.rejects(unlockKeyring(d, PASSPHRASE), refused('keyring-malformed'));
});

test('a ring of the first form opens unchanged and is carried over when it is next changed', async () => {
  const d = deps();
  const { deviceSecret: _, ...step1 } = d;
  await createKeyring(step1, PASSPHRASE, contents(), CHEAP);
  const old = d.store.bytes;
  const [one, other] = [await unlockKeyring(d, PASSPHRASE), await unlockKeyring(d, PASSPHRASE)];
  assert.ok(d.store.bytes === old && d.deviceSecret.bytes === null, 'reading changes nothing');
  await one.putSlot(CARD_ORDER);
  const [written, secret] = [await d.store.read(), await d.deviceSecret.read()];
  assert.deepEqual([keyringFile.decode(written!).slots.length, secret!.length], [0, 32]);
  // The other process opened it in its old form.
  await other.change((same) => withOfficeKeys(same, [{ office: 'vp', purpose: 'storage', number: 1, secret: new Uint8Array(32) }]));
  const now = await unlockKeyring(d, PASSPHRASE);
  assert.deepEqual([now.contents.officeKeys.length, kinds(now)], [1, ['passphrase', 'card']]);
  assert.equal(await opens(d, { kind: 'card', card: CARD }), true);
});

test('an agent opens with the keys; after another passphrase it is told so', async () => {
  const { d, ring } = await fullRing();
  const agents = await unlockKeyring(d, { kind: 'keys', keys: ring.keys! });
  await agents.change((same) => same);
  await ring.setPassphrase(NEW_PASSPHRASE, CHEAP);
  await assert.rejects(agents.change((same) => same), refused('keyring-relocked'));
});

test('a card is read as people write it, and a slip is seen', () => {
  const code = makeCardCode(hash, nodeRandom);
  assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
  const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  assert.deepEqual(readCardCode(hash, typed), readCardCode(hash, code));
  for (let at = 0; at < code.length; at++) {
    if (code[at] === '-') continue;
    const slip = `${code.slice(0, at)}${code[at] === '7' ? '8' : '7'}${code.slice(at + 1)}`;
    assert.throws(() => readCardCode(hash, slip), refused('card-mistyped'));
  }
  assert.throws(() => readCardCode(hash, code.slice(5)), refused('card-mistyped'));
  assert.equal(new Set(Array.from({ length: 200 }, () => makeCardCode(hash, nodeRandom))).size, 200);
});

/**
 * Slots of a keyring: independent ways to one ring key. Each has a KEM key pair of its own, whose secret only its opener
 * derives and whose public half stands in the slot, so that a new ring key reaches every slot without its opener. What
 * only an opener could make is the sealed anchor, which is part of the ring's cipher key: whoever merely knows a slot's
 * public key can seal a ring key to it, and no ring that opens. Source: docs/protocol/keyring.md §Slots.
 */
import { concat, equal, utf8 } from '#core/bytes.ts';
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { hkdf } from '#core/hkdf.ts';
import { openWith, sealTo } from '#core/hpke.ts';
import { Refusal } from '#core/refusals.ts';
import type { Slot, SlotLock } from '#wire/keyring.ts';
import { cardGate } from './card.ts';
import { checkPassphrase, demandBearable, newSlotCost, type StretchingCost, stretched } from './slots.ts';

export const SLOTS_MAX = 8;
const ZERO = Uint8Array.of(0);
const NOTHING = new Uint8Array(0);
const LABEL = utf8('tram/v1/slot\0');

/** What leads to a ring: the two secrets that every slot gives. 32 bytes each. */
export interface RingKeys {
  readonly ringKey: Uint8Array;
  readonly anchor: Uint8Array;
}

/** What somebody offers to open a keyring with. */
export type Opener =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'opaque'; readonly exportKey: Uint8Array }
  | { readonly kind: 'passkey'; readonly credential: Uint8Array; readonly output: Uint8Array }
  | { readonly kind: 'card'; readonly card: Uint8Array }
  /** Of a ring that stands open elsewhere on this machine. */
  | { readonly kind: 'keys'; readonly keys: RingKeys };

/** A slot that is to be made. */
export type SlotOrder =
  | { readonly kind: 'passphrase'; readonly passphrase: string; readonly cost?: StretchingCost | undefined }
  | { readonly kind: 'opaque'; readonly exportKey: Uint8Array; readonly record: Uint8Array }
  | {
    readonly kind: 'passkey'; readonly credential: Uint8Array; readonly output: Uint8Array; readonly prfInput: Uint8Array;
    readonly relyingParty: string; readonly label: string;
  }
  | { readonly kind: 'card'; readonly card: Uint8Array; readonly number: number };

export interface SlotDeps {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly organisation: Uint8Array;
  /** 32 bytes that this device holds; null where it has none. */
  readonly deviceSecret: Uint8Array | null;
}

/**
 * Makes a slot that leads to these keys.
 * @throws Refusal `passphrase-too-short`; `device-secret-missing` where the kind needs one
 */
export async function makeSlot(deps: SlotDeps, order: SlotOrder, keys: RingKeys, created: Instant): Promise<Slot> {
  const salt = deps.random.bytes(16);
  if (order.kind === 'passphrase') {
    checkPassphrase(order.passphrase);
    const cost = order.cost ?? newSlotCost(deps.crypto);
    const key = await stretched(deps.crypto, order.passphrase, { ...cost, salt });
    return passphraseSlotFrom(deps, { key, salt, ...cost }, keys, created);
  }
  if (order.kind === 'opaque') {
    const secret = combined(order.exportKey, deps.deviceSecret);
    const record = deps.crypto.hash.sha256(order.record);
    return { kind: 'opaque', lock: await lockOf(deps, 'opaque', secret, salt, keys), created, record };
  }
  if (order.kind === 'passkey') {
    const { credential, prfInput, relyingParty, label } = order;
    const lock = await lockOf(deps, 'passkey', combined(order.output, deps.deviceSecret), salt, keys);
    return { kind: 'passkey', lock, created, credential, relyingParty, label, prfInput, needs: 'device-secret' };
  }
  const { locator, key } = await cardGate(deps.crypto, order.card);
  const lock = await lockOf(deps, 'card', order.card.slice(), salt, keys);
  return { kind: 'card', lock, created, number: order.number, locator, gate: key.publicKey };
}

/** A passphrase slot of a passphrase that was stretched already: how a ring of the first form is carried over. */
export async function passphraseSlotFrom(
  deps: SlotDeps, { key, salt, memoryKiB, passes, lanes }: StretchingCost & { key: Uint8Array; salt: Uint8Array }, keys: RingKeys, created: Instant,
): Promise<Slot> {
  const secret = combined(key, deps.deviceSecret);
  return { kind: 'passphrase', lock: await lockOf(deps, 'passphrase', secret, salt, keys), created, memoryKiB, passes, lanes };
}

/** Opens the passphrase slot that was made of the same stretched passphrase; null where there is none. */
export async function openStretched(deps: SlotDeps, slots: readonly Slot[], { key, salt }: { key: Uint8Array; salt: Uint8Array }): Promise<RingKeys | null> {
  const slot = slots.find((one) => one.kind === 'passphrase' && equal(one.lock.salt, salt));
  return slot === undefined ? null : openLock(deps, slot, combined(key, deps.deviceSecret));
}

/** The same slot, leading to another ring key; nobody's secret is needed. */
export async function rewrapped({ crypto, organisation }: SlotDeps, slot: Slot, ringKey: Uint8Array): Promise<Slot> {
  const { encapsulation, ciphertext } = await sealTo(crypto, slot.lock.publicKey, infoOf(slot.kind, organisation), NOTHING, ringKey);
  return { ...slot, lock: { ...slot.lock, encapsulation, wrapped: ciphertext } };
}

/**
 * Tries every slot that the opener fits.
 * @throws Refusal `passphrase-wrong`, `card-wrong`, `passkey-wrong`, by what was offered; `device-secret-missing`;
 *   `keyring-malformed` where a slot asks for absurd work
 */
export async function openRingSlots(deps: SlotDeps, slots: readonly Slot[], opener: Opener): Promise<RingKeys> {
  if (opener.kind === 'keys') return { ringKey: opener.keys.ringKey.slice(), anchor: opener.keys.anchor.slice() };
  for (const slot of slots) {
    const secret = await secretFor(deps, slot, opener);
    if (secret === null) continue;
    const keys = await openLock(deps, slot, secret);
    if (keys !== null) return keys;
  }
  throw new Refusal(opener.kind === 'card' ? 'card-wrong' : opener.kind === 'passkey' ? 'passkey-wrong' : 'passphrase-wrong');
}

/** What the opener gives for this slot; null where it is another kind of slot. The caller erases it. */
async function secretFor({ crypto, deviceSecret }: SlotDeps, slot: Slot, opener: Opener): Promise<Uint8Array | null> {
  if (slot.kind === 'passphrase' && opener.kind === 'passphrase') {
    demandBearable(slot);
    return combined(await stretched(crypto, opener.passphrase, { ...slot, salt: slot.lock.salt }), deviceSecret);
  }
  if (slot.kind === 'opaque' && opener.kind === 'opaque') return combined(opener.exportKey, deviceSecret);
  if (slot.kind === 'card' && opener.kind === 'card') return opener.card.slice();
  if (slot.kind === 'passkey' && opener.kind === 'passkey' && equal(slot.credential, opener.credential)) {
    return slot.needs === undefined ? opener.output.slice() : combined(opener.output, deviceSecret);
  }
  return null;
}

/** A secret and the device's, which both are needed. @throws Refusal `device-secret-missing` */
function combined(secret: Uint8Array, deviceSecret: Uint8Array | null): Uint8Array {
  if (deviceSecret === null) throw new Refusal('device-secret-missing');
  return concat(secret, deviceSecret);
}

async function lockOf(deps: SlotDeps, kind: Slot['kind'], secret: Uint8Array, salt: Uint8Array, { ringKey, anchor }: RingKeys): Promise<SlotLock> {
  const { crypto, random, organisation } = deps;
  const { kem, anchorKey } = derived(deps, kind, salt, secret);
  secret.fill(0);
  const publicKey = await crypto.kem.publicKey(kem);
  const nonce = random.bytes(12);
  const sealedAnchor = await crypto.aead.seal(anchorKey, nonce, concat(infoOf(kind, organisation), publicKey), anchor);
  const { encapsulation, ciphertext } = await sealTo(crypto, publicKey, infoOf(kind, organisation), NOTHING, ringKey);
  for (const key of [kem, anchorKey]) key.fill(0);
  return { salt, publicKey, nonce, anchor: sealedAnchor, encapsulation, wrapped: ciphertext };
}

async function openLock(deps: SlotDeps, { kind, lock }: Slot, secret: Uint8Array): Promise<RingKeys | null> {
  const { crypto, organisation } = deps;
  const info = infoOf(kind, organisation);
  const { kem, anchorKey } = derived(deps, kind, lock.salt, secret);
  secret.fill(0);
  const anchor = await crypto.aead.open(anchorKey, lock.nonce, concat(info, lock.publicKey), lock.anchor);
  const ringKey = anchor === null ? null : await openWith(crypto, kem, lock.encapsulation, info, NOTHING, lock.wrapped);
  for (const key of [kem, anchorKey]) key.fill(0);
  return anchor === null || ringKey === null ? null : { ringKey, anchor };
}

function derived({ crypto, organisation }: SlotDeps, kind: Slot['kind'], salt: Uint8Array, secret: Uint8Array): { kem: Uint8Array; anchorKey: Uint8Array } {
  const bytes = hkdf(crypto.hash, secret, salt, infoOf(kind, organisation), 64);
  const halves = { kem: bytes.slice(0, 32), anchorKey: bytes.slice(32) };
  bytes.fill(0);
  return halves;
}

function infoOf(kind: Slot['kind'], organisation: Uint8Array): Uint8Array {
  return concat(LABEL, utf8(kind), ZERO, organisation);
}

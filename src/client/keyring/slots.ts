/**
 * Passphrases: how long, how stretched, and the slots of the first form, which a passphrase opens alone. Roots' keyrings keep
 * that form: they stand on a stick, and a device secret beside them would guard nothing. What a device has now is in
 * ring-slots.ts. Source: docs/protocol/keyring.md.
 */
import { concat, utf8 } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import type { KeyringSlot } from '#wire/keyring.ts';

export const PASSPHRASE_CHARACTERS_MIN = 12;
export const RING_KEY_BYTES = 32;
/** A file may come from anywhere: what it asks of this machine has a limit, or it could stop it. */
const MEMORY_KIB_MAX = 1024 * 1024;
const PASSES_MAX = 16;
const LABEL = utf8('tram/v1/slot\0');

/** How hard guessing is made. */
export interface StretchingCost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

export const DEFAULT_COST: StretchingCost = { memoryKiB: 65_536, passes: 3, lanes: 1 };

/** What a slot costs that is made now. */
export function newSlotCost({ slotCost }: CryptoProvider): StretchingCost {
  return slotCost ?? DEFAULT_COST;
}

/**
 * Wraps the ring key behind a passphrase.
 * @throws Refusal `passphrase-too-short` below 12 characters
 */
export async function makePassphraseSlot(
  crypto: CryptoProvider,
  random: RandomSource,
  organisation: Uint8Array,
  ringKey: Uint8Array,
  passphrase: string,
  cost: StretchingCost = newSlotCost(crypto),
): Promise<KeyringSlot> {
  checkPassphrase(passphrase);
  const salt = random.bytes(16);
  const nonce = random.bytes(12);
  const key = await stretched(crypto, passphrase, { ...cost, salt });
  const wrapped = await crypto.aead.seal(key, nonce, associated(organisation), ringKey);
  key.fill(0);
  return { kind: 'passphrase', salt, ...cost, nonce, wrapped };
}

/** A ring key, with what the passphrase was stretched to on the way. The caller erases it. */
export interface Opened {
  readonly ringKey: Uint8Array;
  readonly stretched: StretchingCost & { readonly key: Uint8Array; readonly salt: Uint8Array };
}

/**
 * Tries every slot.
 * @throws Refusal `passphrase-wrong` where none opens; `keyring-malformed` where a slot asks for absurd work
 */
export async function openSlots(
  crypto: CryptoProvider,
  organisation: Uint8Array,
  slots: readonly KeyringSlot[],
  passphrase: string,
): Promise<Opened> {
  for (const { memoryKiB, passes, lanes, salt, nonce, wrapped } of slots) {
    const cost = { memoryKiB, passes, lanes };
    demandBearable(cost);
    const key = await stretched(crypto, passphrase, { ...cost, salt });
    const ringKey = await crypto.aead.open(key, nonce, associated(organisation), wrapped);
    if (ringKey !== null) return { ringKey, stretched: { ...cost, key, salt } };
    key.fill(0);
  }
  throw new Refusal('passphrase-wrong');
}

/** @throws Refusal `keyring-malformed` */
export function demandBearable({ memoryKiB, passes }: StretchingCost): void {
  if (memoryKiB > MEMORY_KIB_MAX || passes > PASSES_MAX) throw new Refusal('keyring-malformed');
}

/** @throws Refusal `passphrase-too-short` */
export function checkPassphrase(passphrase: string): void {
  if ([...passphrase.normalize('NFC')].length < PASSPHRASE_CHARACTERS_MIN) {
    throw new Refusal('passphrase-too-short', { charactersMin: PASSPHRASE_CHARACTERS_MIN });
  }
}

/** NFC first: the same Vietnamese words typed on another keyboard are the same passphrase. */
export async function stretched(
  crypto: CryptoProvider,
  passphrase: string,
  { memoryKiB, passes, lanes, salt }: StretchingCost & { readonly salt: Uint8Array },
): Promise<Uint8Array> {
  const bytes = utf8(passphrase.normalize('NFC'));
  const key = await crypto.stretch(bytes, { memoryKiB, passes, lanes, salt });
  bytes.fill(0);
  return key;
}

function associated(organisation: Uint8Array): Uint8Array {
  return concat(LABEL, organisation);
}

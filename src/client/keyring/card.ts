/**
 * The recovery card: 140 generated bits as seven groups of four characters, and an eighth that catches a slip of the pen
 * before anything is tried. Source: docs/protocol/keyring.md §Recovery card.
 */
import { utf8 } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import { CROCKFORD, crockfordOf, crockfordTyped, inFours } from '#core/crockford.ts';
import type { CryptoProvider, Hash, SigningKey } from '#core/crypto.ts';
import { hkdf } from '#core/hkdf.ts';
import { Refusal } from '#core/refusals.ts';

const SECRET_CHARACTERS = 28;
const CHECK_CHARACTERS = 4;
const CHECK_LABEL = 'tram/v1/card\0';
const GATE_LABEL = utf8('tram/v1/gate\0card\0');
const LOCATOR_BYTES = 16;

/** A card's code as printed: `7KQ2-M0XD-…`, eight groups. Every character is as likely. */
export function makeCardCode(hash: Pick<Hash, 'sha256'>, random: RandomSource): string {
  const secret = [...random.bytes(SECRET_CHARACTERS)].map((byte) => CROCKFORD[byte % CROCKFORD.length]!).join('');
  return inFours(`${secret}${checkOf(hash, secret)}`);
}

/**
 * What a typed code stands for: spaces, hyphens and case do not count, O is 0, I and L are 1.
 * @returns 28 bytes
 * @throws Refusal `card-mistyped` where it is no code, or its last group does not fit the others
 */
export function readCardCode(hash: Pick<Hash, 'sha256'>, typed: string): Uint8Array {
  const plain = crockfordTyped(typed);
  const secret = plain?.slice(0, SECRET_CHARACTERS) ?? '';
  if (plain?.length !== SECRET_CHARACTERS + CHECK_CHARACTERS || checkOf(hash, secret) !== plain.slice(SECRET_CHARACTERS)) throw new Refusal('card-mistyped');
  return utf8(secret);
}

/** Where a station finds the copy that a card opens, and the key that the card proves. */
export interface CardGate {
  readonly locator: Uint8Array;
  readonly key: SigningKey;
}

export async function cardGate({ hash, signatures }: CryptoProvider, card: Uint8Array): Promise<CardGate> {
  const derived = hkdf(hash, card, new Uint8Array(0), GATE_LABEL, LOCATOR_BYTES + 32);
  const key = await signatures.signingKey('ed25519', derived.slice(LOCATOR_BYTES));
  return { locator: derived.slice(0, LOCATOR_BYTES), key };
}

/** 20 bits of SHA-256: a slip passes once in a million. */
function checkOf(hash: Pick<Hash, 'sha256'>, secret: string): string {
  return crockfordOf(hash.sha256(utf8(CHECK_LABEL + secret)), CHECK_CHARACTERS);
}

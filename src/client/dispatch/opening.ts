/**
 * Opening what arrived, as pure functions over bytes: stanza, body, letter. Nothing here is shown to anybody before
 * open.ts has run every check of model/dispatch-checks.ts. Source: docs/protocol/envelope.md, docs/protocol/core.md.
 */
import type { CryptoProvider } from '#core/crypto.ts';
import { openWith } from '#core/hpke.ts';
import { Refusal } from '#core/refusals.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { type Letter, letter } from '#wire/core.ts';
import { type Envelope, type Stanza, stanza, stanzaKey } from '#wire/envelope.ts';
import type { KeyPurpose, OfficeRef } from '#wire/names.ts';
import { decodedOr } from '#core/decoding.ts';
import { BODY_NONCE, stanzaInfo } from './sealing.ts';

/** Gives the secret of one of this office's keys, or null where this device was not given it. */
export type OfficeSecrets = (purpose: KeyPurpose, number: number) => Uint8Array | null;

const BODY_KEY_BYTES = 32;

/**
 * Opens the letter with an office's keys.
 * @throws Refusal `not-addressed-here` where no stanza is for the office, `key-missing` where this device lacks its
 *   key, `cannot-open` where the stanza or the body is not what was sealed, `cbor-malformed`
 */
export async function openLetter(crypto: CryptoProvider, sealed: Envelope, office: OfficeRef, secrets: OfficeSecrets): Promise<Letter> {
  const { plain, bodyKey } = await openBody(crypto, sealed, office, secrets);
  return decodedAndErased(plain, bodyKey);
}

/**
 * The key of a body with what it opens, for who seals it again. Whoever calls erases both.
 * @throws Refusal as openLetter
 */
export async function openBody(
  crypto: CryptoProvider, sealed: Envelope, office: OfficeRef, secrets: OfficeSecrets,
): Promise<{ readonly bodyKey: Uint8Array; readonly plain: Uint8Array }> {
  const ours = stanzasOf(sealed, office);
  if (ours.length === 0) throw new Refusal('not-addressed-here', { office: office.office });
  let closed: 'stanza' | 'body' | null = null;
  for (const one of ours) {
    const secret = secrets(one.key.purpose, one.key.number);
    if (secret === null) continue;
    if (one.kem !== crypto.kem.id) throw new Refusal('suite-refused', { kem: one.kem });
    const bodyKey = await openWith(crypto, secret, one.encapsulation, stanzaInfo(sealed.header), stanzaKey.encode(one.key), one.ciphertext);
    const plain = bodyKey?.length === BODY_KEY_BYTES ? await crypto.aead.open(bodyKey, BODY_NONCE, sealed.header, sealed.body) : null;
    if (plain !== null) return { plain, bodyKey: bodyKey! };
    closed ??= bodyKey?.length === BODY_KEY_BYTES ? 'body' : 'stanza';
  }
  if (closed !== null) throw new Refusal('cannot-open', { what: closed });
  const { purpose, number } = ours.at(-1)!.key;
  throw new Refusal('key-missing', { office: office.office, purpose, number });
}

function decodedAndErased(plain: Uint8Array, bodyKey: Uint8Array): Letter {
  bodyKey.fill(0);
  const opened = decodedOr('cbor-malformed', () => letter.decode(plain));
  plain.fill(0);
  return opened;
}

/**
 * The office's own re-wrapped stanza first, where there is one; then what the origin sealed. A wrong re-wrap opens
 * nothing, and while the period's key lasts what came still does.
 */
function stanzasOf({ stanzas, kept }: Envelope, office: OfficeRef): Stanza[] {
  const all = [...(kept === undefined ? [] : [kept]), ...stanzas.map((placed) => placed.stanza)];
  return all.map((bytes) => decodedOr('cbor-malformed', () => stanza.decode(bytes))).filter(({ key }) => sameOffice(key.office, office));
}

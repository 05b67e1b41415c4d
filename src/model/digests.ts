/** The digests by which a letter is spoken of. Source: docs/protocol/core.md. */

import { concat, utf8 } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Writer } from '#wire/cbor.ts';
import { endorsements as endorsementsCodec } from '#wire/core.ts';
import type { Signed } from '#wire/signature.ts';

type Hashing = Pick<CryptoProvider, 'hash'>;

const CORE_LABEL = utf8('tram/v1/core\0');

/** What every endorsement signs, and the header commits to. */
export function coreDigest({ hash }: Hashing, coreBytes: Uint8Array): Uint8Array {
  return hash.sha256(concat(CORE_LABEL, coreBytes));
}

/** What the office seal signs of the endorsements: SHA-256 of their encoded array. */
export function endorsementsDigest({ hash }: Hashing, endorsements: readonly Signed[]): Uint8Array {
  const writer = new Writer();
  endorsementsCodec.write(writer, [...endorsements]);
  return hash.sha256(writer.finish());
}

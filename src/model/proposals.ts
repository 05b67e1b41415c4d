/** What names a proposal: entries that one registrar signed and that wait for the second. Source: docs/protocol/directory.md §Waiting entries. */
import { concat, hex, utf8 } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';

type Hashing = Pick<CryptoProvider, 'hash'>;

const MARK_LABEL = utf8('tram/v1/proposal-mark\0');

/** 32 hexadecimal digits: the same statements in the same order are one proposal, whoever signed them. */
export function proposalId({ hash }: Hashing, statements: readonly Uint8Array[]): string {
  return hex(hash.sha256(digests(hash, statements)).subarray(0, 16));
}

/** SHA-256 over the organisation and every statement: what people compare before the second signs. */
export function proposalMark({ hash }: Hashing, organisation: Uint8Array, statements: readonly Uint8Array[]): Uint8Array {
  return hash.sha256(concat(MARK_LABEL, hash.sha256(organisation), digests(hash, statements)));
}

function digests(hash: CryptoProvider['hash'], statements: readonly Uint8Array[]): Uint8Array {
  return concat(...statements.map((statement) => hash.sha256(statement)));
}

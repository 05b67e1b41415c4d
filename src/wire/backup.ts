/**
 * What stands in a backup folder: sealed objects, and for each backup a manifest that names them. Everything is sealed
 * to the backup's recipient. Source: docs/protocol/backup.md.
 */
import { base64url } from '#core/bytes.ts';
import { arrayOf, bytes, choice, instant, pattern, struct, text, tuple, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { code, digest, logPoint } from '#wire/names.ts';
import { signature } from '#wire/signature.ts';

const identifier = pattern(/^[a-z][a-z0-9_]*$/, 63);

/** To whom backups are sealed: an X-Wing public key. Its secret is in a keyring that is kept elsewhere. */
export const backupRecipient = struct('BackupRecipient', 1_280, {
  version: [1, uint(1, 1)],
  publicKey: [2, bytes(1_216)],
  created: [3, instant],
});
export type BackupRecipient = Infer<typeof backupRecipient>;

/** One line that may stand in a file or a message: the public key is no secret. */
export function encodeRecipient(recipient: BackupRecipient): string {
  return base64url(backupRecipient.encode(recipient));
}

/** Stands before the sealed chunks of an object, preceded by its length as uint32be. */
export const backupObjectHead = struct('BackupObjectHead', 1_280, {
  version: [1, uint(1, 1)],
  /** SHA-256 of the recipient's public key. */
  recipient: [2, digest],
  /** Bytes of plaintext in the chunks that follow. */
  size: [3, uint(LIMITS.partPlainBytes)],
  encapsulation: [4, bytes(1_120)],
  /** The object's content key. */
  wrapped: [5, bytes(48)],
});
export type BackupObjectHead = Infer<typeof backupObjectHead>;

/** A column's type, as the rows of its table are written: `nullable` puts a bool before the value. */
export const backupColumn = tuple({ name: identifier, type: choice({ integer: 1, text: 2, bytes: 3 }), nullable: uint(1) });
export type BackupColumn = Infer<typeof backupColumn>;

/** A chunk of rows: the object's name and the SHA-256 of its plaintext. */
export const backupChunk = tuple({ name: digest, digest });

export const backupTable = struct('BackupTable', 16 * 1_048_576, {
  name: [1, identifier],
  columns: [2, arrayOf(backupColumn, 64, 1)],
  rows: [3, uint()],
  chunks: [4, arrayOf(backupChunk, 200_000)],
});
export type BackupTable = Infer<typeof backupTable>;

/** A small file of the data folder. */
export const backupFile = struct('BackupFile', 131_072, { name: [1, text(1, 64)], bytes: [2, bytes(0, 65_536)] });

/** What one backup holds. `blobs` is written as a table is: name, size, key of its segments. */
export const backupManifest = struct('BackupManifest', 32 * 1_048_576, {
  version: [1, uint(1, 1)],
  station: [2, code],
  founding: [3, digest],
  incarnation: [4, bytes(16)],
  time: [5, instant],
  program: [6, text(1, 64)],
  engine: [7, choice({ sqlite: 1, postgresql: 2 })],
  ledger: [8, logPoint],
  migrations: [9, arrayOf(text(1, 64), 1_024)],
  files: [10, arrayOf(backupFile, 16)],
  tables: [11, arrayOf(backupTable, 256)],
  blobs: [12, backupTable],
  blobBytes: [13, uint()],
});
export type BackupManifest = Infer<typeof backupManifest>;
/** Signed by the station's twin, purpose `backup`: a folder's owner alone cannot make one. */
export const signedManifest = struct('SignedManifest', 33 * 1_048_576, {
  statement: [1, bytes(1, 32 * 1_048_576)],
  signature: [2, signature],
});

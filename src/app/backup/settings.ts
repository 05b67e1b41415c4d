/** `backup.json` in a data folder: to whom this station's backups are sealed, the key that names their objects, and where they go. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { base64url, fromBase64url, fromUtf8, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { writeDurably } from '#platform/node/durable.ts';
import { type BackupManifest, type BackupRecipient, backupRecipient, encodeRecipient } from '#wire/backup.ts';

export const BACKUP_FILE = 'backup.json';
const NAMING_BYTES = 32;
/** As Linux has paths. */
const FOLDER_CHARACTERS_MAX = 4_096;

export interface BackupSettings {
  readonly recipient: BackupRecipient;
  /** Names objects: who has only the folder cannot tell what an object is by guessing what is in it. */
  readonly naming: Uint8Array;
  /** Where they go, as the machine was told with the recipient; null where it was not kept yet. */
  readonly folder: string | null;
}

const file = z.strictObject({ recipient: z.string(), naming: z.string(), folder: z.string().max(FOLDER_CHARACTERS_MAX).refine(path.isAbsolute).optional() });

/** @returns null where this station was never backed up. @throws Refusal `configuration-malformed` */
export function readBackupSettings(data: string): BackupSettings | null {
  const at = path.join(data, BACKUP_FILE);
  return existsSync(at) ? settingsOf(readFileSync(at, 'utf8')) : null;
}

/** Those of the station that a backup was made of. @throws Refusal `backup-damaged`, `configuration-malformed` */
export function settingsIn({ files }: Pick<BackupManifest, 'files'>): BackupSettings {
  const found = files.find(({ name }) => name === BACKUP_FILE);
  if (found === undefined) throw new Refusal('backup-damaged', { object: BACKUP_FILE, reason: 'missing' });
  return settingsOf(fromUtf8(found.bytes) ?? '');
}

function settingsOf(text: string): BackupSettings {
  const parsed = file.safeParse(jsonOf(text));
  const naming = parsed.success ? fromBase64url(parsed.data.naming) : null;
  if (!parsed.success || naming?.length !== NAMING_BYTES) throw new Refusal('configuration-malformed', { field: BACKUP_FILE });
  return { recipient: decodeRecipient(parsed.data.recipient), naming, folder: parsed.data.folder ?? null };
}

export function writeBackupSettings(data: string, { recipient, naming, folder }: BackupSettings): void {
  const at = path.join(data, BACKUP_FILE);
  const text = `${JSON.stringify({ recipient: encodeRecipient(recipient), naming: base64url(naming), ...(folder === null ? {} : { folder }) }, null, 2)}\n`;
  writeDurably(at, text);
}

/** @throws Refusal `backup-recipient-malformed` */
export function decodeRecipient(text: string | Uint8Array): BackupRecipient {
  const line = typeof text === 'string' ? text : (fromUtf8(text) ?? '');
  const bytes = fromBase64url(line.trim()) ?? utf8('');
  try {
    return backupRecipient.decode(bytes);
  } catch (error) {
    if (error instanceof DecodeError) throw new Refusal('backup-recipient-malformed', {}, { cause: error });
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

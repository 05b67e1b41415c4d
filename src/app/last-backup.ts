/** How the last backup of a station went, remembered in its folder by whoever made it, for who looks after the station. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeDurably } from '#platform/node/durable.ts';

export const LAST_BACKUP_FILE = 'last-backup.json';

const lastBackupFile = z.strictObject({
  time: z.int().min(0),
  ok: z.boolean(),
  /** Of the newest that was made, where a later one failed. */
  made: z.int().min(0).optional(),
  /** How often one is to be made, where whoever makes them goes on by themselves. */
  everyMs: z.int().min(1).optional(),
  /** Rows of the newest that was made. */
  rows: z.int().min(0).optional(),
  /** Code of what it failed with. */
  refusal: z.string().optional(),
});
export type LastBackup = z.infer<typeof lastBackupFile>;

/** The time of the newest backup that was made; null where none is known. */
export function newestBackup(last: LastBackup | null): number | null {
  return last === null ? null : last.ok ? last.time : last.made ?? null;
}

/** A backup that was made is not undone because the folder cannot take this line. */
export function rememberBackup(data: string, last: LastBackup): void {
  const file = path.join(data, LAST_BACKUP_FILE);
  try {
    writeDurably(file, `${JSON.stringify(last)}\n`);
  } catch {
    // Then the doctor says that the last one is old, which is what is known here.
  }
}

/** @returns null where none was made; one that failed where the file says nothing */
export function readLastBackup(data: string): LastBackup | null {
  const file = path.join(data, LAST_BACKUP_FILE);
  if (!existsSync(file)) return null;
  try {
    return lastBackupFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { time: 0, ok: false };
  }
}

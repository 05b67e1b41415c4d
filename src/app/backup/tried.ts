/**
 * `tried.json` in a backup folder: when a backup of it was last verified and last restored, said by whoever had the key.
 * Its MAC is under the key that names the objects, which only the station and who opens a backup have: who has the folder
 * alone can take the line away and not write one. Source: docs/protocol/backup.md §Tried.
 */
import path from 'node:path';
import { z } from 'zod';
import { equal, fromHex, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { writeDurably } from '#platform/node/durable.ts';
import { readSmall } from '#platform/node/files.ts';
import { readOrdinary } from './own-folder.ts';
import { readBackupSettings } from './settings.ts';

export const TRIED_FILE = 'tried.json';
const BYTES_MAX = 4_096;

/** When, of which backup (its time), and whether the audit found nothing. */
const trial = z.strictObject({ at: z.int().min(0), asOf: z.int().min(0), ok: z.boolean() });
export type Trial = z.infer<typeof trial>;
export type TrialKind = 'verified' | 'restored';

const file = z.strictObject({
  verified: z.strictObject({ ...trial.shape, mac: z.string() }).optional(),
  restored: z.strictObject({ ...trial.shape, mac: z.string() }).optional(),
});
type TriedFile = z.infer<typeof file>;

/** A folder that takes no line, such as one that is mounted to be read, has been tried all the same. */
export function rememberTried(folder: string, naming: Uint8Array, kind: TrialKind, tried: Omit<Trial, 'at'>): void {
  const said: Trial = { at: nodeClock.now(), ...tried };
  const at = path.join(folder, TRIED_FILE);
  try {
    const known = parsed(readIfSmall(at)) ?? {};
    const next: TriedFile = { ...known, [kind]: { ...said, mac: hex(macOf(naming, kind, said)) } };
    writeDurably(at, `${JSON.stringify(next)}\n`);
  } catch {
    // Then nobody hears of it at the station, which shows the one before.
  }
}

/** What a station may believe of its backup folder. */
export async function triedIn(data: string, folder: string): Promise<Record<TrialKind, Trial | null>> {
  const settings = readBackupSettings(data);
  const known = settings === null ? null : parsed(await readSmall(path.join(folder, TRIED_FILE), BYTES_MAX));
  const believed = (kind: TrialKind): Trial | null => {
    const found = known?.[kind];
    if (found === undefined || settings === null) return null;
    const { mac, ...said } = found;
    const told = fromHex(mac);
    return told !== null && equal(told, macOf(settings.naming, kind, said)) ? said : null;
  };
  return { verified: believed('verified'), restored: believed('restored') };
}

function macOf(naming: Uint8Array, kind: TrialKind, { at, asOf, ok }: Trial): Uint8Array {
  return nodeCrypto.hash.hmacSha256(naming, utf8(`tried ${kind} ${at} ${asOf} ${ok ? 1 : 0}`));
}

function parsed(bytes: Uint8Array | null): TriedFile | null {
  if (bytes === null) return null;
  try {
    return file.parse(JSON.parse(fromUtf8(bytes) ?? ''));
  } catch {
    return null;
  }
}

function readIfSmall(at: string): Uint8Array | null {
  try {
    return readOrdinary(at, TRIED_FILE, BYTES_MAX);
  } catch {
    return null;
  }
}

/**
 * `standby.json`: makes a folder a standby. It has no identity yet: the station's keys stay sealed in the manifest, so that
 * whoever takes the folder cannot pose as the station. Source: docs/protocol/backup.md §Standby.
 */
import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Refusal } from '#core/refusals.ts';
import { writeDurably } from '#platform/node/durable.ts';

export const STANDBY_FILE = 'standby.json';
/** What the mark was written under until it was whole, before nobody was to know the name. */
export const FORMER_PASSING = `${STANDBY_FILE}.new`;

const markFile = z.strictObject({
  /** The backup folder that is followed. */
  from: z.string(),
  station: z.string(),
  founding: z.string().regex(/^[0-9a-f]{64}$/),
  /** Promotion has begun, of this backup: nothing is followed any more, and only promotion goes on. */
  promoting: z.strictObject({ snapshot: z.string(), time: z.int() }).nullable(),
});
export type StandbyMark = z.infer<typeof markFile>;

export function isStandbyFolder(data: string): boolean {
  return existsSync(path.join(data, STANDBY_FILE));
}

/** @throws Refusal `station-standby` where the folder follows another, or its promotion has not ended */
export function refuseStandby(data: string): void {
  if (isStandbyFolder(data)) throw new Refusal('station-standby', { folder: data });
}

/** @returns null where the folder is no standby. @throws Refusal `configuration-malformed` */
export function readMark(data: string): StandbyMark | null {
  if (!isStandbyFolder(data)) return null;
  try {
    return markFile.parse(JSON.parse(readFileSync(path.join(data, STANDBY_FILE), 'utf8')));
  } catch (error) {
    throw new Refusal('configuration-malformed', { field: STANDBY_FILE }, { cause: error });
  }
}

export function writeMark(data: string, mark: StandbyMark): void {
  writeDurably(path.join(data, STANDBY_FILE), `${JSON.stringify(mark, null, 2)}\n`);
  const former = path.join(data, FORMER_PASSING);
  if (lstatSync(former, { throwIfNoEntry: false })?.isFile() === true) rmSync(former);
}

export function forgetMark(data: string): void {
  rmSync(path.join(data, STANDBY_FILE), { force: true });
}


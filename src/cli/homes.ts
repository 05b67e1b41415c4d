/** Where a device and a station stand on this machine, and the little that a device's folder says in the clear. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { Refusal } from '#core/refusals.ts';
import type { Environment } from './locale.ts';
import type { StationHost } from './station-host.ts';
import type { Values } from './values.ts';

export const KEYRING_FILE = 'keyring.cbor';
export const DIRECTORY_CACHE = 'directory.cbor';
export const DEVICE_SECRET_FILE = 'device.secret';
export const DEVICE_FILE = 'device.json';

export const DEFAULT_HOME = '~/.tram';
export const DEFAULT_DATA = '~/.tram-station';

/** A device's folder: `keyring.cbor` and `device.json`. */
export function homeOf(values: Values, environment: Environment): string {
  return resolved(values.text('home') ?? environment['TRAM_HOME'] ?? DEFAULT_HOME);
}

/** A station's folder. */
export function dataOf(values: Values, environment: Environment): string {
  return resolved(values.text('data') ?? environment['TRAM_DATA'] ?? DEFAULT_DATA);
}

/** Where a station that asked to join keeps its secrets: beside the data folder, which must be empty when it is made. */
export function joiningPath(data: string): string {
  return path.join(path.dirname(data), `.${path.basename(data)}.joining.json`);
}

/** An absolute path; `~` is the user's own folder even where no shell has replaced it. */
export function resolved(given: string): string {
  return path.resolve(given.replace(/^~(?=$|\/)/, homedir()));
}

/**
 * Keeps the root key out of a station's folder: whoever steals the folder must not get it.
 * @throws Refusal `configuration-malformed`
 */
export function refuseInside(folder: string, secret: string, field: string): void {
  const relative = path.relative(folder, secret);
  const isInside = relative === '' || !(relative.startsWith('..') || path.isAbsolute(relative));
  if (isInside) throw new Refusal('configuration-malformed', { field, reason: 'inside-station-folder' });
}

/** By which files are kept that must stand after a power cut. */
export type Writing = Pick<StationHost, 'durable'>;

const deviceFile = z.strictObject({
  /** Where the station's interface is. */
  station: z.url(),
  /** SHA-256 of the founding entry, hexadecimal: the trust anchor. */
  founding: z.string().regex(/^[0-9a-f]{64}$/),
  device: z.string(),
  person: z.string(),
});
export type DeviceFile = z.infer<typeof deviceFile>;

/** @throws Refusal `keyring-missing` where the folder is no device's */
export function readDeviceFile(home: string): DeviceFile {
  const text = readIfThere(path.join(home, DEVICE_FILE));
  if (text === null) throw new Refusal('keyring-missing', { folder: home });
  const parsed = deviceFile.safeParse(jsonOf(text));
  if (!parsed.success) throw new Refusal('configuration-malformed', { field: DEVICE_FILE });
  return parsed.data;
}

/** As readDeviceFile; null where nothing stands there. */
export function readIfDevice(home: string): DeviceFile | null {
  return readIfThere(path.join(home, DEVICE_FILE)) === null ? null : readDeviceFile(home);
}

export function writeDeviceFile({ durable }: Writing, home: string, device: DeviceFile): void {
  durable.write(path.join(home, DEVICE_FILE), `${JSON.stringify(device, null, 2)}\n`);
}

/** Text of a small file, or null. @throws Refusal `file-missing` where it is there but cannot be read */
export function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Refusal('file-missing', { file: path.basename(file) }, { cause });
  }
}

/** @throws Refusal `file-missing` */
export function readBytes(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(resolved(file)));
  } catch (cause) {
    throw new Refusal('file-missing', { file: path.basename(file) }, { cause });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * A person's device, beside a station or alone: that its folder is whole and private, that this organisation knows it, what
 * opens it, how old its directory is; and where no station stands here, whether its own answers. Nothing is opened for it.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { hex } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { type DoctorReport, type Finding, FINDINGS } from '#core/findings.ts';
import { Refusal } from '#core/refusals.ts';
import { directoryInCache } from '#client/directory/directory-sync.ts';
import { decodeKeyringFile } from '#client/keyring/keyring-file.ts';
import { DEVICE_SECRET_FILE, DIRECTORY_CACHE, type DeviceFile, KEYRING_FILE, readBytes, readDeviceFile } from '#cli/homes.ts';
import { pinnedRoot } from '#cli/pinned-root.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { positionMay } from '#model/rights.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { keyringFileStore } from '#platform/node/keyring-file.ts';
import type { Slot } from '#wire/keyring.ts';
import { guarded } from './guarded.ts';
import type { Facts, Find } from './facts.ts';
import type { DoctorOutside } from './outside.ts';

/** Keys of offices are made every week, so a directory that a device has not heard of for so long has grown. */
const DIRECTORY_DAYS_MAX = 30;

export async function checkDevice({ identity, directory, outside }: Pick<Facts, 'identity' | 'directory' | 'outside'>, home: string, find: Find): Promise<void> {
  const keyring = path.join(home, KEYRING_FILE);
  const stat = statSync(keyring, { throwIfNoEntry: false });
  if (stat === undefined) return find('device-missing', { folder: home });
  if ((stat.mode & 0o077) !== 0) find('device-open', { file: keyring, mode: (stat.mode & 0o777).toString(8) });
  const told = readDeviceFile(home);
  if (identity !== null && told.founding !== hex(identity.founding)) return find('device-foreign', { folder: home });
  const own = await heldDirectory(home, told);
  const known = directory ?? own;
  const record = known?.device(told.device);
  if (known !== null && (record === null || record!.endedBy !== null)) find('device-unknown', { device: told.device });
  if (known !== null) checkSeals(known, told.person, outside.now(), find);
  checkOpeners(home, find, known?.person(told.person)?.kind === 'service');
  checkHeard(home, outside.now(), own, find);
}

/**
 * A device where no station is: itself, and the station that it works with.
 * @param folder where a station was looked for: a disk that is not mounted must not pass for a machine without one
 */
export async function examineDevice(home: string, folder: string | null, outside: DoctorOutside): Promise<DoctorReport> {
  const findings: Finding[] = folder === null ? [] : [{ check: 'folder', finding: 'station-none', level: FINDINGS['station-none'], detail: { folder } }];
  const find: Find = (finding, detail) => void findings.push({ check: 'device', finding, level: FINDINGS[finding], detail });
  await guarded(find, async () => {
    await checkDevice({ identity: null, directory: null, outside }, home, find);
    if (existsSync(path.join(home, KEYRING_FILE))) await checkReach(home, readDeviceFile(home), outside, find);
  });
  return { ok: findings.every(({ level }) => level !== 'fault'), station: null, running: false, checked: folder === null ? ['device'] : ['folder', 'device'], findings };
}

function heldDirectory(home: string, { founding }: DeviceFile): Promise<DirectoryView | null> {
  return directoryInCache(nodeCrypto, keyringFileStore(path.join(home, DIRECTORY_CACHE)), founding);
}

/** What a keyring says in the clear of the ways to open it. A machine's account has nobody who would keep a card. */
function checkOpeners(home: string, find: Find, isMachine: boolean): void {
  const openings = openingsOf(home);
  if (openings === null) return find('device-damaged', { folder: home });
  const isHere = existsSync(path.join(home, DEVICE_SECRET_FILE));
  if (!isHere && openings.some(({ kind }) => kind === 'passphrase')) find('device-secret-gone', { folder: home });
  const card = openings.find((slot) => slot.kind === 'card');
  if (card === undefined && !isMachine) find('device-no-card', {});
  if (card !== undefined && card.tried === undefined) find('device-card-untried', { number: card.number });
}

/** Of positions held themself; what somebody else delegated brings no seal along. */
function checkSeals(directory: DirectoryView, person: string, now: number, find: Find): void {
  const own = directory.held(person, now).filter(({ acting, seal }) => acting === null && seal === null);
  for (const held of own) if (positionMay(held, 'carry the seal')) find('device-no-seal', { position: held.position });
}

function openingsOf(home: string): readonly Slot[] | null {
  try {
    return decodeKeyringFile(readBytes(path.join(home, KEYRING_FILE))).openings ?? [];
  } catch {
    return null;
  }
}

function checkHeard(home: string, now: number, own: DirectoryView | null, find: Find): void {
  if (own === null) return find('device-unheard', {});
  const days = Math.floor((now - statSync(path.join(home, DIRECTORY_CACHE)).mtimeMs) / DAY_MS);
  if (days > DIRECTORY_DAYS_MAX) find('device-stale', { days });
}

async function checkReach(home: string, { station: url, founding }: DeviceFile, outside: DoctorOutside, find: Find): Promise<void> {
  try {
    const root = await pinnedRoot({ provider: nodeCrypto, host: { keyring: keyringFileStore } }, home, null);
    if ((await outside.foundingAt(url, root)) !== founding) find('device-station-other', { url });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'organisation-unknown') return find('device-station-other', { url });
    find('device-station-silent', { url, ...error.detail });
  }
}

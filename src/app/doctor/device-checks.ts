/** A person's device beside the station: that its folder is there, private, and known to this organisation. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { hex } from '#core/bytes.ts';
import { KEYRING_FILE, readDeviceFile } from '#cli/homes.ts';
import type { Facts, Find } from './facts.ts';

export function checkDevice({ identity, directory }: Facts, home: string, find: Find): void {
  const keyring = path.join(home, KEYRING_FILE);
  const stat = statSync(keyring, { throwIfNoEntry: false });
  if (stat === undefined) return find('device-missing', { folder: home });
  if ((stat.mode & 0o077) !== 0) find('device-open', { file: keyring, mode: (stat.mode & 0o777).toString(8) });
  const told = readDeviceFile(home);
  if (identity !== null && told.founding !== hex(identity.founding)) return find('device-foreign', { folder: home });
  const record = directory?.device(told.device);
  if (directory !== null && (record === null || record!.endedBy !== null)) find('device-unknown', { device: told.device });
}

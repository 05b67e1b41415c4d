/** Where keyrings stand, and what they are opened with. */
import path from 'node:path';
import type { KeyringDeps } from '#client/keyring.ts';
import type { KeyringStore } from '#core/outside.ts';
import type { CliContext } from './context.ts';
import { DEVICE_SECRET_FILE, KEYRING_FILE } from './homes.ts';

export function keyringPath(home: string): string {
  return path.join(home, KEYRING_FILE);
}

/** The root's keyring: a folder, or the file itself where it is named `.cbor`. */
export function rootPath(root: string): string {
  return root.endsWith('.cbor') ? root : path.join(root, 'root.cbor');
}

/** A device's ring, with the secret that the device keeps beside it. */
export function deviceRing({ provider: crypto, random, clock, host }: CliContext, home: string): KeyringDeps & { readonly deviceSecret: KeyringStore } {
  return { crypto, random, clock, store: host.keyring(keyringPath(home)), deviceSecret: host.keyring(path.join(home, DEVICE_SECRET_FILE)) };
}

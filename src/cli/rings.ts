/** Where keyrings stand. */
import path from 'node:path';
import { KEYRING_FILE } from './homes.ts';

export function keyringPath(home: string): string {
  return path.join(home, KEYRING_FILE);
}

/** The root's keyring: a folder, or the file itself where it is named `.cbor`. */
export function rootPath(root: string): string {
  return root.endsWith('.cbor') ? root : path.join(root, 'root.cbor');
}

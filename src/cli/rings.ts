/** Where keyrings stand, and what they are opened with. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { createKeyring, type KeyringDeps } from '#client/keyring/keyring.ts';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import type { Keyring } from '#wire/keyring.ts';
import type { CliContext } from './context.ts';
import { DEVICE_SECRET_FILE, KEYRING_FILE } from './homes.ts';

const ROOT_FILE = 'root.cbor';
/** After the organisation, as the page that founds one names it. */
const FROM_A_PAGE = /^khoa-goc.*\.cbor$/;

export function keyringPath(home: string): string {
  return path.join(home, KEYRING_FILE);
}

/** The root's keyring: a file, whatever its name, or what lies in a folder: `root.cbor`, or the one that a page gave. */
export function rootPath(root: string): string {
  const isFolder = statSync(root, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === false || root.endsWith('.cbor')) return root;
  const names = isFolder === true ? readdirSync(root) : [];
  const given = names.filter((name) => FROM_A_PAGE.test(name));
  return path.join(root, given.length === 1 && !names.includes(ROOT_FILE) ? given[0]! : ROOT_FILE);
}

/** A device's ring, with the secret that the device keeps beside it. */
export function deviceRing({ provider: crypto, random, clock, host }: CliContext, home: string): KeyringDeps & { readonly deviceSecret: KeyringStore } {
  return { crypto, random, clock, store: host.keyring(keyringPath(home)), deviceSecret: host.keyring(path.join(home, DEVICE_SECRET_FILE)) };
}

/**
 * A new ring, sealed in memory: sealing takes seconds, in which somebody may stop the command, and then there is nothing.
 * @returns writes it, at once @throws Refusal as createKeyring; `cancelled` where somebody has stopped it meanwhile
 */
export async function ringInHand({ stop, words }: Pick<CliContext, 'stop' | 'words'>, deps: KeyringDeps, passphrase: string, contents: Keyring): Promise<() => Promise<void>> {
  const [ring, secret] = [await heldBefore(deps.store), deps.deviceSecret && (await heldBefore(deps.deviceSecret))];
  await createKeyring({ ...deps, store: ring.store, ...(secret && { deviceSecret: secret.store }) }, passphrase, contents);
  if (stop.aborted) throw new Refusal('cancelled', { undone: words.rights.nothingMade });
  return async () => {
    await secret?.keep();
    await ring.keep();
  };
}

/** What would be written is held in memory until it is kept. */
async function heldBefore(kept: KeyringStore): Promise<{ readonly store: KeyringStore; keep(): Promise<void> }> {
  let held = await kept.read();
  return { store: { read: async () => held, write: async (bytes) => void (held = bytes) }, keep: () => kept.write(held!) };
}

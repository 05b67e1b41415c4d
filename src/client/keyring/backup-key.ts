/**
 * The key to which backups are sealed: made where a person is, by command or in a page, and kept off the station, which gets
 * its public half alone. Source: docs/protocol/backup.md, docs/decisions/0147.
 */
import { utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { encodeRecipient } from '#wire/backup.ts';
import { createKeyring, type KeyringDeps } from './keyring.ts';

/** A backup key's ring is of no organisation: its slots are bound to this word instead. */
const RING_LABEL = 'tram/v1/backup-key';

/** Leaves the key in the store under its passphrase. @returns its public half as one line @throws Refusal those of createKeyring */
export async function makeBackupKey(deps: KeyringDeps, passphrase: string, created: Instant): Promise<string> {
  const { kem, hash } = deps.crypto;
  const secret = await kem.generateSecret();
  const organisation = hash.sha256(utf8(RING_LABEL)).slice(0, 16);
  const ring = await createKeyring(deps, passphrase, { organisation, name: RING_LABEL, kem: secret, seals: [], officeKeys: [], created });
  const recipient = await recipientOf(deps.crypto, secret, created);
  ring.lock();
  secret.fill(0);
  return recipient;
}

/** The public half of a backup key's secret as one line. */
export async function recipientOf({ kem }: Pick<CryptoProvider, 'kem'>, secret: Uint8Array, created: Instant): Promise<string> {
  return encodeRecipient({ version: 1, publicKey: await kem.publicKey(secret), created });
}

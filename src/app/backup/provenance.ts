/**
 * Whose a backup is, before a row of it is written. Whoever has the recipient's `.pub` can seal an organisation that they
 * invented, and put a real one's digest on it: the founding entry in the backup must have that digest, the station's
 * certificates must come from the root in that entry, and the name must be the manifest's. Source: docs/protocol/backup.md.
 */
import { equal, hex } from '#core/bytes.ts';
import { HOUR_MS, SECOND_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { foldEntries } from '#model/directory.ts';
import type { BackupManifest } from '#wire/backup.ts';
import { verifyLink, verifyTwin } from '#x509/chain.ts';
import type { StationIdentity } from '../station-folder.ts';
import type { BackupFolder, SnapshotName } from './objects.ts';
import { chunksOf, type ReadingDeps } from './reading.ts';

/** How far a name may be ahead of the manifest's time to keep the order of names (objects.ts); it is behind by what a second cuts off. */
const NAME_AHEAD_MS_MAX = HOUR_MS;

/**
 * @param asked SHA-256 of the founding entry that whoever restores expects; absent where they compare by eye
 * @throws Refusal `backup-other-organisation`; `backup-forged` (reasons: backup-name, backup-identity, backup-founding, backup-certificates)
 */
export async function demandProvenance(
  deps: ReadingDeps, folder: BackupFolder, { manifest, identity, chosen, asked }:
  {
    readonly manifest: BackupManifest; readonly identity: StationIdentity;
    /** Null for a standby, which compares what it holds. */
    readonly chosen: SnapshotName | null;
    readonly asked: Uint8Array | undefined;
  },
): Promise<void> {
  const { founding, station } = manifest;
  if (asked !== undefined && !equal(asked, founding)) throw new Refusal('backup-other-organisation', { founding: hex(founding) });
  // An older backup under a newer one's name would be taken for the newest.
  const aheadMs = chosen === null ? 0 : chosen.time - manifest.time;
  if (aheadMs <= -SECOND_MS || aheadMs > NAME_AHEAD_MS_MAX) throw new Refusal('backup-forged', { reason: 'backup-name' });
  if (identity.station !== station || !equal(identity.founding, founding)) throw new Refusal('backup-forged', { reason: 'backup-identity' });
  await demandChain(deps, identity, await foundingEntry(deps, folder, manifest));
}

/** The first row of the directory. */
async function foundingEntry(deps: ReadingDeps, folder: BackupFolder, { tables, founding }: BackupManifest): Promise<Uint8Array> {
  const table = tables.find(({ name }) => name === 'directory_entry');
  if (table !== undefined) {
    for await (const { rows } of chunksOf(deps, folder, table, 0, 1)) {
      const bytes = rows[0]?.['bytes'];
      if (rows[0]?.['entry_index'] === 0 && bytes instanceof Uint8Array && equal(deps.crypto.hash.sha256(bytes), founding)) return bytes;
    }
  }
  throw new Refusal('backup-forged', { reason: 'backup-founding' });
}

async function demandChain({ crypto }: ReadingDeps, { certificates }: StationIdentity, entry: Uint8Array): Promise<void> {
  try {
    const { root, issuer } = (await foldEntries(crypto, null, [entry]))!.organisation;
    await verifyTwin(crypto, certificates, [issuer, root], null);
    await verifyLink(crypto, certificates.link, [issuer, root], null);
    if (equal(certificates.root, root.mldsa) && equal(certificates.issuer, issuer.mldsa)) return;
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof DecodeError)) throw error;
  }
  throw new Refusal('backup-forged', { reason: 'backup-certificates' });
}

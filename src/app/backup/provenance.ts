/**
 * Whose a backup is, before a row of it is written. Whoever has the recipient's `.pub` can seal what they like: an
 * organisation that they invented, a real one's digest on it, or, with the certificates that everybody in an organisation
 * has, a station of it that they are not. The founding entry in the backup must have the digest, the directory in it must
 * give the station of that name these very certificates, and the name must be the manifest's. Source: docs/protocol/backup.md.
 */
import { equal, hex } from '#core/bytes.ts';
import { HOUR_MS, SECOND_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { foldEntries } from '#model/directory.ts';
import { isOrganisation, organisationShown } from '#model/organisation-id.ts';
import type { BackupManifest } from '#wire/backup.ts';
import type { StationIdentity } from '../station-folder.ts';
import type { BackupFolder, SnapshotName } from './objects.ts';
import { chunksOf, type ReadingDeps } from './reading.ts';

/** How far a name may be ahead of the manifest's time to keep the order of names (objects.ts); it is behind by what a second cuts off. */
const NAME_AHEAD_MS_MAX = HOUR_MS;

/**
 * @param asked the organisation that whoever restores expects, as organisationTyped gives it; absent where they compare by eye
 * @throws Refusal `backup-other-organisation`; `backup-forged` (reasons: backup-name, backup-identity, backup-founding, backup-certificates)
 */
export async function demandProvenance(
  deps: ReadingDeps, folder: BackupFolder, { manifest, identity, chosen, known, asked }:
  {
    readonly manifest: BackupManifest; readonly identity: StationIdentity;
    /** Null for a standby, which compares what it holds. */
    readonly chosen: SnapshotName | null;
    /** Of the station, where it was found to be before: a standby looks every few minutes. */
    readonly known?: StationIdentity | undefined;
    readonly asked: Uint8Array | undefined;
  },
): Promise<void> {
  const { founding, station } = manifest;
  if (asked !== undefined && !isOrganisation(founding, asked)) throw new Refusal('backup-other-organisation', { organisation: organisationShown(founding), founding: hex(founding) });
  // An older backup under a newer one's name would be taken for the newest.
  const aheadMs = chosen === null ? 0 : chosen.time - manifest.time;
  if (aheadMs <= -SECOND_MS || aheadMs > NAME_AHEAD_MS_MAX) throw new Refusal('backup-forged', { reason: 'backup-name' });
  if (identity.station !== station || !equal(identity.founding, founding)) throw new Refusal('backup-forged', { reason: 'backup-identity' });
  const isKnown = known !== undefined && hasSameCertificates(identity.certificates, known.certificates);
  const entries = await directoryOf(deps, folder, manifest, isKnown ? 1 : Number.MAX_SAFE_INTEGER);
  if (!isKnown) await demandStation(deps, identity, entries);
}

/** The first entries of the directory, in whole chunks. */
async function directoryOf(deps: ReadingDeps, folder: BackupFolder, { tables, founding }: BackupManifest, chunks: number): Promise<Uint8Array[]> {
  const table = tables.find(({ name }) => name === 'directory_entry');
  const forged = new Refusal('backup-forged', { reason: 'backup-founding' });
  if (table === undefined) throw forged;
  const entries: Uint8Array[] = [];
  for await (const { rows } of chunksOf(deps, folder, table, 0, Math.min(chunks, table.chunks.length))) {
    for (const { entry_index: index, bytes } of rows) {
      if (index !== entries.length || !(bytes instanceof Uint8Array)) throw forged;
      if (index === 0 && !equal(deps.crypto.hash.sha256(bytes), founding)) throw forged;
      entries.push(bytes);
    }
  }
  if (entries.length === 0) throw forged;
  return entries;
}

/** Registrars' signatures say whose certificates are whose: those of a person, or of another station, come from the same root. */
async function demandStation({ crypto }: ReadingDeps, { station, certificates }: StationIdentity, entries: readonly Uint8Array[]): Promise<void> {
  try {
    const state = (await foldEntries(crypto, null, entries))!;
    const { root, issuer } = state.organisation;
    const record = state.station(station);
    const own = record === null ? null : { ...record.certificates, link: record.link, issuer: issuer.mldsa, root: root.mldsa };
    if (own !== null && hasSameCertificates(certificates, own)) return;
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof DecodeError)) throw error;
  }
  throw new Refusal('backup-forged', { reason: 'backup-certificates' });
}

function hasSameCertificates(one: StationIdentity['certificates'], other: StationIdentity['certificates']): boolean {
  return (['p256', 'mldsa', 'link', 'issuer', 'root'] as const).every((name) => equal(one[name], other[name]));
}

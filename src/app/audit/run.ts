/** What the claims share while one folder is audited. */
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import type { Judging } from '#model/acting.ts';
import type { Peers } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Own } from '#model/foreign-names.ts';
import type { VerifiedRoots } from '#wire/sign.ts';
import type { StationIdentity } from '../station-folder.ts';
import type { AuditDatabase } from './database.ts';
import type { AuditedDirectory } from './directory.ts';
import type { Facts } from './facts.ts';
import type { AuditedLedger } from './ledger.ts';
import type { AuditProgress, Tally } from './tally.ts';

export interface AuditRun {
  readonly data: string;
  readonly db: AuditDatabase;
  readonly tally: Tally;
  readonly provider: CryptoProvider;
  /** Null where identity.json cannot be read: then nothing can be said of whose folder it is. */
  readonly identity: StationIdentity | null;
  /** Code of the station; empty where that is not known. */
  readonly station: string;
  readonly ledger: AuditedLedger;
  readonly facts: Facts;
  /** Null where not even the founding entry holds. */
  readonly directory: AuditedDirectory | null;
  /** What the folder holds of other organisations' directories, as far as it holds. */
  readonly peers: Peers;
  readonly verified: VerifiedRoots;
  readonly progress: AuditProgress;
}

/** Whose names the tables use. */
export function ownOf({ identity, directory }: AuditRun): Own {
  const id = directory?.state.organisation.id ?? identity?.founding.subarray(0, 16);
  return { organisation: { id: id ?? new Uint8Array(16) } };
}

export function view(run: AuditRun): DirectoryView | null {
  return run.directory?.state ?? null;
}

/**
 * Judges as of the newest directory and, where that refuses, as of the one that the station held at an event: offices
 * move and rights change, and what was right when it was taken stays right.
 * @param at index of the ledger event that witnesses it; null where there is none
 */
export async function judgeAsOf<T>(run: AuditRun, at: number | null, work: (judging: Judging) => Promise<T>): Promise<T> {
  const { provider, verified, peers, directory, facts } = run;
  if (directory === null) throw new Refusal('directory-inconsistent', { reason: 'unreadable' });
  const witnessedAt: Instant | null = at === null ? null : (facts.at(at)?.time ?? null);
  try {
    return await work({ provider, verified, view: directory.state, peers, witnessedAt });
  } catch (error) {
    const size = at === null ? null : facts.directorySizeAt(at);
    const earlier = size === null ? null : await directory.stateAt(size);
    if (!(error instanceof Refusal) || earlier === null || earlier === directory.state) throw error;
    return work({ provider, verified, view: earlier, peers, witnessedAt });
  }
}

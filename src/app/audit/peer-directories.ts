/** Claims about what other organisations show: each holds under its agreement, and is as large as its row and the ledger say. */
import { hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { type Peers, peersOf } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { acceptShown } from '#model/shown-directory.ts';
import type { AuditRun } from './run.ts';

/** Those that hold; of the others the claim below tells. */
export async function peersIn({ db, directory, provider }: Pick<AuditRun, 'db' | 'directory' | 'provider'>): Promise<Peers> {
  const views: DirectoryView[] = [];
  for (const { organisation: id, bytes } of directory === null ? [] : db.rows('peer_directory')) {
    const agreement = directory!.state.agreements().find(({ organisation }) => hex(organisation) === id);
    if (agreement === undefined) continue;
    try {
      views.push((await acceptShown(provider, agreement, null, bytes)).state);
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
    }
  }
  return peersOf(views);
}

export async function auditPeerDirectories({ db, tally, directory, provider, facts }: AuditRun): Promise<void> {
  const claim = tally.claim('peer-directories');
  const view = directory?.state ?? null;
  const grown = new Map(facts.of('peer-grown').map(({ fields: { peer, count } }) => [peer, count]));
  for (const row of db.rows('peer_directory')) {
    const item = claim.item(row.place);
    const agreement = view?.agreements().find(({ organisation }) => hex(organisation) === row.organisation);
    if (view === null) continue;
    if (agreement === undefined) {
      item.demand(false, 'is of an organisation with which there is no agreement');
      continue;
    }
    try {
      const { point } = await acceptShown(provider, agreement, null, row.bytes);
      item.demand(point.size === row.size, 'is not as large as its row says');
      item.demand(grown.get(agreement.peer) === row.size, 'is not what the ledger saw grow');
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
      item.demand(false, 'does not hold');
    }
  }
}

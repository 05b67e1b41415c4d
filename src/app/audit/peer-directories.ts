/** Claims about what other organisations show: each holds under its agreement, and is as large as its row and the ledger say. */
import { equal, fromHex, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { newestWith } from '#model/agreements.ts';
import { type Peers, peersOf } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { acceptShown } from '#model/shown-directory.ts';
import type { AuditRun } from './run.ts';

/** Those that hold; of the others the claim below tells. */
export async function peersIn({ db, directory, provider }: Pick<AuditRun, 'db' | 'directory' | 'provider'>): Promise<Peers> {
  const views: DirectoryView[] = [];
  for (const { organisation: id, bytes } of directory === null ? [] : db.rows('peer_directory')) {
    const agreement = newestWith(directory!.state, fromHex(id) ?? new Uint8Array(0));
    if (agreement === null) continue;
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
  // A renewed agreement has another name: what was seen to grow counts under any that the organisation ever had.
  const grown = (organisation: Uint8Array): number | undefined => {
    const names = view?.agreements().filter((one) => equal(one.organisation, organisation)).map(({ peer }) => peer) ?? [];
    return facts.of('peer-grown').findLast(({ fields: { peer } }) => peer !== undefined && names.includes(peer))?.fields.count;
  };
  for (const row of db.rows('peer_directory')) {
    const item = claim.item(row.place);
    if (view === null) continue;
    const agreement = newestWith(view, fromHex(row.organisation) ?? new Uint8Array(0));
    if (agreement === null) {
      item.demand(false, 'is of an organisation with which there is no agreement');
      continue;
    }
    try {
      const { point } = await acceptShown(provider, agreement, null, row.bytes);
      item.demand(point.size === row.size, 'is not as large as its row says');
      item.demand(grown(agreement.organisation) === row.size, 'is not what the ledger saw grow');
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
      item.demand(false, 'does not hold');
    }
  }
  const isAgreed = (organisation: string): boolean => view === null || newestWith(view, fromHex(organisation) ?? new Uint8Array(0)) !== null;
  const refused = facts.of('refused');
  for (const row of db.rows('peer_refusal')) {
    const isTold = refused.some(({ fields: { code, at } }) => code === row.code && at === row.at);
    claim.item(row.place).demand(isAgreed(row.organisation) && isTold, 'is not what the ledger saw refused');
  }
  for (const row of db.rows('peer_refusal_told')) {
    const isTold = refused.some(({ fields: { code, at, digest } }) => code === row.code && at === row.at && (digest === undefined ? '' : hex(digest)) === row.root);
    claim.item(row.place).demand(isAgreed(row.organisation) && isTold, 'is not what the ledger saw refused');
  }
}

/**
 * What a registrar took back before a second signed, kept for registrars to read: who, when, why and what it said. The
 * signatures are forgotten, so that nothing can be proposed from it.
 * Source: docs/protocol/directory.md §Waiting entries.
 */
import type { Instant } from '#core/clock.ts';
import type { Db, Tx } from '#station/kernel/store.ts';
import { WITHDRAWN_MAX, withdrawnStatements } from '#wire/proposal.ts';
import { sql } from 'kysely';
import type { PeopleTables } from './store.ts';

/** Of what one registrar withdrew that one other, or the same, had handed in: nobody pushes out what others withdrew, nor what they withdrew of others. */
export const WITHDRAWN_OF_TWO_MAX = 16;
export const WITHDRAWN_OF_TWO_BYTES_MAX = 2 ** 20;

export interface Withdrawn {
  readonly proposal: string;
  /** Who had handed it in, and when. */
  readonly person: string;
  readonly created: Instant;
  readonly by: string;
  readonly at: Instant;
  readonly why: string | null;
  /** None where they have no room. */
  readonly statements: readonly Uint8Array[];
}

/** The newest are kept, and told until they would have lapsed. */
export async function keepWithdrawn(tx: Tx<PeopleTables>, { by, at, statements, ...one }: Withdrawn & { readonly expires: Instant }): Promise<void> {
  const encoded = withdrawnStatements.encode([...statements]);
  const bytes = encoded.length > WITHDRAWN_OF_TWO_BYTES_MAX ? withdrawnStatements.encode([]) : encoded;
  const row = { ...one, withdrawn_by: by, withdrawn_at: at, statements: bytes };
  await tx.insertInto('withdrawn_proposal').values(row).onConflict((on) => on.columns(['proposal', 'withdrawn_at']).doUpdateSet(row)).execute();
  const held = await tx.selectFrom('withdrawn_proposal').select(['proposal', 'withdrawn_at', sql<number>`length(statements)`.as('sizeBytes')])
    .where('person', '=', one.person).where('withdrawn_by', '=', by).orderBy('withdrawn_at', 'desc').execute();
  let sizeBytes = 0;
  const old = held.filter(({ sizeBytes: own }, i) => (sizeBytes += Number(own)) > WITHDRAWN_OF_TWO_BYTES_MAX || i >= WITHDRAWN_OF_TWO_MAX);
  for (const { proposal, withdrawn_at } of old) await tx.deleteFrom('withdrawn_proposal').where('proposal', '=', proposal).where('withdrawn_at', '=', withdrawn_at).execute();
}

export async function forgetWithdrawn(tx: Tx<PeopleTables>, now: Instant): Promise<void> {
  await tx.deleteFrom('withdrawn_proposal').where('expires', '<=', now).execute();
}

/** Newest first, and of as many as there is room for what they said; not of what stands in the log by now. */
export async function withdrawnOf(db: Db<PeopleTables>, now: Instant, roomBytes: number, isLodged: (statements: readonly Uint8Array[]) => boolean): Promise<Withdrawn[]> {
  const rows = await db.selectFrom('withdrawn_proposal').selectAll().where('expires', '>', now).orderBy('withdrawn_at', 'desc').execute();
  let left = roomBytes;
  return rows
    .map(({ statements, ...row }) => ({ ...row, sizeBytes: statements.length, statements: withdrawnStatements.decode(statements) }))
    .filter(({ statements }) => statements.length === 0 || !isLodged(statements))
    .slice(0, WITHDRAWN_MAX)
    .map(({ proposal, person, created, withdrawn_by, withdrawn_at, why, statements, sizeBytes }) => {
      const isRoom = sizeBytes <= left;
      if (isRoom) left -= sizeBytes;
      return { proposal, person, created, by: withdrawn_by, at: withdrawn_at, why, statements: isRoom ? statements : [] };
    });
}

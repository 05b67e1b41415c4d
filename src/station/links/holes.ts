/**
 * Numbers of a neighbour's that we never recorded. Source: docs/protocol/frames.md §Channel numbers, §Restored.
 */
import { equal } from '#core/bytes.ts';
import type { Kysely } from 'kysely';
import { question } from '#station/kernel/question.ts';
import type { Tx } from '#station/kernel/store.ts';
import type { LinkTables } from './tables.ts';

/** Numbers of an incarnation of the neighbour's, from the first to the last, that we do not have. */
export interface MissingNumbers {
  readonly incarnation: Uint8Array;
  readonly first: number;
  readonly last: number;
}

/** The first numbers that are missing, one behind the other, and how many are in all. */
export interface Missing {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

type Known = Pick<LinkTables['link_state'], 'peer' | 'peer_incarnation' | 'received'>;

/** More holes than this are one to the end: what we have of it is offered again, and not taken twice. */
const HOLES_MAX = 16;
/** What an ended incarnation gave last, nobody says: the copies of its folder each know another number. */
const NO_END = Number.MAX_SAFE_INTEGER;

/**
 * What we do not have of the incarnations that a new one follows: no check of theirs will ask for it any more. Of one that had
 * ended before, this is known since then. What the neighbour still holds of it comes by itself.
 */
export async function holesLeft(tx: Tx<LinkTables>, known: Known, former: Uint8Array, hadEnded: boolean): Promise<MissingNumbers[]> {
  const { peer_incarnation: met } = known;
  const ofMet = met === null ? [] : await unrecorded(tx, known, met);
  const isNew = !hadEnded && (met === null || !equal(met, former));
  return isNew ? [...ofMet, { incarnation: former, first: 1, last: NO_END }] : ofMet;
}

async function unrecorded(tx: Tx<LinkTables>, { peer, received }: Known, incarnation: Uint8Array): Promise<MissingNumbers[]> {
  const holes: MissingNumbers[] = [];
  for (let first = received + 1; ; ) {
    const above = holes.length + 1 < HOLES_MAX ? await lowestAbove(tx, peer, first - 1) : null;
    if (above !== first) holes.push({ incarnation, first, last: above === null ? NO_END : above - 1 });
    if (above === null) return holes;
    first = above + 1;
  }
}

const cameAbove = question((db: Kysely<LinkTables>, { peer }: { peer: string }) =>
  db.selectFrom('link_received').select((all) => [all.fn.min('channel').as('lowest'), all.fn.max('channel').as('highest'), all.fn.countAll<number>().as('count')])
    .where('peer', '=', peer));

/** What has not come though later numbers have: where the neighbour is met it is under way, or soon known to be held by nobody. */
export async function holesBelow(db: Kysely<LinkTables>, { peer, received }: Pick<Known, 'peer' | 'received'>): Promise<Missing | null> {
  const { lowest, highest, count } = (await cameAbove.first(db, { peer }))!;
  return lowest === null || highest === null ? null : { first: received + 1, last: lowest - 1, count: highest - received - Number(count) };
}

/** @param stretches in ascending order */
export function together(stretches: readonly Missing[]): Missing | null {
  const [first] = stretches;
  if (first === undefined) return null;
  let { last } = first;
  for (const next of stretches) if (next.first === last + 1) last = next.last;
  return { first: first.first, last, count: stretches.reduce((sum, { count }) => sum + count, 0) };
}

export async function lowestAbove(db: Tx<LinkTables>, peer: string, channel: number): Promise<number | null> {
  const row = await db
    .selectFrom('link_received')
    .select((all) => all.fn.min('channel').as('lowest'))
    .where('peer', '=', peer)
    .where('channel', '>', channel)
    .executeTakeFirstOrThrow();
  return row.lowest;
}

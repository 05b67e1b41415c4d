/** What a station's folder holds and no way leads on with, by the directory in it. */
import { nextHop } from '#model/routes.ts';
import { STRANDED_ROWS, type Stranded, strandedOf, type StrandedRow } from '#station/dispatch/stranded.ts';
import type { Facts } from './facts.ts';

export async function strandedAt({ db, directory, identity, outside }: Facts): Promise<Stranded[]> {
  if (db === null || directory === null || identity === null) return [];
  const { station } = identity;
  const outbox = { nextHop: (to: string) => nextHop(directory, station, to) };
  return strandedOf({ view: () => directory, station, clock: { now: () => outside.now() }, outbox }, await db.rows<StrandedRow>(STRANDED_ROWS));
}

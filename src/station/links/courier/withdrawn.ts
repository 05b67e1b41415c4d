/** What bundles were to carry and was taken off its way unanswered: its link was ended, or it goes another way. */
import { sql } from 'kysely';
import { hex } from '#core/bytes.ts';
import type { Db } from '#station/kernel/store.ts';
import type { LinkTables } from '../tables.ts';

interface WithdrawnItems {
  readonly withdrawn: number;
  /** Of them those that wait again since, for the same neighbour or for another. */
  readonly requeued: number;
}

/** Of the bundles of an incarnation of ours, by their ids; of most nothing was. */
export async function withdrawnOf(db: Db<LinkTables>, incarnation: Uint8Array): Promise<ReadonlyMap<string, WithdrawnItems>> {
  const rows = await db.selectFrom('link_sent')
    .innerJoin('link_bundle', (on) => on.onRef('link_bundle.peer', '=', 'link_sent.peer').onRef('link_bundle.incarnation', '=', 'link_sent.incarnation'))
    .innerJoin('link_bundle_item', (on) => on.onRef('link_bundle_item.bundle', '=', 'link_bundle.bundle').onRef('link_bundle_item.channel', '=', 'link_sent.channel'))
    .leftJoin('link_queue', (on) => on.onRef('link_queue.id', '=', 'link_sent.id').onRef('link_queue.kind', '=', 'link_sent.kind')
      .onRef('link_queue.sealing', '=', 'link_sent.sealing').onRef('link_queue.queued_at', '>=', 'link_sent.withdrawn'))
    .where('link_sent.incarnation', '=', incarnation).where('link_sent.withdrawn', 'is not', null)
    .select(['link_bundle.bundle as bundle', sql<number>`count(distinct link_sent.channel)`.as('withdrawn'),
      sql<number>`count(distinct case when link_queue.peer is not null then link_sent.channel end)`.as('requeued')])
    .groupBy('link_bundle.bundle').execute();
  return new Map(rows.map(({ bundle, withdrawn, requeued }) => [hex(bundle), { withdrawn: Number(withdrawn), requeued: Number(requeued) }]));
}

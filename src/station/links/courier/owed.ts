/**
 * What a neighbour's sticks are answered with: kept until the neighbour is known to have it. Until then every stick
 * towards it carries it. Source: docs/protocol/bundles.md §Owed.
 */
import { frame, type Frame } from '#wire/frames.ts';
import type { Store, Tables, Transaction } from '#station/kernel/store.ts';
import type { LinkTables, OwedKind } from '../tables.ts';

/** Whose, and of which incarnation of it. */
export interface Creditor {
  readonly peer: string;
  readonly incarnation: Uint8Array;
}

type OwedFrame = Extract<Frame, { kind: OwedKind }>;

export class Owed {
  readonly #tables: Tables<LinkTables>;

  constructor(store: Store) {
    this.#tables = store.of<LinkTables>();
  }

  /** Durable when it resolves. A later answer to the same takes the place of the earlier one. */
  async put({ peer, incarnation }: Creditor, message: OwedFrame): Promise<void> {
    const row = { peer, incarnation, kind: message.kind, channel: aboutOf(message), frame: frame.encode(message), first_bundle: null };
    await this.#tables.commit((tx) =>
      tx.insertInto('link_owed').values(row)
        .onConflict((on) => on.columns(['peer', 'incarnation', 'kind', 'channel']).doUpdateSet({ frame: row.frame, first_bundle: null })).execute());
  }

  /** Frames as they go, a page at a time, in the order of kind and number. */
  async *all({ peer, incarnation }: Creditor): AsyncGenerator<{ readonly kind: OwedKind; readonly channel: number; readonly frame: Uint8Array }> {
    for (const kind of ['custody', 'refuse', 'service', 'witnessed'] as const) {
      for (let after = -1; ; ) {
        const rows = await this.#tables.read((db) =>
          db.selectFrom('link_owed').select(['kind', 'channel', 'frame']).where('peer', '=', peer).where('incarnation', '=', incarnation)
            .where('kind', '=', kind).where('channel', '>', after).orderBy('channel').limit(64).execute());
        yield* rows;
        if (rows.length < 64) break;
        after = rows.at(-1)!.channel;
      }
    }
  }

  async count({ peer, incarnation }: Creditor): Promise<number> {
    const row = await this.#tables.read((db) =>
      db.selectFrom('link_owed').select((all) => all.fn.countAll<number>().as('count')).where('peer', '=', peer).where('incarnation', '=', incarnation)
        .executeTakeFirstOrThrow());
    return Number(row.count);
  }

  /** What was written into a bundle, of what was owed when it was written. */
  async wrote(tx: Transaction, { peer, incarnation }: Creditor, written: readonly { readonly kind: OwedKind; readonly channel: number }[], number: number): Promise<void> {
    for (const { kind, channel } of written) {
      await this.#tables.in(tx).updateTable('link_owed').set({ first_bundle: number }).where('peer', '=', peer).where('incarnation', '=', incarnation)
        .where('kind', '=', kind).where('channel', '=', channel).where('first_bundle', 'is', null).execute();
    }
  }

  /** The neighbour has read our bundles up to that number: what was in one of them it has. */
  async read({ peer, incarnation }: Creditor, number: number): Promise<void> {
    await this.#tables.commit((tx) =>
      tx.deleteFrom('link_owed').where('peer', '=', peer).where('incarnation', '=', incarnation).where('first_bundle', '<=', number).execute());
  }

  /** The neighbour holds nothing any more up to that number of its own: it has our answers about them. */
  async settled({ peer, incarnation }: Creditor, upTo: number): Promise<void> {
    await this.#tables.commit((tx) =>
      tx.deleteFrom('link_owed').where('peer', '=', peer).where('incarnation', '=', incarnation)
        .where('kind', 'in', ['custody', 'refuse']).where('channel', '<=', upTo).execute());
  }

  /** What was owed to incarnations that have ended is owed to nobody. */
  async forget({ peer, incarnation }: Creditor): Promise<void> {
    await this.#tables.commit((tx) => tx.deleteFrom('link_owed').where('peer', '=', peer).where('incarnation', '<>', incarnation).execute());
  }
}

function aboutOf(message: OwedFrame): number {
  if (message.kind === 'service') return message.first;
  return message.kind === 'witnessed' ? 0 : message.channel;
}

/**
 * What a neighbour is owed: answers to its sticks, and word of its numbers that are missing. Kept until the neighbour is known to
 * have it; until then every stick towards it carries it, and every connection says again what is missing.
 * Source: docs/protocol/bundles.md §Owed; frames.md §Channel numbers.
 */
import { frame, type Frame, type FrameOf } from '#wire/frames.ts';
import type { Store, Tables, Transaction } from '#station/kernel/store.ts';
import type { LinkTables, OwedKind } from './tables.ts';

/** Whose, and of which incarnation of it. */
export interface Creditor {
  readonly peer: string;
  readonly incarnation: Uint8Array;
}

type OwedFrame = Extract<Frame, { kind: OwedKind }>;

interface OwedRow {
  readonly kind: OwedKind;
  readonly channel: number;
  readonly frame: Uint8Array;
}

const PAGE = 64;

export class Owed {
  readonly #tables: Tables<LinkTables>;

  constructor(store: Store) {
    this.#tables = store.of<LinkTables>();
  }

  /** Durable when it resolves. A later answer to the same takes the place of the earlier one. */
  async put(creditor: Creditor, message: OwedFrame): Promise<void> {
    await this.#tables.commit((tx) => this.putIn(tx, creditor, message));
  }

  async putIn(tx: Transaction, { peer, incarnation }: Creditor, message: OwedFrame): Promise<void> {
    const row = { peer, incarnation, kind: message.kind, channel: aboutOf(message), frame: frame.encode(message), first_bundle: null };
    await this.#tables.in(tx).insertInto('link_owed').values(row)
      .onConflict((on) => on.columns(['peer', 'incarnation', 'kind', 'channel']).doUpdateSet({ frame: row.frame, first_bundle: null })).execute();
  }

  /** Frames as they go, a page at a time, in the order of kind and number. */
  async *all({ peer, incarnation }: Creditor): AsyncGenerator<OwedRow> {
    for (const kind of ['custody', 'refuse', 'service', 'witnessed'] as const) yield* this.#of({ peer, incarnation }, kind);
  }

  /** Numbers of the neighbour's that are missing, and that it was not heard to know of. */
  async *missing(creditor: Creditor): AsyncGenerator<FrameOf<'service'>> {
    for await (const { frame: bytes } of this.#of(creditor, 'service')) yield frame.decode(bytes) as FrameOf<'service'>;
  }

  async *#of({ peer, incarnation }: Creditor, kind: OwedKind): AsyncGenerator<OwedRow> {
    for (let after = -1; ; ) {
      const rows = await this.#tables.read((db) =>
        db.selectFrom('link_owed').select(['kind', 'channel', 'frame']).where('peer', '=', peer).where('incarnation', '=', incarnation)
          .where('kind', '=', kind).where('channel', '>', after).orderBy('channel').limit(PAGE).execute());
      yield* rows;
      if (rows.length < PAGE) break;
      after = rows.at(-1)!.channel;
    }
  }

  /** The neighbour has written down that these numbers are missing. */
  async heard({ peer, incarnation }: Creditor, { first, last }: Pick<FrameOf<'service'>, 'first' | 'last'>): Promise<void> {
    const said = frame.encode({ kind: 'service', word: 'numbers-missing', first, last });
    await this.#tables.commit((tx) =>
      tx.deleteFrom('link_owed').where('peer', '=', peer).where('incarnation', '=', incarnation).where('kind', '=', 'service').where('channel', '=', first)
        .where('frame', '=', said).execute());
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
  async forget(tx: Transaction, { peer, incarnation }: Creditor): Promise<void> {
    await this.#tables.in(tx).deleteFrom('link_owed').where('peer', '=', peer).where('incarnation', '<>', incarnation).execute();
  }
}

function aboutOf(message: OwedFrame): number {
  if (message.kind === 'service') return message.first;
  return message.kind === 'witnessed' ? 0 : message.channel;
}

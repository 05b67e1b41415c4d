/**
 * What a neighbour is owed: answers to its sticks, and word of its numbers that are missing. Kept until the neighbour is known to
 * have it; until then every stick towards it carries it, and every connection says again what is missing. Word of missing numbers
 * is kept beyond that: an incarnation that follows was restored from a copy, and may know nothing of what the one before it heard.
 * Source: docs/protocol/bundles.md §Owed; frames.md §Channel numbers, §Restored.
 */
import type { Kysely } from 'kysely';
import type { Clock } from '#core/clock.ts';
import { frame, type Frame, type FrameOf } from '#wire/frames.ts';
import type { Snapshot, Store, Tables, Transaction } from '#station/kernel/store.ts';
import { question } from '#station/kernel/question.ts';
import type { Missing, MissingNumbers } from './holes.ts';
import type { LinkTables, OwedKind } from './tables.ts';

/** Whose, and of which incarnation of it. */
export interface Creditor {
  readonly peer: string;
  readonly incarnation: Uint8Array;
}

type OwedFrame = Extract<Frame, { kind: Exclude<OwedKind, 'service'> }>;
type OwedRow = Pick<LinkTables['link_owed'], 'incarnation' | 'kind' | 'channel' | 'frame'>;
/** Which answer, of all that are owed to a neighbour. */
export type OwedName = Pick<OwedRow, 'incarnation' | 'kind' | 'channel'>;

const PAGE = 64;
/** Words of missing numbers that are kept for a neighbour after they were heard, or its incarnation ended: the oldest go first. */
const KEPT_MAX = 256;

const unheard = question((db: Kysely<LinkTables>, { peer, incarnation }: Creditor) =>
  db.selectFrom('link_owed').select('frame').where('peer', '=', peer).where('incarnation', '=', incarnation).where('kind', '=', 'service')
    .where('heard_by', 'is', null).orderBy('channel').limit(PAGE));

export class Owed {
  readonly #tables: Tables<LinkTables>;
  readonly #clock: Pick<Clock, 'now'>;

  constructor({ store, clock }: { readonly store: Store; readonly clock: Pick<Clock, 'now'> }) {
    this.#tables = store.of<LinkTables>();
    this.#clock = clock;
  }

  /** Durable when it resolves. A later answer to the same takes the place of the earlier one. */
  async put({ peer, incarnation }: Creditor, message: OwedFrame): Promise<void> {
    const channel = message.kind === 'witnessed' ? 0 : message.channel;
    await this.#tables.commit((tx) => this.#putIn(tx, peer, { incarnation, kind: message.kind, channel, frame: frame.encode(message) }));
  }

  async putMissing(tx: Transaction, peer: string, missing: MissingNumbers): Promise<void> {
    const { incarnation, first } = missing;
    await this.#putIn(tx, peer, { incarnation, kind: 'service', channel: first, frame: frame.encode(wordOf(missing)) });
  }

  async #putIn(tx: Transaction, peer: string, row: OwedRow): Promise<void> {
    const anew = { frame: row.frame, first_bundle: null, since: this.#clock.now(), heard_by: null };
    await this.#tables.in(tx).insertInto('link_owed').values({ peer, ...row, ...anew })
      .onConflict((on) => on.columns(['peer', 'incarnation', 'kind', 'channel']).doUpdateSet(anew)).execute();
  }

  /** Frames as they go, a page at a time, in the order of kind and number. */
  async *all(creditor: Creditor): AsyncGenerator<OwedRow> {
    for (const kind of ['custody', 'refuse'] as const) yield* this.#of(creditor, kind);
    yield* this.#missing(creditor);
    yield* this.#of(creditor, 'witnessed');
  }

  /** Numbers that are missing, of ended incarnations of the neighbour's too, and that this one was not heard to know of. */
  async *missing(creditor: Creditor): AsyncGenerator<FrameOf<'service'>> {
    for await (const { frame: bytes } of this.#missing(creditor)) yield frame.decode(bytes) as FrameOf<'service'>;
  }

  /** What nobody holds any more of the numbers of that very incarnation, which has not said that it knows; of very many stretches the first. */
  async unheard(creditor: Creditor): Promise<Missing[]> {
    const rows = await this.#tables.read((db) => unheard.all(db, creditor));
    return rows.map(({ frame: bytes }) => {
      const { first, last } = frame.decode(bytes) as FrameOf<'service'>;
      return { first, last, count: last - first + 1 };
    });
  }

  async *#missing(creditor: Creditor): AsyncGenerator<OwedRow> {
    const incarnations = await this.#tables.read((db) =>
      db.selectFrom('link_owed').select('incarnation').distinct().where('peer', '=', creditor.peer).where('kind', '=', 'service').execute());
    for (const { incarnation } of incarnations) yield* this.#of(creditor, 'service', incarnation);
  }

  /** @param incarnation whose numbers these are about */
  async *#of({ peer, incarnation: hearer }: Creditor, kind: OwedKind, incarnation = hearer): AsyncGenerator<OwedRow> {
    for (let after = -1; ; ) {
      const rows = await this.#tables.read((db) =>
        db.selectFrom('link_owed').select(['incarnation', 'kind', 'channel', 'frame']).where('peer', '=', peer).where('incarnation', '=', incarnation)
          .where('kind', '=', kind).where('channel', '>', after).where((is) => is.or([is('heard_by', 'is', null), is('heard_by', '<>', hearer)]))
          .orderBy('channel').limit(PAGE).execute());
      yield* rows;
      if (rows.length < PAGE) break;
      after = rows.at(-1)!.channel;
    }
  }

  /** The neighbour has written down that these numbers are missing. What was not owed, or was heard before, writes nothing. */
  async heard(creditor: Creditor, missing: MissingNumbers): Promise<void> {
    if (!(await this.#tables.read((db) => this.#isOwed(db, creditor, missing)))) return;
    const { peer, incarnation: heard_by } = creditor;
    await this.#tables.commit(async (tx) => {
      await this.#tables.in(tx).updateTable('link_owed').set({ heard_by }).where('peer', '=', peer).where('incarnation', '=', missing.incarnation)
        .where('kind', '=', 'service').where('channel', '=', missing.first).where('frame', '=', frame.encode(wordOf(missing))).execute();
      await this.#trim(tx, creditor);
    });
  }

  async #isOwed(db: Snapshot, { peer, incarnation: hearer }: Creditor, missing: MissingNumbers): Promise<boolean> {
    const row = await this.#tables.in(db).selectFrom('link_owed').select('channel').where('peer', '=', peer).where('incarnation', '=', missing.incarnation)
      .where('kind', '=', 'service').where('channel', '=', missing.first).where('frame', '=', frame.encode(wordOf(missing)))
      .where((is) => is.or([is('heard_by', 'is', null), is('heard_by', '<>', hearer)])).executeTakeFirst();
    return row !== undefined;
  }

  /** What was written into a bundle, of what was owed when it was written. */
  async wrote(tx: Transaction, peer: string, written: readonly OwedName[], number: number): Promise<void> {
    for (const { incarnation, kind, channel } of written) {
      await this.#tables.in(tx).updateTable('link_owed').set({ first_bundle: number }).where('peer', '=', peer).where('incarnation', '=', incarnation)
        .where('kind', '=', kind).where('channel', '=', channel).where('first_bundle', 'is', null).execute();
    }
  }

  /** The neighbour has read our bundles up to that number: what was in one of them it has. */
  async read({ peer, incarnation }: Creditor, number: number): Promise<void> {
    await this.#tables.commit(async (tx) => {
      const db = this.#tables.in(tx);
      await db.updateTable('link_owed').set({ heard_by: incarnation }).where('peer', '=', peer).where('kind', '=', 'service').where('first_bundle', '<=', number).execute();
      await db.deleteFrom('link_owed').where('peer', '=', peer).where('incarnation', '=', incarnation).where('kind', '<>', 'service')
        .where('first_bundle', '<=', number).execute();
      await this.#trim(tx, { peer, incarnation });
    });
  }

  /** The neighbour holds nothing any more up to that number of its own: it has our answers about them. */
  async settled({ peer, incarnation }: Creditor, upTo: number): Promise<void> {
    await this.#tables.commit((tx) =>
      tx.deleteFrom('link_owed').where('peer', '=', peer).where('incarnation', '=', incarnation)
        .where('kind', 'in', ['custody', 'refuse']).where('channel', '<=', upTo).execute());
  }

  /** Answers that were owed to incarnations that have ended are owed to nobody; what is missing of theirs is said to the next one. */
  async begun(tx: Transaction, creditor: Creditor): Promise<void> {
    const db = this.#tables.in(tx);
    await db.deleteFrom('link_owed').where('peer', '=', creditor.peer).where('incarnation', '<>', creditor.incarnation).where('kind', '<>', 'service').execute();
    await db.updateTable('link_owed').set({ first_bundle: null }).where('peer', '=', creditor.peer).where('kind', '=', 'service').execute();
    await this.#trim(tx, creditor);
  }

  /** What the present incarnation has not heard of its own numbers stays, whatever there is of it. */
  async #trim(tx: Transaction, { peer, incarnation }: Creditor): Promise<void> {
    const db = this.#tables.in(tx);
    const oldest = await db.selectFrom('link_owed').select('since').where('peer', '=', peer).where('kind', '=', 'service')
      .where((is) => is.or([is('heard_by', 'is not', null), is('incarnation', '<>', incarnation)])).orderBy('since', 'desc').offset(KEPT_MAX - 1).limit(1)
      .executeTakeFirst();
    if (oldest === undefined) return;
    await db.deleteFrom('link_owed').where('peer', '=', peer).where('kind', '=', 'service').where('since', '<', oldest.since)
      .where((is) => is.or([is('heard_by', 'is not', null), is('incarnation', '<>', incarnation)])).execute();
  }
}

export function wordOf({ incarnation, first, last }: MissingNumbers): FrameOf<'service'> {
  return { kind: 'service', word: 'numbers-missing', first, last, incarnation };
}

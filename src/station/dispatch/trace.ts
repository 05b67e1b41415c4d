/** The trace of a dispatch: every signed word about it that this station has, and where its own copies wait. */

import { fromHex, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { officeName, shownName } from '#model/foreign-names.ts';
import type { Act } from '#model/rights.ts';
import type { Db } from '#station/kernel/store.ts';
import { header } from '#wire/envelope.ts';
import type { Room, WaitingCopy } from './deps.ts';
import { envelopeWith, type HeldHead, type Holding, type StanzaRow } from './holding.ts';
import { demand, may, type Caller } from './policy.ts';
import type { Arrivals } from './rewraps.ts';
import type { DispatchTables } from './tables.ts';
import { takenOf } from './taken.ts';

interface Trace {
  readonly dispatch: string;
  readonly header: Uint8Array;
  /** Encoded Signed. */
  readonly sealing: Uint8Array;
  readonly accepted: Instant | null;
  /** At the origin, what was sealed again. */
  readonly resealed: readonly { readonly office: string; readonly sealing: number }[];
  /** In the order of their times. */
  readonly receipts: readonly TakenReceipt[];
  /** What the caller's offices keep beside receipts of theirs, by SHA-256 of the receipt. */
  readonly own: readonly { readonly receipt: Uint8Array; readonly note: Uint8Array }[];
  readonly queued: readonly WaitingCopy[];
  /** At the origin: how often stations on its way were asked after it, and when last. */
  readonly asked?: { readonly times: number; readonly at: Instant };
  /** Service messages about it that may be read here, the newest of each kind and office, oldest first. */
  readonly related: readonly { readonly header: Uint8Array; readonly sealing: Uint8Array }[];
}

interface TakenReceipt {
  /** Encoded Signed. */
  readonly bytes: Uint8Array;
  /** When it was first here, by this station's ledger; null for its own word. */
  readonly taken: Instant | null;
}

const ENVELOPES_BYTES_MAX = 8 * 2 ** 20;

interface OwnStanza {
  readonly stanza: StanzaRow;
  /** It came too late. */
  readonly isExpired: boolean;
}

/** What a person's office has of a dispatch. */
interface Readable extends OwnStanza {
  readonly id: Uint8Array;
  readonly head: HeldHead;
}

export class Traces {
  readonly #room: Room;
  readonly #holding: Holding;
  readonly #arrivals: Arrivals;

  constructor(room: Room, holding: Holding, arrivals: Arrivals) {
    this.#room = room;
    this.#arrivals = arrivals;
    this.#holding = holding;
  }

  /** @throws Refusal `dispatch-unknown` where no office of the caller sent or received it */
  async trace(caller: Caller, dispatch: string): Promise<Trace> {
    const { tables, waiting, provider } = this.#room;
    const { id, head } = await this.#read(caller, dispatch, null);
    const [accepted, resealed, receipts, taken] = await tables.read(async (db) => [
      await db.selectFrom('outgoing').select(['accepted', 'asked', 'asked_at']).where('id', '=', id).executeTakeFirst(),
      await db.selectFrom('dispatch_stanza').select(['office', 'sealing']).where('id', '=', id).where('sealing', '>', 0)
        .orderBy('sealing').orderBy('position').execute(),
      await db.selectFrom('receipt').select(['bytes', 'office', 'own']).where('dispatch', '=', id).orderBy('time').orderBy('kind').execute(),
      await takenOf(this.#room, db, id),
    ] as const);
    return {
      dispatch, header: head.headerBytes, sealing: head.seal, accepted: accepted?.accepted ?? null,
      resealed: accepted === undefined ? [] : resealed.map(({ office, sealing }) => ({ office: shownName(this.#room.view(), office), sealing })),
      receipts: receipts.map(({ bytes }) => ({ bytes, taken: taken.get(hex(provider.hash.sha256(bytes))) ?? null })), own: this.#ownNotes(caller, receipts), queued: (await waiting?.(id)) ?? [],
      related: await this.#related(caller, id, head.headerBytes),
      ...(accepted !== undefined && accepted.asked_at !== null && { asked: { times: accepted.asked, at: accepted.asked_at } }),
    };
  }

  #ownNotes(caller: Caller, receipts: readonly { bytes: Uint8Array; office: string; own: Uint8Array | null }[]): Trace['own'] {
    const { provider: { hash } } = this.#room;
    return receipts.flatMap(({ bytes, office, own }) => (own !== null && may(this.#room, caller, 'read what came', office) ? [{ receipt: hash.sha256(bytes), note: own }] : []));
  }

  /** The newest of each kind by each office whose business it is: however often somebody says something, it hides nothing of what others said. */
  async #related(caller: Caller, about: Uint8Array, headerBytes: Uint8Array): Promise<Trace['related']> {
    const { from, to } = header.decode(headerBytes);
    const own = this.#room.view();
    return this.#room.tables.read(async (db) => {
      const said = await db.selectFrom('dispatch').select((all) => ['about_by', 'about_as', all.fn.max('taken').as('taken')]).where('about', '=', about)
        .where((is) => is.or([
          is.and([is('about_by', '=', officeName(own, from)), is('about_as', '<>', 'misrouted')]),
          is.and([is('about_by', 'in', to.map(({ office }) => officeName(own, office))), is('about_as', '=', 'misrouted')]),
        ]))
        .groupBy(['about_by', 'about_as']).orderBy((all) => all.fn.max('taken')).execute();
      const related: { header: Uint8Array; sealing: Uint8Array }[] = [];
      for (const { about_by: by, about_as: as, taken } of said) {
        const { id } = await db.selectFrom('dispatch').select('id').where('about', '=', about).where('about_by', '=', by).where('about_as', '=', as)
          .where('taken', '=', taken).orderBy('id').limit(1).executeTakeFirstOrThrow();
        const read = await this.#readIn(db, caller, hex(id), null).catch(refusalOnly);
        if (!(read instanceof Refusal)) related.push({ header: read.head.headerBytes, sealing: read.head.seal });
      }
      return related;
    });
  }

  /**
   * The envelope with the stanza of one office of the caller.
   * @param office null for the one office through which the caller may read it
   * @throws Refusal `dispatch-unknown`, `not-entitled`, `dispatch-expired` where it came too late
   */
  async envelope(caller: Caller, dispatch: string, office: string | null): Promise<Uint8Array> {
    return this.#room.tables.read((db) => this.#envelope(db, caller, dispatch, office));
  }

  /**
   * As `envelope`, for the first of several that came to an office: at least one, and as many as fit into 8 MiB. What is
   * refused stands in its place. @throws Refusal `not-entitled` where the caller may read none
   */
  async envelopes(caller: Caller, dispatches: readonly string[], office: string): Promise<(Uint8Array | Refusal)[]> {
    demand(this.#room, caller, 'read what came', office);
    return this.#room.tables.read(async (db) => {
      const envelopes: (Uint8Array | Refusal)[] = [];
      let bytes = 0;
      for (const dispatch of dispatches) {
        const one = await this.#envelope(db, caller, dispatch, office).catch(refusalOnly);
        bytes += one instanceof Refusal ? 0 : one.length;
        if (bytes > ENVELOPES_BYTES_MAX && envelopes.length > 0) break;
        envelopes.push(one);
      }
      return envelopes;
    });
  }

  /** What is held of a dispatch, for one office of the caller. @throws Refusal as `envelope` */
  async head(db: Db<DispatchTables>, caller: Caller, dispatch: string, office: string): Promise<HeldHead> {
    return (await this.#inTime(db, caller, dispatch, office)).head;
  }

  async #envelope(db: Db<DispatchTables>, caller: Caller, dispatch: string, office: string | null): Promise<Uint8Array> {
    const { head, stanza } = await this.#inTime(db, caller, dispatch, office);
    const kept = stanza.position === 0 ? null : await this.#arrivals.kept(db, stanza.id, stanza.office, stanza.sealing);
    return envelopeWith(head, [stanza], kept);
  }

  async #inTime(db: Db<DispatchTables>, caller: Caller, dispatch: string, office: string | null): Promise<Readable> {
    const read = await this.#readIn(db, caller, dispatch, office);
    if (read.isExpired) throw new Refusal('dispatch-expired', { office: read.stanza.office });
    return read;
  }

  #read(caller: Caller, dispatch: string, office: string | null): Promise<Readable> {
    return this.#room.tables.read((db) => this.#readIn(db, caller, dispatch, office));
  }

  async #readIn(db: Db<DispatchTables>, caller: Caller, dispatch: string, office: string | null): Promise<Readable> {
    const id = fromHex(dispatch)!;
    const own = await this.#ownStanzas(db, id);
    if (own.length === 0) throw new Refusal('dispatch-unknown');
    const found = own.find(({ stanza }) => (office === null || stanza.office === office) && this.#mayRead(caller, stanza));
    if (found === undefined) throw new Refusal('not-entitled');
    const head = await this.#holding.head(db, id, found.stanza.sealing);
    return { id, head: head!, ...found };
  }

  /**
   * The origin's stanza, which the first sealing has and which is at the origin's station alone, and of each office that
   * lives here that of the sealing by which it was delivered. Another that comes later changes nothing of what has arrived.
   */
  async #ownStanzas(db: Db<DispatchTables>, id: Uint8Array): Promise<OwnStanza[]> {
    const deliveries = await db.selectFrom('delivery').select(['office', 'sealing', 'state']).where('id', '=', id).execute();
    const own: OwnStanza[] = [];
    for (const sealing of new Set([0, ...deliveries.map((one) => one.sealing)])) {
      for (const stanza of await this.#holding.stanzas(db, id, sealing)) {
        const delivery = deliveries.find((one) => one.office === stanza.office && one.sealing === sealing);
        const isMeant = stanza.position === 0 || (delivery !== undefined && this.#livesHere(stanza));
        if (isMeant) own.push({ stanza, isExpired: delivery?.state === 'expired' });
      }
    }
    return own.toSorted((one, other) => one.stanza.position - other.stanza.position);
  }

  #livesHere({ office }: StanzaRow): boolean {
    return !office.includes('/') && this.#room.view().office(office)?.station === this.#room.station;
  }

  #mayRead(caller: Caller, { position, office }: StanzaRow): boolean {
    const act: Act = position === 0 ? 'read what went' : 'read what came';
    return may(this.#room, caller, act, office);
  }
}

function refusalOnly(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

/** The trace of a dispatch: every signed word about it that this station has, and where its own copies wait. */

import { fromHex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Db } from '#station/kernel/store.ts';
import type { Room, WaitingCopy } from './deps.ts';
import { envelopeWith, type HeldHead, type Holding, type StanzaRow } from './holding.ts';
import { demand, may, type Act, type Caller } from './policy.ts';
import type { DispatchTables } from './tables.ts';

export interface Trace {
  readonly dispatch: string;
  readonly header: Uint8Array;
  /** Encoded Signed. */
  readonly sealing: Uint8Array;
  readonly accepted: Instant | null;
  /** Encoded, in the order of their times. */
  readonly receipts: readonly Uint8Array[];
  readonly queued: readonly WaitingCopy[];
}

const ENVELOPES_BYTES_MAX = 8 * 2 ** 20;

/** What a person's office has of a dispatch. */
interface Readable {
  readonly id: Uint8Array;
  readonly head: HeldHead;
  readonly stanza: StanzaRow;
}

export class Traces {
  readonly #room: Room;
  readonly #holding: Holding;

  constructor(room: Room, holding: Holding) {
    this.#room = room;
    this.#holding = holding;
  }

  /** @throws Refusal `dispatch-unknown` where no office of the caller sent or received it */
  async trace(caller: Caller, dispatch: string): Promise<Trace> {
    const { tables, waiting } = this.#room;
    const { id, head } = await this.#read(caller, dispatch, null);
    const [accepted, receipts] = await tables.read(async (db) => [
      await db.selectFrom('outgoing').select('accepted').where('id', '=', id).executeTakeFirst(),
      await db.selectFrom('receipt').select('bytes').where('dispatch', '=', id).orderBy('time').orderBy('kind').execute(),
    ] as const);
    return {
      dispatch, header: head.headerBytes, sealing: head.seal, accepted: accepted?.accepted ?? null,
      receipts: receipts.map(({ bytes }) => bytes), queued: (await waiting?.(id)) ?? [],
    };
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

  async #envelope(db: Db<DispatchTables>, caller: Caller, dispatch: string, office: string | null): Promise<Uint8Array> {
    const { id, head, stanza } = await this.#readIn(db, caller, dispatch, office);
    const delivery = await db.selectFrom('delivery').select('state')
      .where('id', '=', id).where('office', '=', stanza.office).executeTakeFirst();
    if (delivery?.state === 'expired') throw new Refusal('dispatch-expired', { office: stanza.office });
    return envelopeWith(head, [stanza]);
  }

  #read(caller: Caller, dispatch: string, office: string | null): Promise<Readable> {
    return this.#room.tables.read((db) => this.#readIn(db, caller, dispatch, office));
  }

  async #readIn(db: Db<DispatchTables>, caller: Caller, dispatch: string, office: string | null): Promise<Readable> {
    const id = fromHex(dispatch)!;
    const head = await this.#holding.head(db, id);
    const own = head === null ? [] : await this.#ownStanzas(db, id, head.sealing);
    if (head === null || own.length === 0) throw new Refusal('dispatch-unknown');
    const stanza = own.find((one) => (office === null || one.office === office) && this.#mayRead(caller, one));
    if (stanza === undefined) throw new Refusal('not-entitled');
    return { id, head, stanza };
  }

  /** Stanzas of offices that live here: the origin's, and those that were delivered. */
  async #ownStanzas(db: Db<DispatchTables>, id: Uint8Array, sealing: number): Promise<StanzaRow[]> {
    const stanzas = await this.#holding.stanzas(db, id, sealing);
    return stanzas.filter(({ office }) => this.#room.view().office(office)?.station === this.#room.station);
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

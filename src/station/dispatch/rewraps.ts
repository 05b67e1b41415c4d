/**
 * What arrived and is sealed to a transport key only, and its stanzas sealed again to the office's storage key by the
 * first entitled device, opened or not. The stanza that came is never touched: it is what the origin sealed.
 * Source: docs/protocol/envelope.md §Re-wrap.
 */

import { fromHex, hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { Db, Snapshot, Transaction } from '#station/kernel/store.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import { X_WING } from '#wire/api/arrivals.ts';
import { stanza as stanzaCodec, type StanzaKey } from '#wire/envelope.ts';
import type { Room } from './deps.ts';
import { demand, type DeviceCaller, may } from './policy.ts';
import type { DispatchTables } from './tables.ts';

const ARRIVALS_MAX = 256;

interface Arrival {
  readonly dispatch: string;
  readonly header: Uint8Array;
  /** As it came, for a transport key. */
  readonly stanza: Uint8Array;
}

interface Rewrapped {
  readonly dispatch: string;
  /** Base64url of an encoded Stanza. */
  readonly stanza: string;
}

export class Arrivals {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Deliveries that nothing but this transport key opens. What came too late is not opened by anybody. */
  async waitingFor(tx: Transaction, office: string, number: number): Promise<number> {
    const rows = await waiting(this.#room.tables.in(tx), office).where('dispatch_stanza.period', '=', number).execute();
    return rows.length;
  }

  /** The first of what is sealed to transport keys only, oldest first. @throws Refusal `office-unknown`, `not-entitled` */
  async list(caller: DeviceCaller, office: string): Promise<Arrival[]> {
    demand(this.#room, caller, 're-wrap what came', office);
    const rows = await this.#room.tables.read((db) =>
      waiting(db, office).innerJoin('dispatch', (on) =>
        on.onRef('dispatch.id', '=', 'delivery.id').onRef('dispatch.sealing', '=', 'delivery.sealing'))
        .select('dispatch.header').orderBy('delivery.ledger').limit(ARRIVALS_MAX).execute());
    return rows.map(({ id, header, stanza }) => ({ dispatch: hex(id), header, stanza }));
  }

  /**
   * Takes stanzas for the office's storage keys, all or none. One that stands already stays, unless the caller makes
   * this office's keys: a wrong one can be put right while the period's key lasts.
   * @throws Refusal `office-unknown`, `not-entitled`, `dispatch-unknown`, `key-missing`, `header-forged`; DecodeError
   */
  async put(caller: DeviceCaller, office: string, rewrapped: readonly Rewrapped[]): Promise<void> {
    demand(this.#room, caller, 're-wrap what came', office);
    const read = rewrapped.map(({ dispatch, stanza }) => ({ id: fromHex(dispatch)!, stanza: bytesOf(stanza) }));
    const replaces = may(this.#room, caller, 'make the keys', office);
    await this.#room.tables.commit(async (tx) => {
      for (const { id, stanza } of read) await this.#keep(tx, caller, office, { id, stanza }, replaces);
    });
  }

  /** The stanza for the storage key, where there is one for this very sealing. */
  async kept(db: Snapshot, id: Uint8Array, office: string, sealing: number): Promise<Uint8Array | null> {
    const row = await this.#room.tables.in(db).selectFrom('arrival_stanza').select('stanza')
      .where('id', '=', id).where('office', '=', office).where('sealing', '=', sealing).executeTakeFirst();
    return row?.stanza ?? null;
  }

  async #keep(tx: Transaction, caller: DeviceCaller, office: string, { id, stanza }: { id: Uint8Array; stanza: Uint8Array }, replaces: boolean): Promise<void> {
    const db = this.#room.tables.in(tx);
    const delivery = await db.selectFrom('delivery').select(['sealing', 'state']).where('id', '=', id).where('office', '=', office).executeTakeFirst();
    if (delivery === undefined || delivery.state === 'expired') throw new Refusal('dispatch-unknown');
    const { key, kem } = stanzaCodec.decode(stanza);
    if (kem !== X_WING) throw new Refusal('suite-refused', { kem });
    this.#checkKey(key, office, delivery.sealing);
    const { sealing } = delivery;
    const values = { id, office, sealing, stanza, device: caller.device, time: this.#room.clock.now() };
    await db.insertInto('arrival_stanza').values(values).onConflict((on) => {
      const standing = on.columns(['id', 'office']);
      return replaces ? standing.doUpdateSet(values) : standing.doNothing();
    }).execute();
  }

  #checkKey(key: StanzaKey, office: string, sealing: number): void {
    const { organisation: { id } } = this.#room.view();
    const isOwn = key.office.office === office && hex(key.office.organisation) === hex(id);
    if (!isOwn || key.purpose !== 'storage' || key.sealing !== sealing) throw new Refusal('header-forged', { field: 'stanza' });
    const isFixed = this.#room.view().officeKeys(office, 'storage').some(({ number }) => number === key.number);
    if (!isFixed) throw new Refusal('key-missing', { office, purpose: 'storage', number: key.number });
  }
}

/** Deliveries of an office whose sealing has no stanza for a storage key yet. */
function waiting(db: Db<DispatchTables>, office: string) {
  return db.selectFrom('delivery')
    .innerJoin('dispatch_stanza', (on) => on.onRef('dispatch_stanza.id', '=', 'delivery.id')
      .onRef('dispatch_stanza.sealing', '=', 'delivery.sealing').onRef('dispatch_stanza.office', '=', 'delivery.office'))
    .leftJoin('arrival_stanza', (on) => on.onRef('arrival_stanza.id', '=', 'delivery.id')
      .onRef('arrival_stanza.office', '=', 'delivery.office').onRef('arrival_stanza.sealing', '=', 'delivery.sealing'))
    .select(['delivery.id', 'dispatch_stanza.stanza'])
    .where('delivery.office', '=', office).where('delivery.state', 'not in', ['expired', 'unreadable'])
    .where('arrival_stanza.id', 'is', null).where('dispatch_stanza.position', '>', 0);
}

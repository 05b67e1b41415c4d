/** Office keys wrapped for devices, in a table that can be erased. Source: docs/protocol/keyring.md §Office keys. */

import { decodedOr } from '#core/decoding.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Tables, Tx } from '#station/kernel/store.ts';
import { type OfficeKeyWrap, officeKeyWrap } from '#wire/keyring.ts';
import type { PeopleDeps } from './deps.ts';
import { type Caller, demandFixed, demandKeys, demandMayReceive, demandToCome, type Here, mayReplaceWraps } from './policy.ts';
import type { PeopleTables } from './store.ts';

const WRAPS_ANSWERED_MAX = 4_096;

export class KeyWraps {
  readonly #deps: PeopleDeps;
  readonly #view: () => DirectoryView;
  readonly #tables: Tables<PeopleTables>;

  constructor(deps: PeopleDeps, view: () => DirectoryView) {
    this.#deps = deps;
    this.#view = view;
    this.#tables = deps.store.of<PeopleTables>();
  }

  /** The wraps of this office's keys for the asking device, newest first. @throws Refusal `office-unknown`, `not-entitled` */
  async list(caller: Caller, office: string): Promise<Uint8Array[]> {
    demandKeys(this.#here(), caller, office);
    const rows = await this.#tables.read((db) =>
      db.selectFrom('key_wrap').select('bytes').where('device', '=', caller.device).where('office', '=', office)
        .orderBy('number', 'desc').limit(WRAPS_ANSWERED_MAX).execute());
    return rows.map(({ bytes }) => bytes);
  }

  /**
   * Stores wraps, all or none. Where one stands already it stays, unless the caller makes this office's keys.
   * @throws Refusal `office-unknown`, `not-entitled`, `device-unknown`, `cbor-malformed`, `request-malformed`, `key-missing`
   */
  async put(caller: Caller, office: string, wraps: readonly Uint8Array[]): Promise<void> {
    const here = this.#here();
    demandKeys(here, caller, office);
    const decoded = wraps.map((bytes) => ({ bytes, wrap: decode(bytes) }));
    for (const { wrap } of decoded) {
      if (wrap.office !== office) throw new Refusal('request-malformed', { field: 'office' });
      demandMayReceive(here, wrap.device, office);
    }
    const replaces = mayReplaceWraps(here, caller, office);
    for (const { wrap } of decoded) (replaces ? demandToCome : demandFixed)(here, wrap);
    await this.#tables.commit(async (tx) => {
      await demandNotDestroyed(tx, office, decoded.map(({ wrap }) => wrap));
      for (const { bytes, wrap: { purpose, number, device } } of decoded) {
        await tx.insertInto('key_wrap').values({ office, purpose, number, device, bytes })
          .onConflict((conflict) => {
            const standing = conflict.columns(['device', 'office', 'purpose', 'number']);
            return replaces ? standing.doUpdateSet({ bytes }) : standing.doNothing();
          }).execute();
      }
    });
  }

  #here(): Here {
    return { view: this.#view(), station: this.#deps.station, now: this.#deps.clock.now() };
  }
}

/** A straggler must not bring back what was destroyed. */
async function demandNotDestroyed(tx: Tx<PeopleTables>, office: string, wraps: readonly OfficeKeyWrap[]): Promise<void> {
  const rows = await tx.selectFrom('key_destroyed').select('number').where('office', '=', office).execute();
  const gone = new Set(rows.map(({ number }) => number));
  const dead = wraps.find(({ purpose, number }) => purpose === 'transport' && gone.has(number));
  if (dead !== undefined) throw new Refusal('key-destroyed', { office, number: dead.number });
}

function decode(bytes: Uint8Array): OfficeKeyWrap {
  return decodedOr('cbor-malformed', () => officeKeyWrap.decode(bytes));
}

/**
 * What somebody who has an office's ended keys can open: found by the keys that stanzas name, which are public. Who
 * received it is told of the own office's keys, who sent it of its recipients' as well.
 * Source: docs/protocol/keyring.md §Compromise.
 */

import { equal, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { exposedKeys } from '#model/exposure.ts';
import type { DirectoryView, OfficeKeyRecord } from '#model/directory-view.ts';
import type { Db } from '#station/kernel/store.ts';
import { EXPOSED_LOOKED_AT } from '#wire/api/exposed.ts';
import { stanza as stanzaCodec } from '#wire/envelope.ts';
import type { KeyPurpose, RegisterNumber } from '#wire/names.ts';
import type { Room } from './deps.ts';
import { type Caller, demand } from './policy.ts';
import { inRows, lineOf, outRows } from './register.ts';
import type { Direction, DispatchTables } from './tables.ts';

interface ExposedKey {
  readonly office: string;
  readonly purpose: KeyPurpose;
  readonly number: number;
}

interface ExposedDispatch {
  readonly dispatch: string;
  readonly from: string;
  readonly number: RegisterNumber | null;
  readonly time: Instant;
  readonly keys: readonly ExposedKey[];
}

interface ExposedPage {
  readonly office: string;
  readonly dispatches: readonly ExposedDispatch[];
  readonly next: number | null;
}

export class Exposure {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** One page of a register, and of it what is exposed. @throws Refusal `office-unknown`, `not-entitled` */
  async page(caller: Caller, office: string, direction: Direction, before = Number.MAX_SAFE_INTEGER): Promise<ExposedPage> {
    demand(this.#room, caller, 'read a register', office);
    const view = this.#room.view();
    const exposed = new Exposed(view);
    return this.#room.tables.read(async (db) => {
      const rows = await (direction === 'out' ? outRows : inRows)(db, office, before, EXPOSED_LOOKED_AT, view);
      const sealedTo = await stanzasOf(db, rows.map(({ id }) => id), direction === 'out' ? null : office);
      const dispatches = rows.flatMap((row): ExposedDispatch[] => {
        const { dispatch, from, number, time } = lineOf(view, row, direction, office);
        const keys = exposed.among(sealedTo.get(dispatch) ?? [], (to) => direction === 'out' && to !== office);
        return keys.length === 0 ? [] : [{ dispatch, from, number, time, keys }];
      });
      return { office, dispatches, next: rows.length < EXPOSED_LOOKED_AT ? null : rows.at(-1)!.ledger };
    });
  }
}

/** Every stanza held here, first and later sealings alike, and what was sealed again to a storage key. */
async function stanzasOf(db: Db<DispatchTables>, ids: readonly Uint8Array[], office: string | null): Promise<Map<string, Uint8Array[]>> {
  const found = new Map<string, Uint8Array[]>();
  if (ids.length === 0) return found;
  const asked = [...ids];
  let first = db.selectFrom('dispatch_stanza').select(['id', 'stanza']).where('id', 'in', asked);
  let again = db.selectFrom('arrival_stanza').select(['id', 'stanza']).where('id', 'in', asked);
  if (office !== null) {
    first = first.where('office', '=', office).where('position', '>', 0);
    again = again.where('office', '=', office);
  }
  for (const { id, stanza } of [...await first.execute(), ...await again.execute()]) {
    const known = found.get(hex(id));
    if (known === undefined) found.set(hex(id), [stanza]);
    else known.push(stanza);
  }
  return found;
}

/** The keys of this organisation's offices that others may have. */
class Exposed {
  readonly #view: DirectoryView;
  readonly #byOffice = new Map<string, readonly OfficeKeyRecord[]>();

  constructor(view: DirectoryView) {
    this.#view = view;
  }

  /**
   * @param isElsewhere of recipients elsewhere the stanza is known that went there; they seal it again to a storage key that cannot be
   *   seen from here, and what is not known is not cleared
   */
  among(stanzas: readonly Uint8Array[], isElsewhere: (office: string) => boolean): ExposedKey[] {
    const keys = new Map<string, ExposedKey>();
    for (const bytes of stanzas) {
      const { key } = stanzaCodec.decode(bytes);
      if (!equal(key.office.organisation, this.#view.organisation.id)) continue;
      const { office } = key.office;
      const all = this.#of(office);
      const named = ({ purpose, number }: OfficeKeyRecord): boolean => purpose === key.purpose && number === key.number;
      const kept = isElsewhere(office) ? all.findLast((one) => one.purpose === 'storage' && this.#mayKeep(one, this.#view.officeKeys(office, key.purpose).find(named))) : undefined;
      const hit = all.find(named);
      for (const one of [hit, kept]) {
        if (one !== undefined) keys.set(`${office} ${one.purpose} ${one.number}`, { office, purpose: one.purpose, number: one.number });
      }
    }
    return [...keys.values()];
  }

  /**
   * Whether what is sealed to a key may be kept under an exposed storage key. Whoever has the key it is sealed to knows the directory up
   * to where that was fixed: not if the storage key had been declared by then, or another had taken its place. By the log's order, for
   * whoever ends a key dates that as they like.
   */
  #mayKeep(storage: OfficeKeyRecord, sealedTo: OfficeKeyRecord | undefined): boolean {
    if (sealedTo === undefined) return true;
    const isReplaced = this.#view.officeKeys(storage.office, 'storage')
      .some(({ number, fixedBy, from }) => number > storage.number && fixedBy < sealedTo.fixedBy && from <= sealedTo.from);
    return sealedTo.fixedBy < storage.exposedBy! && !isReplaced;
  }

  #of(office: string): readonly OfficeKeyRecord[] {
    const known = this.#byOffice.get(office);
    if (known !== undefined) return known;
    const keys = exposedKeys(this.#view, office);
    this.#byOffice.set(office, keys);
    return keys;
  }
}

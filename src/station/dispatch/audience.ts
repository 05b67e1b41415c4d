/** Who may be told of what happens to items, for the feed: by the same acts that read them. */

import { isOwn } from '#model/directories.ts';
import { officeName, shownName } from '#model/foreign-names.ts';
import type { Act } from '#model/rights.ts';
import type { OfficeRef } from '#wire/names.ts';
import type { Snapshot } from '#station/kernel/store.ts';
import type { Room } from './deps.ts';
import { type Caller, may } from './policy.ts';

export class DispatchAudience {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  async originOf(db: Snapshot, dispatch: Uint8Array): Promise<string | null> {
    const row = await this.#room.tables.in(db).selectFrom('outgoing').select('office').where('id', '=', dispatch).executeTakeFirst();
    return row?.office ?? null;
  }

  shown(office: OfficeRef): string {
    const view = this.#room.view();
    return shownName(view, officeName(view, office));
  }

  isOurs(office: OfficeRef): boolean {
    return isOwn(this.#room.view(), office);
  }

  may(caller: Caller, act: Act, office: string): boolean {
    return this.#room.view().office(office)?.station === this.#room.station && may(this.#room, caller, act, office);
  }
}

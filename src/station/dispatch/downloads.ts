/**
 * Files that leave the keeping of Trạm: each stands in the ledger before its bytes are written to a machine, by whom, on
 * which device and for which office. Which machines' disks hold what is found by it. Source: docs/decisions/0078.
 */

import { equal, fromHex, fromUtf8, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { DOWNLOADS_SHOWN_MAX } from '#wire/api/dispatch.ts';
import { event, eventFields } from '#wire/event.ts';
import type { Room } from './deps.ts';
import { recordAll } from './events.ts';
import { type Caller, type DeviceCaller, ownOffice } from './policy.ts';
import type { Traces } from './trace.ts';

export interface Taken {
  /** Of the ledger. */
  readonly index: number;
  readonly at: Instant;
  /** Root of the part. */
  readonly part: string;
  readonly person: string | null;
  readonly device: string | null;
}

export class Downloads {
  readonly #room: Room;
  readonly #traces: Traces;

  constructor(room: Room, traces: Traces) {
    this.#room = room;
    this.#traces = traces;
  }

  /**
   * All of them or none.
   * @param roots of parts of the dispatch, in hexadecimal
   * @throws Refusal `office-unknown` where the office does not live here; as for the envelope; `part-unknown` for a root that is no part of it
   */
  async record({ person, device }: DeviceCaller, dispatch: string, office: string, roots: readonly string[]): Promise<void> {
    const [subject, about] = [fromHex(dispatch)!, { organisation: this.#room.view().organisation.id, office }];
    ownOffice(this.#room, office);
    await this.#room.tables.commit(async (tx) => {
      const { header } = await this.#traces.head(tx, { person }, dispatch, office);
      const own = new Set(header.parts.map(({ root }) => hex(root)));
      const foreign = roots.find((root) => !own.has(root));
      if (foreign !== undefined) throw new Refusal('part-unknown', { part: foreign });
      await recordAll(this.#room, tx, [...new Set(roots)].map((root) =>
        ({ kind: 'downloaded', subject, fields: { office: about, digest: fromHex(root)! }, person, device })));
    });
  }

  /**
   * What was taken of a dispatch on behalf of one office that lives here, the newest first; who and where is null once it
   * was erased.
   * @throws Refusal as `record`, but for the parts
   */
  async list({ person }: Caller, dispatch: string, office: string): Promise<Taken[]> {
    const { ledger, tables, view } = this.#room;
    ownOffice(this.#room, office);
    const own = view().organisation.id;
    return tables.read(async (db) => {
      await this.#traces.head(db, { person }, dispatch, office);
      const taken: Taken[] = [];
      for (const { index, kind, time, bytes } of (await ledger.entriesAbout(db, fromHex(dispatch)!)).toReversed()) {
        if (kind !== 'downloaded') continue;
        const { office: about, digest } = eventFields.decode(event.decode(bytes).fields);
        if (about?.office !== office || !equal(about.organisation, own) || digest === undefined) continue;
        const told = async (name: string): Promise<string | null> => {
          const field = await ledger.sealedField(db, index, name);
          return field === null ? null : fromUtf8(field.value);
        };
        taken.push({ index, at: time, part: hex(digest), person: await told('person'), device: await told('device') });
        if (taken.length === DOWNLOADS_SHOWN_MAX) break;
      }
      return taken;
    });
  }
}

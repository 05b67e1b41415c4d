/**
 * Files that leave the keeping of Trạm: each stands in the ledger before its bytes are written to a machine, by whom, on
 * which device and for which office. Which machines' disks hold what is found by it. Source: docs/decisions/0078.
 */

import { equal, fromHex, fromUtf8, hex } from '#core/bytes.ts';
import { HOUR_MS, type Instant } from '#core/clock.ts';
import { Recent } from '#core/recent.ts';
import { Refusal } from '#core/refusals.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import { DOWNLOADS_SHOWN_MAX } from '#wire/api/dispatch.ts';
import { event, eventFields } from '#wire/event.ts';
import type { Room } from './deps.ts';
import { recordAll } from './events.ts';
import { type Caller, type DeviceCaller, ownOffice } from './policy.ts';
import type { Traces } from './trace.ts';

interface Taken {
  /** Of the ledger. */
  readonly index: number;
  readonly at: Instant;
  /** Root of the part. */
  readonly part: string;
  readonly person: string | null;
  readonly device: string | null;
}

/** The same file to the same machine again within this time says nothing new: the ledger is not for whoever asks fastest. */
const SAME_MS = HOUR_MS;
const REMEMBERED_MAX = 4_096;
/** Of an entry with its sealed fields. */
const ENTRY_BYTES = 1_024;

export class Downloads {
  readonly #room: Room;
  readonly #traces: Traces;
  /** When a file was last recorded, by office, part, person and device; forgotten with the process, which costs one entry. */
  readonly #lately = new Recent<Instant>(REMEMBERED_MAX);

  constructor(room: Room, traces: Traces) {
    this.#room = room;
    this.#traces = traces;
  }

  /**
   * All of them or none. What the same person took to the same machine within the hour stands there already.
   * @param roots of parts of the dispatch, in hexadecimal
   * @throws Refusal `office-unknown` where the office does not live here; as for the envelope; `part-unknown` for a root that is no part of it;
   *   `disk-full`
   */
  async record({ person, device }: DeviceCaller, dispatch: string, office: string, roots: readonly string[]): Promise<void> {
    const [subject, about] = [fromHex(dispatch)!, { organisation: this.#room.view().organisation.id, office }];
    ownOffice(this.#room, office);
    const now = this.#room.clock.now();
    const nameOf = (root: string): string => [dispatch, office, root, person, device].join(' ');
    const fresh = [...new Set(roots)].filter((root) => now - (this.#lately.get(nameOf(root)) ?? -SAME_MS) >= SAME_MS);
    demandRoom(this.#room.freeBytes(), fresh.length * ENTRY_BYTES, this.#room.limits.floorBytes);
    await this.#room.tables.commit(async (tx) => {
      const { header } = await this.#traces.head(tx, { person }, dispatch, office);
      const own = new Set(header.parts.map(({ root }) => hex(root)));
      const foreign = roots.find((root) => !own.has(root));
      if (foreign !== undefined) throw new Refusal('part-unknown', { part: foreign });
      await recordAll(this.#room, tx, fresh.map((root) =>
        ({ kind: 'downloaded', subject, fields: { office: about, digest: fromHex(root)! }, person, device })));
    });
    for (const root of fresh) this.#lately.keep(nameOf(root), now);
  }

  /**
   * What was taken of a dispatch on behalf of one office that lives here, the newest first, and of the same file by the same
   * person to the same machine the last time only; who and where is null once it was erased.
   * @throws Refusal as `record`, but for the parts
   */
  async list({ person: reader }: Caller, dispatch: string, office: string): Promise<Taken[]> {
    const { ledger, tables, view } = this.#room;
    ownOffice(this.#room, office);
    const own = view().organisation.id;
    return tables.read(async (db) => {
      await this.#traces.head(db, { person: reader }, dispatch, office);
      const taken: Taken[] = [];
      const seen = new Set<string>();
      for (const { index, time, bytes } of (await ledger.entriesAbout(db, fromHex(dispatch)!, 'downloaded')).toReversed()) {
        const { office: about, digest } = eventFields.decode(event.decode(bytes).fields);
        if (about?.office !== office || !equal(about.organisation, own) || digest === undefined) continue;
        const told = async (name: string): Promise<string | null> => {
          const field = await ledger.sealedField(db, index, name);
          return field === null ? null : fromUtf8(field.value);
        };
        const [person, device] = [await told('person'), await told('device')];
        const name = JSON.stringify([hex(digest), person, device]);
        if (seen.has(name)) continue;
        seen.add(name);
        taken.push({ index, at: time, part: hex(digest), person, device });
        if (taken.length === DOWNLOADS_SHOWN_MAX) break;
      }
      return taken;
    });
  }
}

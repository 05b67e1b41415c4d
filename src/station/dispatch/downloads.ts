/**
 * Files that leave the keeping of Trạm: each stands in the ledger before its bytes are written to a machine, by whom, on
 * which device and for which office. Which machines' disks hold what is found by it. Source: docs/decisions/0078.
 */

import { fromHex, hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { Room } from './deps.ts';
import { recordAll } from './events.ts';
import { type DeviceCaller, ownOffice } from './policy.ts';
import type { Traces } from './trace.ts';

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
}

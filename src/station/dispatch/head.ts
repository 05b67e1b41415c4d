/** Heads of envelopes, each checked once: examining an offer and accepting it afterwards cost one check. */

import { hex } from '#core/bytes.ts';
import { Recent } from '#core/recent.ts';
import { checkEnvelopeHead, type EnvelopeHead } from '#model/envelope-head.ts';
import type { Room } from './deps.ts';

/** An envelope's head of which everything is in order, apart from where it goes and whether it is late. */
export type CheckedHead = EnvelopeHead;

const REMEMBERED = 128;
/** Larger heads are checked again: a hundred of them would fill the memory of a small machine. */
const REMEMBERED_BYTES_MAX = 64 * 1_024;

export class HeadChecker {
  readonly #room: Pick<Room, 'provider' | 'verified' | 'view'>;
  readonly #checked = new Recent<CheckedHead>(REMEMBERED);

  constructor(room: Pick<Room, 'provider' | 'verified' | 'view'>) {
    this.#room = room;
  }

  /** @throws DecodeError; Refusal as model/envelope-head.ts says */
  async check(bytes: Uint8Array): Promise<CheckedHead> {
    const { provider, verified, view: viewNow } = this.#room;
    const view = viewNow();
    const memory = `${view.point.size} ${hex(provider.hash.sha256(bytes))}`;
    const known = this.#checked.get(memory);
    if (known !== undefined) return known;
    const head = await checkEnvelopeHead(provider, view, bytes, { verified });
    return bytes.length > REMEMBERED_BYTES_MAX ? head : this.#checked.keep(memory, head);
  }
}

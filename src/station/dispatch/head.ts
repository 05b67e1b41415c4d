/** Heads of envelopes, each checked once: examining an offer and accepting it afterwards cost one check. */

import { hex } from '#core/bytes.ts';
import { Recent } from '#core/recent.ts';
import { checkEnvelopeHead, type EnvelopeHead } from '#model/envelope-head.ts';
import { envelope as envelopeCodec, header as headerCodec } from '#wire/envelope.ts';
import type { Room } from './deps.ts';

/** An envelope's head of which everything is in order, apart from where it goes and whether it is late. */
export type CheckedHead = EnvelopeHead;

const REMEMBERED = 128;
/** Larger heads are checked again: a hundred of them would fill the memory of a small machine. */
const REMEMBERED_BYTES_MAX = 64 * 1_024;

export class HeadChecker {
  readonly #room: Pick<Room, 'provider' | 'verified' | 'view' | 'peers'>;
  readonly #checked = new Recent<CheckedHead>(REMEMBERED);

  constructor(room: Pick<Room, 'provider' | 'verified' | 'view' | 'peers'>) {
    this.#room = room;
  }

  /** @throws DecodeError; Refusal as model/envelope-head.ts says */
  async check(bytes: Uint8Array): Promise<CheckedHead> {
    const { provider, verified, view: viewNow, peers: peersNow } = this.#room;
    const [view, peers] = [viewNow(), peersNow()];
    const origin = peers.view(headerCodec.decode(envelopeCodec.decode(bytes).header).from.organisation) ?? view;
    const memory = `${view.point.size} ${origin.point.size} ${hex(provider.hash.sha256(bytes))}`;
    const known = this.#checked.get(memory);
    if (known !== undefined) return known;
    const head = await checkEnvelopeHead(provider, view, bytes, { verified, peers });
    return bytes.length > REMEMBERED_BYTES_MAX ? head : this.#checked.keep(memory, head);
  }
}

/**
 * After a burst, and as the heartbeat of an idle connection, both sides compare numbers and witness each other's
 * ledgers. Source: docs/protocol/frames.md §Channel numbers; ledger.md §Checkpoints.
 */
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { FrameOf } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { UNITS, unitsOf } from './budget.ts';
import type { Creditor } from './owed.ts';
import type { Talk } from './talk.ts';
import type { PeerLog } from './witness.ts';

/** How many missing numbers one report makes us look up again. */
const REPAIRED_MAX = 1_024;
/** Over a border numbers are compared, and nobody's ledger is anybody's business. */
const NO_LEDGER = { checkpoint: new Uint8Array(0), consistency: [], from: 0 } as const;

export class CheckTalk {
  readonly #talk: Talk;
  #sending = false;
  /** Whether the peer may tell us to prove from another size: once a check, or a peer that cannot keep what it saw would ask for ever. */
  #mayAskAnew = false;
  /** The size whose cosignature this connection brought last. */
  #kept = -1;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  /** Sends our numbers and our newest checkpoint. */
  async send(): Promise<void> {
    this.#mayAskAnew = true;
    await this.#prove();
  }

  async receive(check: FrameOf<'check'>): Promise<void> {
    const { room, peer } = this.#talk;
    await this.#affords(1);
    const gaps = await room.channels.closeGaps(peer, check.lastSent);
    room.budgets.of(peer).charge(UNITS.gap * gaps.length);
    for (const { first, last } of gaps) {
      room.say('numbers-missing', { peer, first, last });
      await this.#talk.send({ kind: 'service', word: 'numbers-missing', first, last });
    }
    if (this.#talk.beyond !== null) return demandNoLedger(check);
    try {
      const answer = await room.witness.answer(this.#peerLog(), check);
      await this.#talk.send({ kind: 'witnessed', ...answer });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      room.say('checkpoint-refused', { peer, code: error.code });
      await this.#talk.send({ kind: 'witnessed', size: 0, cosignature: new Uint8Array(0) });
    }
  }

  /** Says again which numbers of the peer's are missing, as long as it was not heard to know: a connection may have ended before. */
  async sayOwed(): Promise<void> {
    const { room, closed } = this.#talk;
    for await (const missing of room.owed.missing(this.#creditor())) {
      if (closed) return;
      await this.#talk.send(missing);
    }
  }

  async heard(gap: FrameOf<'service'>): Promise<void> {
    await this.#talk.room.owed.heard(this.#creditor(), gap);
  }

  async witnessed(answer: FrameOf<'witnessed'>): Promise<void> {
    const { room, peer } = this.#talk;
    if (answer.cosignature.length > 0) {
      if (answer.size === this.#kept) return;
      await this.#affords(unitsOf(answer.cosignature.length));
      await room.witness.keep(this.#peerLog(), answer);
      await room.channels.witnessed(peer, answer.size);
      this.#kept = answer.size;
      return;
    }
    if (!this.#mayAskAnew) return;
    this.#mayAskAnew = false;
    await this.#affords(UNITS.proof);
    await this.#prove(answer.size);
  }

  /**
   * The peer misses numbers of ours that we hold no more: recorded, and sent anew where their owner still can. It hears when that
   * is durable, and may say the same again before.
   */
  async missing({ first, last }: FrameOf<'service'>): Promise<void> {
    const { room, peer } = this.#talk;
    if (last < first) throw new DecodeError('service.last', 0, 'before the first');
    await this.#affords(UNITS.gap);
    await room.store.commit((tx) => room.record(tx, 'gap', undefined, { peer, channel: first, count: last - first + 1 }));
    room.say('numbers-missing-there', { peer, first, last });
    for (let channel = first; channel <= Math.min(last, first + REPAIRED_MAX); channel++) {
      const item = await room.queue.sentAs(peer, channel);
      const load = item === null ? null : await room.traffic().load(item, peer);
      if (item === null || load === null) continue;
      await room.store.commit((tx) => room.queue.add(tx, item, peer, load.precedence, load.owner));
      this.#talk.wake(PRECEDENCE_RANK[load.precedence]);
    }
    await this.#talk.send({ kind: 'service', word: 'numbers-heard', first, last });
  }

  async #prove(fromSize?: number): Promise<void> {
    const { room, peer } = this.#talk;
    if (this.#sending || this.#talk.closed) return;
    this.#sending = true;
    try {
      const lastSent = await room.queue.settledUpTo(peer);
      const state = await room.channels.state(peer);
      const { checkpoint, consistency, from } = this.#talk.beyond === null ? await room.witness.state(fromSize ?? state?.witnessed ?? 0) : NO_LEDGER;
      const lastReceived = state?.lastReceived ?? 0;
      await this.#talk.send({ kind: 'check', lastSent, lastReceived, checkpoint, consistency: [...consistency], from });
    } finally {
      this.#sending = false;
    }
  }

  /** @throws Refusal `cancelled` */
  #affords(units: number): Promise<void> {
    return this.#talk.room.budgets.of(this.#talk.peer).take(units, PRECEDENCE_RANK.flash, () => this.#talk.closed);
  }

  #creditor(): Creditor {
    return { peer: this.#talk.peer, incarnation: this.#talk.hello.incarnation };
  }

  #peerLog(): PeerLog {
    const { room, peer, hello } = this.#talk;
    const station = room.directory.view().station(peer);
    if (station === null) throw new Refusal('peer-unknown', { peer });
    return { station: peer, incarnation: hello.incarnation, logKeys: station.logKeys };
  }
}

/** @throws DecodeError */
function demandNoLedger({ checkpoint, consistency }: FrameOf<'check'>): void {
  if (checkpoint.length > 0 || consistency.length > 0) throw new DecodeError('check.checkpoint', 0, 'a ledger over a border');
}

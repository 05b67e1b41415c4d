/**
 * After a burst, and as the heartbeat of an idle connection, both sides compare numbers and witness each other's
 * ledgers. Source: docs/protocol/frames.md §Channel numbers; ledger.md §Checkpoints.
 */
import { equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { FrameOf } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { UNITS, unitsAnew, unitsOf } from './budget.ts';
import type { MissingNumbers } from './holes.ts';
import { type Creditor, wordOf } from './owed.ts';
import type { SettledItem } from './queue.ts';
import { afford, type LinksRoom, type Talk } from './talk.ts';
import type { OutgoingItem } from './traffic.ts';
import { isUrgent } from './urgent.ts';
import type { PeerLog } from './witness.ts';

/** Over a border numbers are compared, and nobody's ledger is anybody's business. */
const NO_LEDGER = { checkpoint: new Uint8Array(0), consistency: [], from: 0 } as const;

export class CheckTalk {
  readonly #talk: Talk;
  #sending = false;
  /** Whether the peer may tell us to prove from another size: once a check, or a peer that cannot keep what it saw would ask for ever. */
  #mayAskAnew = false;
  /** The size whose cosignature this connection brought last. */
  #kept = -1;
  /** Of what is missing there, the look for what is urgent and the one for the rest: for one word at a time each. */
  readonly #looks = { urgent: Promise.resolve(), rest: Promise.resolve() };

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
    await afford(this.#talk, 1);
    const gaps = await room.channels.closeGaps(peer, check.lastSent);
    room.budgets.of(peer).charge(UNITS.gap * gaps.length);
    for (const gap of gaps) {
      room.say('numbers-missing', { peer, first: gap.first, last: gap.last });
      await this.#talk.send(wordOf(gap));
    }
    await room.owed.settled(this.#creditor(), check.lastSent);
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

  async heard(word: FrameOf<'service'>): Promise<void> {
    const missing = missingIn(word);
    await afford(this.#talk, 1);
    await this.#talk.room.owed.heard(this.#creditor(), missing);
  }

  async witnessed(answer: FrameOf<'witnessed'>): Promise<void> {
    const { room, peer } = this.#talk;
    if (answer.cosignature.length > 0) {
      if (answer.size === this.#kept) return;
      await afford(this.#talk, unitsOf(answer.cosignature.length));
      await room.witness.keep(this.#peerLog(), answer);
      await room.channels.witnessed(peer, answer.size);
      this.#kept = answer.size;
      return;
    }
    if (!this.#mayAskAnew) return;
    this.#mayAskAnew = false;
    await afford(this.#talk, UNITS.proof);
    await this.#prove(answer.size);
  }

  /**
   * The peer misses numbers of ours that we hold no more: recorded, and sent anew where their owner still can. It hears when that
   * is durable, and may say the same again before. Of an incarnation that ended, only what goes again is recorded: what was
   * under way when it ended is queued here, and was never lost.
   */
  async missing(word: FrameOf<'service'>): Promise<void> {
    const { room, peer } = this.#talk;
    const missing = missingIn(word);
    const { first, last } = missing;
    const isPresent = equal(missing.incarnation, room.incarnation());
    await afford(this.#talk, UNITS.gap);
    if (isPresent) {
      await room.store.commit((tx) => room.record(tx, 'gap', undefined, { peer, channel: first, count: last - first + 1 }));
      room.say('numbers-missing-there', { peer, first, last });
    }
    // Each waits for the measure before the next is looked at: a telegram not behind all letters that have lower numbers.
    for (const which of ['urgent', 'rest'] as const) {
      await this.#lookInTurn(which, () => this.#eachMissing(missing, (item) => this.#sendAnew(missing.incarnation, item, which === 'urgent', isPresent)));
    }
    await this.#talk.send({ ...word, word: 'numbers-heard' });
  }

  /** Words that wait for the measure load nothing meanwhile, and what is urgent in one waits for no letters of another. */
  #lookInTurn(which: 'urgent' | 'rest', look: () => Promise<void>): Promise<void> {
    const over = this.#looks[which].then(look);
    this.#looks[which] = over.catch(() => {});
    return over;
  }

  async #eachMissing(missing: MissingNumbers, work: (item: SettledItem) => Promise<void>): Promise<void> {
    const { room, peer } = this.#talk;
    for (let from: number | null = missing.first; from !== null; ) {
      const { items, next }: Awaited<ReturnType<typeof room.queue.sentUnder>> = await room.queue.sentUnder(peer, { ...missing, first: from });
      for (const item of items) await work(item);
      if (next !== null) await afford(this.#talk, UNITS.gap);
      from = next;
    }
  }

  async #sendAnew(incarnation: Uint8Array, item: SettledItem, areUrgent: boolean, isPresent: boolean): Promise<void> {
    const { room, peer } = this.#talk;
    const times = await room.store.read((db) => room.queue.timesAnew(db, peer, incarnation, item));
    if (times === null) return;
    if (areUrgent) await afford(this.#talk, UNITS.look);
    const found = await this.#find(item);
    if (found === null || isUrgent(PRECEDENCE_RANK[found.precedence]) !== areUrgent) return;
    await afford(this.#talk, unitsAnew(times + 1), PRECEDENCE_RANK[found.precedence]);
    await room.store.commit(async (tx) => {
      // It may have gone for another word of the same number meanwhile.
      if ((await room.queue.timesAnew(tx, peer, incarnation, item)) === null) return;
      await room.traffic().lost(tx, item, peer);
      await room.queue.addAnew(tx, peer, incarnation, item, found);
      if (!isPresent) await room.record(tx, 'gap', undefined, { peer, channel: item.channel, count: 1, peerIncarnation: incarnation });
    });
    if (!isPresent) room.say('numbers-missing-there', { peer, first: item.channel, last: item.channel });
    this.#talk.wake(PRECEDENCE_RANK[found.precedence]);
  }

  /** Without its head, which may be large: it waits for the measure. */
  async #find(item: SettledItem): Promise<Pick<OutgoingItem, 'precedence' | 'owner'> | null> {
    const load = await this.#talk.room.traffic().load(item, this.#talk.peer);
    return load === null ? null : { precedence: load.precedence, owner: load.owner };
  }

  async #prove(fromSize?: number): Promise<void> {
    const { room, peer, beyond } = this.#talk;
    if (this.#sending || this.#talk.closed) return;
    this.#sending = true;
    try {
      await this.#talk.send(await checkOf(room, { peer, beyond }, fromSize));
    } finally {
      this.#sending = false;
    }
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

/**
 * Our numbers to compare, and within an organisation our newest checkpoint.
 * @param fromSize of ours, which the neighbour says to have seen; else what we know that it has
 */
export async function checkOf({ queue, channels, witness }: LinksRoom, { peer, beyond }: Pick<Talk, 'peer' | 'beyond'>, fromSize?: number): Promise<FrameOf<'check'>> {
  const lastSent = await queue.settledUpTo(peer);
  const { lastReceived, witnessed } = (await channels.state(peer)) ?? { lastReceived: 0, witnessed: 0 };
  const { checkpoint, consistency, from } = beyond === null ? await witness.state(fromSize ?? witnessed) : NO_LEDGER;
  return { kind: 'check', lastSent, lastReceived, checkpoint, consistency: [...consistency], from };
}

/** @throws DecodeError */
function missingIn({ incarnation, first, last }: FrameOf<'service'>): MissingNumbers {
  if (incarnation === undefined) throw new DecodeError('service.incarnation', 0, 'whose numbers');
  if (last < first) throw new DecodeError('service.last', 0, 'before the first');
  return { incarnation, first, last };
}

/** @throws DecodeError */
function demandNoLedger({ checkpoint, consistency }: FrameOf<'check'>): void {
  if (checkpoint.length > 0 || consistency.length > 0) throw new DecodeError('check.checkpoint', 0, 'a ledger over a border');
}

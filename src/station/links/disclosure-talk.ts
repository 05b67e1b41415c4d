/**
 * What peers show of their directories rides the links: over a border each exchange station shows its own, inside an
 * organisation neighbours hand on what they hold. Who has seen less asks. Source: docs/protocol/federation.md §Links.
 */
import { concat, equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { AgreementRecord } from '#model/directory-view.ts';
import { SHOWN_BYTES_MAX } from '#wire/federation.ts';
import { DISCLOSED_PIECE_BYTES, type FrameOf } from '#wire/frames.ts';
import type { LogPoint } from '#wire/names.ts';
import type { PeerExchange } from './deps.ts';
import { SHOWN_AGAIN_MS } from './shown-pace.ts';
import type { Talk } from './talk.ts';

type Said = FrameOf<'shown'>;

export class DisclosureTalk {
  readonly #talk: Talk;
  readonly #exchange: PeerExchange;
  /** Sizes that the neighbour was told of, by organisation. */
  readonly #told = new Map<string, number>();
  #gathered: { organisation: Uint8Array; pieces: Uint8Array[]; bytes: number } | null = null;
  /** What was shown, was asked for and has not come; and the size held when it was asked for. */
  #asked: (Said & { readonly held: number }) | null = null;
  #again: (() => void) | null = null;
  /** The size of the own log of which we know what the peer may see. */
  #looked = 0;
  #sending: Promise<void> = Promise.resolve();
  /** Told and not asked for since: each word is answered once, for an answer costs us more than the question. */
  readonly #owed = new Set<string>();
  /** What was shown and not acted upon yet, the newest of each organisation. */
  readonly #later = new Map<string, Said>();
  #cancelLook: (() => void) | null = null;

  constructor(talk: Talk, exchange: PeerExchange) {
    this.#talk = talk;
    this.#exchange = exchange;
  }

  /** Says what there is that the neighbour was not told of. */
  async offer(): Promise<void> {
    const { room } = this.#talk;
    const agreement = this.#agreement();
    if (agreement === null) {
      for (const { organisation, point } of this.#exchange.held()) await this.#tell(organisation, point);
      return;
    }
    const { organisation: { id }, point } = room.directory.view();
    if (this.#again !== null || point.size === this.#looked) return;
    this.#looked = point.size;
    this.#again = room.clock.after(SHOWN_AGAIN_MS, () => {
      this.#again = null;
      if (!this.#talk.closed) this.offer().catch((error: unknown) => this.#talk.fail('disclosure-failed', error));
    });
    const told = this.#told.get(id.join()) ?? 0;
    if (told === 0 || (await this.#exchange.showsMore(agreement, told))) await this.#tell(id, point);
  }

  stop(): void {
    this.#again?.();
    this.#cancelLook?.();
  }

  /** The neighbour has so much of an organisation's log: asks where that is more than is held, when it is its turn. */
  async shown(said: Said): Promise<void> {
    const { organisation } = said;
    const { beyond, room } = this.#talk;
    const own = room.directory.view().organisation.id;
    // Over a border nobody speaks of third parties; inside, nobody shows us ourselves.
    if (beyond === null ? equal(organisation, own) : !equal(organisation, beyond)) throw new DecodeError('shown.organisation', 0, 'is not theirs to show');
    if (!this.#isAgreed(organisation)) return;
    this.#later.set(organisation.join(), said);
    await this.#look();
  }

  /** Acts upon what was shown last of each organisation, one after the other, none before its turn. */
  async #look(): Promise<void> {
    const { room, peer } = this.#talk;
    this.#cancelLook?.();
    let soonestMs = Infinity;
    for (const [key, said] of this.#later) {
      const { organisation, size, root } = said;
      if (!this.#isNews(said)) {
        this.#later.delete(key);
        continue;
      }
      // One thing is asked for at a time, and looked at again when it has come; to compare needs nothing.
      if (this.#asked !== null && this.#heldPoint(organisation)?.size !== size) continue;
      const waitMs = room.pace.waitMs(peer, organisation, root);
      if (waitMs > 0) {
        soonestMs = Math.min(soonestMs, waitMs);
        continue;
      }
      this.#later.delete(key);
      room.pace.turn(peer, organisation);
      await this.#act(said);
    }
    if (soonestMs === Infinity || this.#talk.closed) return;
    this.#cancelLook = room.clock.after(soonestMs, () => {
      this.#look().catch((error: unknown) => this.#talk.fail('disclosure-failed', error));
    });
  }

  /** Whether anything is to be done about it: it is more than is held, another log, or puts right what stood refused. */
  #isNews({ organisation, size, root }: Said): boolean {
    const point = this.#heldPoint(organisation);
    if (point?.size !== size) return size > (point?.size ?? 0);
    if (root === undefined) return false;
    // What one of ours holds says nothing of what the peer shows now.
    return !equal(root, point.root) || (this.#talk.beyond !== null && this.#exchange.refusal(organisation) !== null);
  }

  async #act(said: Said): Promise<void> {
    const { organisation, size, root } = said;
    const point = this.#heldPoint(organisation);
    if (point?.size !== size) {
      const held = point?.size ?? 0;
      this.#asked = { ...said, held };
      return this.#talk.send({ kind: 'show', organisation, size: held });
    }
    // One log has one root at one size: another is another log, and nobody need ask for it.
    if (root !== undefined && equal(root, point.root)) return this.#exchange.confirm(organisation);
    await this.#refuse(said, 'directory-inconsistent');
  }

  #heldPoint(organisation: Uint8Array): LogPoint | null {
    return this.#exchange.held().find((one) => equal(one.organisation, organisation))?.point ?? null;
  }

  /** The neighbour asks, and says what it holds. @throws DecodeError for what it was not told of, or asked for already */
  async show({ organisation, size }: FrameOf<'show'>): Promise<void> {
    if (!this.#owed.delete(organisation.join())) throw new DecodeError('show.organisation', 0, 'was not offered');
    const sent = this.#sending.then(() => this.#send(organisation, size));
    this.#sending = sent.catch(() => {});
    return sent;
  }

  async #send(organisation: Uint8Array, size: number): Promise<void> {
    const bytes = await this.#bytesFor(organisation, size);
    for (let at = 0; at < bytes.length && !this.#talk.closed; at += DISCLOSED_PIECE_BYTES) {
      const piece = bytes.subarray(at, at + DISCLOSED_PIECE_BYTES);
      await this.#talk.send({ kind: 'disclosed', organisation, offset: at, bytes: piece, last: at + piece.length === bytes.length });
    }
    // Frames are read in order, and a disclosure is taken in before the next one is.
    const { room, peer } = this.#talk;
    if (room.pace.sent(peer, organisation, this.#told.get(organisation.join())!, size)) room.showed?.(peer);
  }

  /** @throws DecodeError for a piece that was not asked for, leaves a hole, or has no end */
  async disclosed({ organisation, offset, bytes, last }: FrameOf<'disclosed'>): Promise<void> {
    const asked = this.#asked;
    if (asked === null || !equal(organisation, asked.organisation)) throw new DecodeError('disclosed', 0, 'was not asked for');
    const run = this.#gathered ?? { organisation, pieces: [], bytes: 0 };
    if (offset !== run.bytes || run.bytes + bytes.length > SHOWN_BYTES_MAX) throw new DecodeError('disclosed.offset', 0, 'has a hole or no end');
    run.pieces.push(bytes);
    run.bytes += bytes.length;
    this.#gathered = last ? null : run;
    if (!last) return;
    this.#asked = null;
    // Where another brought more meanwhile, it does not lead on from what is held, and nobody is at fault.
    const isOvertaken = (this.#heldPoint(organisation)?.size ?? 0) !== asked.held;
    if (!isOvertaken) await this.#take(asked, concat(...run.pieces));
    else if (!this.#later.has(organisation.join())) this.#later.set(organisation.join(), asked);
    await this.#look();
  }

  /** Of whom nothing was agreed, nothing can be taken; so this also bounds what is remembered. */
  #isAgreed(organisation: Uint8Array): boolean {
    return this.#talk.room.directory.view().agreements().some((one) => equal(one.organisation, organisation));
  }

  async #take(asked: Said, bytes: Uint8Array): Promise<void> {
    const { beyond, peer, room: { clock, pace } } = this.#talk;
    const { organisation, root } = asked;
    const began = clock.monotonicMs();
    try {
      await (beyond === null ? this.#exchange.takeShown(organisation, bytes) : this.#exchange.takeDisclosure(organisation, bytes));
      pace.taken(peer, organisation, clock.monotonicMs() - began);
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
      pace.refused(peer, organisation, root, clock.monotonicMs() - began);
      await this.#refuse(asked, error instanceof Refusal ? error.code : 'cbor-malformed');
    }
  }

  /** A log that was taken back or forked: an operator has to hear of it, once, and nothing of it is taken. */
  async #refuse({ organisation, size, root }: Said, code: string): Promise<void> {
    const { room, peer } = this.#talk;
    const isNew = await this.#exchange.refuse(organisation, code, { peer, size, root });
    if (isNew) room.say('disclosure-refused', { peer, code });
  }

  async #bytesFor(organisation: Uint8Array, size: number): Promise<Uint8Array> {
    const { room } = this.#talk;
    const agreement = this.#agreement();
    if (agreement !== null) {
      if (!equal(organisation, room.directory.view().organisation.id)) throw new DecodeError('show.organisation', 0, 'is not ours to show');
      return this.#exchange.disclose(agreement, size);
    }
    const held = this.#exchange.held().find((one) => equal(one.organisation, organisation));
    if (held === undefined) throw new DecodeError('show.organisation', 0, 'is not held');
    return held.bytes;
  }

  /** The agreement with whom we speak; null within the own organisation. @throws DecodeError where it has just ended */
  #agreement(): AgreementRecord | null {
    const { beyond, peer, room } = this.#talk;
    if (beyond === null) return null;
    const agreement = room.directory.view().agreement(peer);
    if (agreement === null || !equal(agreement.organisation, beyond)) throw new DecodeError('frame', 0, 'the agreement is over');
    return agreement;
  }

  async #tell(organisation: Uint8Array, { size, root }: LogPoint): Promise<void> {
    const key = organisation.join();
    if ((this.#told.get(key) ?? 0) >= size) return;
    this.#told.set(key, size);
    this.#owed.add(key);
    await this.#talk.send({ kind: 'shown', organisation, size, root });
  }
}

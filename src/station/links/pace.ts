/**
 * How fast a link is, learnt from marks that the other end says have come, and from that how much may be under way: what
 * the link moves in its own round trip and a quarter of a second more. Whatever is more urgent waits behind no more than that.
 * Source: docs/protocol/frames.md §Pace; docs/decisions/0100-the-receiver-says-what-has-come.md.
 */
import { SECOND_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { LIMITS } from '#wire/limits.ts';

/**
 * What a link is given to move beyond its round trip, so that it never stands still between two answers: more where round
 * trips differ by themselves, for there a long one does not tell of a queue.
 */
const QUEUE_MS = 250;
const QUEUE_MS_MAX = 450;
/** While no answer waits, that much more than the link was seen to move: it may move more than it was given. */
const GROWTH = 1.5;
/** Of the mean difference of a round trip from their mean, as TCP's timers have it. */
const DIFFERENCES = 4;
/** The smallest data frame, the smallest window, and the window of a link of which nothing is known yet. */
const FRAME_BYTES_MIN = 256;
const FRAMES_AHEAD = 3;
const WINDOW_BYTES_MIN = FRAMES_AHEAD * FRAME_BYTES_MIN;
const WINDOW_BYTES_START = 2_048;
const WINDOW_BYTES_MAX = 16 * 1024 * 1024;
/** A longer round trip than this is not believed to be the link's own: something stood in the way when it was measured. */
const BASE_MS_MAX = SECOND_MS;
/** After so long the shortest round trip is measured anew, on a link that is let run empty for it. */
const BASE_AGE_MS = 30 * SECOND_MS;
/** What was measured before a pause of this length says little of the link after it. */
const IDLE_MS = 30 * SECOND_MS;
const WINDOW_BYTES_IDLE = 8_192;
/** Of the last answers the best but one: one may come early behind one that came late. */
const RATES_KEPT = 5;
/** 64 kbit/s, in bytes a millisecond. */
const NARROW_RATE = 8;
/** A mark follows at least this often where much is under way. */
const MARK_BYTES_MAX = 262_144;
/** Answers that a link which is let run empty is waited for: small frames go on meanwhile and may never leave it alone. */
const DRAINING_ANSWERS_MAX = 4;

interface Mark {
  /** Bytes sent with it and before it. */
  readonly sent: number;
  readonly at: number;
  /** What had come when it went, and since when more was on its way: its answer tells what came in between, a round trip at least. */
  readonly reached: number;
  readonly reachedAt: number;
  /** Whether the link had as much as it may have: only then does an answer tell how fast it is at most. */
  readonly isFull: boolean;
  /** Whether nothing was under way before it: its way there and back is the link's own. */
  readonly isAlone: boolean;
}

export class Pace {
  #window = WINDOW_BYTES_START;
  #sent = 0;
  #reached = 0;
  #reachedAt = 0;
  /** Bytes sent with the last mark and before it. */
  #markedAt = 0;
  #lastSentAt = 0;
  readonly #marks: Mark[] = [];
  #baseMs = Number.POSITIVE_INFINITY;
  #baseAt = 0;
  /** Mean round trip, and mean difference from it. */
  #meanMs = 0;
  #differenceMs = 0;
  /** The window has grown once in this round trip: not again before what was then sent has come. */
  #grownUntil = 0;
  /** Bytes a millisecond, the newest last. */
  #rates: number[] = [];
  /** Before the first answer nothing is known of the round trip, and what is large would spoil it. */
  #isMeasured = false;
  /** Answers left while the link is let run empty; 0 while it is not. */
  #draining = 0;
  #drainedMs = Number.POSITIVE_INFINITY;
  #drainingSince = 0;

  /** Bytes of a data frame: a third of the window, so that no more than three stand before anything urgent. */
  get frameBytes(): number {
    return Math.min(LIMITS.chunkSealedBytes, Math.max(FRAME_BYTES_MIN, Math.floor(this.#window / FRAMES_AHEAD)));
  }

  /** Bytes that may be under way. */
  get windowBytes(): number {
    return this.#window;
  }

  get inFlightBytes(): number {
    return this.#sent - this.#reached;
  }

  /** Whether another frame may go. One that is larger than the window goes alone. */
  hasRoom(bytes: number): boolean {
    const inFlight = this.inFlightBytes;
    if (!this.#isMeasured || this.#draining > 0) return false;
    // Half a frame more, for what stands around the data of the frames that are under way.
    return inFlight === 0 || inFlight + Math.min(bytes, this.frameBytes) <= this.#window + this.frameBytes / 2;
  }

  /** Whether it is time to ask again what has come. @param isBlocked something waits for room */
  isMarkDue(isBlocked: boolean): boolean {
    const unmarked = this.#sent - this.#markedAt;
    if (isBlocked && this.#marks.length === 0) return true;
    return unmarked >= Math.min(this.#window / (FRAMES_AHEAD + 1), MARK_BYTES_MAX);
  }

  /** Whether the link was seen to be so slow that a few kilobytes stand in the way of what is urgent. */
  get isNarrow(): boolean {
    return this.#rates.length > 0 && this.#rate() < NARROW_RATE;
  }

  sent(bytes: number, now: number): void {
    if (this.#marks.length === 0 && now - this.#lastSentAt > IDLE_MS) this.#forget();
    if (this.inFlightBytes === 0) this.#reachedAt = now;
    this.#sent += bytes;
    this.#lastSentAt = now;
  }

  /** A mark has gone, and was counted by `sent`. @returns its number */
  marked(now: number): number {
    const isFull = this.#isMeasured && this.inFlightBytes >= this.#window / 2;
    const isAlone = this.inFlightBytes === 0;
    this.#marks.push({ sent: this.#sent, at: now, reached: this.#reached, reachedAt: this.#reachedAt, isFull, isAlone });
    this.#markedAt = this.#sent;
    return this.#sent;
  }

  /** @throws DecodeError for a mark that was never sent, or came already */
  reached(number: number, now: number): void {
    const at = this.#marks.findIndex(({ sent }) => sent === number);
    if (at === -1) throw new DecodeError('reached.sent', 0, 'was not asked');
    const mark = this.#marks[at]!;
    this.#marks.splice(0, at + 1);
    const rate = (number - mark.reached) / Math.max(now - mark.reachedAt, 1);
    this.#reached = number;
    this.#reachedAt = now;
    this.#isMeasured = true;
    this.#measureBase(mark, now);
    if (mark.isFull) this.#adapt(rate, now - mark.at);
  }

  /** The shortest way there and back; a link that was never idle for long is let run empty to see it again. */
  #measureBase(mark: Mark, now: number): void {
    const tripMs = now - mark.at;
    this.#differenceMs += (Math.abs(tripMs - this.#meanMs) - this.#differenceMs) / 4;
    this.#meanMs += (tripMs - this.#meanMs) / 8;
    if (this.#draining > 0) this.#measureDrained(mark, now);
    else if (mark.isAlone || tripMs <= this.#baseMs * 1.1) {
      this.#baseMs = mark.isAlone ? tripMs : Math.min(this.#baseMs, tripMs);
      this.#baseAt = now;
    } else if (now - this.#baseAt > BASE_AGE_MS) {
      this.#draining = DRAINING_ANSWERS_MAX;
      this.#drainedMs = Number.POSITIVE_INFINITY;
      this.#drainingSince = now;
    }
  }

  #measureDrained({ at, isAlone }: Mark, now: number): void {
    // What went before says how long the queue was.
    if (at < this.#drainingSince) return;
    this.#drainedMs = Math.min(this.#drainedMs, now - at);
    this.#draining = isAlone ? 0 : this.#draining - 1;
    if (this.#draining > 0) return;
    this.#baseMs = isAlone ? now - at : this.#drainedMs;
    this.#baseAt = now;
  }

  /** Up to twice as much each round trip until answers begin to wait in a queue; then what the link was seen to move. */
  #adapt(rate: number, tripMs: number): void {
    this.#rates = [...this.#rates, rate].slice(-RATES_KEPT);
    const baseMs = Math.min(this.#baseMs, BASE_MS_MAX);
    const queueMs = Math.min(QUEUE_MS_MAX, Math.max(QUEUE_MS, DIFFERENCES * this.#differenceMs));
    const isQueueing = tripMs - baseMs > queueMs / 4;
    const moved = this.#rate() * (baseMs + queueMs);
    const wanted = isQueueing ? moved : GROWTH * moved;
    if (wanted < this.#window) this.#window = Math.max(WINDOW_BYTES_MIN, Math.floor(wanted));
    else if (this.#reached >= this.#grownUntil) {
      this.#window = Math.min(WINDOW_BYTES_MAX, 2 * this.#window, Math.floor(wanted));
      this.#grownUntil = this.#sent;
    }
  }

  /** Bytes a millisecond. */
  #rate(): number {
    const sorted = this.#rates.toSorted((a, b) => b - a);
    return sorted[1] ?? sorted[0] ?? 0;
  }

  #forget(): void {
    this.#window = Math.min(this.#window, WINDOW_BYTES_IDLE);
    this.#rates = [];
  }
}

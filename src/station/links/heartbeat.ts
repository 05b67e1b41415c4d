/**
 * Whether the neighbour is still heard on a connection, and when it was last. Until the two have met there is a time for that;
 * afterwards silence ends the connection. Source: docs/protocol/frames.md.
 */
import type { Talk } from './talk.ts';

const HANDSHAKE_MS_MAX = 10_000;
const BEAT_MS = 30_000;
const SILENCE_MS_MAX = 90_000;
const NOTE_MS = 60_000;

export class Heartbeat {
  readonly #talk: Pick<Talk, 'room' | 'peer' | 'closed' | 'fail'>;
  readonly #beat: (count: number) => void;
  #heardAt: number;
  /** When it was last written down. */
  #notedAt: number;
  #haveMet = false;
  #beats = 0;
  #cancel: () => void;

  /** @param beat of an idle connection too, the first of which is 1 */
  constructor(talk: Pick<Talk, 'room' | 'peer' | 'closed' | 'fail'>, beat: (count: number) => void) {
    const { clock } = talk.room;
    this.#talk = talk;
    this.#beat = beat;
    this.#heardAt = clock.monotonicMs();
    this.#notedAt = this.#heardAt;
    this.#cancel = clock.after(HANDSHAKE_MS_MAX, () => talk.fail('handshake-late', null));
  }

  /** The two have met. */
  begin(): void {
    this.#haveMet = true;
    this.#cancel();
    this.#next();
  }

  /** When the neighbour was last heard outlives this process; at most one write a minute for it. */
  heard(): void {
    const { room: { clock, channels }, peer } = this.#talk;
    this.#heardAt = clock.monotonicMs();
    if (!this.#haveMet || this.#heardAt - this.#notedAt < NOTE_MS) return;
    this.#notedAt = this.#heardAt;
    channels.heard(peer, clock.now()).catch(() => {});
  }

  stop(): void {
    this.#cancel();
  }

  /** Writes down what was not yet. */
  async end(): Promise<void> {
    const { room: { clock, channels }, peer } = this.#talk;
    if (!this.#haveMet || this.#heardAt <= this.#notedAt) return;
    // The monotonic clock has fractions; an instant has none.
    const silentMs = clock.monotonicMs() - this.#heardAt;
    await channels.heard(peer, Math.floor(clock.now() - silentMs)).catch(() => {});
  }

  #next(): void {
    const { clock } = this.#talk.room;
    this.#cancel = clock.after(BEAT_MS, () => {
      if (this.#talk.closed) return;
      if (clock.monotonicMs() - this.#heardAt > SILENCE_MS_MAX) return this.#talk.fail('silent', null);
      this.#beat(++this.#beats);
      if (!this.#talk.closed) this.#next();
    });
  }
}

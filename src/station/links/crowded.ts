/**
 * Which neighbours said that they have no room, for which of our numbers, and since when. In memory: who is still full says
 * so again at the next offer. Source: docs/protocol/frames.md §No room.
 */
import type { Instant } from '#core/clock.ts';

interface Full {
  readonly since: Instant;
  /** Numbers that found no room on this connection. */
  readonly channels: Set<number>;
}

export class Crowded {
  readonly #full = new Map<string, Full>();
  readonly #watchers = new Set<() => void>();

  /** @returns whether the neighbour had room as far as was known */
  said(peer: string, channel: number, now: Instant): boolean {
    const known = this.#full.get(peer);
    known?.channels.add(channel);
    if (known !== undefined) return false;
    this.#full.set(peer, { since: now, channels: new Set([channel]) });
    this.#tell();
    return true;
  }

  /** A new connection: all is offered anew, but what went another way meanwhile. */
  metAgain(peer: string): void {
    this.#full.get(peer)?.channels.clear();
  }

  /** The neighbour decided about a number. @returns whether none is left that found no room */
  settled(peer: string, channel: number): boolean {
    const known = this.#full.get(peer);
    known?.channels.delete(channel);
    if (known === undefined || known.channels.size > 0) return false;
    this.#full.delete(peer);
    this.#tell();
    return true;
  }

  /** Null where the neighbour said nothing of the kind. */
  since(peer: string): Instant | null {
    return this.#full.get(peer)?.since ?? null;
  }

  isWaiting(peer: string, channel: number | null): boolean {
    return channel !== null && this.#full.get(peer)?.channels.has(channel) === true;
  }

  onChange(listener: () => void): void {
    this.#watchers.add(listener);
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/**
 * Which neighbours said that they have no room, for which of our numbers, and since when. In memory: who is still full says
 * so again at the next offer. Source: docs/protocol/frames.md §No room.
 */
import type { Instant } from '#core/clock.ts';

interface Full {
  readonly since: Instant;
  /** Numbers that found no room, and whether that was on this connection. */
  readonly channels: Map<number, boolean>;
}

export class Crowded {
  readonly #full = new Map<string, Full>();
  /** Who said so on this connection, for whichever number and whatever came of that. */
  readonly #saidNow = new Set<string>();
  readonly #watchers = new Set<() => void>();

  /** @returns whether the neighbour had room as far as was known, and that for the first time on this connection */
  said(peer: string, channel: number, now: Instant): boolean {
    const known = this.#full.get(peer);
    known?.channels.set(channel, true);
    const isFirst = known === undefined && !this.#saidNow.has(peer);
    this.#saidNow.add(peer);
    if (known !== undefined) return false;
    this.#full.set(peer, { since: now, channels: new Map([[channel, true]]) });
    this.#tell();
    return isFirst;
  }

  /** A new connection: all is offered anew, but what went another way meanwhile. */
  metAgain(peer: string): void {
    this.#saidNow.delete(peer);
    const channels = this.#full.get(peer)?.channels;
    for (const channel of channels?.keys() ?? []) channels!.set(channel, false);
  }

  /** All that waits was offered, and the neighbour has answered or said again for what it has no room. @returns whether it has room again */
  atRest(peer: string): boolean {
    const known = this.#full.get(peer);
    if (known === undefined || known.channels.values().some((isNow) => isNow)) return false;
    return this.#forget(peer);
  }

  /** The neighbour decided about a number, on whatever carrier. @returns whether none is left that found no room */
  settled(peer: string, channel: number): boolean {
    const known = this.#full.get(peer);
    known?.channels.delete(channel);
    if (known === undefined || known.channels.size > 0) return false;
    return this.#forget(peer);
  }

  /** Null where the neighbour said nothing of the kind. */
  since(peer: string): Instant | null {
    return this.#full.get(peer)?.since ?? null;
  }

  isWaiting(peer: string, channel: number | null): boolean {
    return channel !== null && this.#full.get(peer)?.channels.get(channel) === true;
  }

  onChange(listener: () => void): void {
    this.#watchers.add(listener);
  }

  #forget(peer: string): true {
    this.#full.delete(peer);
    this.#tell();
    return true;
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

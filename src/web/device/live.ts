/**
 * What happens at the station, told to whoever shows it: one stream for each unlocked device, however many pages look.
 * Events name what to look at and are never believed without being fetched.
 */
import { createContext, useCallback, useContext, useEffect, useSyncExternalStore } from 'react';
import { deviceEnd } from '#client/keyring/ended-device.ts';
import { KeyFollowing } from '#client/office-keys/key-following.ts';
import type { Session } from '#client/session.ts';
import { actorOf } from '#client/signers.ts';
import type { Clock } from '#core/clock.ts';
import type { LiveEvent } from '#wire/api/events.ts';
import { useOutside } from '../kit/use-outside.ts';

export type Happened = Exclude<LiveEvent, { kind: 'position' | 'end' }>;
type Listener = (event: Happened) => void;

/** Several events of one errand come together: pages look once. */
const GATHER_MS = 150;
/** A stream that was refused, as before a session begins or after it ended, is asked for again. */
const AGAIN_MS = 10_000;

export class LiveFeed {
  readonly #listeners = new Set<Listener>();
  readonly #flowListeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #isFlowing = false;

  constructor(session: Session, clock: Clock) {
    void this.#run(session, clock);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Whether the station is heard now: where it is not, whoever shows something has to ask. */
  get isFlowing(): boolean {
    return this.#isFlowing;
  }

  onFlow(listener: () => void): () => void {
    this.#flowListeners.add(listener);
    return () => void this.#flowListeners.delete(listener);
  }

  #flows(isFlowing: boolean): void {
    if (this.#isFlowing === isFlowing) return;
    this.#isFlowing = isFlowing;
    for (const listener of this.#flowListeners) listener();
  }

  close(): void {
    this.#stop.abort();
    this.#listeners.clear();
  }

  async #run(session: Session, clock: Clock): Promise<void> {
    const { signal } = this.#stop;
    const keys = new KeyFollowing(session);
    const actor = actorOf(session.ring);
    while (!signal.aborted) {
      try {
        for await (const event of session.events({ signal, lost: () => this.#flows(false) })) {
          this.#flows(true);
          if (event.kind === 'position' || event.kind === 'end') continue;
          // Whoever looks again names people and offices as they are now, and whoever came to a right has it.
          if (event.kind === 'directory-grown') {
            await session.refresh(signal).catch(() => undefined);
            void keys.give().catch(() => undefined);
          }
          // Before anybody looks: what happened may be sealed with keys that were given meanwhile.
          await keys.take().catch(() => undefined);
          for (const listener of this.#listeners) listener(event);
        }
      } catch {
        this.#flows(false);
        // A device that was ended hears nothing more. Pages show what they have; whatever they ask next says why.
        if (deviceEnd(session.view, actor) !== null) return;
      }
      if (!signal.aborted) await new Promise<void>((resolve) => void clock.after(AGAIN_MS, resolve));
    }
  }
}

export const LiveContext = createContext<LiveFeed | null>(null);

/** Whether what happens is told now. */
export function useFlow(): boolean {
  const feed = useContext(LiveContext);
  return useSyncExternalStore(useCallback((changed: () => void) => feed?.onFlow(changed) ?? (() => undefined), [feed]), () => feed?.isFlowing ?? false);
}

/** Calls `look` soon after something happened that concerns the page. @param concerns memoised; absent for everything */
export function useLive(look: () => void, concerns?: (event: Happened) => boolean): void {
  const { clock } = useOutside();
  const feed = useContext(LiveContext);
  useEffect(() => {
    if (feed === null) return undefined;
    let cancel: (() => void) | null = null;
    const end = feed.listen((event) => {
      if (cancel !== null || concerns?.(event) === false) return;
      cancel = clock.after(GATHER_MS, () => {
        cancel = null;
        look();
      });
    });
    return () => {
      end();
      cancel?.();
    };
  }, [feed, look, clock, concerns]);
}

/**
 * What happens at the station, told to whoever shows it: one stream for each unlocked device, however many pages look.
 * Events name what to look at and are never believed without being fetched.
 */
import { createContext, useContext, useEffect } from 'react';
import type { Session } from '#client/session.ts';
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
  readonly #stop = new AbortController();

  constructor(session: Session, clock: Clock) {
    void this.#run(session, clock);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop.abort();
    this.#listeners.clear();
  }

  async #run(session: Session, clock: Clock): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for await (const event of session.events({ signal })) {
          if (event.kind === 'position' || event.kind === 'end') continue;
          for (const listener of this.#listeners) listener(event);
        }
      } catch {
        // Pages show what they have; whatever they ask next says why.
      }
      if (!signal.aborted) await new Promise<void>((resolve) => void clock.after(AGAIN_MS, resolve));
    }
  }
}

export const LiveContext = createContext<LiveFeed | null>(null);

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

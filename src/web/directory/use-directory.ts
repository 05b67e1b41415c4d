/** The directory of an unlocked device as it is now, followed while somebody looks. */
import { useCallback, useMemo, useState } from 'react';
import { type DirectoryBook, directoryBook } from '#client/directory/directory-book.ts';
import type { Instant } from '#core/clock.ts';
import type { DirectoryState } from '#model/directory.ts';
import { useEntered } from '../device/entered.ts';
import { type Happened, useLive } from '../device/live.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';

const LOOK_MS = 30_000;

export interface Directory {
  readonly view: DirectoryState;
  /** The moment for which it is shown. */
  readonly now: Instant;
  readonly book: DirectoryBook;
  /** Whether the station could not be asked for what is new. */
  readonly isStale: boolean;
  /** Looks again now. */
  readonly look: () => void;
}

/** @param andAlso what else an act may have changed: memoised by whoever calls */
export function useDirectory(andAlso?: () => void): Directory {
  const { session } = useEntered();
  const { clock } = useOutside();
  const [seen, setSeen] = useState(() => ({ view: session.view, now: clock.now(), isStale: false }));
  const { reload } = useLoaded(useCallback(async () => {
    // Rights begin and end by the clock alone, too.
    const show = (isStale: boolean): void => setSeen({ view: session.view, now: clock.now(), isStale });
    await session.refresh().catch((error: unknown) => { show(true); throw error; });
    show(false);
  }, [session, clock]), LOOK_MS);
  const { view, now } = seen;
  const book = useMemo(() => directoryBook(view, now), [view, now]);
  const look = useCallback(() => {
    // An act of one's own has already fetched what it did.
    setSeen((before) => ({ ...before, view: session.view, now: clock.now() }));
    reload();
    andAlso?.();
  }, [session, clock, reload, andAlso]);
  useLive(look, hasGrown);
  return { ...seen, book, look };
}

function hasGrown({ kind }: Happened): boolean {
  return kind === 'directory-grown';
}

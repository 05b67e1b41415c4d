/** The directory of an unlocked device as it is now, followed while somebody looks. */
import { useCallback, useMemo, useState } from 'react';
import { type DirectoryBook, directoryBook } from '#client/directory-book.ts';
import type { Instant } from '#core/clock.ts';
import type { DirectoryState } from '#model/directory.ts';
import { useEntered } from '../device/entered.ts';
import { type Happened, useLive } from '../device/live.ts';
import { useOutside, usePolled } from '../kit/use-outside.ts';

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

export function useDirectory(): Directory {
  const { session } = useEntered();
  const { clock } = useOutside();
  const [asked, setAsked] = useState(0);
  const [seen, setSeen] = useState(() => ({ view: session.view, now: clock.now(), isStale: false }));
  usePolled(useCallback(async () => {
    // An act of one's own has already fetched what it did.
    if (asked > 0) setSeen((before) => ({ ...before, view: session.view, now: clock.now() }));
    const isStale = await session.refresh().then(() => false, () => true);
    // Rights begin and end by the clock alone, too.
    setSeen({ view: session.view, now: clock.now(), isStale });
    return true;
  }, [session, clock, asked]), LOOK_MS);
  const { view, now } = seen;
  const book = useMemo(() => directoryBook(view, now), [view, now]);
  const look = useCallback(() => setAsked((before) => before + 1), []);
  useLive(look, hasGrown);
  return { ...seen, book, look };
}

function hasGrown({ kind }: Happened): boolean {
  return kind === 'directory-grown';
}

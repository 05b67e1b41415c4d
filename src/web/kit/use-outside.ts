/** Clock, chance, cryptography and network for whatever is shown, and work that may fail. */
import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { isAway } from '#client/away.ts';
import { assert } from '#core/refusals.ts';
import type { Outside } from '../outside.ts';
import { useAway } from './away.ts';

export const OutsideContext = createContext<Outside | null>(null);

export function useOutside(): Outside {
  const outside = useContext(OutsideContext);
  assert(outside !== null, 'the pages stand in an App');
  return outside;
}

export interface Work {
  readonly isBusy: boolean;
  readonly fault: unknown;
  /** Runs it unless other work of this kind is under way; a failure stands in `fault` until the next try, or, where it was that the station is out of reach, until it is back. */
  readonly run: (work: () => Promise<void>) => void;
  /** Runs it now, or once what is under way has ended; of several that wait the last. */
  readonly runNext: (work: () => Promise<void>) => void;
}

export function useWork(): Work {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const busy = useRef(false);
  const waiting = useRef<(() => Promise<void>) | null>(null);
  const isOut = useAway();
  const wasOut = useRef(isOut);
  useEffect(() => {
    if (wasOut.current && !isOut) setFault((before: unknown) => (isAway(before) ? null : before));
    wasOut.current = isOut;
  }, [isOut]);
  const run = useCallback((work: () => Promise<void>) => {
    if (busy.current) return;
    busy.current = true;
    setBusy(true);
    setFault(null);
    work().catch(setFault).finally(() => {
      busy.current = false;
      setBusy(false);
      const next = waiting.current;
      waiting.current = null;
      if (next !== null) run(next);
    });
  }, []);
  const runNext = useCallback((work: () => Promise<void>) => {
    if (busy.current) waiting.current = work;
    else run(work);
  }, [run]);
  return { isBusy, fault, run, runNext };
}

/** Deadlines are counted in minutes. */
const TICK_MS = 30_000;

/** The time, as often as somebody who reads it needs. */
export function useNow(): number {
  const { clock } = useOutside();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => clock.after(TICK_MS, () => setNow(clock.now())), [clock, now]);
  return now;
}

/** What a page shows of a station: fetched when it is entered, again when something happened or its station is back, and every so often where it is said. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useAway } from './away.ts';
import { useOutside } from './use-outside.ts';

export interface Loaded<T> {
  /** The newest answer; an older one stands while another is fetched or fails. */
  readonly value: T | null;
  readonly fault: unknown;
  /** Asks again; while a question is under way, once more after it. */
  readonly reload: () => void;
}

/**
 * @param load memoised by whoever calls; another one begins anew
 * @param everyMs asked again so long after each answer; absent: only when `reload` says so
 */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, everyMs?: number): Loaded<T> {
  const { clock } = useOutside();
  const [answer, setAnswer] = useState<{ readonly to: unknown; readonly value: T } | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const [ended, setEnded] = useState(0);
  const asking = useRef({ isBusy: false, isWanted: false });
  useEffect(() => {
    const stop = new AbortController();
    const mine = { isBusy: true, isWanted: false };
    asking.current = mine;
    const ask = async (): Promise<void> => {
      try {
        const value = await load(stop.signal);
        if (stop.signal.aborted) return;
        setAnswer({ to: load, value });
        setFault(null);
      } catch (error) {
        if (!stop.signal.aborted) setFault(error);
      } finally {
        mine.isBusy = false;
        if (!stop.signal.aborted) setEnded((one) => one + 1);
        if (mine.isWanted && !stop.signal.aborted) setRound((one) => one + 1);
      }
    };
    void ask();
    return () => stop.abort();
  }, [load, round]);
  const reload = useCallback(() => {
    if (asking.current.isBusy) asking.current.isWanted = true;
    else setRound((one) => one + 1);
  }, []);
  // What failed while the station was out of reach is asked again as soon as it is back.
  const isAway = useAway();
  const hasFailed = useRef(false);
  hasFailed.current = fault !== null;
  useEffect(() => { if (!isAway && hasFailed.current) reload(); }, [isAway, reload]);
  useEffect(() => (everyMs === undefined || ended === 0 ? undefined : clock.after(everyMs, reload)), [clock, everyMs, ended, reload]);
  return { value: answer?.to === load ? answer.value : null, fault, reload };
}

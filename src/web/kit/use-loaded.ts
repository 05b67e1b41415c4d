/** What a page shows of a station: fetched when it is entered, fetched again when something happened. */
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  /** The newest answer; an older one stands while another is fetched or fails. */
  readonly value: T | null;
  readonly fault: unknown;
  /** Asks again; while a question is under way, once more after it. */
  readonly reload: () => void;
}

/** @param load memoised by whoever calls; another one begins anew */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [answer, setAnswer] = useState<{ readonly to: unknown; readonly value: T } | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [round, setRound] = useState(0);
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
  return { value: answer?.to === load ? answer.value : null, fault, reload };
}

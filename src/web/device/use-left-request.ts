/**
 * This device's request on the shelf of its station: left, looked for, left again where it lapsed or was pushed out. What
 * fails is tried again by itself, calmly, for as long as the page shows it; the device that was made stands here meanwhile.
 */
import { useEffect, useState } from 'react';
import { SECOND_MS } from '#core/clock.ts';
import type { LeftHere } from './kept-device.ts';
import { useOutside } from '../kit/use-outside.ts';

const LOOK_MS = 5 * SECOND_MS;
const AGAIN_MS = 30 * SECOND_MS;

export interface LeftState {
  /** Null before it was left for the first time. */
  readonly left: LeftHere | null;
  /** Why it is not there, or not known to be; null while it is. */
  readonly fault: unknown;
}

/** @param leave memoised; null where nothing is to be left */
export function useLeftRequest(leave: (() => Promise<LeftHere>) | null): LeftState {
  const { clock } = useOutside();
  const [state, setState] = useState<LeftState>({ left: null, fault: null });
  useEffect(() => {
    if (leave === null) return undefined;
    let isWanted = true;
    let cancel = (): void => undefined;
    const round = async (): Promise<void> => {
      const next = await leave().then((left) => ({ left, fault: null }), (fault: unknown) => ({ left: null, fault }));
      if (!isWanted) return;
      setState((before) => ({ left: next.left ?? before.left, fault: next.fault }));
      cancel = clock.after(next.left === null ? AGAIN_MS : LOOK_MS, () => void round());
    };
    void round();
    return () => {
      isWanted = false;
      cancel();
    };
  }, [leave, clock]);
  return state;
}

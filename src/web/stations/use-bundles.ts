/** Couriers' bundles as the station tells them: often while one is being written, else every few seconds. */
import { useCallback, useState } from 'react';
import type { z } from 'zod';
import type { bundlesAnswer } from '#wire/api/bundles.ts';
import { useEntered } from '../device/entered.ts';
import { useLoaded } from '../kit/use-loaded.ts';

const LOOK_MS = 10_000;
const WRITING_MS = 500;

export type BundlesSeen = z.output<typeof bundlesAnswer>;

export interface Bundles {
  readonly seen: BundlesSeen | null;
  readonly lookAgain: () => void;
}

/** @param may whether whoever looks may carry at all */
export function useBundles(may: boolean): Bundles {
  const { session } = useEntered();
  const [everyMs, setEvery] = useState(LOOK_MS);
  const { value: seen, reload: lookAgain } = useLoaded<BundlesSeen | null>(useCallback(async (signal) => {
    if (!may) return null;
    const answer = await session.api.call('bundles', { signal });
    setEvery(answer.written.some(({ state }) => state === 'writing') ? WRITING_MS : LOOK_MS);
    return answer;
  }, [session, may]), everyMs);
  return { seen, lookAgain };
}

/** Long work of whoever works here: one list for each open device, from unlocking until locking. */
import { useCallback, useSyncExternalStore } from 'react';
import { LongWork, type WorkItem } from '#client/long-work.ts';
import type { Session } from '#client/session.ts';
import { useOutside } from '../kit/use-outside.ts';

const open = new WeakMap<Session, LongWork>();

export interface LongWorkSeen {
  readonly work: LongWork;
  readonly items: readonly WorkItem[];
}

export function useLongWork(session: Session): LongWorkSeen {
  const { clock } = useOutside();
  const work = open.get(session) ?? new LongWork(clock);
  open.set(session, work);
  const items = useSyncExternalStore(useCallback((changed: () => void) => work.listen(changed), [work]), () => work.items);
  return { work, items };
}

/** Stops all of it: the keys go. */
export function closeLongWork(session: Session): void {
  open.get(session)?.close();
  open.delete(session);
}

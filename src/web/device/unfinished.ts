/** Drafts with files that are under way on this device: one list for each open device, from unlocking until locking. */
import { useCallback, useEffect, useState } from 'react';
import type { SourceFile } from '#core/outside.ts';
import type { Errand, HeldDraft } from '#client/dispatch/outgoing.ts';
import type { Session } from '#client/session.ts';
import { type UnfinishedDraft, UnfinishedDrafts } from '#client/dispatch/unfinished.ts';
import { useOutside } from '../kit/use-outside.ts';
import type { Outside } from '../outside.ts';
import { useLongWork } from './long-work.ts';

const open = new Map<Session, Promise<UnfinishedDrafts | null>>();

/** @returns null where this browser keeps nothing */
export function unfinishedOf(session: Session, { sheetStore, partCopies, alone, oneByOne }: Pick<Outside, 'sheetStore' | 'partCopies' | 'alone' | 'oneByOne'>): Promise<UnfinishedDrafts | null> {
  const found = open.get(session)
    ?? sheetStore().then((store) => UnfinishedDrafts.open({ session, store, copies: partCopies, alone, oneByOne })).catch(() => null);
  open.set(session, found);
  return found;
}

/** Stops what runs; what was done stays on the device, sealed. */
export async function closeUnfinished(session: Session): Promise<void> {
  const found = open.get(session);
  open.delete(session);
  await (await found)?.close();
}

export interface UnfinishedSeen {
  readonly unfinished: UnfinishedDrafts;
  readonly drafts: readonly UnfinishedDraft[];
}

export function useUnfinished(session: Session): UnfinishedSeen | null {
  const outside = useOutside();
  const [seen, setSeen] = useState<UnfinishedSeen | null>(null);
  useEffect(() => {
    let isWanted = true;
    let end = (): void => undefined;
    const watch = async (): Promise<void> => {
      const unfinished = await unfinishedOf(session, outside);
      if (!isWanted || unfinished === null) return;
      const look = (): void => setSeen({ unfinished, drafts: unfinished.drafts });
      end = unfinished.listen(look);
      look();
    };
    void watch();
    return () => {
      isWanted = false;
      end();
    };
  }, [session, outside]);
  return seen;
}

/** Goes on with one, in the list of long work. What it fails with stays with the draft. */
export function useGoOn(session: Session): (unfinished: UnfinishedDrafts, id: string, files?: readonly SourceFile[], errand?: Errand) => Promise<HeldDraft> {
  const { work } = useLongWork(session);
  return useCallback((unfinished, id, files = [], { signal, progress } = {}) => {
    const name = unfinished.drafts.find((one) => one.id === id)?.subject ?? '';
    return work.run({ key: `draft ${id}`, kind: 'sealing', name, isRepeated: true }, (watch) => unfinished.goOn(id, files, {
      signal: signal === undefined ? watch.signal : AbortSignal.any([signal, watch.signal]),
      progress: (at) => {
        watch.progress(at.bytes, at.bytesAll);
        progress?.(at);
      },
    }));
  }, [work]);
}

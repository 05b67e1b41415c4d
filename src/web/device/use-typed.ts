/**
 * What is being typed survives a reload and a lock: kept sealed on this device while somebody types, given back when they
 * come again, forgotten when it was sent.
 */
import { useCallback, useEffect, useRef } from 'react';
import type { Session } from '#client/session.ts';
import { SealedSheet } from '#client/sealed-sheet.ts';
import { useOutside } from '../kit/use-outside.ts';

/** After the last key that was struck. */
const KEEP_MS = 250;

interface Keeping {
  readonly sheet: SealedSheet;
  /** What stands on the device, or what stood on the sheet when it was opened: not worth keeping. */
  known: string;
  isOver: boolean;
}

/**
 * @param session null: not now
 * @param what which sheet: office, and the draft or dispatch that it is about
 * @param typed all that stands on the sheet, as text
 * @param restore puts back what was kept, unless somebody was faster; memoised
 * @returns forgets what was kept, for when it was sent or thrown away
 */
export function useTyped(session: Session | null, what: string, typed: string, restore: (kept: string) => void): () => Promise<void> {
  const { clock, sheetStore } = useOutside();
  const keeping = useRef<Keeping | null>(null);
  const now = useRef(typed);
  now.current = typed;
  useEffect(() => {
    if (session === null) return undefined;
    let isWanted = true;
    const first = now.current;
    const begin = async (): Promise<void> => {
      const mine: Keeping = { sheet: new SealedSheet(session, await sheetStore(), what), known: first, isOver: false };
      const kept = await mine.sheet.read();
      if (!isWanted) return mine.sheet.close();
      keeping.current = mine;
      if (kept === null || now.current !== first) return;
      mine.known = kept;
      restore(kept);
    };
    // A browser that keeps nothing, as some do in a private window, lets people type all the same.
    void begin().catch(() => undefined);
    return () => {
      isWanted = false;
      const mine = keeping.current;
      keeping.current = null;
      if (mine === null) return;
      if (!mine.isOver && now.current !== mine.known) void mine.sheet.keep(now.current).catch(() => undefined);
      void mine.sheet.close();
    };
  }, [session, what, restore, sheetStore]);
  useEffect(() => clock.after(KEEP_MS, () => {
    const mine = keeping.current;
    if (mine === null || mine.isOver || mine.known === now.current) return;
    mine.known = now.current;
    void mine.sheet.keep(now.current).catch(() => undefined);
  }), [typed, clock]);
  return useCallback(async () => {
    const mine = keeping.current;
    if (mine === null) return;
    mine.isOver = true;
    await mine.sheet.erase();
  }, []);
}

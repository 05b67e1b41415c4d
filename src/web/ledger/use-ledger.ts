/** The ledger as far as it was read: its newest entries first, older ones when somebody wants them, new ones as they come. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type LedgerEntryRead, readLedger } from '#client/ledger-check.ts';
import { LEDGER_LEAVES_MAX } from '#wire/api/ledger.ts';
import { useEntered } from '../device/entered.ts';
import { useLive } from '../device/live.ts';
import { useAway } from '../kit/away.ts';
import { useWork } from '../kit/use-outside.ts';

export interface LedgerRead {
  /** Entries of the ledger; null before it was asked. */
  readonly size: number | null;
  /** Index from which everything was read. */
  readonly from: number;
  /** What this person may read, newest first. */
  readonly entries: readonly LedgerEntryRead[];
  readonly fault: unknown;
  readonly isBusy: boolean;
  readonly readOlder: () => void;
}

interface Kept {
  readonly size: number;
  readonly from: number;
  readonly entries: readonly LedgerEntryRead[];
}

export function useLedger(): LedgerRead {
  const { session } = useEntered();
  const { isBusy, fault, run, runNext } = useWork();
  const [kept, setKept] = useState<Kept | null>(null);
  const held = useRef<Kept | null>(null);
  const keep = useCallback((next: Kept) => {
    held.current = next;
    setKept(next);
  }, []);
  const look = useCallback(() => runNext(async () => {
    for (;;) {
      const before = held.current;
      const page = await readLedger(session, before?.size ?? 0);
      const end = page.from + page.leaves.length;
      if (before === null && page.size > end) {
        // Long: its end is what is wanted first.
        const from = page.size - LEDGER_LEAVES_MAX;
        const last = await readLedger(session, from);
        keep({ size: from + last.leaves.length, from, entries: last.entries.toReversed() });
      } else keep({ size: end, from: before?.from ?? 0, entries: [...page.entries.toReversed(), ...(before?.entries ?? [])] });
      if (held.current!.size >= page.size) return;
    }
  }), [session, runNext, keep]);
  const isAway = useAway();
  useEffect(() => { if (!isAway) look(); }, [look, isAway]);
  useLive(look);
  const readOlder = useCallback(() => run(async () => {
    const before = held.current;
    if (before === null || before.from === 0) return;
    const from = Math.max(0, before.from - LEDGER_LEAVES_MAX);
    const page = await readLedger(session, from);
    const older = page.entries.filter(({ index }) => index < before.from);
    keep({ ...before, from, entries: [...before.entries, ...older.toReversed()] });
  }), [session, run, keep]);
  return { size: kept?.size ?? null, from: kept?.from ?? 0, entries: kept?.entries ?? [], fault, isBusy, readOlder };
}

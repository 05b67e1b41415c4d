/** The registers of an unlocked device, brought up to the station while somebody looks. */
import { startTransition, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { followRegister, type RegisterPlace } from '#client/registers/register-book.ts';
import type { RegisterAnswer, RegisterDirection, RegisterQuestion, RegisterRow } from '#client/registers/register-index.ts';
import { useEntered } from '../device/entered.ts';
import { useLongWork } from '../device/long-work.ts';
import { registersOf } from '../device/registers.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';

const LOOK_MS = 5_000;
/** While the station does not answer. */
const LOOK_AWAY_MS = 30_000;
/** Rows asked for at once, on both sides of what is in sight. */
const WINDOW = 240;
const STEP = 60;
/** Rows of the first answer: a screen of them, so that it is there at once. */
const SCREEN = 40;

export interface Book {
  readonly place: RegisterPlace;
  /** Grows when the place may answer otherwise than before. */
  readonly version: number;
  /** Whether the register was read to its end once. */
  readonly isRead: boolean;
  /** Why it could not be brought up to the station; null when it could. */
  readonly fault: unknown;
  /** Looks again now. */
  readonly look: () => void;
}

/** Where the registers of the unlocked device are. */
export function useRegisters(): RegisterPlace {
  const { session, own } = useEntered();
  const outside = useOutside();
  return useMemo(() => registersOf(session, outside, own !== null), [session, outside, own]);
}

export function useBook(direction: RegisterDirection): Book {
  const { session, office } = useEntered();
  const place = useRegisters();
  const words = useWords();
  const { work } = useLongWork(session);
  const [version, setVersion] = useState(0);
  const [state, setState] = useState<{ isRead: boolean; fault: unknown }>({ isRead: false, fault: null });
  const asked = useRef(0);
  const whole = useRef('');
  /** Somebody stopped the first reading: what was read stands there, and is followed from its newest line on. */
  const isStopped = useRef(false);
  const changed = useCallback(() => setVersion((before) => before + 1), []);
  useEffect(() => setState({ isRead: false, fault: null }), [office, direction]);
  const { reload } = useLoaded(useCallback(async () => {
    const name = `${office} ${direction} ${asked.current}`;
    try {
      const key = `register ${office} ${direction}`;
      // Begun before somebody went elsewhere and came back: it goes on, and what it has read so far stands here.
      const isUnderway = work.items.some((one) => one.key === key && one.state === 'running');
      if (whole.current === name || isUnderway) {
        await followRegister(session, place, office, direction, { isWhole: false, changed });
        if (isUnderway) changed();
      } else {
        const what = { key, kind: 'reading', name: direction === 'in' ? words.register.titleIn : words.register.titleOut, isRepeated: true } as const;
        isStopped.current = await work.run(what, async ({ signal, progress }) => {
          const following = { isWhole: true, changed, signal, progress: (lines: number) => progress(lines, null) };
          await followRegister(session, place, office, direction, following).catch((error: unknown) => { if (!signal.aborted) throw error; });
          return signal.aborted;
        });
        whole.current = name;
      }
      setState({ isRead: whole.current === name && !isStopped.current, fault: null });
    } catch (fault) {
      setState(({ isRead }) => ({ isRead, fault }));
      throw fault;
    }
  }, [session, place, office, direction, changed, work, words]), state.fault === null ? LOOK_MS : LOOK_AWAY_MS);
  const look = useCallback(() => {
    asked.current++;
    reload();
  }, [reload]);
  return { place, version, look, ...state };
}

export interface Sight {
  /** The last answer; an older one stands while the next is awaited. */
  readonly answer: RegisterAnswer | null;
  readonly rowAt: (index: number) => RegisterRow | null;
  /** Tells which rows are in sight, so that those around them are there. */
  readonly see: (first: number) => void;
}

export function useSight({ place, version }: Book, question: RegisterQuestion): Sight {
  const [answer, setAnswer] = useState<RegisterAnswer | null>(null);
  const [first, setFirst] = useState(0);
  const answered = useRef<RegisterQuestion | null>(null);
  // Asked before the room is drawn for the first time: it is answered meanwhile.
  const early = useRef<{ readonly to: RegisterQuestion; readonly answer: Promise<RegisterAnswer> } | null>(null);
  if (early.current === null) {
    early.current = { to: question, answer: place.ask(question, 0, SCREEN) };
    early.current.answer.catch(() => undefined);
  }
  useEffect(() => {
    let isWanted = true;
    const ask = async (): Promise<void> => {
      if (answered.current !== question) {
        const isFirst = early.current?.to === question && first === 0 && version === 0;
        const screen = await (isFirst ? early.current!.answer : place.ask(question, first, SCREEN));
        if (!isWanted) return;
        answered.current = question;
        setAnswer((before) => joined(before, screen));
        if (first === 0 && screen.total <= SCREEN) return;
      }
      const around = await place.ask(question, Math.max(0, first - STEP), WINDOW);
      // Whoever types on wants the next screen, not what is around this one.
      if (isWanted) startTransition(() => setAnswer((before) => joined(before, around)));
    };
    ask().catch(() => undefined);
    return () => { isWanted = false; };
  }, [place, question, first, version]);
  const see = useCallback((at: number) => setFirst(Math.floor(at / STEP) * STEP), []);
  const rowAt = useCallback((index: number) => answer?.rows[index - answer.from] ?? null, [answer]);
  return { answer, rowAt, see };
}

/** Lines that stand there already stay the same objects, so that they are not drawn again. */
function joined(before: RegisterAnswer | null, next: RegisterAnswer): RegisterAnswer {
  if (before === null || before.revision !== next.revision) return next;
  const known = new Map(before.rows.map((row) => [row.dispatch, row]));
  return { ...next, rows: next.rows.map((row) => known.get(row.dispatch) ?? row) };
}

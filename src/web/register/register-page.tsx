/** A register of the office: sổ đến or sổ đi, as long as it is, with what narrows it and the line in view beside it. */
import { startTransition, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { REGISTER_TABS, type RegisterDirection, type RegisterRow } from '#client/registers/register-index.ts';
import { useEntered } from '../device/entered.ts';
import { refine, useSpot } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { Awaiting } from '../kit/fault.tsx';
import { PrintIcon } from '../kit/icons.tsx';
import { useNow } from '../kit/use-outside.ts';
import { countText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import { type Asked, askedOf, ID_DIGITS, isNarrowed, questionOf } from './asked.ts';
import { type Book, useBook, useSight } from './books.ts';
import { ChosenBar } from './chosen-bar.tsx';
import { Filters } from './filters.tsx';
import { Grid } from './grid.tsx';
import { LeftOut } from './left-out.tsx';
import { Pane } from './pane.tsx';
import { PrintSheet } from './print-sheet.tsx';

const NO_NAMES: readonly string[] = [];
const NO_ROWS: readonly RegisterRow[] = [];

export function RegisterPage() {
  const { path } = useSpot();
  const { office } = useEntered();
  const direction: RegisterDirection = path.startsWith('/registers/out') ? 'out' : 'in';
  // What was typed for one register is no question to another.
  return <Register key={`${office} ${direction}`} direction={direction} />;
}

function Register({ direction }: { readonly direction: RegisterDirection }) {
  const [words, locale] = [useWords(), useLocale()];
  const { office } = useEntered();
  const { search: spot } = useSpot();
  const asked = useMemo(() => askedOf(spot), [spot]);
  const [query, setQuery] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const now = useNow();
  const book = useBook(direction);
  const question = useQuestion(asked, office, direction, query, now);
  const sight = useSight(book, question);
  const { others, open, chosen } = useBeside(book, asked, question);
  const isReady = useReady(sight.answer !== null || book.fault !== null);
  const isIn = direction === 'in';
  const total = sight.answer?.total ?? 0;
  const isQuiet = query === '' && !isNarrowed(asked) && asked.tab === 'all';
  const chosenIds = new Set(asked.chosen === 'all' ? [] : asked.chosen);
  const choose = (row: RegisterRow, isChosen: boolean): void => {
    const ids = new Set(chosen.map(({ dispatch }) => dispatch.slice(0, ID_DIGITS)));
    if (isChosen) ids.add(idOf(row)); else ids.delete(idOf(row));
    refine({ chosen: [...ids].join(',') });
  };
  const type = (letter: string): void => {
    search.current?.focus();
    if (letter !== '') setQuery((before) => before + letter);
  };
  if (asked.isPrint) return <PrintSheet place={book.place} version={book.version} question={question} asked={asked} />;
  return (
    <div className="register" data-has-open={open !== null}>
      <section className="register-list">
        <header className="register-top">
          <h1>{isIn ? words.register.titleIn : words.register.titleOut}</h1>
          <Button isDisabled={total === 0} onPress={() => refine({ view: 'print' })}><PrintIcon />{words.register.print}</Button>
        </header>
        <Tabs tab={asked.tab} counts={sight.answer?.counts ?? null} />
        <Filters asked={asked} query={query} onQuery={setQuery} search={search} others={others} isReady={isReady} />
        <p className="found" role="status">{sight.answer !== null && fill(words.register.found, { count: countText(total, locale) })}</p>
        <LeftOut direction={direction} />
        <Awaiting fault={book.fault} isThere={total > 0 || book.isRead || book.fault === null} />
        <ChosenBar chosen={chosen} onDone={book.look} />
        {total === 0 && (book.isRead || book.fault === null) && <p className="empty">{sight.answer === null || !book.isRead ? words.loading : !isQuiet ? words.register.none : isIn ? words.register.emptyIn : words.register.emptyOut}</p>}
        {total > 0 && (
          <Grid
            label={isIn ? words.register.titleIn : words.register.titleOut} direction={direction} total={total} rowAt={sight.rowAt} see={sight.see} now={now}
            isChosen={(row) => asked.chosen === 'all' || chosenIds.has(idOf(row))} areAllChosen={asked.chosen === 'all'}
            onChoose={choose} onChooseAll={(all) => refine({ chosen: all ? 'all' : '' })}
            isOpen={(row) => row.dispatch === open?.dispatch} onOpen={(row) => refine({ open: idOf(row) })} onType={type}
          />
        )}
      </section>
      <Pane row={open} now={now} />
    </div>
  );
}

/** Once the first answer was drawn. */
function useReady(isAnswered: boolean): boolean {
  const [isReady, setReady] = useState(false);
  useEffect(() => { if (isAnswered) startTransition(() => setReady(true)); }, [isAnswered]);
  return isReady;
}

function Tabs({ tab: chosen, counts }: { readonly tab: Asked['tab']; readonly counts: Readonly<Record<string, number>> | null }) {
  const [words, locale] = [useWords(), useLocale()];
  return (
    <div className="tabs" role="group" aria-label={words.register.tabs}>
      {REGISTER_TABS.map((tab) => (
        <Button key={tab} variant="quiet" aria-pressed={chosen === tab} onPress={() => refine({ tab: tab === 'all' ? '' : tab })}>
          {words.register.tab[tab]} <b data-tab={tab} data-some={(counts?.[tab] ?? 0) > 0}>{counts !== null && countText(counts[tab] ?? 0, locale)}</b>
        </Button>
      ))}
    </div>
  );
}

function useQuestion(asked: Asked, office: string, direction: RegisterDirection, query: string, now: number) {
  // The field shows every letter at once; what is found follows.
  const typed = useDeferredValue(query);
  return useMemo(() => questionOf(asked, office, direction, typed, now), [asked, office, direction, typed, now]);
}

/** What stands beside the list: names to filter by, the line in view, the lines chosen. */
function useBeside({ place, version }: Book, { open: openId, chosen: ids }: Asked, question: ReturnType<typeof useQuestion>) {
  const { office, direction } = question;
  const others = useAsked(useCallback(() => place.others(office, direction), [place, office, direction]), version, NO_NAMES);
  const open = useAsked(useCallback(() => (openId === '' ? Promise.resolve(null) : place.row(office, direction, openId)), [place, office, direction, openId]), version, null);
  // What is found matters only where all of it is chosen.
  const all = ids === 'all' ? question : null;
  const chosen = useAsked(useCallback(async () => {
    if (all !== null) return place.all(all);
    if (ids.length === 0) return NO_ROWS;
    return (await Promise.all((ids as readonly string[]).map((id) => place.row(office, direction, id)))).filter((row) => row !== null);
  }, [place, office, direction, ids, all]), version, NO_ROWS);
  return { others, open, chosen };
}

/** The last answer, asked again when the register changes. */
function useAsked<T>(ask: () => Promise<T>, version: number, empty: T): T {
  const [answer, setAnswer] = useState(empty);
  useEffect(() => {
    let isWanted = true;
    const look = async (): Promise<void> => {
      const next = await ask();
      if (isWanted) setAnswer(next);
    };
    look().catch(() => undefined);
    return () => { isWanted = false; };
  }, [ask, version]);
  return answer;
}

function idOf({ dispatch }: RegisterRow): string {
  return dispatch.slice(0, ID_DIGITS);
}

/** The desk: what needs this person now, in one look; then everything that waits, most urgent first. */
import { type ReactNode, useCallback, useMemo } from 'react';
import { Link } from 'react-aria-components';
import { readDrafts } from '#client/dispatch/outgoing.ts';
import type { RegisterDirection, RegisterQuestion, RegisterRow } from '#client/registers/register-index.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { useEntered } from '../device/entered.ts';
import { useLive } from '../device/live.ts';
import { useRequests } from '../directory/use-requests.ts';
import { DraftRow, LineRow } from '../dispatch/rows.tsx';
import { Awaiting } from '../kit/fault.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { useNow } from '../kit/use-outside.ts';
import { countText } from '../kit/writing.ts';
import { type Book, useBook, useSight } from '../register/books.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import { MissingNumbers } from './missing-numbers.tsx';
import { NextStepsPart } from './next-steps-part.tsx';
import { Unsent } from './unsent.tsx';
import { byUrgency, isLate, type WaitingDraft, waitingDrafts } from './waiting.ts';

/** What an office has open at one time; the rest stands in the register. */
const LINES = 60;
const NONE: readonly string[] = [];

export function DeskPage() {
  const { session, office } = useEntered();
  // What stands on the desk of one office is nothing to another.
  return session.may('read what came', office) || session.may('send', office) ? <ReadingDesk key={office} /> : <Board key={office} incoming={[]} outgoing={[]} books={[]} reads={false} />;
}

/** For whoever may see the registers. */
function ReadingDesk() {
  const incoming = useOpenLines('in');
  const outgoing = useOpenLines('out');
  return <Board incoming={incoming.rows} outgoing={outgoing.rows} books={[incoming.book, outgoing.book]} reads />;
}

function useOpenLines(direction: RegisterDirection): { readonly book: Book; readonly rows: readonly RegisterRow[] } {
  const { office } = useEntered();
  const now = useNow();
  const book = useBook(direction);
  const question = useMemo<RegisterQuestion>(() => ({
    office, direction, query: '', tab: 'open', classification: null, precedence: null, since: null, until: null, other: null, now,
  }), [office, direction, now]);
  const { answer } = useSight(book, question);
  return { book, rows: answer?.rows ?? [] };
}

interface BoardProps {
  readonly incoming: readonly RegisterRow[];
  readonly outgoing: readonly RegisterRow[];
  readonly books: readonly Book[];
  readonly reads: boolean;
}

function Board({ incoming, outgoing, books, reads }: BoardProps) {
  const { session, office } = useEntered();
  const words = useWords();
  const now = useNow();
  const writes = session.may('read a draft', office);
  const { value: drafts, fault, reload } = useLoaded(useCallback(async (): Promise<readonly WaitingDraft[]> => (
    writes ? waitingDrafts(await readDrafts(session, office), { view: session.view, person: session.ring.contents.person ?? '', office, now: session.now() }) : []
  ), [session, office, writes]));
  useLive(reload);
  const [arrivals, out] = useMemo(() => [byUrgency(incoming, now), byUrgency(outgoing, now)], [incoming, outgoing, now]);
  const isRead = drafts !== null && books.every((book) => book.isRead || book.fault !== null);
  const faults = [fault, ...books.map((book) => book.fault)].filter((one) => one !== null);
  const late = [...arrivals, ...out].filter((row) => isLate(row, now)).length;
  const mine = (step: WaitingDraft['step']): number | null => drafts?.filter((one) => one.isMine && one.step === step).length ?? null;
  const ofLines = (count: number): number | null => (count === 0 && books.some((book) => !book.isRead) ? null : count);
  return (
    <div className="room">
      <div className="room-head"><h1>{fill(words.desk.title, { office: session.view.office(office)?.name ?? office })}</h1>{session.may('save a draft', office) && <Link className="button primary" href="/compose">{words.compose.begin}</Link>}</div>
      <ul className="tallies" aria-label={words.desk.tallies}>
        {reads && <Tally count={ofLines(arrivals.filter(({ state }) => state === 'arrived').length)} name={words.desk.toOpen} at="#arrivals" />}
        {(mine('change') ?? 0) > 0 && <Tally count={mine('change')} name={words.desk.toChange} at="#drafts" />}
        {session.may('approve a draft', office) && <Tally count={mine('approve')} name={words.desk.toApprove} at="#drafts" />}
        {session.may('sign a draft', office) && <Tally count={mine('sign')} name={words.desk.toSign} at="#drafts" />}
        {session.may('send', office) && <Tally count={mine('send')} name={words.desk.toSend} at="#drafts" />}
        {reads && <Tally count={ofLines(late)} name={words.desk.late} at="#arrivals" isUrgent />}
      </ul>
      <MissingNumbers />
      {isRegistrar(session) && <NewDevices />}
      {writes && <Unsent drafts={drafts?.map(({ draft }) => draft.record.draft) ?? NONE} arrivals={arrivals.slice(0, LINES).map(({ dispatch }) => dispatch)} />}
      <NextStepsPart />
      <Awaiting fault={faults[0] ?? null} loading={words.desk.looking} isThere={isRead} />
      {isRead && drafts.length + arrivals.length + out.length === 0 && <div className="empty-room"><h2>{words.desk.emptyTitle}</h2><p>{words.desk.empty}</p></div>}
      <Listed id="arrivals" title={words.desk.arrivals} count={arrivals.length} more="/registers/in?tab=open">{arrivals.slice(0, LINES).map((row) => <LineRow key={row.dispatch} row={row} now={now} />)}</Listed>
      <Listed id="drafts" title={words.desk.drafts} count={drafts?.length ?? 0} more="/drafts">{drafts?.slice(0, LINES).map((one) => <DraftRow key={one.draft.record.draft} draft={one.draft} state={(one.isMine ? words.desk.yours : words.desk.others)[one.step]} />)}</Listed>
      <Listed id="underway" title={words.desk.underway} count={out.length} more="/registers/out?tab=open">{out.slice(0, LINES).map((row) => <LineRow key={row.dispatch} row={row} now={now} />)}</Listed>
    </div>
  );
}

/** Of registrars alone: nobody else is told, and a new machine waits for them. */
function NewDevices() {
  const { session } = useEntered();
  const words = useWords();
  const { requests, more } = useRequests(session);
  const count = requests.length + more;
  if (count === 0) return null;
  return <p className="caution" role="status">{fill(words.desk.newDevices, { count })} <Link href="/directory/people">{words.desk.toNewDevices}</Link></p>;
}

/** @param count null where it is not known yet: nobody takes that for nothing */
function Tally({ count, name, at, isUrgent = false }: { readonly count: number | null; readonly name: string; readonly at: string; readonly isUrgent?: boolean }) {
  const locale = useLocale();
  return <li className="tally" data-none={!count} data-urgent={isUrgent && (count ?? 0) > 0}><a href={at}><b>{count === null ? '–' : countText(count, locale)}</b> <span>{name}</span></a></li>;
}

interface ListedProps {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  /** Where the rest stands. */
  readonly more: string;
  readonly children: ReactNode;
}

function Listed({ id, title, count, more, children }: ListedProps) {
  const [words, locale] = [useWords(), useLocale()];
  if (count === 0) return null;
  return (
    <section className="listed" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title} <span className="count">{countText(count, locale)}</span></h2>
      <ul className="rows">{children}</ul>
      {count > LINES && <Link href={more}>{fill(words.desk.more, { count: countText(count - LINES, locale) })}</Link>}
    </section>
  );
}

/** A register on paper: A4 lying down, the head on every page, lines to sign at the end, as a sổ công văn has them. */
import { useEffect, useState } from 'react';
import type { RegisterPlace } from '#client/registers/register-book.ts';
import { mayRead, type RegisterQuestion, type RegisterRow } from '#client/registers/register-index.ts';
import type { Classification } from '#wire/names.ts';
import { useEntered } from '../device/entered.ts';
import { refine } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { BackIcon, PrintIcon } from '../kit/icons.tsx';
import { ClassificationMark } from '../kit/marks.tsx';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { type Asked, CLASSIFICATIONS, ID_DIGITS } from './asked.ts';
import { LINES_MAX, narrowedBy } from './extract.ts';
import { useUnreadText } from '../dispatch/gone-keys.tsx';

export interface PrintSheetProps {
  readonly place: RegisterPlace;
  /** Grows when the place may answer otherwise. */
  readonly version: number;
  readonly question: RegisterQuestion;
  readonly asked: Asked;
}

export function PrintSheet({ place, version, question, asked }: PrintSheetProps) {
  const words = useWords();
  const rows = useRows({ place, version, question, chosen: asked.chosen });
  if (rows === null) return <p className="waiting" role="status">{words.loading}</p>;
  const printed = rows.slice(0, LINES_MAX).toReversed();
  return (
    <div className="print-room">
      <div className="acts print-acts">
        <Button variant="quiet" onPress={() => refine({ view: '' })}><BackIcon />{words.register.back}</Button>
        <Button variant="primary" isDisabled={printed.length === 0} onPress={() => print()}><PrintIcon />{words.register.paper.print}</Button>
        {rows.length > LINES_MAX && <p className="caution">{fill(words.register.paper.cut, { shown: LINES_MAX, count: rows.length })}</p>}
      </div>
      <section className="print-sheet" aria-label={words.register.paper.label}>
        <Title question={question} asked={asked} rows={printed} found={rows.length} />
        <Lines direction={question.direction} rows={printed} />
        <div className="print-signs"><p>{words.register.paper.keeper}</p><p>{words.register.paper.head}</p></div>
      </section>
    </div>
  );
}

interface TitleProps extends Pick<PrintSheetProps, 'question' | 'asked'> {
  readonly rows: readonly RegisterRow[];
  /** Lines that were asked for, also where not all are on the sheet. */
  readonly found: number;
}

function Title({ question, question: { direction, office }, asked, rows, found }: TitleProps) {
  const words = useWords();
  const { session } = useEntered();
  const narrowed = narrowedBy(question, asked, found, words);
  const days = rows.map(({ time }) => dateText(time).slice(0, 10));
  return (
    <header className="print-title">
      <p><b>{session.view.office(office)?.name ?? office}</b></p>
      <p className="print-marks">{rows.some(({ exercise }) => exercise) && <span className="stamp">{words.exercise}</span>}<ClassificationMark value={highest(rows)} /></p>
      <h1>{direction === 'in' ? words.register.paper.titleIn : words.register.paper.titleOut}</h1>
      {narrowed.length > 0 && <p className="print-extract">{fill(words.register.paper.extract, { by: narrowed.join('; ') })}</p>}
      {days.length > 0 && <p>{fill(words.register.paper.span, { since: days[0]!, until: days.at(-1)!, count: rows.length })}</p>}
    </header>
  );
}

function Lines({ direction, rows }: { readonly direction: 'in' | 'out'; readonly rows: readonly RegisterRow[] }) {
  const [words, unreadText] = [useWords(), useUnreadText()];
  const isIn = direction === 'in';
  const heads = isIn
    ? [words.register.paper.arrived, words.register.column.numberIn, words.register.paper.author, words.register.fact.symbol, words.register.paper.subject, words.register.column.classification, words.register.paper.receiver, words.register.paper.received, words.register.paper.note]
    : [words.register.fact.symbol, words.register.paper.sent, words.register.paper.subject, words.register.fact.signer, words.register.fact.to, words.register.column.classification, words.register.paper.copies, words.register.paper.received, words.register.paper.note];
  return (
    <table>
      <thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
      <tbody>
        {rows.map((row) => {
          const { content, number, others, dispatch, given } = row;
          const [day, register] = [dateText(row.time).slice(0, 10), number === null ? '' : String(number.number)];
          const subject = content === null ? unreadText(row) : `${content.documentType}: ${content.subject}`;
          const mark = content === null ? '' : words.mark.classification[content.classification];
          const cells = isIn
            ? [day, register, others.join(', '), content?.symbol ?? '', subject, mark, given ?? '', '', '']
            : [content?.symbol ?? register, day, subject, content?.signer ?? '', others.join(', '), mark, '', '', ''];
          return <tr key={dispatch} data-unread={!mayRead(row)}>{cells.map((cell, i) => <td key={heads[i]}>{cell}</td>)}</tr>;
        })}
      </tbody>
    </table>
  );
}

/** A book of lines is as secret as the most secret of them. */
function highest(rows: readonly RegisterRow[]): Classification {
  const ranks = rows.map(({ content }) => CLASSIFICATIONS.indexOf(content?.classification ?? 'none'));
  return CLASSIFICATIONS[ranks.reduce((most, rank) => Math.max(most, rank), 0)]!;
}

function useRows({ place, version, question, chosen }: Omit<PrintSheetProps, 'asked'> & Pick<Asked, 'chosen'>): readonly RegisterRow[] | null {
  const [rows, setRows] = useState<readonly RegisterRow[] | null>(null);
  useEffect(() => {
    let isWanted = true;
    const look = async (): Promise<void> => {
      const all = await place.all(question);
      const ids = new Set(chosen);
      if (isWanted) setRows(ids.size === 0 || chosen === 'all' ? all : all.filter(({ dispatch }) => ids.has(dispatch.slice(0, ID_DIGITS))));
    };
    look().catch(() => undefined);
    return () => { isWanted = false; };
  }, [place, version, question, chosen]);
  return rows;
}

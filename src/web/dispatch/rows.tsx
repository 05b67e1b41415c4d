/** One dispatch or draft in a list: what it is about in two lines, its marks, and when. */
import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';
import type { ListedDraft } from '#client/dispatch/outgoing.ts';
import { dueOf } from '#client/registers/register-entry.ts';
import type { RegisterRow } from '#client/registers/register-index.ts';
import { returnOf } from '#client/dispatch/returning.ts';
import { printable } from '#core/printable.ts';
import { officeLabel } from '#model/peer-names.ts';
import type { Classification, Precedence } from '#wire/names.ts';
import { highest } from '../compose/order.ts';
import { isLate } from '../desk/waiting.ts';
import { useEntered } from '../device/entered.ts';
import { ClassificationMark, PrecedenceMark } from '../kit/marks.tsx';
import { dateText } from '../kit/writing.ts';
import { Due, stateText } from '../register/grid-row.tsx';
import { fill, useWords } from '../words/words.ts';
import { useUnread, useUnreadText } from './gone-keys.tsx';

interface RowProps {
  readonly href: string;
  readonly subject: ReactNode;
  readonly under: ReactNode;
  readonly marks: ReactNode;
  /** In two lines, the second the softer. */
  readonly state: ReactNode;
  readonly when: ReactNode;
  readonly isLate?: boolean;
  readonly isNew?: boolean;
  /** What stands before it: a box to tick. */
  readonly before?: ReactNode;
}

function Row({ href, subject, under, marks, state, when, isLate: late = false, isNew = false, before }: RowProps) {
  return (
    <li className="row" data-late={late} data-new={isNew} data-ticked={before !== undefined}>
      {before}
      <Link href={href} className="row-link">
        <span className="row-subject">{subject}</span>
        <span className="row-under">{under}</span>
        <span className="row-marks">{marks}</span>
        <span className="row-state">{state}</span>
        <span className="row-time">{when}</span>
      </Link>
    </li>
  );
}

export function LineRow({ row, now }: { readonly row: RegisterRow; readonly now: number }) {
  const [words, unreadText] = [useWords(), useUnreadText()];
  const { content, number, others, dispatch, direction, state, precedence, exercise } = row;
  const numbered = number === null ? [] : [fill(direction === 'in' ? words.desk.numberIn : words.desk.numberOut, { number: number.number })];
  const about = [...numbered, ...(content === null ? [] : [content.symbol])];
  const names = others.join(', ');
  const [due, time] = [dueOf(row), <time key="time">{dateText(row.time)}</time>];
  const late = isLate(row, now);
  return (
    <Row
      href={`/dispatch/${dispatch}`} isLate={late} isNew={direction === 'in' && state === 'arrived'}
      // Of what nobody here may read yet, whose it is says most.
      subject={content?.subject ?? names} under={content === null ? [...about, unreadText(row)].join(' · ') : [...about, names].filter((part) => part !== '').join(' · ')}
      marks={<Marks precedence={precedence} exercise={exercise} classification={content?.classification ?? 'none'} />}
      state={due === null && !late ? stateText(row, words) : <>{late && (due === null || due >= now) && <b className="late">{words.desk.late}</b>}<Due row={row} now={now} /></>}
      when={due === null && !late ? time : <>{stateText(row, words)} · {time}</>}
    />
  );
}

export function DraftRow({ draft: { record, open, sealed }, state, before }: { readonly draft: ListedDraft; readonly state: string; readonly before?: ReactNode }) {
  const words = useWords();
  const { session } = useEntered();
  const unread = useUnread();
  const to = open?.core.to ?? [];
  const returned = open === null ? null : returnOf(open);
  const names = to.map(({ office }) => officeLabel(session, office)).join(', ');
  return (
    <Row
      href={`/drafts/${record.draft}`} when={<time>{dateText(record.changed)}</time>} state={state} before={before}
      subject={open === null ? <i>{unread(sealed)}</i> : printable(open.core.subject)}
      under={returned === null ? names : <><b className="given-back">{fill(words.drafts.returnedRow, { name: session.view.person(returned.person)?.name ?? returned.person, reason: printable(returned.reason) })}</b> · {names}</>}
      marks={open !== null && <Marks precedence={highest(to.map(({ precedence }) => precedence))} exercise={open.core.exercise} classification={open.core.classification} />}
    />
  );
}

function Marks({ precedence, exercise, classification }: { readonly precedence: Precedence; readonly exercise: boolean; readonly classification: Classification }) {
  const words = useWords();
  return (
    <>
      {exercise && <span className="stamp">{words.exercise}</span>}
      {classification !== 'none' && <ClassificationMark value={classification} />}
      {precedence !== 'routine' && <PrecedenceMark value={precedence} />}
    </>
  );
}

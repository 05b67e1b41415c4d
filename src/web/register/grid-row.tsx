/** One line of a register in two: what it is about and whose it is; its marks as stamps; what time is left. */
import { memo } from 'react';
import { dueOf } from '#client/registers/register-entry.ts';
import type { RegisterRow } from '#client/registers/register-index.ts';
import { useUnreadText } from '../dispatch/gone-keys.tsx';
import { CheckIcon } from '../kit/icons.tsx';
import { ClassificationMark, PrecedenceMark } from '../kit/marks.tsx';
import { dateText } from '../kit/writing.ts';
import type { Words } from '../words/shape.ts';
import { fill, useWords } from '../words/words.ts';

export interface GridRowProps {
  /** Null while it is fetched. */
  readonly row: RegisterRow | null;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly now: number;
  readonly isFocusable: boolean;
  readonly isChosen: boolean;
  readonly isOpen: boolean;
  /** These stay the same from one drawing to the next: a line that did not change is not drawn again. */
  readonly onChoose: (index: number) => void;
  readonly onOpen: (index: number) => void;
}

export const GridRow = memo(function GridRow({ row, index, top, height, now, isFocusable, isChosen, isOpen, onChoose, onOpen }: GridRowProps) {
  const words = useWords();
  return (
    <div
      role="row" aria-rowindex={index + 2} aria-selected={isChosen} data-index={index} tabIndex={isFocusable ? 0 : -1} className="grid-row grid-columns"
      data-open={isOpen} data-new={row !== null && row.direction === 'in' && row.state === 'arrived'} style={{ height, transform: `translateY(${top}px)` }} onClick={() => onOpen(index)}
    >
      <span role="gridcell" className="cell-choose" onClick={(event) => { event.stopPropagation(); onChoose(index); }}><span className="box" data-on={isChosen} aria-hidden="true"><CheckIcon /></span></span>
      {row === null ? <span role="gridcell" className="soft">{words.register.opening}</span> : <Cells row={row} now={now} />}
    </div>
  );
});

function Cells({ row, now }: { readonly row: RegisterRow; readonly now: number }) {
  const [words, unreadText] = [useWords(), useUnreadText()];
  const { content, number, precedence, exercise, others, given, state } = row;
  return (
    <>
      <span role="gridcell" className="cell-number"><b>{number === null ? '–' : number.number}</b><time>{dateText(row.time).slice(0, 10)}</time></span>
      <span role="gridcell" className="cell-subject">
        <span className="subject">{content?.subject ?? <i>{unreadText(row)}</i>}</span>
        <span className="under">{[...(content === null ? [] : [content.symbol]), others.join(', ')].join(' · ')}</span>
      </span>
      <span role="gridcell" className="cell-mark">
        {content !== null && content.classification !== 'none' && <ClassificationMark value={content.classification} />}
        {exercise && <span className="stamp">{words.exercise}</span>}
      </span>
      <span role="gridcell" className="cell-precedence">{precedence !== 'routine' && <PrecedenceMark value={precedence} />}</span>
      <span role="gridcell" className="cell-due"><Due row={row} now={now} /><span className="state">{stateText(row, words)}{given && state === 'handed-over' && `: ${given}`}</span></span>
    </>
  );
}

/** What time is left, with a thin bar of what has gone by. */
export function Due({ row, now }: { readonly row: RegisterRow; readonly now: number }) {
  const words = useWords();
  const due = dueOf(row);
  if (due === null) return null;
  const part = Math.max(0, Math.min(1, (now - row.time) / Math.max(1, due - row.time)));
  const text = dueText(due - now, words);
  return <span className="due" data-tone={due < now ? 'late' : part > 0.75 ? 'near' : 'far'}>{text}<i aria-hidden="true"><u style={{ width: `${part * 100}%` }} /></i></span>;
}

/** In days, hours and minutes. */
export function spanText(spanMs: number, words: Words): string {
  const minutes = Math.floor(spanMs / 60_000);
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1440)];
  if (days === 0 && hours > 0 && minutes % 60 === 0) return fill(words.register.wholeHours, { hours });
  return days > 0 ? fill(words.register.days, { days, hours: hours % 24 }) : hours > 0 ? fill(words.register.hours, { hours, minutes: minutes % 60 }) : fill(words.register.minutes, { minutes });
}

export function dueText(leftMs: number, words: Words): string {
  const time = spanText(Math.abs(leftMs), words);
  return leftMs < 0 ? fill(words.register.late, { time }) : fill(words.register.left, { time });
}

export function stateText({ state }: RegisterRow, words: Words): string {
  return words.register.state[state as keyof typeof words.register.state] ?? state;
}


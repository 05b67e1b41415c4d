/**
 * The grid of a register: only rows in sight exist, whatever the register's length. One row has the focus, arrows move
 * it, Space chooses, Enter opens, a letter goes on in the search. Source: WAI-ARIA grid pattern, data grids.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Checkbox } from 'react-aria-components';
import type { RegisterRow } from '#client/registers/register-index.ts';
import { CheckIcon } from '../kit/icons.tsx';
import { useWords } from '../words/words.ts';
import { GridRow } from './grid-row.tsx';

export interface GridProps {
  readonly label: string;
  readonly direction: 'in' | 'out';
  readonly total: number;
  readonly rowAt: (index: number) => RegisterRow | null;
  readonly see: (first: number) => void;
  /** Whether a row is chosen. */
  readonly isChosen: (row: RegisterRow) => boolean;
  readonly areAllChosen: boolean;
  readonly onChoose: (row: RegisterRow, isChosen: boolean) => void;
  readonly onChooseAll: (isChosen: boolean) => void;
  readonly isOpen: (row: RegisterRow) => boolean;
  readonly onOpen: (row: RegisterRow) => void;
  /** A letter was typed in the grid: it belongs to the search. */
  readonly onType: (letter: string) => void;
  readonly now: number;
}

const ROW_PX = 68;
const CARD_PX = 134;
const narrow = matchMedia('(max-width: 760px)');

export function Grid(props: GridProps) {
  const { label, direction, total, rowAt, see, isChosen, areAllChosen, onChooseAll, isOpen, now } = props;
  const words = useWords();
  const isNarrow = useSyncExternalStore(whenNarrow, () => narrow.matches);
  const height = isNarrow ? CARD_PX : ROW_PX;
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const focusWanted = useRef(false);
  const rows = useVirtualizer({ count: total, getScrollElement: () => box.current, estimateSize: () => height, overscan: 6, scrollPaddingStart: isNarrow ? 0 : 38, initialRect: { width: innerWidth, height: innerHeight / 2 } });
  const shown = rows.getVirtualItems();
  const focused = Math.min(at, Math.max(0, total - 1));
  const first = shown[0]?.index ?? 0;
  useEffect(() => { rows.measure(); }, [height, rows]);
  useEffect(() => { see(first); }, [first, see]);
  // The row may stand there only after the next lines came.
  useLayoutEffect(() => {
    if (!focusWanted.current) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-index="${focused}"]`);
    if (row === null || row === undefined) return;
    focusWanted.current = false;
    row.focus({ preventScroll: true });
  });
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(total - 1, to));
    focusWanted.current = true;
    setAt(next);
    rows.scrollToIndex(next);
  };
  const latest = useRef(props);
  latest.current = props;
  const choose = useCallback((index: number): void => {
    setAt(index);
    const row = latest.current.rowAt(index);
    if (row !== null) latest.current.onChoose(row, !latest.current.isChosen(row));
  }, []);
  const open = useCallback((index: number): void => {
    setAt(index);
    const row = latest.current.rowAt(index);
    if (row !== null) latest.current.onOpen(row);
  }, []);
  const keys = useGridKeys({ ...props, focused, move, page: () => Math.max(1, Math.floor((box.current?.clientHeight ?? height) / height) - 1) });
  return (
    <div ref={box} className="grid" role="grid" aria-label={label} aria-rowcount={total + 1} aria-colcount={6} aria-multiselectable="true" onKeyDown={keys}>
      <div role="rowgroup" className="grid-head">
        <div role="row" aria-rowindex={1} className="grid-columns">
          <span role="columnheader"><Checkbox aria-label={words.register.all} className="choose-box" isSelected={areAllChosen && total > 0} isDisabled={total === 0} onChange={onChooseAll}><span className="box" aria-hidden="true"><CheckIcon /></span></Checkbox></span>
          <span role="columnheader">{direction === 'in' ? words.register.column.numberIn : words.register.column.numberOut}</span>
          <span role="columnheader">{words.register.column.subject}</span>
          <span role="columnheader">{words.register.column.classification}</span>
          <span role="columnheader">{words.register.column.precedence}</span>
          <span role="columnheader">{words.register.column.due}</span>
        </div>
      </div>
      <div role="rowgroup" className="grid-rows" style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const row = rowAt(index);
          return (
            <GridRow
              key={index} row={row} index={index} top={start} height={height} now={now} isFocusable={index === focused}
              isChosen={row !== null && isChosen(row)} isOpen={row !== null && isOpen(row)} onChoose={choose} onOpen={open}
            />
          );
        })}
      </div>
    </div>
  );
}

interface Keys extends GridProps {
  readonly focused: number;
  readonly move: (to: number) => void;
  /** Rows in sight, less one. */
  readonly page: () => number;
}

function useGridKeys({ focused, move, page, total, rowAt, isChosen, areAllChosen, onChoose, onChooseAll, onOpen, onType }: Keys): (event: KeyboardEvent) => void {
  return (event) => {
    const { key } = event;
    // Keys of the box that chooses all are its own.
    if ((event.target as Element).closest('[role="columnheader"]') !== null) return;
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    const to = { ArrowDown: focused + 1, ArrowUp: focused - 1, PageDown: focused + page(), PageUp: focused - page(), Home: 0, End: total - 1 }[key];
    const row = rowAt(focused);
    if (to !== undefined && !event.altKey) {
      if (event.shiftKey && row !== null && !isChosen(row)) onChoose(row, true);
      move(to);
    } else if (key === 'Enter' && !isCommand) {
      if (row !== null) onOpen(row);
    } else if (key === ' ' && !isCommand) {
      if (row !== null) onChoose(row, !isChosen(row));
    } else if (key === 'a' && (event.ctrlKey || event.metaKey)) onChooseAll(!areAllChosen);
    else if (!isCommand && /^[\p{L}\p{N}/]$/u.test(key)) onType(key === '/' ? '' : key);
    else return;
    event.preventDefault();
  };
}

function whenNarrow(changed: () => void): () => void {
  narrow.addEventListener('change', changed);
  return () => narrow.removeEventListener('change', changed);
}

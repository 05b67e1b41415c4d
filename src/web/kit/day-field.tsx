/** A day, typed or picked from a calendar: 23/11/2026 in both languages, whatever the machine is set to. */
import { type CalendarDate, parseDate } from '@internationalized/date';
import { useEffect, useRef, useState } from 'react';
import { Button as AriaButton, Calendar, CalendarCell, CalendarGrid, CalendarGridBody, CalendarGridHeader, CalendarHeaderCell, DateInput, DatePicker, DateSegment, Dialog, FieldError, Group, Heading, Label, Popover } from 'react-aria-components';
import { fill, useWords } from '../words/words.ts';
import { CalendarIcon } from './icons.tsx';

export interface DayProps {
  readonly label: string;
  /** `2026-11-23`, or empty. */
  readonly value: string;
  /** Empty where no day stands there; what is not whole when the field is left is put back as it was. */
  readonly onChange: (value: string) => void;
  /** The first and the last day that count. */
  readonly min?: string;
  readonly max?: string;
}

/** While a year is typed it is 2, 20, 202. */
const YEAR_MIN = 1000;

export function Day({ label, value, onChange, min, max }: DayProps) {
  const words = useWords();
  const [date, setDate] = useState(() => readDay(value));
  const told = useRef(value);
  const line = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(0);
  useEffect(() => {
    if (told.current === value) return;
    told.current = value;
    setDate(readDay(value));
  }, [value]);
  const change = (next: CalendarDate | null): void => {
    const day = next === null || next.year < YEAR_MIN ? '' : next.toString();
    setDate(next);
    told.current = day;
    if (day !== value) onChange(day);
  };
  /** React Aria would go on showing what is not whole while the day before counts. */
  const putBack = (): void => {
    if (date !== null && line.current?.querySelector('[data-placeholder]')) setDrawn((times) => times + 1);
  };
  const [first, last] = [readDay(min ?? ''), readDay(max ?? '')];
  const isWhole = date !== null && date.year >= YEAR_MIN;
  const fault = isWhole && first !== null && date.compare(first) < 0 ? fill(words.day.early, { day: textOf(first) })
    : isWhole && last !== null && date.compare(last) > 0 ? fill(words.day.late, { day: textOf(last) }) : null;
  return (
    <DatePicker<CalendarDate> key={drawn} className="field day" value={date} onChange={change} onBlur={putBack} minValue={first} maxValue={last} isInvalid={fault !== null} shouldForceLeadingZeros>
      <Label>{label}</Label>
      <Group ref={line} className="day-line">
        <DateInput className="day-input">{(segment) => <DateSegment segment={segment} className="day-part" />}</DateInput>
        <AriaButton className="day-open"><CalendarIcon /></AriaButton>
      </Group>
      <FieldError className="field-fault">{fault}</FieldError>
      <Popover className="popover day-popover">
        <Dialog className="day-dialog">
          <Calendar className="day-calendar">
            <header className="day-head"><AriaButton slot="previous" className="day-turn"><span aria-hidden="true">‹</span></AriaButton><Heading /><AriaButton slot="next" className="day-turn"><span aria-hidden="true">›</span></AriaButton></header>
            <CalendarGrid weekdayStyle="short">
              <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
              <CalendarGridBody>{(day) => <CalendarCell date={day} className="day-cell" />}</CalendarGridBody>
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}

/** Null for what is no day, as in an address that somebody changed. */
function readDay(text: string): CalendarDate | null {
  try {
    return text === '' ? null : parseDate(text);
  } catch {
    return null;
  }
}

function textOf({ day, month, year }: CalendarDate): string {
  return `${String(day).padStart(2, '0')}/${String(month).padStart(2, '0')}/${year}`;
}

/** A day and an hour of it, in two fields: 23/11/2026 and 05:21, in this order in both languages. */
import { parseTime, type Time } from '@internationalized/date';
import { useRef, useState } from 'react';
import { DateInput, DateSegment, TimeField } from 'react-aria-components';
import { fill, useWords } from '../words/words.ts';
import { Day } from './day-field.tsx';
import { momentText, readMoment } from './moment.ts';

export interface MomentProps {
  readonly label: string;
  /** `23/11/2026 05:21`, or empty. */
  readonly value: string;
  /** Empty where no day stands there. */
  readonly onChange: (value: string) => void;
  /** What is wrong with it; null where nothing is. */
  readonly fault?: string | null;
}

/** Stands there as soon as there is a day: when an office's day ends. */
const HOUR_USUAL = '17:00';

export function Moment({ label, value, onChange, fault = null }: MomentProps) {
  const words = useWords();
  const shown = readMoment(value);
  // While a day is typed anew there is none, and the hour that stood there must come back with it.
  const [hour, setHour] = useState(HOUR_USUAL);
  const [drawn, setDrawn] = useState(0);
  const line = useRef<HTMLDivElement>(null);
  const time = shown?.time ?? hour;
  const tell = (day: string, at: string): void => {
    setHour(at);
    onChange(day === '' ? '' : momentText({ day, time: at }));
  };
  const change = (next: Time | null): void => {
    if (next !== null && shown !== null) tell(shown.day, next.toString().slice(0, 5));
  };
  /** As in a day: what is not whole does not stand while the hour before counts. */
  const putBack = (): void => {
    if (shown !== null && line.current?.querySelector('[data-placeholder]')) setDrawn((times) => times + 1);
  };
  return (
    <div className="moment">
      <Day label={label} value={shown?.day ?? ''} onChange={(day) => tell(day, time)} />
      <TimeField<Time>
        key={drawn} className="moment-hour" aria-label={fill(words.day.hour, { label })} hourCycle={24} granularity="minute" shouldForceLeadingZeros
        isDisabled={shown === null} value={shown === null ? null : parseTime(time)} onChange={change} onBlur={putBack}
      >
        <DateInput ref={line} className="day-line day-input">{(segment) => <DateSegment segment={segment} className="day-part" />}</DateInput>
      </TimeField>
      {fault !== null && <p className="field-fault" role="alert">{fault}</p>}
    </div>
  );
}

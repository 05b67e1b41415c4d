/** A form that is refused for what was typed leads to the first field that is wrong: it may stand far above what was pressed. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { comeIntoView } from './arrival.ts';

/** A field, whatever it is made of, and what else says `field-fault`. */
const HOLDERS = '.field, .moment, .addressees';

export interface FirstFault<T extends HTMLElement> {
  /** Of the form. */
  readonly form: RefObject<T | null>;
  /** Called with each try, beside what makes the faults show. */
  readonly look: () => void;
}

export function useFirstFault<T extends HTMLElement>(): FirstFault<T> {
  const form = useRef<T>(null);
  const [looks, setLooks] = useState(0);
  useEffect(() => { if (looks > 0) toFirstFault(form.current!); }, [looks]);
  return { form, look: () => setLooks((before) => before + 1) };
}

function toFirstFault(form: HTMLElement): void {
  const fault = form.querySelector<HTMLElement>('.field-fault');
  if (fault === null) return;
  const holder = fault.closest<HTMLElement>(HOLDERS) ?? fault;
  (holder.querySelector<HTMLElement>('[role="spinbutton"]') ?? holder.querySelector<HTMLElement>('input:not([type="file"]), textarea') ?? holder.querySelector<HTMLElement>('button'))?.focus({ preventScroll: true });
  comeIntoView(holder);
}

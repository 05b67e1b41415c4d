/** What is typed at the set-up stays in this tab over a reload: names and codes alone, never a passphrase nor an invitation's code. */
import { useState } from 'react';

type Form = 'found' | 'join';
type Values<F extends string> = Readonly<Record<F, string>>;

const key = (form: Form): string => `tram.setup.${form}`;
const MADE_KEY = 'tram.setup.made';

/** @param empty the fields, and what stands in them at first */
export function useKeptFields<F extends string>(form: Form, empty: Values<F>): [Values<F>, (next: Values<F> | ((before: Values<F>) => Values<F>)) => void] {
  const [values, setValues] = useState(() => keptFields(form, empty));
  const keep = (next: Values<F> | ((before: Values<F>) => Values<F>)): void => setValues((before) => {
    const now = typeof next === 'function' ? next(before) : next;
    sessionStorage.setItem(key(form), JSON.stringify(now));
    return now;
  });
  return [values, keep];
}

export function keptFields<F extends string>(form: Form, empty: Values<F>): Values<F> {
  let kept: unknown = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(key(form)) ?? 'null');
  } catch { /* It is only the reader's own typing: then it is typed again. */ }
  const told = (kept ?? {}) as Partial<Record<F, unknown>>;
  const fields = Object.keys(empty) as F[];
  return Object.fromEntries(fields.map((field) => [field, typeof told[field] === 'string' ? told[field] : empty[field]])) as Values<F>;
}

/** Keys were made, and a root's file may have been taken away: none of them outlives a reload. */
export function markMade(): void {
  sessionStorage.setItem(MADE_KEY, '1');
}

export function wasMade(): boolean {
  return sessionStorage.getItem(MADE_KEY) !== null;
}

export function forgetKept(): void {
  for (const one of [key('found'), key('join'), MADE_KEY]) sessionStorage.removeItem(one);
}

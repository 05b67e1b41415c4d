/** Names and codes of something new: the code is suggested from the name until somebody writes their own, and never given twice. */
import { useState } from 'react';
import { LIMITS } from '#wire/limits.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import { codeOf } from '../kit/code-of.ts';
import { Text } from '../kit/field.tsx';
import { useWords } from '../words/words.ts';

/** As the directory takes a name: some systems type letters and marks apart. */
export function plain(name: string): string {
  return name.trim().normalize('NFC');
}

export interface NewCode {
  readonly code: string;
  /** Null while it cannot be used. */
  readonly usable: string | null;
  readonly fault: 'shape' | 'taken' | null;
  /** Null: the suggestion again. */
  readonly set: (code: string | null) => void;
}

/** @param isTaken also for what has ended: a code is never used again */
export function useNewCode(name: string, isTaken: (code: string) => boolean): NewCode {
  const [own, set] = useState<string | null>(null);
  const code = own ?? codeOf(name);
  const isShaped = code.length <= LIMITS.codeBytes && CODE_SHAPE.test(code);
  const fault = !isShaped ? 'shape' : isTaken(code) ? 'taken' : null;
  return { code, usable: fault === null ? code : null, fault: code === '' ? null : fault, set };
}

export function CodeField({ value: { code, fault, set } }: { readonly value: NewCode }) {
  const words = useWords();
  const said = { shape: words.setup.codeShape, taken: words.acts.codeTaken };
  return <Text isVerbatim label={words.directory.code} value={code} onChange={set} maxLength={LIMITS.codeBytes} hint={words.acts.codeHint} fault={fault === null ? null : said[fault]} />;
}

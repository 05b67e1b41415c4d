/**
 * A refusal as a sentence, from the words of one language. Apart from the words, of which the pages load those of the other
 * language only for who reads it; the command line has both (refusal-words.ts).
 */
import { entryFaultWords } from './entry-fault-words.ts';
import { fileInWords } from './file-words.ts';
import { detailInWords } from './reason-words.ts';
import type { RefusalCode, RefusalDetail } from './refusals.ts';

export type Locale = 'vi' | 'en';

export type RefusalWords = Readonly<Record<RefusalCode, string>>;

/** @param words those of the locale */
export function sentenceIn(words: RefusalWords, code: RefusalCode, detail: RefusalDetail, locale: Locale): string {
  const fault = code === 'directory-entry-refused' ? entryFaultWords(detail['reason'], locale) : null;
  return fill(words[code], fault === null ? detailInWords(code === 'cbor-malformed' ? fileInWords(detail, locale) : detail, locale) : { ...detail, reason: fault });
}

/** Fills a template; bracketed pieces without their details are left out. */
export function fill(template: string, detail: RefusalDetail): string {
  const whole = template.replace(/\[(?:!\{(\w+)\})?([^\]]*)\]/g, (_, absent: string | undefined, piece: string) =>
    ((absent === undefined || !Object.hasOwn(detail, absent)) && isComplete(piece, detail) ? piece : ''));
  return whole.replace(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (_, name: string, one?: string, more?: string) => {
    const value = String(detail[name] ?? '');
    return one === undefined ? value : `${value} ${value === '1' ? one : more}`;
  });
}

function isComplete(piece: string, detail: RefusalDetail): boolean {
  return [...piece.matchAll(/\{(\w+)[|}]/g)].every(([, name]) => Object.hasOwn(detail, name!));
}

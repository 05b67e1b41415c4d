/**
 * What a person reads when Trạm says no: one sentence for each code, in Vietnamese and in English, that says what
 * happened, why, and what to do. It stands here once; the command line and the pages both take it from here.
 *
 * A sentence holds placeholders `{name}` that are filled from the refusal's detail. A piece in square brackets
 * disappears when a placeholder in it is not in the detail, so that a sentence is whole with any detail; one that begins
 * `!{name}` is what is said instead where that placeholder is not in it. `{page}` is in the detail where the pages say it,
 * which have beside it a button for what the command line is told to type. Languages that
 * count write `{parts|attachment|attachments}`: the number and the one word or the other.
 */
import { entryFaultWords } from './entry-fault-words.ts';
import { fileInWords } from './file-words.ts';
import { detailInWords } from './reason-words.ts';
import { REFUSALS_EN } from './refusal-words-en.ts';
import { REFUSALS_VI } from './refusal-words-vi.ts';
import type { RefusalCode, RefusalDetail } from './refusals.ts';

export type Locale = 'vi' | 'en';

export const REFUSAL_WORDS: Readonly<Record<Locale, Readonly<Record<RefusalCode, string>>>> = {
  vi: REFUSALS_VI,
  en: REFUSALS_EN,
};

/** The sentence for a refusal, its placeholders filled. */
export function refusalSentence(code: RefusalCode, detail: RefusalDetail, locale: Locale): string {
  const fault = code === 'directory-entry-refused' ? entryFaultWords(detail['reason'], locale) : null;
  return fill(REFUSAL_WORDS[locale][code], fault === null ? detailInWords(code === 'cbor-malformed' ? fileInWords(detail, locale) : detail, locale) : { ...detail, reason: fault });
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

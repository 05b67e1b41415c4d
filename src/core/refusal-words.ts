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
import { type Locale, type RefusalWords, sentenceIn } from './refusal-sentence.ts';
import { REFUSALS_EN } from './refusal-words-en.ts';
import { REFUSALS_VI } from './refusal-words-vi.ts';
import type { RefusalCode, RefusalDetail } from './refusals.ts';

export { fill, type Locale } from './refusal-sentence.ts';

export const REFUSAL_WORDS: Readonly<Record<Locale, RefusalWords>> = {
  vi: REFUSALS_VI,
  en: REFUSALS_EN,
};

/** The sentence for a refusal, its placeholders filled. */
export function refusalSentence(code: RefusalCode, detail: RefusalDetail, locale: Locale): string {
  return sentenceIn(REFUSAL_WORDS[locale], code, detail, locale);
}

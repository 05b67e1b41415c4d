/** What went wrong, in words that say what to do. */
import { faultSentence, useLocale, useWords } from '../words/words.ts';

export function Fault({ error }: { readonly error: unknown }) {
  const [words, locale] = [useWords(), useLocale()];
  if (error === null) return null;
  return <p className="fault" role="alert"><b>{words.wrong}.</b> {faultSentence(error, locale)}</p>;
}

/** What the doctor says, in the reader's language: the command line and the pages say it alike. */
import { CHECKS_EN, FINDINGS_EN } from './finding-words-en.ts';
import { CHECKS_VI, FINDINGS_VI } from './finding-words-vi.ts';
import type { CheckName, FindingName } from './findings.ts';
import { detailInWords } from './reason-words.ts';
import { fill, type Locale } from './refusal-sentence.ts';
import type { RefusalDetail } from './refusals.ts';
import { shellWord } from './shell-word.ts';

export function checkWord(check: string, locale: Locale): string {
  const words: Readonly<Record<string, string>> = locale === 'vi' ? CHECKS_VI : CHECKS_EN;
  return words[check as CheckName] ?? check;
}

/** What it is and what to do. A finding that is not known here, of a newer station, is said as its code. */
export function findingSentences(finding: string, detail: RefusalDetail, locale: Locale): { what: string; mend: string } {
  const words: Readonly<Record<string, readonly [string, string]>> = locale === 'vi' ? FINDINGS_VI : FINDINGS_EN;
  const [what, mend] = words[finding as FindingName] ?? [finding, ''];
  const said = detailInWords(detail, locale);
  return { what: fill(what, said), mend: fill(mend, { ...said, ...asWords(detail) }) };
}

/** What a mend names of these stands in a command. */
function asWords({ file, folder }: RefusalDetail): RefusalDetail {
  return { ...(typeof file === 'string' && { file: shellWord(file) }), ...(typeof folder === 'string' && { folder: shellWord(folder) }) };
}

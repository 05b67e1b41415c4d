/** The marks of a dispatch, as stamps on paper are: classification, precedence. What is the rule goes without saying. */
import type { Classification, Precedence } from '#wire/names.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { useWords } from '../words/words.ts';

export function ClassificationMark({ value }: { readonly value: Classification }) {
  const words = useWords();
  return <span className="secrecy" data-value={value}>{words.mark.classification[value]}</span>;
}

export function PrecedenceMark({ value }: { readonly value: Precedence }) {
  const words = useWords();
  return (
    <span className="precedence" data-rank={PRECEDENCE_RANK[value]}>
      <i aria-hidden="true"><u /><u /><u /></i>{words.mark.precedence[value]}
    </span>
  );
}

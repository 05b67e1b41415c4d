/** Beside what failed for want of the office's seal: the way to where it is asked for. */
import { Link } from 'react-aria-components';
import { Refusal } from '#core/refusals.ts';
import { withAct } from '../frame/begun.ts';
import { useWords } from '../words/words.ts';

export function SealLink({ fault }: { readonly fault: unknown }) {
  const words = useWords();
  const position = fault instanceof Refusal && fault.code === 'seal-missing' ? fault.detail['position'] : undefined;
  return position === undefined ? null : <Link className="button primary" href={withAct(`/directory/positions/${String(position)}`, 'seal')}>{words.desk.nextStep.seal.way}</Link>;
}

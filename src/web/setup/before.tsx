/** What is told before a form of the set-up: what will be made, what has to be at hand, how long it takes, and what becomes of the practice. */
import { useWords } from '../words/words.ts';
import type { SetupState } from './setup-api.ts';

export function Before({ isJoining, state: { first } }: { readonly isJoining: boolean; readonly state: SetupState }) {
  const words = useWords();
  const told = isJoining ? [words.setup.before.joinMakes, words.setup.before.joinNeeds, words.setup.before.joinTakes] : [words.setup.before.makes, words.setup.before.needs, words.setup.before.takes];
  return (
    <ul className="door-before">
      {[...told, ...(first === null ? [] : [words.setup.before.practice])].map((line) => <li key={line}>{line}</li>)}
    </ul>
  );
}

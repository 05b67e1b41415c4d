/** Acts of a registrar on the directory: signed, proposed, said. */
import { useState } from 'react';
import { type Proposed, proposePlans } from '#client/directory/registrar-desk.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { useEntered } from '../device/entered.ts';
import { useWords } from '../words/words.ts';
import { saidWith } from './said.tsx';
import type { Directory } from './use-directory.ts';

export interface Proposing {
  /** What came of the last act. */
  readonly said: readonly string[];
  readonly say: (lines: readonly string[]) => void;
  /** Nothing is signed where nothing would change. @param more what is left to do, said after it */
  readonly propose: (plans: readonly EntryPlan[], more?: readonly string[]) => Promise<Proposed | null>;
}

/** An act on one office. */
export interface OfficeActProps {
  readonly directory: Directory;
  readonly office: string;
  readonly proposing: Proposing;
}

export function useProposing({ look }: Pick<Directory, 'look'>): Proposing {
  const words = useWords();
  const { session } = useEntered();
  const [said, setSaid] = useState<readonly string[]>([]);
  const say = (lines: readonly string[]): void => {
    setSaid(lines);
    look();
  };
  const propose = async (plans: readonly EntryPlan[], more: readonly string[] = []): Promise<Proposed | null> => {
    const proposed = plans.length === 0 ? null : await proposePlans(session, plans);
    say(proposed === null ? [words.acts.unchanged] : saidWith(proposed, more, words));
    return proposed;
  };
  return { said, say, propose };
}

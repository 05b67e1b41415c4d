/** Beside the choice of precedence: who may send Hỏa tốc, or why it is not among the choices. */
import { useMemo } from 'react';
import type { Session } from '#client/session.ts';
import { flashSenders } from '#model/rights.ts';
import type { Precedence } from '#wire/names.ts';
import { fill, useWords } from '../words/words.ts';

export interface FlashNoteProps {
  readonly session: Session;
  readonly office: string;
  /** What is chosen now. */
  readonly chosen: readonly Precedence[];
}

/** The precedences that somebody of the office may send. */
export function useGivable(session: Session, office: string): Readonly<Record<Precedence, string>> {
  const { mark: { precedence } } = useWords();
  const { flash: _, ...usual } = precedence;
  return useSenders(session, office).length > 0 ? precedence : usual as unknown as Readonly<Record<Precedence, string>>;
}

/** Said when it matters: where nobody may, and where it is chosen by somebody who does not send it. */
export function FlashNote({ session, office, chosen }: FlashNoteProps) {
  const words = useWords();
  const senders = useSenders(session, office);
  const isMine = senders.some(({ person }) => person === session.ring.contents.person);
  if (senders.length > 0 && (isMine || !chosen.includes('flash'))) return null;
  return <p className="soft flash-note" role="status">{senders.length === 0 ? words.compose.flashNobody : fill(words.compose.flashSenders, { persons: senders.map(({ name }) => name).join(', ') })}</p>;
}

/** Everybody of the directory is asked where the directory has grown, not at each key that is typed. */
function useSenders(session: Session, office: string): ReturnType<typeof flashSenders> {
  return useMemo(() => flashSenders(session.view, office, session.now()), [session, office, session.view.point.size]);
}

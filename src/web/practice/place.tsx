/** What every card of the practice desk is given, and the device that opens for it. */
import { useEffect, useState } from 'react';
import type { Session } from '#client/session.ts';
import { Fault } from '../kit/fault.tsx';
import { fill, useWords } from '../words/words.ts';
import type { JourneyControl } from './journey.ts';
import type { PracticePersonSeen } from './practice-api.ts';
import type { PracticeSessions } from './practice-sessions.ts';

export interface Place {
  readonly person: PracticePersonSeen;
  readonly sessions: PracticeSessions;
  readonly control: JourneyControl;
}

/** The person's open device, or null while it opens. */
export function useDevice({ person, sessions }: Pick<Place, 'person' | 'sessions'>): { readonly session: Session | null; readonly fault: unknown } {
  const [session, setSession] = useState<Session | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  useEffect(() => {
    let isWanted = true;
    const open = async (): Promise<void> => {
      try {
        const opened = await sessions.of(person);
        if (isWanted) setSession(opened);
      } catch (error) {
        if (isWanted) setFault(error);
      }
    };
    void open();
    return () => { isWanted = false; };
  }, [person, sessions]);
  return { session, fault };
}

export function Opening({ person, fault }: { readonly person: PracticePersonSeen; readonly fault: unknown }) {
  const words = useWords();
  if (fault !== null) return <Fault error={fault} />;
  return <p className="waiting" role="status">{fill(words.practice.opening, { name: person.name })}</p>;
}


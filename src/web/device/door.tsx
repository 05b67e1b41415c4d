/** The door of the house: whoever comes in brings an unlocked device; whoever goes out leaves nothing open. */
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Session } from '#client/session.ts';
import { go } from '../frame/router.tsx';
import { type Entered, EnteredContext } from './entered.ts';

const EnterContext = createContext<(session: Session, office: string) => void>(() => undefined);

/** Lets an unlocked device in. */
export function useEnter(): (session: Session, office: string) => void {
  return useContext(EnterContext);
}

export function Door({ children }: { readonly children: ReactNode }) {
  const [inside, setInside] = useState<Pick<Entered, 'session' | 'office'> | null>(null);
  const entered = useMemo<Entered | null>(() => inside && {
    ...inside,
    setOffice: (office) => setInside({ ...inside, office }),
    lock: () => {
      setInside(null);
      go('/');
    },
  }, [inside]);
  return (
    <EnterContext value={(session, office) => setInside({ session, office })}>
      <EnteredContext value={entered}>{children}</EnteredContext>
    </EnterContext>
  );
}

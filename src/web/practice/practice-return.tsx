/** Back into the house after a reload: the practice person whose desk stood open in this tab. No real device is opened so. */
import { useEffect, useState } from 'react';
import { Refusal } from '#core/refusals.ts';
import { useEnter } from '../device/door.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import { PracticeApi } from './practice-api.ts';
import { PracticeSessions } from './practice-sessions.ts';
import { entryOf } from './entry.ts';
import { rememberPerson } from './remembered.ts';

export function PracticeReturn({ person }: { readonly person: string }) {
  const outside = useOutside();
  const enter = useEnter();
  const words = useWords();
  const [fault, setFault] = useState<unknown>(null);
  useEffect(() => {
    let isWanted = true;
    const open = async (): Promise<void> => {
      const api = new PracticeApi(outside.transport(''), outside.ticket);
      const { people } = await api.state();
      const found = people.find((one) => one.person === person);
      if (found === undefined) throw new Refusal('person-unknown', { person });
      const entry = await entryOf({ people, sessions: new PracticeSessions(outside, api), enter }, found);
      if (isWanted) enter(entry);
    };
    open().catch((error: unknown) => {
      if (!isWanted) return;
      rememberPerson(null);
      setFault(error);
    });
    return () => { isWanted = false; };
  }, [outside, person, enter]);
  return <main className="work" id="work">{fault === null ? <p className="waiting" role="status">{words.loading}</p> : <Fault error={fault} />}</main>;
}

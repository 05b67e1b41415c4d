/** Into the house as a practice person, with every other role one choice away. */
import { closeWork } from '../device/close-work.ts';
import type { Entry } from '../device/door.tsx';
import { go } from '../frame/router.tsx';
import { roleOf } from './journey.ts';
import type { PracticePersonSeen } from './practice-api.ts';
import type { PracticeSessions } from './practice-sessions.ts';
import { rememberPerson } from './remembered.ts';

export interface Troupe {
  readonly people: readonly PracticePersonSeen[];
  readonly sessions: PracticeSessions;
  readonly enter: (entry: Entry) => void;
}

/** Opens the person's device, if it is not. @throws Refusal those of PracticeSessions.of */
export async function entryOf(troupe: Troupe, person: PracticePersonSeen): Promise<Entry> {
  const { people, sessions, enter } = troupe;
  const { session, link } = await sessions.openedOf(person);
  rememberPerson(person.person);
  return {
    session, link, office: person.office, onLeave: () => rememberPerson(null),
    play: {
      people: people.map((one) => ({ person: one.person, title: one.title, step: roleOf(people, one) })),
      become: async (code) => {
        const next = people.find((one) => one.person === code);
        if (next === undefined || next === person) return;
        enter(await entryOf(troupe, next));
        go('/desk');
        await closeWork(session);
      },
    },
  };
}

/** What the chosen role has before them: loaded with everything that seals, signs and opens. */
import { useEffect, useRef, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useEnter } from '../device/door.tsx';
import type { Role } from '../device/entered.ts';
import { go } from '../frame/router.tsx';
import { arrive } from '../kit/arrival.ts';
import { Button } from '../kit/button.tsx';
import { ArrowIcon, CheckIcon } from '../kit/icons.tsx';
import { useWork } from '../kit/use-outside.ts';
import { ROOMS } from '../rooms.ts';
import { fill, useWords } from '../words/words.ts';
import { DraftCard } from './draft-card.tsx';
import { entryOf } from './entry.ts';
import { type JourneyControl, ROLES, stepsDone, turnOf } from './journey.ts';
import { leadTo } from './lead.ts';
import { type Place, useDevice } from './place.tsx';
import type { PracticePersonSeen } from './practice-api.ts';
import type { PracticeSessions } from './practice-sessions.ts';
import { type Heard, ReceiveCard } from './receive-card.tsx';
import { SendCard } from './send-card.tsx';
import { SignCard } from './sign-card.tsx';

export interface DeskProps extends Heard {
  readonly role: Role;
  readonly onRole: (role: Role) => void;
  readonly people: readonly PracticePersonSeen[];
  readonly cast: Readonly<Record<Role, PracticePersonSeen>>;
  readonly sessions: PracticeSessions;
  readonly control: JourneyControl;
}

export function Desk({ role, onRole, people, cast, sessions, control, hasArrived, isOpenedHome }: DeskProps) {
  const words = useWords();
  const person = cast[role];
  const done = stepsDone(control.journey);
  const turn = turnOf(control.journey);
  const place = { person, sessions, control };
  const step = useRef<HTMLElement>(null);
  const start = useRef<HTMLParagraphElement>(null);
  // Whoever chooses a role in the list stays there, to look at the others.
  const [led, setLed] = useState(0);
  useEffect(() => leadTo(step.current!, start.current!), [led]);
  // What was pressed goes with the step that it ended, and the page grows shorter under whoever pressed it: they stay at the
  // end of the card, where what was done and whose turn it is stand together.
  useEffect(() => {
    if (document.activeElement !== document.body) return;
    const next = step.current!.querySelector<HTMLElement>('[data-next]');
    if (next === null) leadTo(step.current!, start.current!);
    else arrive(next);
  }, [turn]);
  const lead = (next: Role): void => {
    onRole(next);
    setLed(led + 1);
  };
  return (
    <section ref={step} className="desk" aria-label={words.practice.roles}>
      <ToggleButtonGroup className="roles" aria-label={words.practice.roles} selectionMode="single" disallowEmptySelection selectedKeys={[role]} onSelectionChange={(keys) => onRole([...keys][0] as Role)}>
        {ROLES.map((one) => (
          <ToggleButton key={one} id={one} className="role">
            <span className="role-name">{words.practice.role[one]}{done[one] && <CheckIcon />}</span>
            <span className="role-step">{words.practice.step[one]}</span>
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <p ref={start} tabIndex={-1} className="whose">{fill(words.practice.now, { name: person.name, title: `${person.title}, ${person.officeName}` })}</p>
      <div key={role} className="card">
        {role === 'drafter' && <DraftCard {...place} to={cast.post} />}
        {role === 'signatory' && <SignCard {...place} />}
        {role === 'clerk' && <SendCard {...place} />}
        {role === 'post' && <ReceiveCard {...place} hasArrived={hasArrived} isOpenedHome={isOpenedHome} />}
      </div>
      {turn !== null && turn !== role && (done[role] || control.journey.returned !== null) && (
        <Button variant="primary" data-next onPress={() => lead(turn)}>{fill(words.practice.switchTo, { role: words.practice.role[turn].toLocaleLowerCase() })}<ArrowIcon /></Button>
      )}
      <WholeDesk {...place} people={people} />
      {turn === null && <Button variant="primary" onPress={() => { control.restart(); lead('drafter'); }}>{words.receive.another}<ArrowIcon /></Button>}
    </section>
  );
}

/** Into the house as this person: every room, with the practice device that is open here. */
function WholeDesk({ people, ...place }: Place & Pick<DeskProps, 'people'>) {
  const words = useWords();
  const enter = useEnter();
  const { session } = useDevice(place);
  const { isBusy, run } = useWork();
  const first = ROOMS.find(({ part }) => part === 'work') ?? ROOMS[0];
  if (session === null || first === undefined) return null;
  const open = (): void => run(async () => {
    enter(await entryOf({ people, sessions: place.sessions, enter }, place.person));
    go(first.path);
  });
  return <Button isDisabled={isBusy} onPress={open}>{fill(words.practice.openDesk, { name: place.person.name })}</Button>;
}

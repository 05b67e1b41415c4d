/** The frame around a room: the list of rooms, the office that is worked for, and the room itself. */
import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { Link } from 'react-aria-components';
import { CardNudge } from '../device/card-nudge.tsx';
import { Connection } from '../device/connection.tsx';
import { EndedHere, useStanding } from '../device/ended-here.tsx';
import { type Entered, type Play, useMaybeEntered } from '../device/entered.ts';
import { OutboxStrip } from '../device/outbox-strip.tsx';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { AwayContext } from '../kit/away.ts';
import { Choice } from '../kit/field.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { hasGoneBack } from './router.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Tray } from './tray.tsx';
import { isOffered, type Room, ROOMS } from '../rooms.ts';
import { useWords } from '../words/words.ts';

const PARTS = ['work', 'house'] as const;
/** After the first room was shown: the others' scripts, one after the other. */
const OTHERS_MS = 500;

export function WorkFrame({ room: { path: here, name, Page } }: { readonly room: Room }) {
  const words = useWords();
  const [unfolded, unfold] = useState<string | null>(null);
  // Only a narrow page folds the list; whoever went somewhere is done with it.
  const isUnfolded = unfolded === here;
  const entered = useMaybeEntered();
  useOthersLoaded(entered !== null);
  useAtItsBeginning(here);
  const isPlayed = entered !== null && entered.play !== null;
  // Whoever became another stands in that one's room, by keyboard too.
  useEffect(() => { if (isPlayed) document.getElementById('work')?.focus({ preventScroll: true }); }, [isPlayed]);
  const work = <>{entered !== null && <><OutboxStrip session={entered.session} own={entered.own} /><Tray session={entered.session} /></>}<Suspense fallback={<p className="waiting" role="status">{words.loading}</p>}><Page /></Suspense></>;
  const open = ROOMS.filter((room) => isOffered(room, entered));
  return (
    <div className="house">
      <nav className="rooms" aria-label={words.rooms.title} data-unfolded={isUnfolded}>
        {entered !== null && <Whose />}
        <div className="fold"><Button aria-expanded={isUnfolded} aria-controls="rooms" onPress={() => unfold(isUnfolded ? null : here)}>{words.rooms.title}</Button><b>{name(words)}</b></div>
        <div id="rooms" className="room-list">
          <Shortcuts />
          {PARTS.map((part) => {
            const listed = open.filter((room) => room.part === part);
            return listed.length > 0 && (
              <section key={part} aria-labelledby={`rooms-${part}`}>
                <h2 id={`rooms-${part}`}>{words.rooms.part[part]}</h2>
                <ul>{listed.map((room) => <li key={room.path}><Link href={room.path} {...(room.path === here ? { 'aria-current': 'page' as const } : {})}>{room.name(words)}</Link></li>)}</ul>
              </section>
            );
          })}
        </div>
      </nav>
      <main id="work" tabIndex={-1}>{entered === null ? work : <Standing entered={entered}>{work}</Standing>}</main>
    </div>
  );
}

/** How it stands with the station, above every room; nothing but that where the device was ended. */
function Standing({ entered, children }: { readonly entered: Entered; readonly children: ReactNode }) {
  const { link, end } = useStanding(entered);
  if (end !== null) return <EndedHere end={end} />;
  return <AwayContext value={link === 'away'}><Connection entered={entered} state={link} />{entered.own !== null && <CardNudge own={entered.own} />}{children}</AwayContext>;
}

/** Whoever goes to another room stands at its beginning: the next Tab is the room's own and not the list of rooms, and an act that led there has not lost the focus. */
function useAtItsBeginning(here: string): void {
  const before = useRef(here);
  useEffect(() => {
    if (before.current === here) return;
    before.current = here;
    const work = document.getElementById('work');
    // What the room itself has led to stays.
    if (work?.contains(document.activeElement) === true && document.activeElement !== work) return;
    work?.focus({ preventScroll: true });
    if (!hasGoneBack()) scrollTo(0, 0);
  }, [here]);
}

/** Whoever goes to another room finds it loaded. */
function useOthersLoaded(isEntered: boolean): void {
  const { clock } = useOutside();
  useEffect(() => {
    if (!isEntered) return undefined;
    let isWanted = true;
    const loadAll = async (): Promise<void> => {
      for (const { load } of ROOMS) if (isWanted) await load().catch(() => undefined);
    };
    const cancel = clock.after(OTHERS_MS, () => void loadAll());
    return () => {
      isWanted = false;
      cancel();
    };
  }, [isEntered, clock]);
}

function Whose() {
  const words = useWords();
  const { session, office, setOffice, play, lock } = useMaybeEntered()!;
  const { view, ring: { contents } } = session;
  const names = Object.fromEntries(session.offices().map((code) => [code, view.office(code)?.name ?? code]));
  return (
    <div className="whose-desk">
      <b>{contents.name}</b>
      {Object.keys(names).length > 1 ? <Choice label={words.rooms.office} value={office} choices={names} onChange={setOffice} /> : <span>{names[office]}</span>}
      <Button variant="quiet" onPress={lock}>{words.rooms.lock}</Button>
      {play !== null && <Playing play={play} person={contents.person ?? ''} />}
    </div>
  );
}

/** Another role of the practice province, and the way back to its map. */
function Playing({ play: { people, become }, person }: { readonly play: Play; readonly person: string }) {
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const roles = Object.fromEntries(people.map((one) => [one.person, `${one.title}: ${words.practice.step[one.step].toLocaleLowerCase()}`]));
  return (
    <div className="playing">
      <Choice label={words.practice.roles} value={person} choices={roles} onChange={(next) => run(() => become(next))} />
      {isBusy && <p className="waiting" role="status">{words.loading}</p>}
      <Fault error={fault} />
      <Link href="/">{words.practice.toMap}</Link>
    </div>
  );
}

/** Whoever has left, or whose device was ended, while it stands open: told so at once, in place of every room, and nothing is asked of the station any more. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { type DeviceEnd, deviceEnd } from '#client/keyring/ended-device.ts';
import { actorOf } from '#client/signers.ts';
import { Button } from '../kit/button.tsx';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { type Entered, useEntered } from './entered.ts';
import { type Happened, useLive } from './live.ts';
import type { LinkState } from './station-link.ts';

/** How it stands with the station, and with this device in the directory. */
export interface Standing {
  readonly link: LinkState;
  readonly end: DeviceEnd | null;
}

/** Of an ended session the directory says why, which asks for none: until it has, the session is not said to have ended. */
export function useStanding({ link, session }: Pick<Entered, 'link' | 'session'>): Standing {
  const state = useSyncExternalStore(useCallback((changed) => link.listen(changed), [link]), () => link.state);
  const [end, setEnd] = useState<DeviceEnd | null>(null);
  const [isAsked, setAsked] = useState(false);
  const [actor] = useState(() => actorOf(session.ring));
  const look = useCallback(() => setEnd(deviceEnd(session.view, actor)), [session, actor]);
  useLive(look, hasGrown);
  useEffect(() => {
    if (state !== 'expired') return undefined;
    let isWanted = true;
    const ask = async (): Promise<void> => {
      await session.directory.sync().catch(() => undefined);
      if (!isWanted) return;
      look();
      setAsked(true);
    };
    void ask();
    return () => {
      isWanted = false;
      setAsked(false);
    };
  }, [state, session, look]);
  return { link: state === 'expired' && !isAsked ? 'reached' : state, end };
}

function hasGrown({ kind }: Happened): boolean {
  return kind === 'directory-grown';
}

export function EndedHere({ end: { device, at, reason, hasLeft } }: { readonly end: DeviceEnd }) {
  const words = useWords();
  const { session: { view }, lock } = useEntered();
  const names = view.registrars().map(({ person }) => view.person(person)?.name ?? person).join(', ');
  const date = dateText(at);
  return (
    <div className="room" role="alert">
      <h1>{hasLeft ? words.door.endedLeft : words.door.endedDevice}</h1>
      <p>{hasLeft ? fill(words.door.endedLeftWhat, { organisation: view.organisation.name, date })
        : fill(words.door.endedDeviceWhat, { device, date, ...(reason !== null && { reason: words.directory.reason[reason] }) })}</p>
      <p>{fill(words.door.endedNext, { names })}</p>
      <div className="acts"><Button variant="primary" onPress={lock}>{words.rooms.lock}</Button></div>
    </div>
  );
}

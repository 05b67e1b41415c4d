/** The door of the house: whoever comes in brings an unlocked device; whoever goes out leaves nothing open. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { Session } from '#client/session.ts';
import { go } from '../frame/router.tsx';
import { useOutside } from '../kit/use-outside.ts';
import { roomAt } from '../rooms.ts';
import { closeWork } from './close-work.ts';
import { type Entered, EnteredContext, type Play } from './entered.ts';
import { IdleLock } from './idle-lock.tsx';
import { LiveContext, LiveFeed } from './live.ts';
import { OFFICE_KEY, type OwnDevice } from './own-device.ts';
import { registersOf } from './registers.ts';
import type { StationLink } from './station-link.ts';

/** Who comes in. */
export interface Entry {
  readonly session: Session;
  readonly link: StationLink;
  readonly office: string;
  /** The device that this browser keeps; absent for a practice person's, which is nobody's own. */
  readonly own?: OwnDevice;
  /** Absent for a device that is somebody's own. */
  readonly play?: Play;
  /** What is to be done when they lock: end the session, wipe the keys, forget who it was. */
  readonly onLeave?: () => void;
}

const EnterContext = createContext<(entry: Entry) => void>(() => undefined);

/** Lets an unlocked device in. */
export function useEnter(): (entry: Entry) => void {
  return useContext(EnterContext);
}

export function Door({ children }: { readonly children: ReactNode }) {
  const [inside, setInside] = useState<Entry | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const outside = useOutside();
  const enter = useCallback((entry: Entry) => {
    // What was kept is read while the first room is being shown.
    registersOf(entry.session, outside, entry.own !== undefined);
    setInside(entry);
  }, [outside]);
  const entered = useMemo<Entered | null>(() => inside && {
    session: inside.session,
    link: inside.link,
    office: inside.office,
    own: inside.own ?? null,
    play: inside.play ?? null,
    setOffice: (office) => {
      if (inside.own !== undefined) sessionStorage.setItem(OFFICE_KEY, office);
      setInside({ ...inside, office });
    },
    lock: () => {
      setInside(null);
      const kept = closeWork(inside.session);
      inside.onLeave?.();
      if (inside.own === undefined) return go('/');
      setLeaving(true);
      // Before a room that anybody may read stands no door.
      inside.own.leave(kept, roomAt(location.pathname)?.isPublic === true ? '/' : location.pathname + location.search);
    },
  }, [inside]);
  return (
    <EnterContext value={enter}>
      <EnteredContext value={entered}><Live session={inside?.session ?? null}>{isLeaving ? null : children}</Live></EnteredContext>
      {entered !== null && entered.own !== null && <IdleLock lock={entered.lock} own={entered.own} />}
    </EnterContext>
  );
}

function Live({ session, children }: { readonly session: Session | null; readonly children: ReactNode }) {
  const { clock } = useOutside();
  const [feed, setFeed] = useState<LiveFeed | null>(null);
  useEffect(() => {
    if (session === null) return undefined;
    const opened = new LiveFeed(session, clock);
    setFeed(opened);
    return () => {
      opened.close();
      setFeed(null);
    };
  }, [session, clock]);
  return <LiveContext value={feed}>{children}</LiveContext>;
}

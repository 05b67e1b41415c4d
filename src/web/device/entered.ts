/** Who works here: one unlocked device at its station, and the office that it works for now. */
import { createContext, useContext } from 'react';
import type { Session } from '#client/session.ts';
import { assert } from '#core/refusals.ts';
import type { OwnDevice } from './own-device.ts';
import type { StationLink } from './station-link.ts';

/** What somebody of the practice province is there for (practice/journey.ts). */
export type Role = 'drafter' | 'signatory' | 'clerk' | 'post';

/** Everybody whose role may be played here. */
export interface Play {
  readonly people: readonly { readonly person: string; readonly title: string; readonly step: Role }[];
  /** Opens that person's device and stands at their desk. */
  readonly become: (person: string) => Promise<void>;
}

export interface Entered {
  readonly session: Session;
  /** How it stands with the station. */
  readonly link: StationLink;
  /** Code of the office that the person works for now: one of `session.offices()`. */
  readonly office: string;
  readonly setOffice: (office: string) => void;
  /** The device that this browser keeps; null for a practice person, all of whose traffic is exercise. */
  readonly own: OwnDevice | null;
  /** Only in the practice province; null for whoever works. */
  readonly play: Play | null;
  /** Locks: keys leave memory, and the page shows what it shows to a stranger. */
  readonly lock: () => void;
}

export const EnteredContext = createContext<Entered | null>(null);

/** Whoever works here, or null for a stranger. */
export function useMaybeEntered(): Entered | null {
  return useContext(EnteredContext);
}

/** For rooms that only an unlocked device reaches. */
export function useEntered(): Entered {
  const entered = useContext(EnteredContext);
  assert(entered !== null, 'rooms stand behind the door');
  return entered;
}

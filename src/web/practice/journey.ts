/** The one practice dispatch that the page follows: which step it is at, and who has the next one. The station knows it too (use-followed.ts). */
import { useCallback, useEffect, useMemo, useReducer, useState } from 'react';
import type { OpenedDispatch } from '#client/dispatch/incoming.ts';
import type { HeldDraft } from '#client/dispatch/outgoing.ts';
import { positionMay } from '#model/rights.ts';
import type { Role } from '../device/entered.ts';
import type { PracticePersonSeen } from './practice-api.ts';
import { rememberDispatch, rememberedDispatch } from './remembered.ts';

/** In the order of their steps. */
export const ROLES: readonly Role[] = ['drafter', 'signatory', 'clerk', 'post'];

/** What a practice person is there for: whoever signs signs; of those who send, the first to be named sends first and the others receive. */
export function roleOf(people: readonly PracticePersonSeen[], person: PracticePersonSeen): Role {
  if (positionMay(person, 'sign a draft')) return 'signatory';
  if (!positionMay(person, 'send')) return 'drafter';
  const clerk = people.find((one) => positionMay(one, 'send'));
  return clerk?.station === person.station ? 'clerk' : 'post';
}

export interface Journey {
  readonly draft: string | null;
  /** As the signatory read it: after sending, the station has no draft any more. */
  readonly held: HeldDraft | null;
  readonly isApproved: boolean;
  readonly isSigned: boolean;
  /** `numbered` is `12/UBND-VP`; null where the sealed dispatch is all that is known of it. */
  readonly sent: { readonly dispatch: string; readonly numbered: string | null } | null;
  readonly opened: OpenedDispatch | null;
  /** Given back to its author with a reason, and not yet written anew. */
  readonly returned: HeldDraft | null;
}

/** Nothing is followed. */
export const NONE: Journey = { draft: null, held: null, isApproved: false, isSigned: false, sent: null, opened: null, returned: null };

/** Steps that are behind. */
export function stepsDone({ draft, isSigned, sent, opened }: Journey): Readonly<Record<Role, boolean>> {
  const isSent = sent !== null;
  return { drafter: isSent || draft !== null, signatory: isSent || isSigned, clerk: isSent, post: opened !== null };
}

/** Whose turn it is; null when all is done. */
export function turnOf(journey: Journey): Role | null {
  const done = stepsDone(journey);
  return ROLES.find((role) => !done[role]) ?? null;
}

export interface JourneyControl {
  readonly journey: Journey;
  /** Whose way is shown: the one that was sent, or after a reload the last one before it, until another is begun. */
  readonly followed: string | null;
  readonly go: (step: Partial<Journey>) => void;
  readonly restart: () => void;
}

export function useJourney(): JourneyControl {
  const [journey, change] = useReducer((before: Journey, step: Partial<Journey> | null) => (step === null ? NONE : after(before, step)), NONE);
  const [last, setLast] = useState(rememberedDispatch);
  const { sent, draft } = journey;
  const keep = useCallback((dispatch: string | null): void => {
    rememberDispatch(dispatch);
    setLast(dispatch);
  }, []);
  useEffect(() => { if (sent !== null) keep(sent.dispatch); }, [sent, keep]);
  const followed = sent?.dispatch ?? (draft === null ? last : null);
  const restart = useCallback((): void => {
    change(null);
    keep(null);
  }, [keep]);
  return useMemo(() => ({ journey, followed, go: change, restart }), [journey, followed, restart]);
}

/** What is known already changes nothing, and draws nothing again. */
function after(before: Journey, step: Partial<Journey>): Journey {
  const next = { ...before, ...step };
  const isSame = (Object.keys(NONE) as (keyof Journey)[]).every((key) => next[key] === before[key] || (key === 'sent' && JSON.stringify(next.sent) === JSON.stringify(before.sent)));
  return isSame ? before : next;
}

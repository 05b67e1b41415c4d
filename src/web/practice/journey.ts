/** The one practice dispatch that the page follows: which step it is at, and who has the next one. */
import { useMemo, useReducer } from 'react';
import type { OpenedDispatch } from '#client/incoming.ts';
import type { Accepted, HeldDraft } from '#client/outgoing.ts';

export const ROLES = ['drafter', 'signatory', 'clerk', 'post'] as const;
export type Role = (typeof ROLES)[number];

export interface Journey {
  readonly draft: string | null;
  /** As the signatory read it: after sending, the station has no draft any more. */
  readonly held: HeldDraft | null;
  readonly isApproved: boolean;
  readonly isSigned: boolean;
  readonly sent: Accepted | null;
  readonly opened: OpenedDispatch | null;
}

const NONE: Journey = { draft: null, held: null, isApproved: false, isSigned: false, sent: null, opened: null };

/** Steps that are behind. */
export function stepsDone({ draft, isSigned, sent, opened }: Journey): Readonly<Record<Role, boolean>> {
  return { drafter: draft !== null, signatory: isSigned, clerk: sent !== null, post: opened !== null };
}

/** Whose turn it is; null when all is done. */
export function turnOf(journey: Journey): Role | null {
  const done = stepsDone(journey);
  return ROLES.find((role) => !done[role]) ?? null;
}

export interface JourneyControl {
  readonly journey: Journey;
  readonly go: (step: Partial<Journey>) => void;
  readonly restart: () => void;
}

export function useJourney(): JourneyControl {
  const [journey, change] = useReducer((before: Journey, step: Partial<Journey> | null) => (step === null ? NONE : { ...before, ...step }), NONE);
  return useMemo(() => ({ journey, go: change, restart: () => change(null) }), [journey]);
}

/**
 * What the cards show is what the desks show: the station is asked what waits for the person, and what became of the draft
 * that is followed, so that a step done in the house, in another tab or by command stands here too.
 */
import { useCallback, useEffect } from 'react';
import { type HeldDraft, listDrafts, openListed } from '#client/dispatch/outgoing.ts';
import type { Session } from '#client/session.ts';
import { type DraftStep, STEP_OF, type WaitingDraft, waitingDrafts, type Worker } from '../desk/waiting.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { type Journey, NONE } from './journey.ts';
import type { Place } from './place.tsx';

const LOOK_EVERY_MS = 1_000;
const LINES = 50;
const GIVEN_BACK = ['change'] as const;

/** For whoever approves, signs or sends: takes up what waits for them where nothing is under way here. @param steps what their card does */
export function useFollowedDraft({ person: { person, office }, control: { journey: { draft, sent }, go } }: Place, session: Session | null, steps: readonly DraftStep[]): void {
  const look = useCallback(async (): Promise<Partial<Journey> | null> => {
    if (session === null || sent !== null) return null;
    if (draft !== null) return becomeOf(session, draft);
    const mine = await oldestOf(session, steps, { view: session.view, person, office, now: session.now() });
    return mine === null ? null : takenUp(mine);
  }, [session, person, office, draft, sent, steps]);
  const { value } = useLoaded(look, LOOK_EVERY_MS);
  useEffect(() => { if (value !== null) go(value); }, [value, go]);
}

/** For who wrote it: what was given back to them, where nothing is under way here. */
export function useFollowedReturn({ person: { person, office }, control: { journey: { draft, sent, returned }, go } }: Place, session: Session | null): void {
  const look = useCallback(async (): Promise<Partial<Journey> | null> => {
    if (session === null || draft !== null || sent !== null || returned !== null) return null;
    const mine = await oldestOf(session, GIVEN_BACK, { view: session.view, person, office, now: session.now() });
    return mine === null ? null : { returned: heldOf(mine) };
  }, [session, person, office, draft, sent, returned]);
  const { value } = useLoaded(look, LOOK_EVERY_MS);
  useEffect(() => { if (value !== null) go(value); }, [value, go]);
}

/** For whoever receives: the newest that nobody has opened, where none is followed. */
export function useFollowedArrival({ person: { office }, control: { journey: { sent }, go } }: Place, session: Session | null): void {
  const look = useCallback(async (): Promise<Partial<Journey> | null> => {
    if (session === null || sent !== null) return null;
    const { lines } = await session.api.call('register', { path: { office, direction: 'in' }, query: { limit: LINES } });
    const arrived = lines.find(({ state }) => state === 'arrived');
    return arrived === undefined ? null : { ...NONE, sent: { dispatch: arrived.dispatch, numbered: null } };
  }, [session, office, sent]);
  const { value } = useLoaded(look, LOOK_EVERY_MS);
  useEffect(() => { if (value !== null) go(value); }, [value, go]);
}

/** The list is asked each second: fetched, opened and verified is only what is next, and what this person turns out not to act on. */
async function oldestOf(session: Session, steps: readonly DraftStep[], worker: Worker): Promise<WaitingDraft | null> {
  const records = (await listDrafts(session, worker.office)).filter(({ step }) => steps.some((one) => one === STEP_OF[step]));
  for (const record of records.toSorted((a, b) => a.changed - b.changed)) {
    const mine = waitingDrafts([await openListed(session, record)], worker).find(({ isMine }) => isMine);
    if (mine !== undefined) return mine;
  }
  return null;
}

/** How far a draft has come meanwhile. An answer that was asked for before a step was taken here undoes none. */
async function becomeOf({ api, view }: Session, draft: string): Promise<Partial<Journey>> {
  const { step, dispatch, number, office } = await api.call('draft', { path: { draft } });
  // Given back, it is its author's; changed, it is another draft.
  if (step === 'discarded' || step === 'returned') return NONE;
  const sent = dispatch === null || number === null ? {} : { sent: { dispatch, numbered: `${number.number}/${view.office(office)?.symbol ?? office}` } };
  const isSigned = step === 'signed' || step === 'numbered' || step === 'sent';
  return { ...((isSigned || step === 'approved') && { isApproved: true }), ...(isSigned && { isSigned }), ...sent };
}

function takenUp(waiting: WaitingDraft): Partial<Journey> {
  const { draft: { record: { draft } }, step } = waiting;
  return { ...NONE, draft, held: heldOf(waiting), isApproved: step !== 'approve', isSigned: step === 'send' };
}

function heldOf({ draft: { record: { draft: id, version, step, office }, open, exposed } }: WaitingDraft): HeldDraft | null {
  return open && { id, version, step, office, open, exposed };
}

/**
 * What the cards show is what the desks show: the station is asked what waits for the person, and what became of the draft
 * that is followed, so that a step done in the house, in another tab or by command stands here too.
 */
import { useCallback, useEffect } from 'react';
import { readDrafts } from '#client/outgoing.ts';
import type { Session } from '#client/session.ts';
import { type DraftStep, type WaitingDraft, waitingDrafts } from '../desk/waiting.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { type Journey, NONE } from './journey.ts';
import type { Place } from './place.tsx';

const LOOK_EVERY_MS = 1_000;
const LINES = 50;

/** For whoever approves, signs or sends: takes up what waits for them where nothing is under way here. @param steps what their card does */
export function useFollowedDraft({ person: { person, office }, control: { journey: { draft, sent }, go } }: Place, session: Session | null, steps: readonly DraftStep[]): void {
  const look = useCallback(async (): Promise<Partial<Journey> | null> => {
    if (session === null) return null;
    if (sent !== null) return null;
    if (draft !== null) return becomeOf(session, draft);
    const waiting = waitingDrafts(await readDrafts(session, office), { view: session.view, person, office, now: session.now() });
    const mine = waiting.find(({ isMine, step }) => isMine && steps.includes(step));
    return mine === undefined ? null : takenUp(mine);
  }, [session, person, office, draft, sent, steps]);
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

/** How far a draft has come meanwhile. An answer that was asked for before a step was taken here undoes none. */
async function becomeOf({ api, view }: Session, draft: string): Promise<Partial<Journey>> {
  const { step, dispatch, number, office } = await api.call('draft', { path: { draft } });
  // Given back, it is its author's; changed, it is another draft.
  if (step === 'discarded' || step === 'returned') return NONE;
  const sent = dispatch === null || number === null ? {} : { sent: { dispatch, numbered: `${number.number}/${view.office(office)?.symbol ?? office}` } };
  const isSigned = step === 'signed' || step === 'numbered' || step === 'sent';
  return { ...((isSigned || step === 'approved') && { isApproved: true }), ...(isSigned && { isSigned }), ...sent };
}

function takenUp({ draft: { record, open }, step }: WaitingDraft): Partial<Journey> {
  const { draft: id, version, office } = record;
  return { ...NONE, draft: id, held: open && { id, version, step: record.step, office, open }, isApproved: step !== 'approve', isSigned: step === 'send' };
}

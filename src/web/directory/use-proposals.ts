/** What waits for a second registrar, for a registrar who looks: asked of the station, judged by this device. */
import { useCallback } from 'react';
import { isRegistrar } from '#client/registrar-desk.ts';
import { type WaitingProposal, waitingProposals } from '#client/waiting-proposals.ts';
import { useEntered } from '../device/entered.ts';
import { type Happened, useLive } from '../device/live.ts';
import { type Loaded, useLoaded } from '../kit/use-loaded.ts';

export type Proposals = Loaded<readonly WaitingProposal[]>;

/** Nothing tells when another registrar puts something there. */
const LOOK_MS = 20_000;

export function useProposals(): Proposals {
  const { session } = useEntered();
  const load = useCallback(async () => (isRegistrar(session) ? waitingProposals(session) : []), [session]);
  const loaded = useLoaded<readonly WaitingProposal[]>(load, LOOK_MS);
  useLive(loaded.reload, hasGrown);
  return loaded;
}

function hasGrown({ kind }: Happened): boolean {
  return kind === 'directory-grown';
}

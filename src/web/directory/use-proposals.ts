/** What waits for a second registrar, for a registrar who looks: asked of the station, judged by this device. */
import { useCallback } from 'react';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { type Proposals as Shown, shownProposals } from '#client/directory/waiting-proposals.ts';
import { useEntered } from '../device/entered.ts';
import { type Happened, useFlow, useLive } from '../device/live.ts';
import { type Loaded, useLoaded } from '../kit/use-loaded.ts';

export type Proposals = Loaded<Shown>;

/** While nothing tells: the feed is down. */
const LOOK_MS = 20_000;

const NONE: Shown = { waiting: [], withdrawn: [] };

export function useProposals(): Proposals {
  const { session } = useEntered();
  const load = useCallback(async () => (isRegistrar(session) ? shownProposals(session) : NONE), [session]);
  const loaded = useLoaded<Shown>(load, useFlow() ? undefined : LOOK_MS);
  useLive(loaded.reload, isOfProposals);
  return loaded;
}

function isOfProposals({ kind }: Happened): boolean {
  return kind === 'proposals' || kind === 'directory-grown';
}

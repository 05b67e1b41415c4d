/** The links of this station as it tells them: at once when one comes up or goes down, and every few seconds besides. */
import { useCallback, useRef } from 'react';
import type { z } from 'zod';
import { MINUTE_MS } from '#core/clock.ts';
import type { linksAnswer, stationAnswer } from '#wire/api/directory.ts';
import type { LinkSeen } from '#client/link-board.ts';
import { useEntered } from '../device/entered.ts';
import { type Happened, useLive } from '../device/live.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';

const LOOK_MS = 10_000;
/** How far back rates are counted. */
const SPAN_MS = 5 * MINUTE_MS;

export interface Look {
  readonly links: z.output<typeof linksAnswer>;
  readonly station: z.output<typeof stationAnswer>;
}

export interface Rate {
  /** Items a minute, while this page has looked. */
  readonly sent: number;
  readonly received: number;
}

export interface Links {
  readonly look: Look | null;
  /** Why the last look failed; what is shown is older. */
  readonly fault: unknown;
  readonly rateOf: (link: LinkSeen) => Rate | null;
  readonly lookAgain: () => void;
}

interface Mark { readonly at: number; readonly lastSent: number; readonly lastReceived: number }

export function useLinks(): Links {
  const { session } = useEntered();
  const { clock } = useOutside();
  const marks = useRef(new Map<string, Mark[]>());
  const { value: look, fault, reload: lookAgain } = useLoaded<Look>(useCallback(async () => {
    const [links, station] = await Promise.all([session.api.call('links', {}), session.api.call('station', {})]);
    await session.refresh().catch(() => undefined);
    for (const link of links.links) remember(marks.current, link, clock.monotonicMs());
    return { links, station };
  }, [session, clock]), LOOK_MS);
  useLive(lookAgain, concerns);
  const rateOf = useCallback(({ peer }: LinkSeen): Rate | null => {
    const kept = marks.current.get(peer) ?? [];
    const [first, last] = [kept[0], kept.at(-1)];
    if (first === undefined || last === undefined || last.at === first.at) return null;
    const minutes = (last.at - first.at) / MINUTE_MS;
    return { sent: (last.lastSent - first.lastSent) / minutes, received: (last.lastReceived - first.lastReceived) / minutes };
  }, []);
  return { look, fault, rateOf, lookAgain };
}

function remember(marks: Map<string, Mark[]>, { peer, lastSent, lastReceived }: LinkSeen, at: number): void {
  const kept = (marks.get(peer) ?? []).filter((one) => at - one.at <= SPAN_MS && one.lastSent <= lastSent && one.lastReceived <= lastReceived);
  marks.set(peer, [...kept, { at, lastSent, lastReceived }]);
}

const TOLD: readonly Happened['kind'][] = ['link', 'accepted', 'arrived', 'directory-grown'];

function concerns({ kind }: Happened): boolean {
  return TOLD.includes(kind);
}

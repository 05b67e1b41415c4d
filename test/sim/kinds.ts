/**
 * The kinds of trouble that a world can have, by what they do and not by what plans them: those that a plan asks for, and
 * those that come of it. What is asked for and what was done are counted by the same names, so that a kind nobody met shows.
 */
import type { FaultPlan, StationPlan, Weather, WorldPlan } from './plan.ts';

const PLANNED = [
  'crash-now', 'crash-before-commit', 'crash-after-commit', 'restore', 'restore-sequencer', 'promote', 'full-disk-records', 'full-disk-files',
  'clock-skew', 'clock-drift', 'clock-sure', 'clock-forward', 'clock-back', 'cut', 'stall',
  'weather-loss', 'weather-corrupt', 'weather-delay', 'weather-narrow', 'weather-late-death',
  'stick', 'roll-over', 'leave-person', 'leave-station', 'join', 'link-begins', 'link-ends', 'expiry',
] as const;
/** Of the lines, sticks and disks, by their own chance, and of several things at once. */
const COME_OF_IT = [
  'lost-frame', 'corrupt-frame', 'stick-lost', 'stick-late', 'stick-cut', 'stick-damaged', 'stick-twice', 'duplicate', 'reorder', 'expired', 'entries-given-back',
] as const;

export type Kind = (typeof PLANNED)[number] | (typeof COME_OF_IT)[number];
export const KINDS: readonly Kind[] = [...PLANNED, ...COME_OF_IT];

/** More than a line has when nothing is planned for it. */
const DELAY_MS = 3;

/** What a plan asks for, of each kind so many. */
export function askedFor(plan: WorldPlan): Map<Kind, number> {
  const asked = new Map<Kind, number>();
  const sequencer = plan.stations[0]!.code;
  const kinds = [
    ...plan.stations.flatMap((station) => [...kindsOfClock(station), ...(station.joinsAt === null ? [] : ['join' as const])]),
    ...plan.faults.flatMap((fault) => kindsOfFault(fault, sequencer)),
    ...plan.dispatches.flatMap(({ expiresMs }) => (expiresMs === null ? [] : ['expiry' as const])),
  ];
  for (const kind of kinds) asked.set(kind, (asked.get(kind) ?? 0) + 1);
  return asked;
}

export function kindsOfClock({ clockMs, driftPpm, uncertaintyMs }: StationPlan): Kind[] {
  const isSure = Math.abs(clockMs) > uncertaintyMs;
  return [...(clockMs === 0 ? [] : ['clock-skew' as const]), ...(driftPpm === 0 ? [] : ['clock-drift' as const]), ...(isSure ? ['clock-sure' as const] : [])];
}

export function kindsOfFault(fault: FaultPlan, sequencer: string): Kind[] {
  switch (fault.kind) {
    case 'crash': return [`crash-${fault.moment}`];
    case 'restore': return [fault.promoted ? 'promote' : fault.station === sequencer ? 'restore-sequencer' : 'restore'];
    case 'full-disk': return [`full-disk-${fault.what}`];
    case 'clock': return [fault.byMs > 0 ? 'clock-forward' : 'clock-back'];
    case 'weather': return kindsOfWeather(fault.weather);
    default: return [fault.kind];
  }
}

function kindsOfWeather({ lossPerMille, corruptPerMille, delayMsMax, bytesPerSecond, lateDeathMs }: Weather): Kind[] {
  return [
    ...(lossPerMille > 0 ? ['weather-loss' as const] : []), ...(corruptPerMille > 0 ? ['weather-corrupt' as const] : []),
    ...(delayMsMax > DELAY_MS ? ['weather-delay' as const] : []), ...(bytesPerSecond === null ? [] : ['weather-narrow' as const]),
    ...(lateDeathMs > 0 ? ['weather-late-death' as const] : []),
  ];
}

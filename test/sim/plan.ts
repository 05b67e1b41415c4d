/**
 * A world as data: its stations, what is sent in it, and what goes wrong and when. All of it comes from the seed before
 * anything is played, so that a plan can be printed, played again, and made smaller (shrink.ts).
 */
import type { Precedence } from '#wire/names.ts';
import { SeededRandom } from './seed.ts';

export interface StationPlan {
  readonly code: string;
  readonly office: string;
  /** The station that it is joined to; null for the first, which keeps the directory. */
  readonly neighbour: string | null;
  readonly callsNeighbour: boolean;
  /** How far its clock is off at first, and how much more it is after a million milliseconds. */
  readonly clockMs: number;
  readonly driftPpm: number;
  /** How far off it may be by its own word, whatever it does. */
  readonly uncertaintyMs: number;
  /** When it joins; null for those of the beginning. */
  readonly joinsAt: number | null;
}

export interface DispatchPlan {
  readonly at: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly precedence: Precedence;
  readonly partChunks: readonly number[];
  /** How long after it was written it may still be delivered; null where that is not said. */
  readonly expiresMs: number | null;
}

export interface Weather {
  readonly lossPerMille: number;
  readonly corruptPerMille: number;
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  readonly lateDeathMs: number;
  readonly bytesPerSecond: number | null;
}

export type Link = readonly [string, string];

/** Of a restore: `promoted` is a standby that takes the place of the station which keeps the directory, under log keys of its own. */
export type FaultPlan = { readonly at: number } & (
  | { readonly kind: 'crash'; readonly station: string; readonly moment: 'now' | 'before-commit' | 'after-commit'; readonly commits: number; readonly restartMs: number }
  | { readonly kind: 'restore'; readonly station: string; readonly ageMs: number; readonly restartMs: number; readonly promoted: boolean }
  | { readonly kind: 'full-disk'; readonly station: string; readonly what: 'records' | 'files'; readonly left: number; readonly forMs: number }
  | { readonly kind: 'clock'; readonly station: string; readonly byMs: number }
  | { readonly kind: 'cut'; readonly link: Link; readonly forMs: number }
  | { readonly kind: 'stall'; readonly link: Link; readonly forMs: number }
  | { readonly kind: 'weather'; readonly link: Link; readonly weather: Weather; readonly forMs: number }
  | { readonly kind: 'stick'; readonly from: string; readonly to: string; readonly isAgain: boolean; readonly onlyUrgent: boolean; readonly bytesMax: number | null; readonly fate: string }
  | { readonly kind: 'roll-over'; readonly office: string }
  | { readonly kind: 'leave-person'; readonly office: string }
  | { readonly kind: 'leave-station'; readonly station: string }
  | { readonly kind: 'link-begins'; readonly link: Link }
  | { readonly kind: 'link-ends'; readonly link: Link }
);

export interface WorldPlan {
  readonly seed: number;
  /** The cryptography of work, with certificates: such a world is played again with other keys. The suite of simulations otherwise. */
  readonly suite?: 1;
  /** Whether each station is audited in the end, which costs as much again as a third of the world. */
  readonly audited: boolean;
  readonly troubleMs: number;
  readonly stations: readonly StationPlan[];
  readonly dispatches: readonly DispatchPlan[];
  readonly faults: readonly FaultPlan[];
}

export interface PlanSize {
  readonly stations: readonly [number, number];
  readonly dispatches: readonly [number, number];
  readonly faults: readonly [number, number];
  readonly troubleMs: number;
}

/** From, up to and not including. */
export const SMALL_WORLD: PlanSize = { stations: [3, 8], dispatches: [50, 61], faults: [20, 31], troubleMs: 15 * 60_000 };

/** One world in so many is audited. */
export const AUDITED_ONE_IN = 4;

const MINUTE_MS = 60_000;
const PRECEDENCES: readonly Precedence[] = ['routine', 'routine', 'routine', 'priority', 'priority', 'immediate', 'flash'];
/** Some are over while a line is cut, or a clock leaps. */
const EXPIRES_MS: readonly number[] = [20_000, 2 * MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS];
/** Which fault, by so many in the row. */
const FAULTS: readonly Exclude<FaultPlan['kind'], 'link-begins' | 'link-ends'>[] = [
  'crash', 'crash', 'crash', 'cut', 'cut', 'stall', 'weather', 'weather', 'weather', 'clock', 'full-disk', 'full-disk', 'stick', 'stick', 'roll-over', 'restore',
  'leave-person', 'leave-station',
];

export function planWorld(seed: number, size: PlanSize = SMALL_WORLD): WorldPlan {
  const chance = new SeededRandom(`plan ${seed}`);
  const stations = planStations(chance.fork('stations'), chance.between(...size.stations), size.troubleMs);
  const detour = planDetour(chance.fork('detour'), stations, size.troubleMs);
  const faults = several(chance.fork('faults'), chance.between(...size.faults), (one) => planFault(one, stations, size.troubleMs, detour[0]?.link));
  return {
    seed, audited: seed % AUDITED_ONE_IN === 0, troubleMs: size.troubleMs, stations,
    dispatches: several(chance.fork('dispatches'), chance.between(...size.dispatches), (one) => planDispatch(one, stations, size.troubleMs)),
    faults: inOrder([...detour, ...faults]),
  };
}

/** What is planned, in the order of time. */
export function several<One extends { readonly at: number }>(chance: SeededRandom, count: number, make: (chance: SeededRandom) => One): One[] {
  return inOrder(Array.from({ length: count }, (_, index) => make(chance.fork(`${index}`))));
}

export function inOrder<One extends { readonly at: number }>(all: readonly One[]): One[] {
  return all.toSorted((a, b) => a.at - b.at);
}

function planStations(chance: SeededRandom, count: number, troubleMs: number): StationPlan[] {
  const stations: StationPlan[] = [];
  for (let index = 0; index < count; index++) {
    const isLast = index === count - 1 && count > 3;
    stations.push({
      code: `tram-${index}`, office: `phong-${index}`,
      neighbour: index === 0 ? null : chance.pick(stations).code, callsNeighbour: chance.perMille(700),
      clockMs: chance.perMille(500) ? 0 : chance.between(-20_000, 20_000), driftPpm: chance.pick([0, 0, 100, -200, 5_000]), uncertaintyMs: chance.pick([500, MINUTE_MS, MINUTE_MS]),
      joinsAt: isLast && chance.perMille(400) ? chance.between(MINUTE_MS, troubleMs / 3) : null,
    });
  }
  return stations;
}

/** In some worlds a link beside the tree's, so that there is more than one way: from the beginning or not, to the end or not. */
function planDetour(chance: SeededRandom, stations: readonly StationPlan[], troubleMs: number): Extract<FaultPlan, { kind: 'link-begins' | 'link-ends' }>[] {
  const old = stations.filter(({ joinsAt }) => joinsAt === null);
  const pairs = old.flatMap((a) => old.filter((b) => a !== b && a.neighbour !== b.code && b.neighbour !== a.code).map((b): Link => [a.code, b.code]));
  if (pairs.length === 0 || chance.perMille(500)) return [];
  const link = chance.pick(pairs);
  const begins = chance.perMille(500) ? 0 : chance.between(0, troubleMs / 2);
  const ends = chance.perMille(500) ? null : chance.between(begins, troubleMs);
  return [{ kind: 'link-begins', at: begins, link }, ...(ends === null ? [] : [{ kind: 'link-ends', at: ends, link } as const])];
}

export function planDispatch(chance: SeededRandom, stations: readonly StationPlan[], troubleMs: number): DispatchPlan {
  const from = chance.pick(stations);
  const at = chance.between(from.joinsAt ?? 0, troubleMs * 0.9);
  const others = stations.filter((one) => one !== from && (one.joinsAt ?? 0) <= at);
  const first = chance.pick(others);
  const to = chance.perMille(250) ? others.filter((one) => one === first || chance.perMille(500)) : [first];
  const partChunks = chance.perMille(600) ? [] : Array.from({ length: chance.between(1, 3) }, () => (chance.perMille(800) ? 1 : chance.between(2, 9)));
  const precedence = chance.pick(PRECEDENCES);
  const expiresMs = chance.perMille(100) ? chance.pick(EXPIRES_MS) : null;
  return { at, from: from.code, to: to.map(({ code }) => code), precedence, partChunks, expiresMs };
}

/** @param detour a link that is not the tree's */
export function planFault(chance: SeededRandom, stations: readonly StationPlan[], troubleMs: number, detour?: Link): FaultPlan {
  const at = chance.between(0, troubleMs);
  const station = chance.pick(stations).code;
  const links = stations.filter((one) => one.neighbour !== null).map(({ code, neighbour }): Link => [code, neighbour!]);
  const link = chance.pick(detour === undefined ? links : [...links, detour]);
  const kind = chance.pick(FAULTS);
  switch (kind) {
    case 'crash':
      return { kind, at, station, moment: chance.pick(['now', 'before-commit', 'after-commit']), commits: chance.between(0, 12), restartMs: chance.between(1_000, 90_000) };
    case 'restore':
      return { kind, at, station, ageMs: Math.min(at, chance.between(10_000, 6 * MINUTE_MS)), restartMs: chance.between(5_000, 120_000), promoted: station === stations[0]!.code && chance.perMille(500) };
    case 'full-disk':
      return { kind, at, station, what: chance.pick(['records', 'files']), left: chance.between(0, 8), forMs: chance.between(10_000, 3 * MINUTE_MS) };
    case 'clock':
      return { kind, at, station, byMs: chance.pick([-1, 1]) * chance.pick([500, 20_000, 10 * MINUTE_MS, 90 * MINUTE_MS]) };
    case 'cut':
      return { kind, at, link, forMs: chance.between(5_000, 3 * MINUTE_MS) };
    case 'stall':
      return { kind, at, link, forMs: chance.between(2_000, 2 * MINUTE_MS) };
    case 'weather':
      return { kind, at, link, weather: planWeather(chance), forMs: chance.between(20_000, 4 * MINUTE_MS) };
    case 'stick': {
      const [from, to] = chance.perMille(500) ? link : [link[1], link[0]];
      return { kind, at, from, to, isAgain: chance.perMille(300), onlyUrgent: chance.perMille(200), bytesMax: chance.perMille(200) ? 300_000 : null, fate: `${chance.between(0, 1_000_000)}` };
    }
    case 'roll-over': case 'leave-person':
      return { kind, at, office: chance.pick(stations.filter(({ joinsAt }) => joinsAt === null)).office };
    case 'leave-station': {
      const who = mayLeave(stations).filter(({ code }) => detour?.includes(code) !== true);
      return who.length === 0 ? { kind: 'leave-person', at, office: stations[0]!.office } : { kind, at, station: chance.pick(who).code };
    }
  }
}

/** Behind whom nobody is. The first keeps the directory, and a newcomer stays. */
function mayLeave(stations: readonly StationPlan[]): StationPlan[] {
  return stations.filter(({ code, neighbour, joinsAt }) => neighbour !== null && joinsAt === null && stations.every((one) => one.neighbour !== code));
}

function planWeather(chance: SeededRandom): Weather {
  return {
    lossPerMille: chance.pick([0, 10, 40]), corruptPerMille: chance.pick([0, 0, 10]),
    delayMsMin: 1, delayMsMax: chance.pick([2, 50, 600]), lateDeathMs: chance.pick([0, 5_000, 60_000]),
    bytesPerSecond: chance.pick([null, null, 1_200, 20_000]),
  };
}

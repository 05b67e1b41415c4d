/**
 * A whole province as a plan: the hub, 75 communes that it answers, ten posts behind communes, and a storm's first half hour,
 * with a telegram to every commune. In the middle of it the hub's disk is lost, and its standby, a minute behind at most,
 * is promoted under log keys of its own (docs/decisions/0037, 0038).
 */
import { type FaultPlan, inOrder, planDispatch, planFault, type StationPlan, several, type WorldPlan } from './plan.ts';
import { SeededRandom } from './seed.ts';

const COMMUNES = 75;
const POSTS = 10;
const DISPATCHES = 200;
const FAULTS = 60;
const TROUBLE_MS = 30 * 60_000;
const STANDBY_BEHIND_MS = 60_000;

export function planProvince(seed: number): WorldPlan {
  const chance = new SeededRandom(`province ${seed}`);
  const stations = planStations(chance.fork('stations'));
  const storm = { at: chance.between(60_000, 5 * 60_000), from: HUB, to: stations.filter(({ neighbour }) => neighbour === HUB).map(({ code }) => code), precedence: 'flash', partChunks: [], expiresMs: null } as const;
  const dispatches = several(chance.fork('dispatches'), DISPATCHES, (one) => planDispatch(one, stations, TROUBLE_MS));
  const faults = several(chance.fork('faults'), FAULTS, (one) => planFault(one, stations, TROUBLE_MS));
  return { seed, audited: true, troubleMs: TROUBLE_MS, stations, dispatches: inOrder([storm, ...dispatches]), faults: withStandby(chance, faults) };
}

const HUB = 'tinh';

function planStations(chance: SeededRandom): StationPlan[] {
  const station = (code: string, neighbour: string | null): StationPlan => ({
    code, office: `phong-${code}`, neighbour, callsNeighbour: true, clockMs: chance.between(-20_000, 20_000), driftPpm: chance.pick([0, 0, 100, -200]), uncertaintyMs: chance.pick([500, 60_000]), joinsAt: null,
  });
  const communes = Array.from({ length: COMMUNES }, (_, index) => station(`xa-${index + 1}`, HUB));
  const posts = Array.from({ length: POSTS }, (_, index) => station(`don-${index + 1}`, chance.pick(communes).code));
  return [station(HUB, null), ...communes, ...posts];
}

/** Once the hub is lost, whatever else is planned. */
function withStandby(chance: SeededRandom, faults: readonly FaultPlan[]): FaultPlan[] {
  const others = faults.filter((fault) => fault.kind !== 'restore' || fault.station !== HUB);
  const lost: FaultPlan = { kind: 'restore', at: chance.between(10 * 60_000, 25 * 60_000), station: HUB, ageMs: chance.between(1_000, STANDBY_BEHIND_MS), restartMs: chance.between(20_000, 120_000), promoted: true };
  return inOrder([...others, lost]);
}

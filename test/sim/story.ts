/** One world's life: what its plan says, then quiet, until everything has come home; then the checkers. */
import { hex } from '#core/bytes.ts';
import { check } from './checkers.ts';
import { makeRoom, planFaults } from './faults.ts';
import type { Kind } from './kinds.ts';
import { observe, type Observation } from './observation.ts';
import type { WorldPlan } from './plan.ts';
import { OPEN, WAITING } from './questions.ts';
import { type Site, World } from './world.ts';

/** A world that has come home earlier ends earlier. */
const QUIET_MS_MAX = 3 * 3_600_000;
const LOOK_MS = 15_000;
/** For links to compare what they have, and for whoever talks on without a reason to be seen. */
const IDLE_MINUTES = 3;

export interface Outcome {
  readonly plan: WorldPlan;
  readonly trace: string;
  readonly dispatches: number;
  /** What was done to it, and how often. */
  readonly faults: ReadonlyMap<Kind, number>;
  /** What the checkers found: nothing in a world that holds. */
  readonly findings: readonly string[];
  readonly seen: Observation;
  readonly elapsedMs: number;
  readonly world: World;
}

/** @param change what is done to a world before it begins to live; returns what takes that back @throws whatever the simulator could not do */
export async function play(plan: WorldPlan, change: (world: World) => () => void = () => () => {}, quietMsMax = QUIET_MS_MAX): Promise<Outcome> {
  const world = await World.make(plan);
  const takeBack = change(world);
  try {
    return await live(world, quietMsMax);
  } finally {
    takeBack();
  }
}

async function live(world: World, quietMsMax: number): Promise<Outcome> {
  const { plan } = world;
  for (const { at, ...order } of plan.dispatches) world.time.after(at, () => world.desk.send(order));
  planFaults(world);
  await world.time.run(plan.troubleMs);
  calm(world);
  await untilHome(world, quietMsMax);
  await untilNobodyAsks(world);
  const idleFrames = await idle(world);
  if (world.brokenBy !== null) throw new Error(`seed ${plan.seed} broke the simulator`, { cause: world.brokenBy });
  const seen = await observe(world, idleFrames);
  countWhatCame(world, seen);
  for (const { code, head } of seen.stations) world.note(`${code} ${head}`);
  return { plan, seen, trace: world.trace, dispatches: world.sent.length, faults: world.faults, findings: check(seen), elapsedMs: world.time.elapsedMs, world };
}

/** What no fault did alone. */
function countWhatCame(world: World, { sent, stations }: Observation): void {
  const events = stations.flatMap((one) => one.events);
  world.count('expiry', sent.filter(({ expires }) => expires !== null).length);
  for (const kind of ['duplicate', 'expired'] as const) world.count(kind, events.filter((one) => one.kind === kind).length);
}

function calm(world: World): void {
  world.network.calm();
  for (const { disk } of world.sites.values()) {
    disk.faults = {};
    makeRoom(disk);
  }
}

async function untilHome(world: World, quietMsMax: number): Promise<void> {
  const end = world.plan.troubleMs + quietMsMax;
  while (world.time.elapsedMs < end && !isHome(world)) await world.time.run(world.time.elapsedMs + LOOK_MS);
  // Whoever has no power now gets it back.
  const isOff = (): boolean => world.sites.values().some(({ station }) => station === null);
  if (isOff()) await world.time.run(world.time.elapsedMs + QUIET_MS_MAX, () => !isOff());
}

function knowsAll({ registrar }: World, { station }: Site): boolean {
  return station!.people.view().point.size === registrar.organisation.entries.length;
}

/** What was begun has ended, everybody works, everything is accepted, the directory is everywhere, nothing waits, and each origin knows what became of what it sent. */
function isHome(world: World): boolean {
  if (world.time.elapsedMs < world.busyUntil || world.undertakings.open.length > 0) return false;
  if (world.sites.size < world.plan.stations.length || world.sent.length < world.plan.dispatches.length) return false;
  if (world.sent.some(({ accepted, givenUp }) => !accepted && !givenUp)) return false;
  const sites = [...world.sites.values()].filter(({ leaving }) => leaving !== 'left');
  if (sites.some(({ station, disk }) => station === null || disk.inspect(WAITING).length > 0)) return false;
  if (!world.registrar.isAllIn || !sites.every((site) => knowsAll(world, site))) return false;
  const open = new Set(sites.flatMap(({ disk }) => disk.inspect(OPEN)).map(({ id }) => hex(id as Uint8Array)));
  return world.sent.every(({ id, wasForgotten }) => wasForgotten || !open.has(hex(id)));
}

/**
 * What a restored origin was told before it forgot does not come by itself, and is asked after when it is late: a link that
 * carries that has something to do (docs/protocol/receipts.md §Inquiries). Each pause is twice the last, so there is a time to rest.
 */
async function untilNobodyAsks(world: World): Promise<void> {
  const end = world.time.elapsedMs + QUIET_MS_MAX;
  while (world.time.elapsedMs < end && world.sites.values().some((site) => asksSoon(world, site))) await world.time.run(world.time.elapsedMs + LOOK_MS);
}

function asksSoon(world: World, site: Site): boolean {
  if (site.leaving === 'left') return false;
  const next = site.disk.inspect(NEXT_INQUIRY)[0]!['next'];
  return next !== null && Number(next) <= world.clockOf(site).now() + (1 + IDLE_MINUTES) * 60_000;
}

const NEXT_INQUIRY = `select min(ask_next) as next from outgoing where id in (${OPEN})`;

/** @returns how many frames of each kind go in a minute when there is nothing to do */
async function idle(world: World): Promise<Map<string, number>> {
  await world.time.run(world.time.elapsedMs + 60_000);
  const before = new Map(world.frames);
  await world.time.run(world.time.elapsedMs + IDLE_MINUTES * 60_000);
  return new Map([...world.frames].map(([kind, after]) => [kind, (after - (before.get(kind) ?? 0)) / IDLE_MINUTES]));
}

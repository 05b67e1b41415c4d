/** One world's life: traffic and faults planned from its seed, then quiet, until everything has come home. */
import type { Precedence } from '#wire/names.ts';
import { check } from './checkers.ts';
import { planCouriers } from './courier.ts';
import { observe } from './observation.ts';
import { type Code, CODES, LINKS } from './places.ts';
import type { SeededRandom } from './seed.ts';
import { type Fault, World } from './world.ts';

const TROUBLE_MS = 10 * 60_000;
const QUIET_MS = 20 * 60_000;
const PRECEDENCES: readonly Precedence[] = ['routine', 'routine', 'priority', 'immediate', 'flash'];

export interface Outcome {
  readonly seed: number;
  readonly trace: string;
  readonly dispatches: number;
  readonly faults: ReadonlyMap<Fault, number>;
  /** What the checkers found: nothing in a world that holds. */
  readonly findings: readonly string[];
  readonly world: World;
}

/** @param hasCouriers whether sticks are carried as well, in some worlds instead of a connection */
export async function play(seed: number, hasCouriers = false): Promise<Outcome> {
  const world = await World.make(seed);
  const plan = world.random.fork('plan');
  planTraffic(world, plan);
  planFaults(world, plan);
  if (hasCouriers) planCouriers(world, TROUBLE_MS);
  await world.time.run(TROUBLE_MS);
  calm(world);
  await world.time.run(TROUBLE_MS + QUIET_MS);
  const observation = await observe(world);
  for (const { code, head } of observation.stations) world.note(`${code} ${head}`);
  return {
    seed, world, trace: world.trace, dispatches: world.sent.length, faults: world.faults, findings: check(observation),
  };
}

function planTraffic(world: World, plan: SeededRandom): void {
  const count = plan.between(2, 7);
  for (let i = 0; i < count; i++) {
    const from = plan.pick(CODES);
    const others = CODES.filter((code) => code !== from);
    const to = plan.perMille(300) ? others : [plan.pick(others)];
    const partChunks = Array.from({ length: plan.between(0, 3) }, () => plan.between(1, 12));
    const precedence = plan.pick(PRECEDENCES);
    world.time.after(plan.between(0, TROUBLE_MS * 0.8), () => world.desk.send(from, to, precedence, partChunks));
  }
}

function planFaults(world: World, plan: SeededRandom): void {
  world.network.faults.lossPerMille = plan.pick([0, 5, 20, 60]);
  world.network.faults.delayMsMax = plan.pick([2, 50, 600]);
  for (let i = plan.between(0, 5); i > 0; i--) {
    const code = plan.pick(CODES);
    const restartMs = plan.between(1_000, 90_000);
    const kind = plan.pick<Fault>(['crash', 'crash-before-commit', 'crash-after-commit']);
    world.time.after(plan.between(0, TROUBLE_MS), () => crash(world, code, kind, restartMs));
  }
  for (let i = plan.between(0, 4); i > 0; i--) {
    const [a, b] = plan.pick(LINKS);
    const at = plan.between(0, TROUBLE_MS);
    world.time.after(at, () => {
      world.count('cut');
      world.network.cut(a, b);
      world.note(`cut ${a} ${b}`);
    });
    world.time.after(at + plan.between(5_000, 120_000), () => world.network.mend(a, b));
  }
}

function crash(world: World, code: Code, kind: Fault, restartMs: number): void {
  const site = world.site(code);
  if (!site.alive.on) return;
  const now = (): void => {
    if (!site.alive.on) return;
    world.count(kind);
    world.crash(code, restartMs);
  };
  if (kind === 'crash') now();
  else if (kind === 'crash-before-commit') site.disk.faults = { beforeCommit: now };
  else site.disk.faults = { afterCommit: now };
}

function calm(world: World): void {
  world.network.faults.lossPerMille = 0;
  for (const [a, b] of LINKS) world.network.mend(a, b);
  for (const { disk } of world.sites.values()) disk.faults = {};
}

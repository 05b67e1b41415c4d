/**
 * kill -9 at every step of a dispatch: in each round one step is interrupted by killing one of the stations that have a
 * part in it, a few milliseconds after it began; it is started again, and the dispatch must go all the way, once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../fixtures/postgresql.ts';
import type { StationName, TwoStations } from '../fixtures/two-stations.ts';
import { type Desk, type Errand, newErrand, persist, type Step, STEPS } from './traffic.ts';

export interface KillOptions {
  readonly rounds: number;
  /** Chance between 0 and 1: when a kill comes, and how large an attachment is. */
  readonly chance: () => number;
  /** Whose server crashes in every third round instead of a station. */
  readonly cluster: Cluster | null;
  readonly progress: (round: number, struck: string) => void;
}

/** The time within which a step that is alone is over, mostly: a kill falls into it. */
const STRIKE_MS_MAX: Readonly<Record<string, number>> = { write: 40, approve: 12, sign: 12, send: 25, carry: 60, open: 30, 'receipts home': 40 };
const ATTACHMENT_BYTES_MAX = 300_000;

export async function killLoop(desk: Desk, { rounds, chance, cluster, progress }: KillOptions): Promise<{ errands: Errand[]; struck: Record<string, number> }> {
  const errands: Errand[] = [];
  const struck: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    const target = STEPS[round % STEPS.length]!;
    const victim = target.at[Math.floor(round / STEPS.length) % target.at.length]!;
    const errand = newErrand(`Điện thứ ${round + 1}`, chance() < 0.4 ? Math.floor(chance() * ATTACHMENT_BYTES_MAX) : 0);
    errands.push(errand);
    for (const step of STEPS) {
      const server = round % 3 === 2 ? cluster : null;
      if (step === target) await strike(desk, step, server ?? victim, errand, chance);
      else await persist(step, desk, errand, async () => {});
    }
    const name = `${target.name} / ${round % 3 === 2 && cluster !== null ? 'PostgreSQL' : victim}`;
    struck[name] = (struck[name] ?? 0) + 1;
    progress(round + 1, name);
  }
  return { errands, struck };
}

async function strike(desk: Desk, step: Step, victim: StationName | Cluster, errand: Errand, chance: () => number): Promise<void> {
  const { stations } = desk;
  let revived: Promise<void> | null = null;
  const killed = delay(chance() * STRIKE_MS_MAX[step.name]!).then(() => (revived = revive(stations, victim)));
  await persist(step, desk, errand, async () => {
    await killed;
    await revived;
  });
  await killed;
  await revived;
  // Done before the blow or after it: whoever asks again gets the same answer.
  await persist(step, desk, errand, async () => {});
}

async function revive(stations: TwoStations, victim: StationName | Cluster): Promise<void> {
  if (typeof victim !== 'string') return victim.restart('immediate');
  await stations.kill(victim);
  await stations.start(victim);
}

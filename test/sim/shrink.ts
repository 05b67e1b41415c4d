/**
 * Makes a world that does not hold smaller: leaves out dispatches and faults, more at a time first, as long as it still does
 * not hold. What is left is what somebody has to read. Source: Zeller and Hildebrandt, Simplifying and Isolating
 * Failure-Inducing Input (delta debugging).
 */
import type { WorldPlan } from './plan.ts';

/** @param fails whether such a world does not hold @param triesMax how often that may be asked */
export async function shrink(plan: WorldPlan, fails: (plan: WorldPlan) => Promise<boolean>, triesMax: number): Promise<WorldPlan> {
  let tries = 0;
  let smallest = plan;
  const stillFails = async (smaller: WorldPlan): Promise<boolean> => {
    if (tries >= triesMax || smaller.dispatches.length === 0) return false;
    tries += 1;
    if (!(await fails(smaller))) return false;
    smallest = smaller;
    return true;
  };
  for (let before = Number.POSITIVE_INFINITY; sizeOf(smallest) < before;) {
    before = sizeOf(smallest);
    await without(smallest.faults, (faults) => stillFails({ ...smallest, faults }));
    await without(smallest.dispatches, (dispatches) => stillFails({ ...smallest, dispatches }));
  }
  return withoutIdleStations(smallest, stillFails);
}

function sizeOf({ faults, dispatches }: WorldPlan): number {
  return faults.length + dispatches.length;
}

/** Leaves out pieces of a list, halves first, then quarters, until single ones. */
async function without<One>(all: readonly One[], fails: (left: readonly One[]) => Promise<boolean>): Promise<void> {
  let left = all;
  for (let piece = Math.ceil(all.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let at = 0; at < left.length;) {
      const rest = [...left.slice(0, at), ...left.slice(at + piece)];
      if (await fails(rest)) left = rest;
      else at += piece;
    }
  }
}

/** A station at which nothing is sent, nothing arrives and nothing is joined. */
async function withoutIdleStations(plan: WorldPlan, fails: (plan: WorldPlan) => Promise<boolean>): Promise<WorldPlan> {
  let smallest = plan;
  for (const { code, office } of plan.stations.slice(1).toReversed()) {
    const isNeeded = smallest.stations.some(({ neighbour }) => neighbour === code)
      || smallest.dispatches.some(({ from, to }) => from === code || to.includes(code));
    if (isNeeded) continue;
    const smaller = {
      ...smallest,
      stations: smallest.stations.filter((one) => one.code !== code),
      faults: smallest.faults.filter((fault) => !Object.values(fault).flat().some((value) => value === code || value === office)),
    };
    if (await fails(smaller)) smallest = smaller;
  }
  return smallest;
}

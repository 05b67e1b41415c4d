/**
 * Every decoder of the house, found rather than listed where that is possible: each structure that a module of src/wire
 * exports is a target, so that a new one is fuzzed the day it appears. decoders.test.ts knows who has none.
 */

import type { Reasons } from '../coverage/table.ts';
import { goldenOf } from '../golden.ts';
import type { Target } from '../target.ts';
import { bundleTargets } from './bundles.ts';
import { certificateTargets } from './certificates.ts';
import { structureTarget, wireStructures } from './structures.ts';
import { textTargets } from './texts.ts';

export async function targets(): Promise<Target[]> {
  const structures = await wireStructures();
  const golden = goldenOf(structures);
  return [
    ...structures.map((structure) => structureTarget(structure, golden.bySeed.get(structure.name) ?? [])),
    ...bundleTargets(),
    ...textTargets(golden.all),
    ...(await certificateTargets(golden.all)),
  ];
}

/** Why a row of the table of branches may stay below its share. There is none. */
export const REASONS: Reasons = {};

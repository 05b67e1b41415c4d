/**
 * Every decoder of the house, found rather than listed where that is possible: each structure that a module of src/wire
 * exports is a target, so that a new one is fuzzed the day it appears. decoders.test.ts knows who has none.
 */

import type { Reasons } from '../coverage/table.ts';
import { goldenOf } from '../golden.ts';
import type { Target } from '../target.ts';
import { bundleTargets } from './bundles.ts';
import { certificateTargets } from './certificates.ts';
import { codeTargets } from './codes.ts';
import { fileTargets } from './files.ts';
import { keyTargets } from './keys.ts';
import { structureTarget, wireStructures } from './structures.ts';
import { textTargets } from './texts.ts';

export async function targets(): Promise<Target[]> {
  const structures = await wireStructures();
  const golden = goldenOf(structures);
  return [
    ...structures.map((structure) => structureTarget(structure, golden.bySeed.get(structure.name) ?? [])),
    ...bundleTargets(),
    ...textTargets(golden.all),
    ...codeTargets(),
    ...keyTargets(),
    ...fileTargets(golden.bySeed),
    ...(await certificateTargets(golden.all)),
  ];
}

const RETHROWN = 'the one that is missed throws again what is no DecodeError, a fault of ours that no input may cause';

/** Why a row of the table of branches may stay below its share. */
export const REASONS: Reasons = {
  'signature of a session src/station/people/sessions.ts': RETHROWN,
  'recipient of backups src/app/backup/settings.ts': RETHROWN,
};

/**
 * `npm run fuzz -- --seconds 60 [--seed 1] [--target Header]`: every decoder for its share of the time. An input that breaks
 * one is written to test/fuzz/found/, where the test suite tries it for ever after.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, nameOf } from './fuzzing.ts';
import { targets } from './targets.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' }, target: { type: 'string' } },
});
const all = (await targets()).filter(({ name }) => values.target === undefined || name === values.target);
const shareMs = (Number(values.seconds) * 1_000) / all.length;
let faults = 0;
for (const target of all) {
  const end = performance.now() + shareMs;
  const { inputs, accepted, fault } = fuzz(target, Number(values.seed), () => performance.now() >= end);
  console.log(`${target.name.padEnd(24)} ${String(inputs).padStart(9)} inputs, ${accepted} accepted`);
  if (fault === null) continue;
  faults += 1;
  const folder = path.join(import.meta.dirname, 'found');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, nameOf(target.name, fault.input));
  writeFileSync(file, fault.input);
  console.log(`  BROKEN: ${String(fault.error)}\n  kept as ${path.relative(process.cwd(), file)}`);
}
console.log(`${all.length - faults} passed, ${faults} failed`);
process.exitCode = faults === 0 ? 0 : 1;

/** `npm run sim -- --seeds N --from S [--couriers]`: plays worlds and prints what was done to them; fails where one does not hold. */
import { parseArgs } from 'node:util';
import { play } from './story.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '20' }, from: { type: 'string', default: '1' }, couriers: { type: 'boolean', default: false } } });
const [from, count] = [Number(values.from), Number(values.seeds)];
const faults = new Map<string, number>();
let dispatches = 0;
let failed = 0;
for (let seed = from; seed < from + count; seed++) {
  const outcome = await play(seed, values.couriers);
  dispatches += outcome.dispatches;
  for (const [fault, times] of outcome.faults) faults.set(fault, (faults.get(fault) ?? 0) + times);
  if (outcome.findings.length === 0) continue;
  failed += 1;
  console.log(`seed ${seed} does not hold (trace ${outcome.trace.slice(0, 16)}):`);
  for (const finding of outcome.findings) console.log(`  ${finding}`);
}
console.log(`${count} worlds, ${dispatches} dispatches, ${failed} worlds that do not hold`);
for (const [fault, times] of [...faults].toSorted()) console.log(`  ${fault.padEnd(20)} ${times}`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * `npm run sim`: plays worlds and prints what was done to them; fails where one does not hold.
 *
 *     npm run sim -- --seeds 20 --from 1 --jobs 2
 *     npm run sim -- --seeds 1 --from 17 --shrink      what is left of a world that does not hold, as a plan
 *     npm run sim -- --plan small.json                 that plan again
 *
 * Source: docs/decisions/0130-worlds-are-planned-as-data.md.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { planWorld, type WorldPlan } from './plan.ts';
import { shrink } from './shrink.ts';
import { type Outcome, play } from './story.ts';

const SHRINK_TRIES = 150;

/** What is counted over worlds. */
interface Tally {
  worlds: number;
  dispatches: number;
  failed: number;
  faults: Record<string, number>;
}

const { values } = parseArgs({ options: {
  seeds: { type: 'string', default: '20' }, from: { type: 'string', default: '1' }, jobs: { type: 'string', default: '1' },
  plan: { type: 'string' }, shrink: { type: 'boolean', default: false }, tally: { type: 'boolean', default: false },
} });
const [from, count, jobs] = [Number(values.from), Number(values.seeds), Number(values.jobs)];
const began = performance.now();
const plans = values.plan === undefined ? Array.from({ length: count }, (_, index) => planWorld(from + index)) : [JSON.parse(readFileSync(values.plan, 'utf8')) as WorldPlan];
const tally = jobs > 1 && values.plan === undefined ? await playApart() : await playHere();
if (values.tally) process.send?.(tally);
else report(tally);
process.exitCode = tally.failed === 0 ? 0 : 1;

async function playHere(): Promise<Tally> {
  const sum: Tally = { worlds: 0, dispatches: 0, failed: 0, faults: {} };
  for (const plan of plans) {
    const outcome = await play(plan);
    add(sum, { worlds: 1, dispatches: outcome.dispatches, failed: outcome.findings.length === 0 ? 0 : 1, faults: Object.fromEntries(outcome.faults) });
    if (outcome.findings.length > 0) await tell(outcome);
  }
  return sum;
}

async function tell({ plan, trace, findings }: Outcome): Promise<void> {
  console.log(`seed ${plan.seed} does not hold (trace ${trace.slice(0, 16)}):`);
  for (const finding of findings) console.log(`  ${finding}`);
  if (!values.shrink) return;
  const checker = findings[0]!.split(':', 1)[0]!;
  const isSame = async (smaller: WorldPlan): Promise<boolean> => (await play(smaller)).findings.some((finding) => finding.startsWith(`${checker}:`));
  console.log(JSON.stringify(await shrink(plan, isSame, SHRINK_TRIES), null, 1));
}

/** So many processes, each with its own seeds. */
async function playApart(): Promise<Tally> {
  const sum: Tally = { worlds: 0, dispatches: 0, failed: 0, faults: {} };
  const share = Math.ceil(count / jobs);
  await Promise.all(Array.from({ length: jobs }, (_, job) => playIn(from + job * share, Math.min(share, count - job * share), sum)));
  return sum;
}

async function playIn(first: number, seeds: number, sum: Tally): Promise<void> {
  if (seeds <= 0) return;
  const options = ['--tally', '--from', `${first}`, '--seeds', `${seeds}`, ...(values.shrink ? ['--shrink'] : [])];
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...options], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { promise, resolve } = Promise.withResolvers<void>();
  let isTold = false;
  child.on('message', (told) => {
    isTold = true;
    add(sum, told as Tally);
  });
  child.on('exit', () => resolve());
  await promise;
  if (!isTold) throw new Error(`seeds ${first} to ${first + seeds - 1} were not played to their end`);
}

function add(sum: Tally, { worlds, dispatches, failed, faults }: Tally): void {
  sum.worlds += worlds;
  sum.dispatches += dispatches;
  sum.failed += failed;
  for (const [fault, times] of Object.entries(faults)) sum.faults[fault] = (sum.faults[fault] ?? 0) + times;
}

function report({ worlds, dispatches, failed, faults }: Tally): void {
  const seconds = (performance.now() - began) / 1_000;
  console.log(`${worlds} worlds, ${dispatches} dispatches, ${failed} worlds that do not hold; ${(worlds / seconds).toFixed(2)} seeds per second`);
  for (const [fault, times] of Object.entries(faults).toSorted()) console.log(`  ${fault.padEnd(20)} ${times}`);
}

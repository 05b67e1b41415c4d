/** `npm run sim`: plays simulated worlds. Source: docs/decisions/0130-worlds-are-planned-as-data.md. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { askedOf } from '../asked.ts';
import { askedFor, KINDS } from './kinds.ts';
import { AUDITED_ONE_IN, planWorld, type WorldPlan } from './plan.ts';
import { planProvince } from './province.ts';
import { add, emptyTally, Progress, type Tally } from './tally.ts';
import { judge, smaller, type Verdict } from './verdict.ts';

const SHRINK_TRIES = 150;
/** A world leaves much behind that is young and dead: a larger nursery is emptied less often. */
const NODE_OPTIONS = ['--max-semi-space-size=128'];
const TOLD_EVERY_MS = 60_000;

const USAGE = `
Plays worlds, each from its seed, and prints what was done to them. It ends with 1 where one does not hold.

npm run sim -- --seeds 20 --from 1 --jobs 2
npm run sim -- --seeds 10000 --progress worlds.jsonl   goes on from there when it was ended before
npm run sim -- --seeds 1 --from 17 --shrink            what is left of a world that does not hold, as a plan
npm run sim -- --plan small.json                       that plan again
npm run sim -- --seeds 100 --suite 1                   with the cryptography of work
npm run sim -- --seeds 20 --province                   a hub, 75 communes and ten posts
npm run sim -- --seeds 40 --audit                      audits the stations of each world, not of one in ${AUDITED_ONE_IN}
npm run sim -- --seeds 40 --every-kind                 fails too where some kind of trouble was met in none of them
`;

const asked = askedOf(USAGE, {
  seeds: 20, from: 1, jobs: availableParallelism(), suite: 0, plan: null, progress: null, province: false, shrink: false, audit: false, 'every-kind': false,
  /** Given to the processes that play. */
  worker: false,
});
const isWork = asked.suite === 1;
const KIND = `${asked.province ? 'provinces' : 'small worlds'}${isWork ? ' with suite 1' : ''}${asked.audit ? ', each audited' : ''}`;

if (asked.worker) playWhatIsAsked();
else await playAll();

async function playAll(): Promise<void> {
  const { from, seeds, jobs } = asked;
  const sum = emptyTally();
  const began = performance.now();
  if (asked.plan !== null) add(sum, await tallyOf(JSON.parse(readFileSync(asked.plan, 'utf8')) as WorldPlan));
  else await playSeeds(Array.from({ length: seeds }, (_, index) => from + index), jobs, sum);
  report(sum, began);
  const isLacking = asked['every-kind'] && KINDS.some((kind) => (sum.faults[kind] ?? 0) === 0);
  process.exitCode = sum.failed === 0 && !isLacking ? 0 : 1;
}

/** So many processes, each of which is given the next seed when it has played one. */
async function playSeeds(seeds: readonly number[], jobs: number, sum: Tally): Promise<void> {
  const progress = new Progress(asked.progress, KIND);
  const left = seeds.filter((seed) => !progress.done.has(seed));
  for (const seed of seeds) if (progress.done.has(seed)) add(sum, progress.done.get(seed)!);
  if (left.length < seeds.length) console.log(`${seeds.length - left.length} worlds were played before`);
  const [began, played] = [performance.now(), emptyTally()];
  const timer = setInterval(() => console.log(`… ${rate(played, began)}, ${left.length} to go`), TOLD_EVERY_MS);
  const take = (): number | null => left.shift() ?? null;
  const keep = (seed: number, tally: Tally): void => {
    progress.keep(seed, tally);
    for (const one of [sum, played]) add(one, tally);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, left.length) }, () => playIn(take, keep)));
  clearInterval(timer);
  console.log(rate(played, began));
}

/** One process after another: whatever killed one is counted as a world that does not hold, and the next seed gets a new one. */
async function playIn(take: () => number | null, keep: (seed: number, tally: Tally) => void): Promise<void> {
  for (let seed = take(); seed !== null;) seed = await playUntilBroken(seed, take, keep);
}

function playUntilBroken(first: number, take: () => number | null, keep: (seed: number, tally: Tally) => void): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const options = ['--worker', '--suite', `${asked.suite}`, ...(asked.shrink ? ['--shrink'] : []), ...(asked.province ? ['--province'] : []), ...(asked.audit ? ['--audit'] : [])];
  const child = fork(fileURLToPath(import.meta.url), options, { execArgv: [...process.execArgv, ...NODE_OPTIONS] });
  let seed: number | null = first;
  child.send(first);
  child.on('message', (told) => {
    keep(seed!, told as Tally);
    seed = take();
    if (seed === null) child.disconnect();
    else child.send(seed);
  });
  child.on('exit', () => {
    if (seed === null) return resolve(null);
    console.log(`seed ${seed} was not played to its end`);
    keep(seed, { ...emptyTally(), worlds: 1, failed: 1 });
    resolve(take());
  });
  return promise;
}

function playWhatIsAsked(): void {
  // Whoever asked has ended: nobody wants what is being played.
  process.once('disconnect', () => process.exit());
  process.on('message', (seed) => {
    tallyOf(planOf(seed as number)).then((tally) => process.send!(tally), (error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
}

function planOf(seed: number): WorldPlan {
  const plan = asked.province ? planProvince(seed) : planWorld(seed);
  return { ...plan, ...(isWork && { suite: 1 }), ...(asked.audit && { audited: true }) };
}

async function tallyOf(plan: WorldPlan): Promise<Tally> {
  const verdict = await judge(plan);
  const { dispatches, faults, findings } = verdict;
  if (findings.length > 0) await tell(verdict);
  return { worlds: 1, dispatches, failed: findings.length === 0 ? 0 : 1, asked: Object.fromEntries(askedFor(plan)), faults: Object.fromEntries(faults) };
}

async function tell(verdict: Verdict): Promise<void> {
  const { plan, trace, findings } = verdict;
  console.log(`seed ${plan.seed} does not hold (trace ${trace.slice(0, 16)}):`);
  for (const finding of findings) console.log(`  ${finding}`);
  if (asked.shrink) console.log(JSON.stringify(await smaller(verdict, SHRINK_TRIES), null, 1));
}

function rate({ worlds, failed }: Tally, began: number): string {
  return `${worlds} worlds played, ${failed} that do not hold, ${(worlds / ((performance.now() - began) / 1_000)).toFixed(2)} seeds per second`;
}

function report({ worlds, dispatches, failed, asked: wanted, faults }: Tally, began: number): void {
  console.log(`${worlds} ${KIND}, ${dispatches} dispatches, ${failed} worlds that do not hold; ${Math.round((performance.now() - began) / 1_000)} s`);
  console.log(`  ${'trouble'.padEnd(20)} ${'asked for'.padStart(9)} ${'done'.padStart(9)}`);
  for (const kind of KINDS) console.log(`  ${kind.padEnd(20)} ${String(wanted[kind] ?? '').padStart(9)} ${String(faults[kind] ?? 0).padStart(9)}`);
}

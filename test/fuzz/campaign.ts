/** One run over many targets, each for its share of the time; seeds are made outside the share. */

import type { Measure } from './coverage/measure.ts';
import { fuzz, type Outcome } from './fuzzing.ts';
import { seededChance } from './sample.ts';
import type { Target } from './target.ts';
import type { Watchdog } from './watchdog.ts';

export interface CampaignOptions {
  readonly seed: number;
  /** What one target has for inputs. */
  readonly shareMs: number;
  /** What it is given in any case: a measure must not hang on how busy the machine is. */
  readonly inputsMin?: number;
  nowMs(): number;
  say(line: string): void;
  /** Writes down an input that broke a target; answers where. */
  keep(target: string, input: Uint8Array): string;
  readonly watchdog?: Watchdog | undefined;
  readonly measure?: Pick<Measure, 'begin' | 'end'> | undefined;
}

export interface CampaignResult {
  readonly outcomes: readonly Outcome[];
  /** False where one broke, where one was given no input, and where there was none. */
  readonly isPassed: boolean;
}

export function campaign(targets: readonly Target[], options: CampaignOptions): CampaignResult {
  const outcomes = targets.map((target) => runOne(target, options));
  if (outcomes.length === 0) options.say('NOT FUZZED: there is no such target');
  const failed = outcomes.filter(isFailed).length;
  options.say(`${outcomes.length - failed} passed, ${failed} failed`);
  return { outcomes, isPassed: failed === 0 && outcomes.length > 0 };
}

function runOne(target: Target, { seed, shareMs, inputsMin = 0, nowMs, say, keep, watchdog, measure }: CampaignOptions): Outcome {
  const chance = seededChance(seed);
  const seeds = target.seeds(chance);
  measure?.begin(target, seeds);
  const end = nowMs() + shareMs;
  const outcome = fuzz(target, seeds, chance, (inputs) => inputs >= inputsMin && nowMs() >= end, watchdog);
  measure?.end(target);
  say(`${target.name.padEnd(24)} ${String(outcome.inputs).padStart(9)} inputs, ${outcome.accepted} accepted`);
  if (outcome.fault !== null) say(`  BROKEN: ${String(outcome.fault.error)}\n  kept as ${keep(target.name, outcome.fault.input)}`);
  else if (outcome.inputs === 0) say('  NOT FUZZED: its share was over before its first input');
  return outcome;
}

function isFailed({ inputs, fault }: Outcome): boolean {
  return fault !== null || inputs === 0;
}

/** Fuzzes one decoder for a while: no crash, no second form accepted, no hang, no memory beyond a bound. */

import { createHash } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { mutate } from './mutate.ts';
import type { Chance } from './sample.ts';
import { isRefusal, type Target } from './target.ts';
import type { Watchdog } from './watchdog.ts';

/** One input may take this long: decoders are linear in at most 1 MiB. */
const MS_MAX = 2_000;
/** So much one input may leave behind in memory: a thousand times the longest that is bred from. */
const MEMORY_BYTES_MAX = 64 * 1_048_576;
const CORPUS_MAX = 512;
/** What is longer is tried once, as it is: what becomes of it says nothing that is worth its time. */
const BREED_BYTES_MAX = 65_536;

export interface Outcome {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  /** The first input that broke the decoder, and how. */
  readonly fault: { readonly input: Uint8Array; readonly error: unknown } | null;
}

/**
 * @param seeds made before: some take longer to make than the inputs that come of them
 * @param until answers whether it is enough, asked now and then with the number of inputs tried
 * @param watchdog for what never comes back
 */
export function fuzz(target: Target, seeds: readonly Uint8Array[], chance: Chance, until: (inputs: number) => boolean, watchdog?: Watchdog): Outcome {
  const corpus = seeds.filter(({ length }) => length <= BREED_BYTES_MAX);
  const reasons = new Set<string>();
  let inputs = 0;
  let accepted = 0;
  for (; (inputs & 63) !== 0 || !until(inputs); inputs++) {
    // The seeds as they are, then what becomes of them.
    const input = seeds[inputs] ?? mutate(corpus[chance(corpus.length)]!, corpus[chance(corpus.length)]!, target.shape, chance);
    watchdog?.watch(target.name, input);
    const result = attempt(target, input);
    watchdog?.rest();
    if (result.fault !== undefined) return { target: target.name, inputs, accepted, fault: { input, error: result.fault } };
    if (result.reason === null) accepted += 1;
    else if (!reasons.has(result.reason) && corpus.length < CORPUS_MAX && input.length <= BREED_BYTES_MAX) {
      // An input that is refused for a new reason got somewhere new: breed from it.
      reasons.add(result.reason);
      corpus.push(input);
    }
  }
  return { target: target.name, inputs, accepted, fault: null };
}

function attempt(target: Target, input: Uint8Array): { reason: string | null; fault?: unknown } {
  const start = performance.now();
  const before = memoryBytes();
  let reason: string | null = null;
  try {
    target.run(input);
  } catch (error) {
    if (!isRefusal(error)) return { reason: null, fault: error };
    reason = String(error).replaceAll(/\d+/g, '#');
  }
  const took = performance.now() - start;
  const grown = memoryBytes() - before;
  if (grown > MEMORY_BYTES_MAX) return { reason, fault: new Error(`took ${(grown / 2 ** 20).toFixed(0)} MiB`) };
  return took > MS_MAX ? { reason, fault: new Error(`took ${took.toFixed(0)} ms`) } : { reason };
}

/** Objects and the bytes of buffers; what was collected meanwhile is not seen, which the watchdog makes up for. */
function memoryBytes(): number {
  const { used_heap_size: objects, external_memory: buffers } = getHeapStatistics();
  return objects + buffers;
}

/** A file name for an input worth keeping. */
export function nameOf(target: string, input: Uint8Array): string {
  return `${target.replaceAll(/[^A-Za-z]+/g, '-')}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`;
}

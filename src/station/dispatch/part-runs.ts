/**
 * Cuts what is being uploaded into runs of whole sealed chunks, a mebibyte at a time: a disk is written to sixteen times
 * less often than with single chunks, and two buffers serve a part of any size.
 */
import { Refusal } from '#core/refusals.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';

const RUN_BYTES = 16 * SEALED_CHUNK_BYTES;

/**
 * Runs of a part with `rest` bytes to go; only the last is shorter. Two runs take turns in memory: one is good until the
 * second after it is asked for. Where the source fails or ends early, what is whole comes first; an unfinished chunk is dropped.
 * @throws Refusal `file-too-large` where more comes than the part has; whatever the source throws
 */
export async function* inRuns(source: AsyncIterable<Uint8Array>, rest: number): AsyncGenerator<Uint8Array> {
  const buffers = [0, 1].map(() => new Uint8Array(Math.min(RUN_BYTES, rest)));
  let [turn, filled, left] = [0, 0, rest];
  let failure: { readonly error: unknown } | null = null;
  try {
    for await (const piece of source) {
      for (let at = 0; at < piece.length; ) {
        if (left === 0) throw new Refusal('file-too-large', { maximum: rest });
        const run = buffers[turn]!.subarray(0, left);
        const taken = piece.subarray(at, at + run.length - filled);
        run.set(taken, filled);
        [filled, at] = [filled + taken.length, at + taken.length];
        if (filled < run.length) continue;
        yield run;
        [turn, filled, left] = [1 - turn, 0, left - run.length];
      }
    }
  } catch (error) {
    failure = { error };
  }
  const whole = filled - (filled % SEALED_CHUNK_BYTES);
  if (whole > 0) yield buffers[turn]!.subarray(0, whole);
  if (failure !== null) throw failure.error;
}

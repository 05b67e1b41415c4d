/** What is counted over worlds, and the file by which a long run goes on after it was ended: one line for each world that was played. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What became of one world, or of many. */
export interface Tally {
  worlds: number;
  dispatches: number;
  failed: number;
  /** What was asked for and what was done, of each kind. */
  asked: Record<string, number>;
  faults: Record<string, number>;
}

/** The last line of a run that was killed may be cut off. */
const LINE = /^\{.*\}$/;

export function emptyTally(): Tally {
  return { worlds: 0, dispatches: 0, failed: 0, asked: {}, faults: {} };
}

export function add(sum: Tally, { worlds, dispatches, failed, asked, faults }: Tally): void {
  sum.worlds += worlds;
  sum.dispatches += dispatches;
  sum.failed += failed;
  for (const [total, times] of [[sum.asked, asked], [sum.faults, faults]] as const) {
    for (const kind of Object.keys(times)) total[kind] = (total[kind] ?? 0) + times[kind]!;
  }
}

/** Worlds that were played before, by seed. */
export class Progress {
  readonly done = new Map<number, Tally>();
  readonly #file: string | null;

  /** @param kind of the worlds: a file of others is refused */
  constructor(file: string | null, kind: string) {
    this.#file = file;
    if (file === null) return;
    if (existsSync(file)) this.#read(file, kind);
    else writeFileSync(file, `${JSON.stringify({ kind })}\n`);
  }

  #read(file: string, kind: string): void {
    const [first, ...lines] = readFileSync(file, 'utf8').split('\n').filter((line) => LINE.test(line)).map((line) => JSON.parse(line) as { kind: string } & Tally & { seed: number });
    if (first?.kind !== kind) throw new Error(`${file} is of other worlds (${first?.kind}), not of ${kind}`);
    for (const { seed, ...tally } of lines) this.done.set(seed, tally);
    // A line that was cut off would else swallow the next.
    appendFileSync(file, '\n');
  }

  keep(seed: number, tally: Tally): void {
    if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify({ seed, ...tally })}\n`);
  }
}

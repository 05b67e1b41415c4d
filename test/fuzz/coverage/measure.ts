/** Which branches of each decoder a run of the fuzzer went through. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isRefusal, type Measured, type Part, type Target } from '../target.ts';
import { branchesOf, type Branch, type CountAt } from './branches.ts';
import type { PreciseCoverage } from './precise.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

/** One line of the table. */
export interface Row {
  readonly target: string;
  readonly files: string;
  readonly covered: number;
  readonly all: number;
  /** What was never gone through, such as `src/x509/pem.ts:47 if`. */
  readonly missed: readonly string[];
}

export interface Measure {
  /** Before the inputs of a target; its seeds are made and are run here as they are. */
  begin(target: Target, seeds: readonly Uint8Array[]): void;
  end(target: Target): void;
  /** @param isWhole whether all targets were measured: only then is what they share complete */
  rows(isWhole: boolean): Row[];
}

type PlacedBranch = Branch & { readonly file: string };

export function measure(coverage: PreciseCoverage): Measure {
  const rows: Row[] = [];
  const together = new Map<string, { row: string; files: string; counted: { branch: PlacedBranch; count: number }[] }>();
  let used: (branch: PlacedBranch) => boolean = () => true;

  function add({ parts, isAsUsed, together: name }: Measured, target: Target, at: Counts): void {
    const branches = parts.flatMap(branchesOfPart).filter((branch) => isAsUsed !== true || used(branch));
    const counted = branches.map((branch) => ({ branch, count: branch.count(at(branch.file)) }));
    const files = parts.map(({ file }) => file).join(', ');
    if (name === undefined) return void rows.push(rowOf(target.name, files, counted));
    const before = together.get(`${name} ${files}`);
    if (before === undefined) together.set(`${name} ${files}`, { row: name, files, counted });
    else for (const [i, one] of before.counted.entries()) one.count += counted[i]!.count;
  }

  return {
    begin(target, seeds) {
      coverage.take();
      for (const seed of seeds) runsOrRefuses(target, seed);
      const at = cachedCounts(coverage);
      used = (branch) => at(branch.file)(branch.functionAt) > 0;
      // What the seeds are refused for must be found again: a measure begins at nothing.
      coverage.take();
    },
    end(target) {
      const at = cachedCounts(coverage);
      for (const measured of target.measured) add(measured, target, at);
    },
    rows: (isWhole) => [...rows, ...(isWhole ? [...together.values()] : []).map(({ row, files, counted }) => rowOf(row, files, counted))],
  };
}

type Counts = (file: string) => CountAt;

function cachedCounts(coverage: PreciseCoverage): Counts {
  const take = coverage.take();
  const known = new Map<string, CountAt>();
  return (file) => {
    const at = known.get(file) ?? take(path.join(ROOT, file));
    known.set(file, at);
    return at;
  };
}

function runsOrRefuses(target: Target, seed: Uint8Array): void {
  try {
    target.run(seed);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

function rowOf(target: string, files: string, counted: readonly { branch: PlacedBranch; count: number }[]): Row {
  const missed = counted.filter(({ count }) => count === 0).map(({ branch: { file, line, what } }) => `${file}:${line} ${what}`);
  return { target, files, covered: counted.length - missed.length, all: counted.length, missed };
}

const known = new Map<Part, PlacedBranch[]>();

/** @throws Error where a function is named that the file has not: then the table would measure something else */
export function branchesOfPart(part: Part): PlacedBranch[] {
  const before = known.get(part);
  if (before !== undefined) return before;
  const { file, only, except = [] } = part;
  const all = branchesOf(file, readFileSync(path.join(ROOT, file), 'utf8'));
  const names = new Set(all.flatMap(({ within }) => within));
  for (const name of [...(only ?? []), ...except]) if (!names.has(name)) throw new Error(`${file} has no function ${name}`);
  const branches = all
    .filter(({ within }) => (only === undefined || within.some((name) => only.includes(name))) && !within.some((name) => except.includes(name)))
    .map((branch) => ({ ...branch, file }));
  known.set(part, branches);
  return branches;
}

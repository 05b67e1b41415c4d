/** How often each block of our sources was run, as V8 counts it (node:inspector, Profiler.takePreciseCoverage). */

import assert from 'node:assert/strict';
import { Session, type Profiler } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { CountAt } from './branches.ts';

export interface PreciseCoverage {
  /** What was counted in each file since the last time; counts begin anew. */
  take(): (file: string) => CountAt;
}

/**
 * Begins to count. Whatever is to be measured has to be imported after this: V8 counts blocks only in functions that it
 * compiles from now on, and in none that come out of a compile cache.
 */
export function startCoverage(): PreciseCoverage {
  // A call that was compiled into its caller is counted nowhere.
  setFlagsFromString('--no-turbofan');
  setFlagsFromString('--no-maglev');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    take() {
      const scripts = new Map(taken(session).map((script) => [script.url, script]));
      return (file) => countsOf(scripts.get(pathToFileURL(file).href) ?? { url: file, scriptId: '', functions: [] });
    },
  };
}

/** A session with its own thread answers before `post` returns. */
function taken(session: Session): readonly Profiler.ScriptCoverage[] {
  const answers: Profiler.TakePreciseCoverageReturnType[] = [];
  session.post('Profiler.takePreciseCoverage', (error, coverage) => {
    assert.equal(error, null);
    answers.push(coverage);
  });
  const [answer] = answers;
  assert.ok(answer !== undefined, 'the inspector answers at once');
  return answer.result;
}

/** The innermost range around an offset has its count; a function of which nothing is said was not run. */
function countsOf({ url, functions }: Profiler.ScriptCoverage): CountAt {
  const ranges = functions
    .flatMap(({ functionName, ranges: all, isBlockCoverage }) => all.map((range) => ({ ...range, functionName, isBlockCoverage })))
    .toSorted((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset));
  return (offset) => {
    const found = ranges.find(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset);
    if (found === undefined) return 0;
    assert.ok(found.isBlockCoverage || found.count === 0, `${url}: ${found.functionName} was compiled before it could be counted in blocks`);
    return found.count;
  };
}

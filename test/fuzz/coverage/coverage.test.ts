import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Target } from '../target.ts';
import { branchesOf } from './branches.ts';
import { branchesOfPart, measure } from './measure.ts';
import { startCoverage } from './precise.ts';
import { shortfalls, tableOf } from './table.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-branches-'));
after(() => rmSync(folder, { recursive: true }));
const coverage = startCoverage();

/** A module that nobody has compiled before. */
async function written(name: string, text: string): Promise<{ file: string; module: Record<string, (...values: unknown[]) => unknown> }> {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return { file, module: await import(pathToFileURL(file).href) };
}

const CLASSIFY = `
export function classify(value, hurry = false) {
  if (value < 0) throw new RangeError('negative');
  const size = value > 9 ? 'large' : 'small';
  let words = '';
  for (let i = 0; i < value; i++) words += '.';
  if (hurry && value > 1) words = '!';
  switch (words) {
    case '!': return words;
    default: return size;
  }
}
export function never() { return 1; }
`;

describe('branches that were gone through', async () => {
  const { file, module } = await written('classify.mjs', CLASSIFY);
  const coveredBy = (...calls: unknown[][]): string[] => {
    coverage.take();
    for (const call of calls) {
      try {
        module['classify']!(...call);
      } catch (error) {
        assert.ok(error instanceof RangeError);
      }
    }
    const at = coverage.take()(file);
    return branchesOf('classify.ts', CLASSIFY).filter((branch) => branch.count(at) > 0).map(({ line, what }) => `${line} ${what}`);
  };

  it('are both ways of every choice, and each is told apart', () => {
    assert.deepEqual(coveredBy([-1]), ['2 function', '3 if']);
    assert.deepEqual(coveredBy([0]), ['2 function', '3 if not', '4 else', '7 if not', '10 case']);
    assert.deepEqual(coveredBy([20]), ['2 function', '3 if not', '4 if', '6 loop', '7 if not', '10 case']);
    assert.deepEqual(coveredBy([20, true]), ['2 function', '3 if not', '4 if', '6 loop', '7 if', '7 &&', '9 case']);
  });

  it('are all of them counted, and a function that nobody calls is missed', () => {
    const missed = branchesOf('classify.ts', CLASSIFY).filter(({ within }) => within.includes('never'));
    assert.deepEqual(missed.map(({ what }) => what), ['function']);
    assert.equal(coveredBy([-1], [1], [20, true]).length, branchesOf('classify.ts', CLASSIFY).length - missed.length);
  });

  it('are counted however often they were run: nothing is compiled into its caller', async () => {
    const text = 'const small = (value) => value + 1;\nexport function often() { let sum = 0; for (let i = 0; i < 200_000; i++) sum = small(sum); return sum; }\n';
    const hot = await written('often.mjs', text);
    for (let round = 0; round < 5; round++) {
      coverage.take();
      hot.module['often']!();
      const at = coverage.take()(hot.file);
      assert.deepEqual(branchesOf('often.ts', text).map((branch) => branch.count(at) > 0), [true, true, true]);
    }
  });
});

describe('the table of branches', () => {
  const target = (run: Target['run'], file: string, only: string[]): Target => ({
    name: 'one', calls: [], shape: 'text', seeds: () => [], run, measured: [{ parts: [{ file, only }] }],
  });

  it('says that nothing of a decoder was gone through where nothing was', () => {
    const measured = measure(coverage);
    const idle = target(() => {}, 'src/x509/time.ts', ['readTime']);
    measured.begin(idle, []);
    measured.end(idle);
    const [row] = measured.rows(true);
    assert.deepEqual([row?.covered, row?.all], [0, 7]);
    assert.match(shortfalls(measured.rows(true), {}).join(), /one src\/x509\/time\.ts: 0 of 7 branches, less than 90 %; missed src\/x509\/time\.ts:39 function/);
  });

  it('refuses to measure a function that is not there', () => {
    assert.throws(() => branchesOfPart({ file: 'src/x509/time.ts', only: ['readTimes'] }), /has no function readTimes/);
    assert.throws(() => branchesOfPart({ file: 'src/x509/time.ts', except: ['writeTime'] }), /has no function writeTime/);
  });

  it('lets a row stay below for a reason that is shown, and no longer than it is needed', () => {
    const row = { target: 'one', files: 'a.ts', covered: 8, all: 10, missed: ['a.ts:1 if', 'a.ts:2 if'] };
    assert.equal(shortfalls([row], {}).length, 1);
    assert.deepEqual(shortfalls([row], { 'one a.ts': 'the rest is for ink' }), []);
    assert.match(tableOf([row], { 'one a.ts': 'the rest is for ink' }).at(-1)!, /\| 8 \/ 10 \| 80\.0 \(the rest is for ink\) \|/);
    assert.match(shortfalls([{ ...row, covered: 9 }], { 'one a.ts': 'the rest is for ink' }).join(), /take its reason out/);
    assert.match(shortfalls([], { 'two a.ts': 'gone' }).join(), /two a\.ts: no such row/);
    assert.deepEqual(shortfalls([], { 'two a.ts': 'not measured' }, false), []);
  });
});

/**
 * Type-checks every part of the house against what that part runs on.
 *
 * One tsconfig per place of execution: names of Node are errors in code that also runs in a page,
 * names of the page are errors on the station. A program that no tsconfig covers is an error too,
 * since otherwise a new folder would quietly go unchecked.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { readTree } from './tidy/file-set.ts';
import { REPOSITORY_ROOT } from './tidy.ts';

const PROJECTS = [
  'tsconfig.json',
  'tsconfig.pure.json',
  'tsconfig.web.json',
  'tsconfig.test.json',
];

const COMPILER = path.join(REPOSITORY_ROOT, 'node_modules/typescript/bin/tsc');

/** What the compiler found last time, so that it looks only at what changed since. */
const KNOWN = path.join(REPOSITORY_ROOT, 'node_modules/.cache/types');

/** tsc's "no inputs were found": a place, such as the pages, that has no files yet. */
const NO_INPUTS = 'TS18003';

/** What the compiler says of one project. */
export type Verdict = {
  readonly ok: boolean;
  readonly output: string;
  /** Paths of the files of ours that it looked at, from the root. */
  readonly files: readonly string[];
};

/** Runs the compiler on one tsconfig, given by its path. @param known keeps what was found, for the next time */
export function compile(project: string, known?: string): Verdict {
  const { status, stdout } = spawnSync(
    process.execPath,
    [COMPILER, '--project', project, '--listFiles', ...(known === undefined ? [] : ['--incremental', '--tsBuildInfoFile', known])],
    { cwd: REPOSITORY_ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  const [files, said] = [lines.filter(path.isAbsolute), lines.filter((l) => !path.isAbsolute(l))];
  const empty = stdout.includes(NO_INPUTS);
  return {
    ok: status === 0 || empty,
    output: empty ? '' : said.join('\n'),
    files: files.map((file) => path.relative(REPOSITORY_ROOT, file)),
  };
}

if (import.meta.main) main();

function main(): void {
  const uncovered = new Set([...readTree(REPOSITORY_ROOT).keys()].filter(isTypeScript));
  for (const project of PROJECTS) {
    const { ok, output, files } = compile(project, path.join(KNOWN, `${project}.tsbuildinfo`));
    for (const file of files) uncovered.delete(file);
    console.log(`types: ${project} ${ok ? 'ok' : 'failed'}`);
    if (ok) continue;
    console.error(output);
    process.exitCode = 1;
  }
  for (const file of uncovered) {
    console.error(`types: no tsconfig covers ${file}`);
    process.exitCode = 1;
  }
}

function isTypeScript(file: string): boolean {
  return /\.tsx?$/.test(file);
}

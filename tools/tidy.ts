/**
 * Keeps what STYLE.md asks and a machine can see, so that nobody has to remember it.
 *
 * Run as a program it prints every finding and fails when there is one; as a unit test
 * (tidy.test.ts) it also proves that each rule catches what it is for.
 */
import path from 'node:path';
import { checkBans } from './tidy/bans.ts';
import { checkCycles } from './tidy/cycles.ts';
import { checkDirection } from './tidy/direction.ts';
import { type FileSet, type Finding, readTree } from './tidy/file-set.ts';
import { checkLinks } from './tidy/links.ts';
import { checkMachinePaths } from './tidy/machine-paths.ts';
import { checkMarks } from './tidy/marks.ts';
import { checkNames } from './tidy/names.ts';
import { checkSizes, listLongFiles } from './tidy/sizes.ts';

const RULES: readonly ((files: FileSet) => Finding[])[] = [
  checkDirection,
  checkCycles,
  checkBans,
  checkNames,
  checkSizes,
  checkMarks,
  checkLinks,
  checkMachinePaths,
];

/** The root of the repository that this file stands in. */
export const REPOSITORY_ROOT = path.dirname(import.meta.dirname);

/** Every departure from the house style in these files. */
export function checkHouse(files: FileSet): Finding[] {
  return RULES.flatMap((rule) => rule(files));
}

/** One finding as one line, in the form that editors can follow. */
export function formatFinding({ rule, file, line, message }: Finding): string {
  return `${line === 0 ? file : `${file}:${line}`} [${rule}] ${message}`;
}

if (import.meta.main) main();

function main(): void {
  const files = readTree(REPOSITORY_ROOT);
  for (const { file, lines } of listLongFiles(files)) {
    console.log(`look again: ${file} has ${lines} lines`);
  }
  const findings = checkHouse(files);
  for (const finding of findings) console.error(formatFinding(finding));
  console.log(`tidy: ${files.size} files, ${findings.length} findings`);
  if (findings.length > 0) process.exitCode = 1;
}

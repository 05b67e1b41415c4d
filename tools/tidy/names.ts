/**
 * Names of files: kebab-case, and never a name that says nothing about what is inside.
 */
import { type FileSet, type Finding, isCode } from './file-set.ts';

const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const EMPTY_NAMES = ['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'common', 'misc'];
const OUR_PLACES = /^(?:src|test|tools|bin|docs)\//;

export function checkNames(files: FileSet): Finding[] {
  const findings: Finding[] = [];
  for (const file of files.keys()) {
    if (!OUR_PLACES.test(file) || !(isCode(file) || file.endsWith('.md'))) continue;
    for (const segment of file.split('/')) {
      const message = judgeName(segment);
      if (message !== null) findings.push({ rule: 'name', file, line: 0, message });
    }
  }
  return findings;
}

/** Judges one folder or file name; endings such as `.test.ts` do not count. */
function judgeName(segment: string): string | null {
  if (segment === 'README.md') return null;
  const [stem = '', ...endings] = segment.split('.');
  if (![stem, ...endings].every((part) => KEBAB_CASE.test(part))) {
    return `"${segment}" is not kebab-case`;
  }
  const lastWord = stem.split('-').at(-1) ?? '';
  if (!EMPTY_NAMES.includes(lastWord)) return null;
  return `"${segment}" says nothing about what is inside`;
}

/**
 * Nothing of the machine that a file was written on belongs in the file: no absolute path of a
 * workplace, and no address of a package registry in the lockfile.
 */
import { type FileSet, type Finding, isTest, lineAt } from './file-set.ts';

/** Put together from halves, so that this file does not find itself. */
const WORKPLACE = new RegExp(`(?<![\\w./~-])/(?:${'wo'}rk|${'fa'}rm|${'ro'}ot)/`, 'g');
const OUTSIDE = new RegExp(`\\.\\./${'sha'}red\\b`, 'g');
const REGISTRY = new RegExp(`"${'resol'}ved": *"https?:`, 'g');

export function checkMachinePaths(files: FileSet): Finding[] {
  const findings: Finding[] = [];
  function report(file: string, text: string, pattern: RegExp, message: string): void {
    for (const match of text.matchAll(pattern)) {
      findings.push({ rule: 'machine', file, line: lineAt(text, match.index), message });
    }
  }
  for (const [file, text] of files) {
    report(file, text, WORKPLACE, 'names a path of one machine');
    if (!isTest(file)) report(file, text, OUTSIDE, 'reaches outside the repository');
    if (file.endsWith('package-lock.json')) {
      report(file, text, REGISTRY, 'names a registry: keep omit-lockfile-registry-resolved on');
    }
  }
  return findings;
}

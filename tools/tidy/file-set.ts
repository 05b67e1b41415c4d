/**
 * The files that tidy looks at, as a map from path to text.
 *
 * Rules take this map and nothing else, so that a test can plant a violation in three lines.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Path from the root of the repository (with `/`) to text. A binary file has empty text. */
export type FileSet = ReadonlyMap<string, string>;

/** One departure from the house style. `line` counts from 1 and is 0 for the file as a whole. */
export type Finding = {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
};

/** Reads what git tracks or would track: ignored files are nobody's business. */
export function readTree(root: string): FileSet {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8' },
  );
  const files = new Map<string, string>();
  for (const name of listed.split('\0').toSorted()) {
    const whole = path.join(root, name);
    if (name === '' || !existsSync(whole) || !statSync(whole).isFile()) continue;
    const text = readFileSync(whole, 'utf8');
    files.set(name, text.includes('\0') ? '' : text);
  }
  return files;
}

/** Whether a file is a program of ours, as opposed to a document or data. */
export function isCode(file: string): boolean {
  return /\.(?:ts|tsx|mjs|js)$/.test(file);
}

/** Whether a file exists only to test: such files may import and do anything. */
export function isTest(file: string): boolean {
  return file.startsWith('test/') || /\.test\.tsx?$/.test(file);
}

/** The line, from 1, at which an offset into a text stands. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/**
 * Which files a file imports, whatever the form: import, export … from, import(), and the type
 * import('…').
 */
import path from 'node:path';
import { type FileSet, isCode, lineAt } from './file-set.ts';
import { isNode, parse, walk } from './syntax.ts';

/** One import. `target` is a path in the repository, or null for a package or a Node module. */
export type Import = {
  readonly from: string;
  readonly specifier: string;
  readonly target: string | null;
  readonly typeOnly: boolean;
  readonly line: number;
};

/** All imports of all programs in the set, in order. */
export function listImports(files: FileSet): Import[] {
  const imports: Import[] = [];
  for (const [file, text] of files) {
    if (isCode(file)) imports.push(...importsOf(file, text));
  }
  return imports;
}

/** `import { type A }` still loads the module when it runs: only `import type` is type-only. */
function importsOf(file: string, text: string): Import[] {
  const imports: Import[] = [];
  walk(parse(file, text), (node) => {
    const source = node['source'];
    if (!isNode(source) || typeof source['value'] !== 'string') return;
    imports.push({
      from: file,
      specifier: source['value'],
      target: resolve(file, source['value']),
      typeOnly:
        node['importKind'] === 'type' ||
        node['exportKind'] === 'type' ||
        node.type === 'TSImportType',
      line: lineAt(text, node.start),
    });
  });
  return imports;
}

/** Follows the `imports` of package.json, which map `#room/…` to `src/room/…` without exception. */
function resolve(from: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  if (/^\.\.?(?:\/|$)/.test(specifier)) {
    return path.posix.join(path.posix.dirname(from), specifier);
  }
  return null;
}

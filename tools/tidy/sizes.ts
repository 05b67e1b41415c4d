/**
 * Sizes of files and functions. The tails separate good houses from bad: look again at 300 lines
 * of file, and split before 500 lines of file or 100 of function.
 */
import { type FileSet, type Finding, isCode, isTest, lineAt } from './file-set.ts';
import { identifierName, parse, walk } from './syntax.ts';

const FILE_LINES_MAX = 500;
const FILE_LINES_WARN = 300;
const FUNCTION_LINES_MAX = 100;

export function checkSizes(files: FileSet): Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of files) {
    if (!isCode(file)) continue;
    const lines = countLines(text);
    if (file.startsWith('src/') && lines > FILE_LINES_MAX) {
      const message = `${lines} lines, at most ${FILE_LINES_MAX} may be`;
      findings.push({ rule: 'size', file, line: 0, message });
    }
    if (!isTest(file)) findings.push(...longFunctions(file, text));
  }
  return findings;
}

/** Files that are not wrong yet but deserve a second look, longest first. */
export function listLongFiles(files: FileSet): { file: string; lines: number }[] {
  return [...files]
    .filter(([file]) => isCode(file) && file.startsWith('src/'))
    .map(([file, text]) => ({ file, lines: countLines(text) }))
    .filter(({ lines }) => lines > FILE_LINES_WARN)
    .toSorted((one, other) => other.lines - one.lines);
}

function longFunctions(file: string, text: string): Finding[] {
  const findings: Finding[] = [];
  walk(parse(file, text), (node) => {
    if (!/^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) {
      return;
    }
    const line = lineAt(text, node.start);
    const lines = countLines(text.slice(node.start, node.end));
    if (lines <= FUNCTION_LINES_MAX) return;
    const name = identifierName(node['id']) ?? 'a function';
    const message = `${name} has ${lines} lines, at most ${FUNCTION_LINES_MAX} may be`;
    findings.push({ rule: 'size', file, line, message });
  });
  return findings;
}

function countLines(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

/**
 * Marks of unfinished work: notes to oneself in any text, and tests switched off or singled out.
 */
import { type FileSet, type Finding, isCode, isTest, lineAt } from './file-set.ts';
import { identifierName, isNode, parse, type SyntaxNode, walk } from './syntax.ts';

/** Put together from halves, so that this file does not find itself. */
const NOTES = new RegExp(`\\b(?:${'TO'}${'DO'}|${'FIX'}${'ME'})\\b`, 'g');

/** Texts that others wrote: the lockfile, the licence, published test vectors. */
const NOT_OURS = /^(?:package-lock\.json|LICENSE|test\/vectors\/.*\.json)$/;

const TEST_FUNCTIONS = ['test', 'it', 'describe', 'suite', 't', 'context'];
const SWITCHES = ['only', 'skip', 'todo'];

export function checkMarks(files: FileSet): Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of files) {
    if (NOT_OURS.test(file)) continue;
    for (const match of text.matchAll(NOTES)) {
      const message = `"${match[0]}": finish it, or write it down as an issue`;
      findings.push({ rule: 'mark', file, line: lineAt(text, match.index), message });
    }
    if (isCode(file) && isTest(file)) findings.push(...switchedTests(file, text));
  }
  return findings;
}

function switchedTests(file: string, text: string): Finding[] {
  const findings: Finding[] = [];
  walk(parse(file, text), (node) => {
    if (node.type !== 'CallExpression') return;
    const name = switchOf(node);
    if (name === null) return;
    const message = `a test is marked "${name}": every test runs, always`;
    findings.push({ rule: 'mark', file, line: lineAt(text, node.start), message });
  });
  return findings;
}

/** The switch in `test.skip(…)` or in `test('…', { skip: true }, …)`, or null. */
function switchOf(call: SyntaxNode): string | null {
  const callee = call['callee'];
  if (isNode(callee) && callee.type === 'MemberExpression') {
    const name = identifierName(callee['property']) ?? '';
    const ofTest = TEST_FUNCTIONS.includes(identifierName(callee['object']) ?? '');
    return ofTest && SWITCHES.includes(name) ? name : null;
  }
  if (!TEST_FUNCTIONS.includes(identifierName(callee) ?? '')) return null;
  const given = call['arguments'] as SyntaxNode[];
  const options = given.find((argument) => argument.type === 'ObjectExpression');
  const properties = (options?.['properties'] ?? []) as SyntaxNode[];
  const names = properties.map((property) => identifierName(property['key']) ?? '');
  return names.find((name) => SWITCHES.includes(name)) ?? null;
}

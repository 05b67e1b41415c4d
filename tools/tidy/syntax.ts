/**
 * Parses our TypeScript with oxc-parser (TypeScript 7 offers no parser to programs) and walks
 * the tree that comes back. Each text is parsed once, however many rules look at it.
 */
import { parseSync, visitorKeys } from 'oxc-parser';

/** An ESTree node, as loosely typed as a rule needs it. */
export type SyntaxNode = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
};

const parsed = new Map<string, SyntaxNode>();

/** @throws Error when the text is not TypeScript: tidy has nothing to say about such a file. */
export function parse(file: string, text: string): SyntaxNode {
  const key = `${file}\0${text}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const result = parseSync(file, text);
  const [error] = result.errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  const program = result.program as unknown as SyntaxNode;
  parsed.set(key, program);
  return program;
}

/** Visits every node below and including `node`, telling each its ancestors, nearest last. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => void,
  ancestors: SyntaxNode[] = [],
): void {
  visit(node, ancestors);
  ancestors.push(node);
  for (const key of visitorKeys[node.type] ?? []) {
    const value = node[key];
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit, ancestors);
    }
  }
  ancestors.pop();
}

/** The name of an identifier, or null for anything else. */
export function identifierName(node: unknown): string | null {
  return isNode(node) && node.type === 'Identifier' ? String(node['name']) : null;
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}

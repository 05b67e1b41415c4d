/**
 * The branches of a source file, from its syntax, so that their number hangs on the file and not on what a run has seen:
 * every function, both ways of an `if` and of `?:`, the right side of `&&`, `||` and `??`, every case, the body of a
 * loop, a `catch`. These are the blocks that V8 counts; it counts no default values and no `?.`.
 */

import { isNode, parse, walk, type SyntaxNode } from '../../../tools/tidy/syntax.ts';

/** How often the code at an offset was run. */
export type CountAt = (offset: number) => number;

export interface Branch {
  readonly line: number;
  readonly what: string;
  /** The functions, methods and classes around it, outermost first. */
  readonly within: readonly string[];
  /** Where the innermost function around it begins; for a function, itself. */
  readonly functionAt: number;
  count(at: CountAt): number;
}

export function branchesOf(file: string, text: string): Branch[] {
  const branches: Branch[] = [];
  walk(parse(file, text), (node, ancestors) => {
    const around = isFunction(node) ? node : ancestors.findLast(isFunction);
    if (around === undefined) return;
    const within = [...ancestors, node].flatMap((one, at, all) => nameOf(one, all[at - 1]));
    const add = (what: string, at: SyntaxNode, count: Branch['count']): void => {
      branches.push({ line: text.slice(0, at.start).split('\n').length, what, within, functionAt: bodyOf(around).start, count });
    };
    const block = (what: string, at: SyntaxNode): void => add(what, at, (countAt) => countAt(at.start));
    if (isFunction(node)) return block('function', bodyOf(node));
    listBlocks(node, block);
    if (node.type === 'IfStatement' && !isNode(node['alternate'])) add('if not', node, (countAt) => countNotTaken(node, ancestors, countAt));
  });
  return branches;
}

const LOOPS: readonly string[] = ['ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement'];

function listBlocks(node: SyntaxNode, block: (what: string, at: SyntaxNode) => void): void {
  const child = (field: string): SyntaxNode => node[field] as SyntaxNode;
  if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
    block('if', child('consequent'));
    if (isNode(node['alternate'])) block('else', node['alternate']);
  }
  if (node.type === 'LogicalExpression') block(String(node['operator']), child('right'));
  if (node.type === 'SwitchCase') block('case', node);
  if (node.type === 'CatchClause') block('catch', child('body'));
  if (LOOPS.includes(node.type)) block('loop', child('body'));
}

/**
 * V8 counts what follows an `if`. Where its block leaves, that is how often the block was passed by; otherwise those who
 * came through the block are in it as well. Behind the last statement of a block nothing is counted: there it is how
 * often the `if` was reached, less how often it was taken.
 */
function countNotTaken(node: SyntaxNode, ancestors: readonly SyntaxNode[], countAt: CountAt): number {
  const taken = countAt((node['consequent'] as SyntaxNode).start);
  if (!hasNext(node, ancestors.at(-1))) return Math.max(0, countAt(node.start) - taken);
  const after = countAt(node.end);
  return leaves(node['consequent'] as SyntaxNode) ? after : Math.max(0, after - taken);
}

function hasNext(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  const siblings = parent?.['body'] ?? parent?.['consequent'];
  return Array.isArray(siblings) && siblings.includes(node) && siblings.at(-1) !== node;
}

function leaves(node: SyntaxNode): boolean {
  const last = node.type === 'BlockStatement' ? (node['body'] as SyntaxNode[]).at(-1) : node;
  return ['ReturnStatement', 'ThrowStatement', 'BreakStatement', 'ContinueStatement'].includes(last?.type ?? '');
}

/** With a body: a declaration of TypeScript has none. */
function isFunction(node: SyntaxNode): boolean {
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type) && isNode(node['body']);
}

function bodyOf(node: SyntaxNode): SyntaxNode {
  return node['body'] as SyntaxNode;
}

/** The name that a function or class goes by, or none. */
function nameOf(node: SyntaxNode, parent: SyntaxNode | undefined): string[] {
  if (!isFunction(node) && node.type !== 'ClassDeclaration') return [];
  const named = [node['id'], parent?.['value'] === node ? parent['key'] : null, parent?.['init'] === node ? parent['id'] : null];
  const found = named.find((one) => isNode(one) && 'name' in one) as SyntaxNode | undefined;
  return found === undefined ? [] : [String(found['name'])];
}

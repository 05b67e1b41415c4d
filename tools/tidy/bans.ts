/**
 * Time, chance and the outside are parameters: a clock, a random source and a carrier are handed
 * in, which is what lets a simulator replay a whole province from one seed. So the globals that
 * reach for them are banned, except where adapters and tools stand.
 */
import { type FileSet, type Finding, isCode, isTest, lineAt } from './file-set.ts';
import { identifierName, parse, type SyntaxNode, walk } from './syntax.ts';

const FREE_PLACES = ['src/platform/', 'src/cli/', 'src/app/', 'tools/', 'bin/'];

/** Globals banned whole, and what to use instead. */
const BANNED_GLOBALS: Readonly<Record<string, string>> = {
  setTimeout: 'a clock',
  setInterval: 'a clock',
  setImmediate: 'a clock',
  fetch: 'a carrier',
  XMLHttpRequest: 'a carrier',
  WebSocket: 'a carrier',
  console: 'a log',
};

/** Members banned by name, of these objects or of any ('*'). */
const BANNED_MEMBERS: readonly (readonly [string, string, string])[] = [
  ['performance', 'now', 'a clock'],
  ['Math', 'random', 'a random source'],
  ['*', 'randomUUID', 'a random source'],
  ['*', 'getRandomValues', 'a random source'],
];

/** Imports that bring the same things in by another door. */
const BANNED_IMPORTS: Readonly<Record<string, string>> = {
  'node:timers': 'a clock',
  'node:timers/promises': 'a clock',
  'node:perf_hooks': 'a clock',
  'node:console': 'a log',
};

/** What Date is good for without looking at the time of day. */
const TIMELESS_DATE_MEMBERS = ['UTC', 'parse', 'prototype'];

const GLOBAL_OBJECTS = ['globalThis', 'self', 'window'];

export function checkBans(files: FileSet): Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of files) {
    const free = FREE_PLACES.some((place) => file.startsWith(place)) || isTest(file);
    if (!isCode(file) || free) continue;
    walk(parse(file, text), (node, ancestors) => {
      const banned = bannedAt(node, ancestors);
      if (banned === null) return;
      const message = `${banned.name} is banned here: take ${banned.instead} as a parameter`;
      findings.push({ rule: 'ban', file, line: lineAt(text, node.start), message });
    });
  }
  return findings;
}

type Banned = { readonly name: string; readonly instead: string };

function bannedAt(node: SyntaxNode, ancestors: readonly SyntaxNode[]): Banned | null {
  if (node.type === 'MemberExpression') return bannedMember(node);
  if (node.type === 'ImportSpecifier') {
    return bannedMemberName('*', identifierName(node['imported']));
  }
  if (node.type === 'ImportDeclaration') {
    const source = String((node['source'] as SyntaxNode)['value']);
    const instead = BANNED_IMPORTS[source];
    return instead === undefined ? null : { name: source, instead };
  }
  const name = identifierName(node);
  const parent = ancestors.at(-1);
  if (name === null || parent === undefined || !isReference(node, parent)) return null;
  if (name === 'Date') return bannedDate(node, parent);
  return bannedGlobal(name);
}

function bannedGlobal(name: string): Banned | null {
  if (!Object.hasOwn(BANNED_GLOBALS, name)) return null;
  return { name, instead: BANNED_GLOBALS[name] ?? '' };
}

/** `globalThis.fetch`, `Math.random`, `anything.randomUUID`. */
function bannedMember(node: SyntaxNode): Banned | null {
  const object = identifierName(node['object']);
  const property = memberName(node);
  if (object !== null && GLOBAL_OBJECTS.includes(object)) {
    if (property === 'Date') return { name: 'globalThis.Date', instead: 'a clock' };
    if (property !== null) return bannedGlobal(property);
  }
  return bannedMemberName(object ?? '', property);
}

function bannedMemberName(object: string, property: string | null): Banned | null {
  for (const [owner, member, instead] of BANNED_MEMBERS) {
    if (member === property && (owner === '*' || owner === object)) {
      return { name: owner === '*' ? member : `${owner}.${member}`, instead };
    }
  }
  return null;
}

/** Allowed: `new Date(x)`, `Date.UTC(…)`, `Date.parse(…)`, `instanceof Date`, and Date the type. */
function bannedDate(node: SyntaxNode, parent: SyntaxNode): Banned | null {
  const argumentCount = (parent['arguments'] as unknown[] | undefined)?.length ?? 0;
  if (parent.type === 'NewExpression' && argumentCount > 0) return null;
  if (parent.type === 'BinaryExpression' && parent['operator'] === 'instanceof') return null;
  if (parent.type.startsWith('TS')) return null;
  if (parent.type === 'MemberExpression' && parent['object'] === node) {
    const member = memberName(parent);
    if (member !== null && TIMELESS_DATE_MEMBERS.includes(member)) return null;
    return { name: `Date.${member ?? '[…]'}`, instead: 'a clock' };
  }
  return { name: parent.type === 'NewExpression' ? 'new Date()' : 'Date', instead: 'a clock' };
}

/** The name in `x.name` or `x['name']`, or null when it is computed. */
function memberName(node: SyntaxNode): string | null {
  const property = node['property'] as SyntaxNode;
  if (node['computed'] !== true) return identifierName(property);
  return typeof property['value'] === 'string' ? property['value'] : null;
}

/** Whether an identifier names a value, not a property, a type or the label of a field. */
function isReference(node: SyntaxNode, parent: SyntaxNode): boolean {
  const isTyping = parent.type.startsWith('TS');
  if (isTyping && !/^TS(?:As|Satisfies|NonNull)/.test(parent.type)) return false;
  if (parent['property'] === node) return parent['computed'] === true;
  if (parent['key'] === node) return parent['computed'] === true;
  return true;
}

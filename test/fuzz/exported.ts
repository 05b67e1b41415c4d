/**
 * Exported functions that decode, by a rule over the sources: called decode…, parse…, read… or from…, with a parameter
 * that is bytes or text. What takes a DerReader goes on inside another's decoder, and is reached through that.
 */

import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isNode, parse, type SyntaxNode } from '../../tools/tidy/syntax.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const NAME = /^(?:decode|parse|read|from)[A-Z]/;

/** Each as `src/x509/pem.ts decodePem`. */
export function exportedDecoders(): string[] {
  const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).filter((file) => !/\.test\.tsx?$/.test(file)).toSorted();
  return files.flatMap((file) => decodersIn(file, readFileSync(path.join(ROOT, file), 'utf8')));
}

export function decodersIn(file: string, text: string): string[] {
  const exported = (parse(file, text)['body'] as SyntaxNode[]).filter(({ type }) => type === 'ExportNamedDeclaration');
  return exported.flatMap(({ declaration }) => (isNode(declaration) ? declared(declaration) : []))
    .filter(({ name, made }) => NAME.test(name) && isGivenBytesOrText(made['params'] as SyntaxNode[]))
    .map(({ name }) => `${file} ${name}`);
}

/** A function, or a constant that is one. */
function declared(declaration: SyntaxNode): { name: string; made: SyntaxNode }[] {
  if (declaration.type === 'FunctionDeclaration') return [{ name: nameOf(declaration['id']), made: declaration }];
  if (declaration.type !== 'VariableDeclaration') return [];
  return (declaration['declarations'] as SyntaxNode[]).flatMap(({ id, init }) =>
    isNode(init) && init.type === 'ArrowFunctionExpression' ? [{ name: nameOf(id), made: init }] : []);
}

function nameOf(node: unknown): string {
  return isNode(node) && 'name' in node ? String(node['name']) : '';
}

function isGivenBytesOrText(parameters: readonly SyntaxNode[]): boolean {
  const types = parameters.flatMap(typesOf);
  return types.some(isBytesOrText) && !types.some((type) => nameOf(type['typeName']) === 'DerReader');
}

/** Of a union, each. */
function typesOf(parameter: SyntaxNode): SyntaxNode[] {
  const at = parameter.type === 'AssignmentPattern' ? (parameter['left'] as SyntaxNode) : parameter;
  const annotation = at['typeAnnotation'];
  if (!isNode(annotation)) return [];
  const type = annotation['typeAnnotation'] as SyntaxNode;
  return type.type === 'TSUnionType' ? (type['types'] as SyntaxNode[]) : [type];
}

function isBytesOrText(type: SyntaxNode): boolean {
  return type.type === 'TSStringKeyword' || (type.type === 'TSTypeReference' && nameOf(type['typeName']) === 'Uint8Array');
}

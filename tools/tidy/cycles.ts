/**
 * Finds import cycles, type imports included: files in a cycle can only be understood together.
 * Tarjan's strongly connected components.
 */
import type { FileSet, Finding } from './file-set.ts';
import { listImports } from './imports.ts';

export function checkCycles(files: FileSet): Finding[] {
  const graph = new Map<string, string[]>();
  for (const file of files.keys()) graph.set(file, []);
  for (const { from, target } of listImports(files)) {
    if (target !== null && graph.has(target)) graph.get(from)?.push(target);
  }
  return stronglyConnected(graph)
    .filter(([first, ...rest]) => rest.length > 0 || graph.get(first ?? '')?.includes(first ?? ''))
    .map((members) => {
      const sorted = members.toSorted();
      const message = `import cycle: ${sorted.join(' ↔ ')}`;
      return { rule: 'cycle', file: sorted[0] ?? '', line: 0, message };
    });
}

function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const components: string[][] = [];

  function enter(file: string): number {
    const number = order.size;
    order.set(file, number);
    lowest.set(file, number);
    stack.push(file);
    onStack.add(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) lower(file, enter(next));
      else if (onStack.has(next)) lower(file, order.get(next) ?? number);
    }
    const low = lowest.get(file) ?? number;
    if (low === number) components.push(leave(file));
    return low;
  }

  function lower(file: string, number: number): void {
    lowest.set(file, Math.min(lowest.get(file) ?? number, number));
  }

  function leave(file: string): string[] {
    const component = stack.splice(stack.indexOf(file));
    for (const member of component) onStack.delete(member);
    return component;
  }

  for (const file of graph.keys()) if (!order.has(file)) enter(file);
  return components;
}

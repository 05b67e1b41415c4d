/**
 * A reporter for Node's test runner that writes of each failed test its file, its name, how long it took and what it threw. Two
 * thousand lines of what passed stand between a failure and the end of a run, and of a long run only the end is kept.
 */
import path from 'node:path';
import { inspect } from 'node:util';
import type { TestEvent } from 'node:test/reporters';
import { REPOSITORY_ROOT } from './tidy.ts';

/** What a page held may stand in an error; its beginning says what is wrong. */
const LINES_MAX = 30;

export default async function* failedTests(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:fail' || isSum(event.data.details.error)) continue;
    const { name, file, details } = event.data;
    const { error } = details;
    yield `✖ ${file === undefined ? '' : `${path.relative(REPOSITORY_ROOT, file)}: `}${name} (${Math.round(details.duration_ms)} ms)\n${indented(inspect(error.cause ?? error))}\n`;
  }
}

/** A suite fails because one of its tests did, which is told already. */
function isSum(error: Error & { failureType?: string }): boolean {
  return error.failureType === 'subtestsFailed';
}

/** Without the runner's own frames. */
function indented(text: string): string {
  return text.split('\n').filter((line) => !/^\s+at .*node:internal/u.test(line)).slice(0, LINES_MAX).map((line) => `    ${line}`).join('\n');
}

/** What a shell puts at standard input, looked at by a process of its own. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const PROGRAM = `const { standardInput: one } = await import(${JSON.stringify(path.join(import.meta.dirname, 'standard-input.ts'))});
  console.log(one.isPiped(), one.isPiped() ? new TextDecoder().decode(one.read()).length : 0)`;

function at(before: string, after: string): string {
  const node = `"${process.execPath}" --input-type=module --eval "$PROGRAM"`;
  return execFileSync('/bin/sh', ['-c', `${before} ${node} ${after}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, PROGRAM } }).trim();
}

test('a pipe and a file are content; an empty file, the null device and nothing at all are not', () => {
  assert.equal(at('printf abc |', ''), 'true 3');
  assert.match(at('', `< "${import.meta.filename}"`), /^true \d{3,}$/);
  for (const empty of ['< /dev/null', '<&-', '']) assert.equal(at('', empty), 'false 0', empty);
});

test('what a supervisor holds open and says nothing on is not waited for', () => {
  const node = [process.execPath, ['--input-type=module', '--eval', PROGRAM], { encoding: 'utf8' }] as const;
  assert.equal(execFileSync(node[0], node[1], { ...node[2], input: '' }).trim(), 'false 0');
});

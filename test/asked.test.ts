import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { askedOf } from './asked.ts';

const RUNNERS = ['sim', 'bench', 'chaos', 'fuzz'];

function run(runner: string, ...args: string[]) {
  return spawnSync(process.execPath, [path.join(import.meta.dirname, runner, 'run.ts'), ...args], { encoding: 'utf8' });
}

test('what is not said has its default, and what is said its kind', () => {
  const asked = askedOf('', { seeds: 20, suite: null, out: 'here', province: false }, ['--seeds', '3', '--province']);
  assert.deepEqual(asked, { seeds: 3, suite: null, out: 'here', province: true });
});

for (const runner of RUNNERS) {
  test(`${runner} says how it is used, and refuses what it does not know`, () => {
    const help = run(runner, '--help');
    assert.deepEqual([help.status, help.stderr], [0, '']);
    assert.match(help.stdout, new RegExp(`^npm run ${runner} -- `, 'm'));
    const unknown = run(runner, '--sedes', '3');
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /--sedes[\s\S]*npm run/);
    assert.doesNotMatch(unknown.stderr, /\n {4}at /);
  });
}

test('a number that is none plays nothing', () => {
  const { status, stderr } = run('sim', '--seeds', 'ten');
  assert.equal(status, 2);
  assert.match(stderr, /--seeds ten: a number is wanted/);
});

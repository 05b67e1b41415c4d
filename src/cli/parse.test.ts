/** What a command cannot do without is named all at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import type { CommandSpec } from './command-spec.ts';
import type { OptionName } from './options.ts';
import { parseValues } from './parse.ts';
import { COMMANDS, type CommandName } from './table.ts';

const lacking = (name: CommandName, ...argv: string[]): unknown => {
  try {
    parseValues(COMMANDS[name], argv);
    return null;
  } catch (error) {
    assert.ok(error instanceof Refusal && error.code === 'option-missing');
    return error.detail['option'];
  }
};

test('all that is missing is named, and both ways where there are two', () => {
  assert.equal(lacking('position add'), '--position, --office, --title');
  assert.equal(lacking('position add', '--office', 'vp'), '--position, --title');
  assert.equal(lacking('person add', '--position', 'pct'), '--request | --person --name --device');
  assert.equal(lacking('person add', '--position', 'pct', '--person', 'minh', '--name', 'Minh'), '--request | --device');
  assert.equal(lacking('person add', '--request', 'a'), '--position');
  assert.equal(lacking('person add', '--position', 'pct', '--request', 'a'), null);
  assert.equal(lacking('station join'), '--invitation --out | --admission');
  assert.equal(lacking('position add', '--help'), null);
});

test('nothing is needed that the command does not take', () => {
  for (const [name, { options, needs = [], ways = [] }] of Object.entries(COMMANDS as Record<string, CommandSpec<OptionName>>)) {
    assert.deepEqual([...needs, ...ways.flat()].filter((one) => !options.includes(one)), [], name);
  }
});

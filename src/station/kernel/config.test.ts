/** station.json: every key has a default, and whatever is not a key is refused by name. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { CONFIGURATION_KEYS, DEFAULT_CONFIGURATION, describeConfiguration, readConfiguration } from './config.ts';

test('an empty file is a station; given keys count', () => {
  assert.deepEqual(readConfiguration(utf8('{}')), DEFAULT_CONFIGURATION);
  assert.equal(readConfiguration(utf8('{"apiPort":8080}')).apiPort, 8_080);
});

for (const [text, key] of Object.entries({
  '{"apiprot":1}': 'apiprot',
  '{"apiPort":"8080"}': 'apiPort',
  '{"apiPort":70000}': 'apiPort',
  '{"logLevel":"everything"}': 'logLevel',
  '{"linksEnabled":1}': 'linksEnabled',
  '[]': 'file',
  '{"apiPort":1': 'file',
})) {
  test(`${text} is refused, naming ${key}`, () => {
    assert.throws(
      () => readConfiguration(utf8(text)),
      (error) => error instanceof Refusal && error.code === 'configuration-malformed' && error.detail['key'] === key,
    );
  });
}

test('at most thirty keys, each with its meaning', () => {
  const keys = Object.entries(CONFIGURATION_KEYS);
  assert.ok(keys.length <= 30);
  for (const [name, { description }] of keys) assert.match(description ?? '', /\.$/, name);
  assert.equal(describeConfiguration().split('\n').length, keys.length + 3);
});

test('every key means something to the program', () => {
  const program = readFileSync(new URL('../../app/station-process.ts', import.meta.url), 'utf8');
  for (const key of Object.keys(CONFIGURATION_KEYS)) assert.ok(program.includes(key), `${key} is read by nobody`);
});

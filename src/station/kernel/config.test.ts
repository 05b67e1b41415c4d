/** station.json: every key has a default, and whatever is not a key is refused by name. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { CONFIGURATION_KEYS, DEFAULT_CONFIGURATION, describeConfiguration, readConfigurationOf, RENAMED_KEYS } from './config.ts';

test('an empty file is a station; given keys count', () => {
  assert.deepEqual(readConfigurationOf(utf8('{}')).configuration, DEFAULT_CONFIGURATION);
  assert.equal(readConfigurationOf(utf8('{"apiPort":8080}')).configuration.apiPort, 8_080);
});

for (const [text, key] of Object.entries({
  '{"apiprot":1}': 'apiprot',
  '{"apiPort":"8080"}': 'apiPort',
  '{"apiPort":70000}': 'apiPort',
  '{"logLevel":"everything"}': 'logLevel',
  '{"linksEnabled":1}': 'linksEnabled',
  '{"old":1,"apiPort":7440,"older":2}': 'old, older',
  '{"diskReserveMebibytes":64,"diskPartsMebibytes":64}': 'diskReserveMebibytes, diskPartsMebibytes',
  '{"diskReserveMebibytes":1}': 'diskPartsMebibytes',
  '[]': 'file',
  '{"apiPort":1': 'file',
})) {
  test(`${text} is refused, naming ${key}`, () => {
    assert.throws(
      () => readConfigurationOf(utf8(text)),
      (error) => error instanceof Refusal && error.code === 'configuration-malformed' && error.detail['key'] === key,
    );
  });
}

test('a key by its old name still counts, and is named', () => {
  const { configuration, renamed } = readConfigurationOf(utf8('{"diskReserveMebibytes":64}'));
  assert.equal(configuration.diskPartsMebibytes, 64);
  assert.deepEqual(renamed, [{ old: 'diskReserveMebibytes', now: 'diskPartsMebibytes' }]);
  assert.deepEqual(readConfigurationOf(utf8('{"diskPartsMebibytes":64}')).renamed, []);
  for (const [old, now] of Object.entries(RENAMED_KEYS)) {
    assert.ok(now in CONFIGURATION_KEYS && !(old in CONFIGURATION_KEYS), `${old} was a key and ${now} is one`);
  }
});

test('about thirty keys, each with its meaning', () => {
  const keys = Object.entries(CONFIGURATION_KEYS);
  assert.ok(keys.length <= 32);
  for (const [name, { description }] of keys) assert.match(description ?? '', /\.$/, name);
  assert.equal(describeConfiguration().split('\n').length, keys.length + 3);
});

test('every key means something to the program', () => {
  const program = ['station-process.ts', 'log-file.ts', 'pages/station-pages.ts', 'chores/chore-process.ts'].map((file) => readFileSync(new URL(`../../app/${file}`, import.meta.url), 'utf8')).join('\n');
  for (const key of Object.keys(CONFIGURATION_KEYS)) assert.ok(program.includes(key), `${key} is read by nobody`);
});

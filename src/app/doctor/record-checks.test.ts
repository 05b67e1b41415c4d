/** What the doctor says of checkpoints and registrars, of records as they are put before it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import type { FindingName } from '#core/findings.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { well } from '../../../test/scenario/examined-office.ts';
import type { Facts } from './facts.ts';
import { checkCheckpoint, checkOfficeKeys, checkRegistrars } from './record-checks.ts';

test('a station that runs signs its first checkpoint by itself: only one that did not in its time is told of', async () => {
  const now = Date.UTC(2026, 10, 23);
  const look = async (since: number | null, signed: number | null = null): Promise<FindingName[]> => {
    const said: FindingName[] = [];
    const db = { one: async (sql: string) => (sql.includes('checkpoint') && signed !== null ? { time: signed, size: 3 } : null) };
    const identity = { station: 'hub', founding: new Uint8Array(32), incarnation: new Uint8Array(16) };
    const running = since === null ? null : { since };
    await checkCheckpoint({ db, identity, directory: null, configuration: { checkpointHours: 24 }, isRunning: running !== null, running, outside: { ...well, now: () => now } } as unknown as Facts, (finding) => void said.push(finding));
    return said;
  };
  assert.deepEqual(await look(null), ['checkpoint-missing'], 'it is not running, and running it mends that');
  assert.deepEqual(await look(now - HOUR_MS), [], 'nothing is to be done, and nothing that would be refused is advised');
  assert.deepEqual(await look(now - 3 * DAY_MS), ['checkpoint-old']);
  assert.deepEqual(await look(now - 3 * DAY_MS, now - HOUR_MS), []);
  assert.deepEqual(await look(null, now - 9 * DAY_MS), []);
});

test('no registrar at all', () => {
  const said: FindingName[] = [];
  checkRegistrars({ directory: { registrars: () => [] } } as unknown as Facts, (finding) => void said.push(finding));
  assert.deepEqual(said, ['registrar-none']);
});

test('keys of an office that nobody holds any more, and keys that a device which is gone may have', async () => {
  const now = Date.UTC(2026, 10, 23);
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPosition('vt', 'vp');
  for (const person of ['anh', 'hoa']) {
    await practice.addPerson(person);
    await practice.hold(person, 'vt');
  }
  for (const purpose of ['storage', 'transport'] as const) await practice.addOfficeKey('vp', purpose);
  const look = (): FindingName[] => {
    const said: FindingName[] = [];
    const facts = { directory: practice.state, identity: { station: 'tram-tinh' }, days: 30, outside: { ...well, now: () => now + HOUR_MS } };
    checkOfficeKeys(facts as unknown as Facts, (finding) => void said.push(finding));
    return said;
  };
  const leave = (person: string) => practice.add([{ kind: 'end', body: { what: 'holder', code: person, other: 'vt', reason: 'left' } }, { kind: 'end', body: { what: 'person', code: person, reason: 'left' } }]);
  assert.deepEqual(look(), []);
  await leave('anh');
  assert.deepEqual(look(), ['office-keys-known']);
  await leave('hoa');
  assert.deepEqual(look(), ['office-keys-nobody']);
});

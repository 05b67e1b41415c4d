/** What the doctor says of checkpoints and registrars, of records as they are put before it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import type { FindingName } from '#core/findings.ts';
import { well } from '../../../test/scenario/examined-office.ts';
import type { Facts } from './facts.ts';
import { checkCheckpoint, checkRegistrars } from './record-checks.ts';

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

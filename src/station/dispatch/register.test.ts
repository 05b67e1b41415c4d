/** What a register's page says of numbers that bear no dispatch. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { LEFT_OUT_MAX } from '#wire/api/dispatch.ts';
import { openStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, setClock, START } from '../../../test/fixtures/organisation.ts';
import { SERIES } from '../../../test/fixtures/submissions.ts';
import type { DispatchTables } from './tables.ts';

test('what was left out when the station was opened anew stands first, however much was not used since, and nothing else is called so', async () => {
  const hub = await openStation(await foundTestOrganisation(), HUB, setClock(), { restored: START });
  const tables = hub.store.of<DispatchTables>();
  const rows: DispatchTables['number_issued'][] = [];
  const leave = (time: number, count: number, used: readonly number[] = []): void => {
    const from = rows.length + 1;
    rows.push(...Array.from({ length: count }, (_, at) => (
      { office: 'van-phong', direction: 'out', series: SERIES, number: from + at, state: used.includes(at) ? 'used' : 'void', draft: null, dispatch: null, time } as const)));
  };
  leave(START - MINUTE_MS / 2, 3);
  leave(START, 20);
  leave(START + MINUTE_MS / 2, 2);
  leave(START + HOUR_MS, 4, [1]);
  for (let at = 0; at < LEFT_OUT_MAX; at++) leave(START + DAY_MS + at, 2);
  await tables.commit(async (tx) => {
    for (let at = 0; at < rows.length; at += 100) await tx.insertInto('number_issued').values(rows.slice(at, at + 100)).execute();
  });
  const leftOut = async () => (await hub.dispatch.register.page({ person: CLERK }, 'van-phong', 'out', {})).leftOut!;
  const [opening, ...others] = await leftOut();
  assert.deepEqual(opening, { series: SERIES, first: 4, last: 23, time: START, restored: true });
  assert.equal(others.length, LEFT_OUT_MAX - 1);
  assert.deepEqual(others.map(({ time }) => time), Array.from({ length: LEFT_OUT_MAX - 1 }, (_, at) => START + DAY_MS + LEFT_OUT_MAX - 1 - at));

  await tables.commit((tx) => tx.deleteFrom('number_issued').where('time', '>=', START + DAY_MS).execute());
  assert.deepEqual((await leftOut()).map(({ first, last, restored }) => [first, last, restored]), [[4, 23, true], [24, 25, false], [1, 3, false]], 'of what was used in part nothing is a run');
});

/** What a register's page says: how far what was sent has come, and which numbers bear no dispatch. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { hex } from '#core/bytes.ts';
import { LEFT_OUT_MAX } from '#wire/api/dispatch.ts';
import type { Header } from '#wire/envelope.ts';
import type { Role } from '#wire/names.ts';
import { openStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, setClock, START } from '../../../test/fixtures/organisation.ts';
import { send, SERIES } from '../../../test/fixtures/submissions.ts';
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

test('whoever has it only to know holds nobody up who was asked to act, and is waited for until they opened it', async () => {
  const org = await foundTestOrganisation();
  const hub = await openStation(org, HUB, setClock());
  const tables = hub.store.of<DispatchTables>();
  const organisation = org.state.organisation.id;
  const to = (role: Role) => (office: string) => ({ office: { organisation, office }, role, precedence: 'routine' as const });
  const sentTo = async (header: Header['to']) => (await send(hub, org, { to: header.map(({ office }) => office), header: { to: header } })).id;
  const mixed = await sentTo([to('action')('muong-leo'), to('info')('huyen')]);
  const toKnow = await sentTo(['muong-leo', 'huyen'].map(to('info')));
  const reach = (dispatch: Uint8Array, office: string, kind: 'arrived' | 'opened' | 'acted') => tables.commit(async (tx) => {
    await tx.updateTable('outgoing_recipient').set({ outcome: 'arrived' }).where('id', '=', dispatch).where('office', '=', office).execute();
    if (kind !== 'arrived') await tx.insertInto('receipt').values({ dispatch, kind, sealing: 0, office, station: HUB, time: START, bytes: new Uint8Array(), homeward: null, precedence: 'routine', again: 0 }).execute();
  });
  const state = async (dispatch: Uint8Array) => {
    const { lines } = await hub.dispatch.register.page({ person: CLERK }, 'van-phong', 'out', {});
    return lines.filter((line) => line.dispatch === hex(dispatch)).map((line) => [line.state, line.role])[0];
  };
  await reach(mixed, 'muong-leo', 'acted');
  assert.deepEqual(await state(mixed), ['partly', 'action']);
  await reach(mixed, 'huyen', 'arrived');
  assert.deepEqual(await state(mixed), ['arrived', 'action']);
  await reach(mixed, 'huyen', 'opened');
  assert.deepEqual(await state(mixed), ['acted', 'action']);
  for (const office of ['muong-leo', 'huyen']) await reach(toKnow, office, 'opened');
  assert.deepEqual(await state(toKnow), ['opened', 'info']);
});

/**
 * The folders that step 1 kept (test/fixtures/step1) under today's code: three stations start with their old
 * configuration, the old dispatches open on their devices, a new one goes the whole way, and every folder audits.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { stationMigrations } from '#station/compose.ts';
import { folderDisk } from '#station/kernel/folder-disk.ts';
import { openStore } from '#station/kernel/store.ts';
import { auditHolds, type KeptProvince, keptProvince, STATIONS } from '../fixtures/kept-province.ts';
import { until } from '../fixtures/until.ts';
import { tramJson } from './command-line.ts';

describe('the folders that step 1 kept', () => {
  let province: KeptProvince;
  let sent: string;
  before(async () => (province = await keptProvince()));
  after(() => province.close());

  it('audit as soon as today\'s code has opened their databases', async () => {
    for (const code of STATIONS) {
      const disk = folderDisk(province.data(code));
      await (await openStore(disk, { migrations: stationMigrations })).close();
      disk.close();
      await auditHolds(province.data(code));
    }
  });

  it('start with their old configuration', async () => {
    for (const code of STATIONS) assert.equal((await province.start(code)).station, code);
  });

  it('open what was sent and answered under the old code', async () => {
    const { as, lines } = province;
    const [old] = await lines('register', '--in', ...as('thao'));
    assert.equal(old?.state, 'opened');
    const opened = await tramJson<{ subject: string; parts: unknown[] }>(['open', old!.dispatch, ...as('thao')]);
    assert.ok(opened.subject.length > 0);
    assert.equal(opened.parts.length, 1);
    const verified = await tramJson<{ ok: boolean }>(['verify', old!.dispatch, ...as('thao')]);
    assert.equal(verified.ok, true);
    const [answer] = await lines('register', '--in', ...as('anh'));
    assert.equal(answer?.state, 'opened');
    assert.equal((await tramJson<{ offices: { state: string }[] }>(['trace', old!.dispatch, ...as('anh')])).offices[0]?.state, 'opened');
  });

  it('send a new one along the old links, under the next number', async () => {
    const { as, lines } = province;
    const { dispatch, number } = await province.send('Công điện số 12 sau nâng cấp');
    assert.equal(number, '2/UBND-VP');
    sent = dispatch;
    await until(async () => (await lines('inbox', ...as('thao'))).some((line) => line.dispatch === sent));
    const opened = await tramJson<{ incoming: string; subject: string }>(['open', sent, ...as('thao')]);
    assert.deepEqual([opened.incoming, opened.subject], ['2', 'Công điện số 12 sau nâng cấp']);
    await until(async () => (await tramJson<{ offices: { state: string }[] }>(['trace', sent, ...as('anh')])).offices[0]?.state === 'opened');
  });

  it('and audit afterwards, each folder alone', async () => {
    for (const code of STATIONS) await province.stop(code);
    for (const code of STATIONS) await auditHolds(province.data(code));
  });

  it('and have carried the keyrings of their devices over', async () => {
    for (const person of ['anh', 'thao']) {
      const { slots } = await tramJson<{ slots: { kind: string }[] }>(['slots', ...province.as(person)]);
      assert.deepEqual(slots.map(({ kind }) => kind), ['passphrase', 'opaque'], person);
    }
  });
});

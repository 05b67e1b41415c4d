/**
 * A draft is signed, the hub is backed up, the draft is sent, opened at the post, and the hub's disk is lost. What came home
 * comes again from the neighbours before anybody sends the draft again; nothing of what became of it may be lost by that.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isOnPostgresql } from '../fixtures/disks.ts';
import { sharedCluster } from '../fixtures/postgresql.ts';
import { runSql } from '../fixtures/station-records.ts';
import { auditHolds, type KeptProvince, keptProvince, STATIONS } from '../fixtures/kept-province.ts';
import { until } from '../fixtures/until.ts';
import { tramJson } from './command-line.ts';

const HUB = 'trung-tam';

describe('a dispatch that its restored origin has forgotten, and that is sent again', () => {
  let province: KeptProvince;
  let backups: string;
  let restored: string;
  let key: string;
  let draft: string;
  let dispatch: string;
  const passphrase = (): string[] => ['--key-passphrase-file', path.join(province.folder, 'kept', 'mat-khau', 'anh')];
  const kinds = async (): Promise<string[]> => {
    const { receipts } = await tramJson<{ receipts: { kind: string }[] }>(['trace', dispatch, ...province.as('anh')]);
    return [...new Set(receipts.map(({ kind }) => kind))].toSorted();
  };

  before(async () => {
    province = await keptProvince();
    [backups, restored, key] = ['backups', 'restored', 'usb/sao-luu.cbor'].map((name) => path.join(province.folder, name)) as [string, string, string];
    await tramJson(['backup', 'key', '--out', key, ...passphrase()]);
    for (const code of STATIONS) await province.start(code);
  });
  after(() => province.close());

  it('is opened at the post, and its origin hears of it', async () => {
    const { as, lines } = province;
    draft = (await tramJson<{ draft: string }>(['draft', ...as('khue'), '--to', 'don:immediate', '--subject', 'Công điện bị quên', '--exercise'])).draft;
    for (const act of ['approve', 'sign']) await tramJson([act, draft, ...as('minh')]);
    await tramJson(['backup', '--data', province.data(HUB), '--folder', backups, '--recipient', `${key}.pub`]);
    dispatch = (await tramJson<{ dispatch: string }>(['send', draft, ...as('anh')])).dispatch;
    await until(async () => (await lines('inbox', ...as('thao'))).some((line) => line.dispatch === dispatch));
    await tramJson(['open', dispatch, ...as('thao')]);
    await until(async () => (await kinds()).includes('opened'));
  });

  it('has all that was said of it after the restored hub has sent it again', async () => {
    const said = await kinds();
    await province.stop(HUB);
    const database = isOnPostgresql ? ['--database', await (await sharedCluster()).newDatabase()] : [];
    await tramJson(['restore', '--folder', backups, '--key', key, ...passphrase(), '--data', restored, ...database]);
    await tramJson(['station', 'reopen', '--data', restored, '--reason', 'disk-lost']);
    await province.start(HUB, restored);
    await until(async () => (await runSql(restored, 'select * from early_receipt')).length > 0, 'what came home comes again');
    const again = await tramJson<{ dispatch: string }>(['send', draft, ...province.as('anh')]);
    assert.equal(again.dispatch, dispatch);
    await until(async () => (await kinds()).join() === said.join(), `${said.join()} are home`);
    assert.ok(said.includes('arrived') && said.includes('opened'));
  });

  it('leaves folders that prove themselves', async () => {
    for (const code of STATIONS) await province.stop(code);
    for (const data of [restored, province.data('chuyen-tiep'), province.data('don')]) await auditHolds(data);
  });
});

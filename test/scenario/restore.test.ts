/**
 * Last week's backup onto a live network: the hub sends and receives after its backup and loses its disk. Restored, it
 * numbers nothing; reopened, it has back what its neighbours hold, gives no number twice, and the folder that was put
 * aside is refused when it comes back. On PostgreSQL the hub, which step 1 kept in SQLite, first moves there: by the same
 * commands, which are the way from one engine to the other.
 */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isOnPostgresql } from '../fixtures/disks.ts';
import { sharedCluster } from '../fixtures/postgresql.ts';
import { databaseOf, runSql } from '../fixtures/station-records.ts';
import { auditHolds, type KeptProvince, keptProvince, STATIONS } from '../fixtures/kept-province.ts';
import { until } from '../fixtures/until.ts';
import { tram, tramJson } from './command-line.ts';

const HUB = 'trung-tam';

interface Skipped { readonly office: string; readonly direction: string; readonly first: number; readonly last: number }

describe('a backup of last week onto a live network', () => {
  let province: KeptProvince;
  let backups: string;
  let key: string;
  let restored: string;
  /** The hub's folder before the loss. */
  let hub: string;
  /** The last number that was given, or left out, before the story. */
  let last = 1;
  const passphrase = (): string[] => ['--key-passphrase-file', path.join(province.folder, 'kept', 'mat-khau', 'anh')];
  const sent: { dispatch: string; number: string }[] = [];
  let answer: string;

  before(async () => {
    province = await keptProvince();
    backups = path.join(province.folder, 'backups');
    key = path.join(province.folder, 'usb', 'sao-luu.cbor');
    restored = path.join(province.folder, 'restored');
    hub = province.data(HUB);
    await tramJson(['backup', 'key', '--out', key, ...passphrase()]);
    if (isOnPostgresql) last = await moveToPostgresql();
    for (const code of STATIONS) await province.start(code, code === HUB ? hub : province.data(code));
  });

  /** Where restored records come to. */
  const database = async (): Promise<string[]> => (isOnPostgresql ? ['--database', await (await sharedCluster()).newDatabase()] : []);

  /** @returns the last number that the move left out */
  async function moveToPostgresql(): Promise<number> {
    const [of, moved] = ['moving', 'moved'].map((name) => path.join(province.folder, name)) as [string, string];
    await tramJson(['backup', '--data', hub, '--folder', of, '--recipient', `${key}.pub`]);
    const { out } = await tram(['restore', '--folder', of, '--key', key, ...passphrase(), '--data', moved, ...(await database())]);
    assert.match(out, /trong SQLite; bản khôi phục để trong PostgreSQL/);
    assert.ok(databaseOf(moved) !== null);
    hub = moved;
    const { skipped } = await tramJson<{ skipped: Skipped[] }>(['station', 'reopen', '--data', hub, '--reason', 'moved']);
    return skipped.find(({ office, direction }) => office === 'vp' && direction === 'out')!.last;
  }
  after(() => province.close());

  it('is made while the hub works, and verified by restoring', async () => {
    const made = await tramJson<{ station: string; blobs: number }>(['backup', '--data', hub, '--folder', backups, '--recipient', `${key}.pub`]);
    assert.deepEqual([made.station, made.blobs], [HUB, 1]);
    assert.match((await tram(['backup', 'verify', '--folder', backups, '--key', `${key}.pub`])).error, /^cbor-malformed: .*không phải tệp \.pub/, 'before anybody is asked for a passphrase');
    const verified = await tramJson<{ audit: { ok: boolean } }>(['backup', 'verify', '--folder', backups, '--key', key, ...passphrase()]);
    assert.equal(verified.audit.ok, true);
    const { out } = await tram(['backup', 'verify', '--folder', backups, '--key', key, ...passphrase()]);
    assert.match(out, /^✓ Đã xét lại \d\d mục của thư mục, đều đúng/);
    assert.doesNotMatch(out, /: đã xét \d/, 'each of them is for who asks');
    assert.match(out, /Đã chứng minh: .*do trạm trung-tam ký[^]*CHƯA chứng minh là của tổ chức mình/);
    // What is shown is what is typed, and it stands in the directory alike.
    const id = /tổ chức ((?:[0-9a-f]{4} ){7}[0-9a-f]{4});/.exec(out)![1]!;
    assert.ok((await tram(['directory', ...province.as('anh')])).out.includes(`[${id}]`));
    const as = (founding: string) => tram(['backup', 'verify', '--folder', backups, '--key', key, '--founding', founding, ...passphrase()]);
    assert.match((await as(id)).out, /Mã tổ chức đúng như --founding\./);
    const other = await as(id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')));
    assert.ok(other.error.startsWith('backup-other-organisation: ') && other.error.includes(`mã ${id};`), other.error);
    assert.match((await as(id.slice(0, 19))).error, /^option-unknown: .*--founding/);
  });

  it('lacks what is sent and received afterwards', async () => {
    const { as, lines } = province;
    for (const subject of ['Công điện số 12', 'Công điện số 13']) sent.push(await province.send(subject));
    assert.deepEqual(sent.map(({ number }) => number), [`${last + 1}/UBND-VP`, `${last + 2}/UBND-VP`]);
    await until(async () => (await lines('inbox', ...as('thao'))).length >= 2);
    const { draft } = await tramJson<{ draft: string }>(['reply', sent[0]!.dispatch, ...as('thao'), '--subject', 'Đã nhận']);
    await tramJson(['approve', draft, ...as('son')]);
    await tramJson(['sign', draft, ...as('son')]);
    answer = (await tramJson<{ dispatch: string }>(['send', draft, ...as('thao')])).dispatch;
    await until(async () => (await lines('inbox', ...as('anh'))).some((line) => line.dispatch === answer));
    await tramJson(['open', answer, ...as('anh')]);
  });

  it('restores to a station that reads and does not number', async () => {
    await province.stop(HUB);
    cpSync(hub, path.join(province.folder, 'put-aside'), { recursive: true });
    await tramJson(['restore', '--folder', backups, '--key', key, ...passphrase(), '--data', restored, ...(await database())]);
    await province.start(HUB, restored);
    assert.equal((await province.lines('register', '--sent', ...province.as('anh'))).length, 1);
    const refused = await tram(['draft', ...province.as('khue'), '--to', 'don', '--subject', 'Chưa được']);
    assert.match(refused.error, /station reopen/);
    await province.stop(HUB);
    await auditHolds(restored);
  });

  it('gets back what neighbours hold, as soon as an operator has opened a new incarnation', async () => {
    const { as, lines } = province;
    // Met while the backup was made, a neighbour has given nothing back yet.
    await runSql(restored, 'update link_state set last_met = (select max(as_of) from restoration) + 1');
    const opened = await tramJson<{ skipped: Skipped[] }>(['station', 'reopen', '--data', restored, '--reason', 'disk-lost']);
    const out = opened.skipped.find(({ office, direction }) => office === 'vp' && direction === 'out')!;
    assert.ok(out.first === last + 1 && out.last >= last + 20);
    const early = await tram(['station', 'losses', '--data', restored]);
    assert.match(early.out, /CHƯA ĐỦ: chưa gặp lại trạm lân cận chuyen-tiep/);
    await province.start(HUB, restored);
    await until(async () => (await lines('inbox', ...as('anh'))).some((line) => line.dispatch === answer));
    const line = (await lines('inbox', ...as('anh'))).find(({ dispatch }) => dispatch === answer)!;
    assert.equal((line as { suspected?: boolean }).suspected, true);
    const shown = await tram(['inbox', ...as('anh')]);
    assert.match(shown.out, /NGHI TRÙNG/);
  });

  it('says what is lost, and gives no number twice', async () => {
    const next = await province.send('Công điện sau khôi phục');
    assert.ok(Number(next.number.split('/')[0]) > last + 20, next.number);
    await until(async () => (await province.lines('inbox', ...province.as('thao'))).some(({ dispatch }) => dispatch === next.dispatch));
    await until(async () => {
      const { dispatches, unheard } = await tramJson<{ dispatches: { dispatch: string; office: string }[]; unheard: string[] }>(['station', 'losses', '--data', restored]);
      return unheard.length === 0 && sent.every(({ dispatch }) => dispatches.some((one) => one.dispatch === dispatch && one.office === 'vp'));
    });
    const { out } = await tram(['station', 'losses', '--data', restored]);
    for (const { dispatch } of sent) assert.match(out, new RegExp(`${dispatch.slice(0, 12)} .* Tới .+ thì trạm chuyen-tiep đã giữ để chuyển tiếp`));
    assert.match(out, new RegExp(`^Sổ đi của vp, \\d{4}: đã bỏ số ${last + 1} đến \\d+, `, 'm'));
    assert.match(out, /^Bước tiếp: số của điện nằm trong nội dung niêm phong/m);
    assert.match((await tram(['trace', sent[0]!.dispatch, ...province.as('anh')])).error, /tram station losses/);
    const register = await tram(['register', '--sent', ...province.as('anh')]);
    assert.match(register.out, new RegExp(`^Sổ đi của .+, \\d{4}: bỏ các số ${last + 1} đến \\d+ \\(trạm được khôi phục, `, 'm'), 'what is on no line is said to be none');
  });

  it('refuses the folder that was put aside, which then numbers no more', async () => {
    await province.stop(HUB);
    const aside = path.join(province.folder, 'put-aside');
    await province.start(HUB, aside);
    await until(async () => {
      const ran = await tram(['draft', ...province.as('khue'), '--to', 'don', '--subject', 'Kiếp cũ']);
      return ran.code !== 0 && /dự phòng/.test(ran.error);
    });
    await province.stop(HUB);
    await auditHolds(aside);
  });

  it('and every folder audits', async () => {
    for (const code of STATIONS) await province.stop(code);
    for (const data of [restored, province.data('chuyen-tiep'), province.data('don')]) await auditHolds(data);
  });
});

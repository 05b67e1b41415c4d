/**
 * A storm takes the hub, and the line to every neighbour with it. The standby is promoted, the root signs its term, and
 * because nobody can be heard an operator says `--alone`: a minute later the directory works on, with the entry that one
 * device alone had seen and gave back. When the line is back everybody follows, and the old machine, which was only
 * drowned, stops by itself.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { MINUTE_MS } from '#core/clock.ts';
import { nodeClockWithin } from '#platform/node/clock.ts';
import { startStationHere } from '../../src/app/station-process.ts';
import type { RunningStation } from '../../src/cli/station-host.ts';
import { auditHolds, type KeptProvince, keptProvince } from '../fixtures/kept-province.ts';
import { until } from '../fixtures/until.ts';
import { quietContext, tram, tramJson } from './command-line.ts';

const HUB = 'trung-tam';
const POSTS = ['chuyen-tiep', 'don'] as const;

describe('a standby that is promoted alone', () => {
  let province: KeptProvince;
  let hub: RunningStation;
  let [standby, backups, key, signed] = ['', '', '', ''];
  /** Minutes that this story skips, of the standby's clock. */
  let skippedMs = 0;
  const at = (...parts: string[]): string => path.join(province.folder, ...parts);
  const passphrase = (): string[] => ['--key-passphrase-file', at('kept', 'mat-khau', 'anh')];
  const start = async (data: string): Promise<void> => {
    const clock = (uncertaintyMs: number) => ({ ...nodeClockWithin(uncertaintyMs), monotonicMs: () => performance.now() + skippedMs });
    hub = await startStationHere(data, {}, clock);
  };
  const addList = (code: string) => tram(['list', 'add', ...province.as('anh'), '--code', code, '--name', 'Các đồn biên giới', '--offices', 'don']);
  const directorySize = async (person: string): Promise<number> => (await tramJson<{ size: number }>(['directory', ...province.as(person)])).size;
  const arrived = async (dispatch: string): Promise<boolean> => (await province.lines('inbox', ...province.as('thao'))).some((line) => line.dispatch === dispatch);
  let seen = 0;
  let earlier: { dispatch: string; number: string };

  before(async () => {
    province = await keptProvince();
    [standby, backups, key, signed] = [at('du-phong'), at('sao-luu'), at('usb', 'sao-luu.cbor'), at('nhiem-ky.muc')];
    await start(province.data(HUB));
    for (const code of POSTS) await province.start(code);
    await tramJson(['backup', 'key', '--out', key, ...passphrase()]);
    earlier = await province.send('Công điện số 12');
    await until(() => arrived(earlier.dispatch));
    await tramJson(['backup', '--data', province.data(HUB), '--folder', backups, '--recipient', `${key}.pub`]);
    await tramJson(['standby', '--folder', backups, '--key', key, ...passphrase(), '--data', standby, '--once']);
  });
  after(async () => {
    await hub.stop();
    await province.close();
  });

  it('loses its station and every neighbour, and is promoted: dispatches are taken at once, the directory waits', async () => {
    for (const code of POSTS) await province.stop(code);
    // The last entry of the old hub, after the last backup: one device has seen it, and no station that is left.
    assert.equal((await addList('truoc-bao')).code, 0);
    seen = await directorySize('anh');
    await hub.stop();
    const { termRequest } = await tramJson<{ termRequest: string }>(['promote', '--data', standby, '--key', key, ...passphrase()]);
    assert.ok(existsSync(termRequest));
    await start(standby);
    // What the device holds with its checkpoint is back at once, before any term; what is new waits.
    const giving = quietContext('vi');
    assert.equal((await tram(['inbox', ...province.as('anh')], giving)).code, 0);
    assert.match(giving.said.join(' '), /đã mất 1 mục danh bạ .* trả lại đủ/);
    assert.equal(await directorySize('khue'), seen);
    const next = await province.send('Công điện trong bão');
    assert.ok(Number(next.number.split('/')[0]) > Number(earlier.number.split('/')[0]));
    assert.match((await addList('bien-gioi')).error, /^directory-unheard: .*chưa có nhiệm kỳ/);
    await hub.stop();
  });

  it('does not take "alone" for a term: that is the root\'s word', async () => {
    assert.match((await tram(['promote', '--data', standby, '--alone'])).error, /^option-missing: .*--term/);
    const root = ['--root', at('kept', 'khoa-goc'), '--root-passphrase-file', at('kept', 'mat-khau', 'khoa-goc')];
    const { fingerprint, termRequest } = await tramJson<{ fingerprint: string; termRequest: string }>(['promote', '--data', standby]);
    await tramJson(['term', ...root, '--request', termRequest, '--fingerprint', fingerprint, '--out', signed]);
  });

  it('waits with a term for its neighbours however long, and says what is missing', async () => {
    await tramJson(['promote', '--data', standby, '--term', signed]);
    await start(standby);
    skippedMs += 60 * MINUTE_MS;
    assert.match((await addList('bien-gioi')).error, /^directory-unheard: .*chưa nghe được trạm lân cận/);
    await hub.stop();
  });

  it('alone it listens for a minute, because a neighbour may know more, and then goes on', async () => {
    assert.match((await tram(['promote', '--data', standby, '--term', signed, '--alone'])).out, /một phút/);
    await start(standby);
    assert.match((await addList('bien-gioi')).error, /^directory-unheard/, 'not before the minute is over');
    skippedMs += MINUTE_MS;
    await until(async () => (await directorySize('anh')) > seen, 'the term');
    assert.equal((await addList('bien-gioi')).code, 0);
    // What the device gave back has its old index, then the term, then what is new.
    assert.equal(await directorySize('anh'), seen + 2);
  });

  it('is followed by everybody when the line is back, and what waited arrives', async () => {
    for (const code of POSTS) await province.start(code);
    const size = await directorySize('anh');
    await until(async () => (await directorySize('thao')) === size, 'the directory at the post');
    const subjects = async (): Promise<(string | null)[]> => (await province.lines('inbox', ...province.as('thao'))).map(({ content }) => content?.subject ?? null);
    await until(async () => (await subjects()).length >= 3, 'what waited');
  });

  it('and the old machine, dried out, stops by itself: it numbers nothing and sequences nothing', async () => {
    await hub.stop();
    await start(province.data(HUB));
    await until(async () => {
      const ran = await tram(['draft', ...province.as('khue'), '--to', 'don', '--subject', 'Kiếp cũ']);
      return ran.code !== 0 && /dự phòng/.test(ran.error);
    }, 'the old machine\'s end');
    assert.notEqual((await addList('rieng')).code, 0);
    await hub.stop();
    await start(standby);
    await until(() => province.send('Công điện sau cùng').then(({ dispatch }) => arrived(dispatch)));
  });

  it('and every folder audits', async () => {
    await hub.stop();
    for (const code of POSTS) await province.stop(code);
    for (const data of [standby, province.data(HUB), ...POSTS.map((code) => province.data(code))]) await auditHolds(data);
  });
});

/**
 * One station without neighbours loses its disk after the last backup, and with it what the directory took since: a list, a
 * colleague. Nobody can give that back but the devices that have seen it. Each does so by itself the next time it works,
 * and says it; entries come back to their old places, so that no device is left with another log than the station's.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { databaseOption } from '../fixtures/disks.ts';
import { auditHolds } from '../fixtures/kept-province.ts';
import { runSql } from '../fixtures/station-records.ts';
import { until } from '../fixtures/until.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';

const TRAM = path.join(import.meta.dirname, '../../bin/tram.mjs');

describe('one station alone, restored', () => {
  let office: SmallOffice;
  const at = (...parts: string[]): string => path.join(office.folder, ...parts);
  const passphrase = (): string[] => ['--key-passphrase-file', at('passphrase')];
  const size = async (person: string): Promise<number> => (await tramJson<{ size: number }>(['directory', ...office.as(person)])).size;
  const addList = (code: string) => tramJson(['list', 'add', ...office.as('anh'), '--code', code, '--name', 'Ứng phó mưa lũ', '--offices', 'qs']);
  const add = (person: string, name: string) => tramJson(['person', 'add', '--person', person, '--name', name, '--position', 'qs-vt', '--device', at(person),
    '--device-passphrase-file', at('passphrase'), ...office.as('anh')]);
  /** Office keys that the station keeps for the devices of somebody. */
  const wrapsOf = async (person: string): Promise<number> => (await runSql(office.data, `select number from key_wrap where device like '${person}-%'`)).length;
  const key = (): string => at('usb của trạm', 'sao-luu.cbor');
  /** Started before it was reopened, it says what it does not do, and the next command as it is to be typed. */
  const standsStill = async (): Promise<void> => {
    for (const [language, sentence] of [['vi', /ĐỨNG YÊN[^]*không cấp số/], ['en', /STANDS STILL[^]*gives no numbers/]] as const) {
      const child = spawn(process.execPath, [TRAM, 'station', 'start', '--data', office.data], { env: { ...process.env, TRAM_LANG: language }, stdio: ['ignore', 'pipe', 'ignore'] });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (piece: string) => (said += piece));
      await until(() => said.includes('\n') || child.exitCode !== null);
      assert.match(said, sentence);
      assert.ok(said.includes(`tram station reopen --data ${office.data} --reason disk-lost`), said);
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  };
  let [backedUp, minhSaw, anhSaw] = [0, 0, 0];

  before(async () => {
    office = await smallOffice();
    const made = await tram(['backup', 'key', '--out', key(), ...passphrase()]);
    assert.ok(made.out.includes(`--recipient '${key()}.pub'\n`), made.out);
    await add('po', 'Mùa A Pó');
    await tramJson(['office', 'keys', ...office.as('minh')]);
  });
  after(() => closeOffice(office));

  it('has taken entries after its last backup, of which devices have seen more and less', async () => {
    backedUp = await size('khue');
    await tramJson(['backup', '--data', office.data, '--folder', at('sao-luu'), '--recipient', `${key()}.pub`]);
    await addList('mua-lu');
    minhSaw = await size('minh');
    await tramJson(['person', 'leave', 'po', ...office.as('anh')]);
    assert.equal(await wrapsOf('po'), 0, 'who left has no keys waiting');
    await add('lan', 'Đặng Thị Lan');
    anhSaw = await size('anh');
    assert.ok(backedUp < minhSaw && minhSaw < anhSaw);
  });

  it('is restored by the documented commands, and has lost them', async () => {
    await office.stop();
    renameSync(office.data, at('o-dia-cu'));
    await tramJson(['restore', '--folder', at('sao-luu'), '--key', key(), ...passphrase(), '--data', office.data, ...(await databaseOption())]);
    await standsStill();
    const reopen = `tram station reopen --data ${office.data} --reason disk-lost`;
    await office.start();
    const looked = (await tram(['doctor', '--data', office.data])).out;
    assert.ok(looked.includes(reopen), looked);
    assert.deepEqual(looked.match(/^ *✗/gm)?.length, 1, 'one cause is one fault');
    assert.doesNotMatch(looked, /chưa có bản sao lưu nào/, 'it was made of one');
    await office.stop();
    const reopened = await tram(reopen.split(' ').slice(1));
    assert.ok(reopened.out.includes(`tram station start --data ${office.data}`), reopened.out + reopened.error);
    assert.ok((await wrapsOf('po')) > 0, 'the backup was made when they were there');
    await office.start();
    assert.equal(await size('khue'), backedUp, 'who had seen nothing of them works on');
    assert.match((await tram(['inbox', ...office.as('lan')])).error, /^device-unknown/, 'a colleague of after the backup is nobody there');
  });

  it('is given back by each device what that device has seen, and both say so', async () => {
    const minh = quietContext('vi');
    assert.equal((await tram(['inbox', ...office.as('minh')], minh)).code, 0);
    assert.match(minh.said.join(' '), new RegExp(`đã mất ${minhSaw - backedUp} mục danh bạ .* trả lại đủ`));
    assert.equal(await size('khue'), minhSaw);
    const anh = quietContext('en');
    assert.equal((await tram(['inbox', ...office.as('anh')], anh)).code, 0);
    assert.match(anh.said.join(' '), /had lost \d+ directory entries .* given them back/);
    // Where somebody has left, whoever keeps the office's keys makes new ones when they next work: more entries, after the old ones.
    await size('minh');
    const now = await size('minh');
    assert.ok(now >= anhSaw);
    assert.deepEqual([await size('khue'), await size('anh')], [now, now]);
    assert.equal(await wrapsOf('po'), 0, 'what was erased is erased again with the entry that ended it');
    assert.equal((await tram(['inbox', ...office.as('anh')], quietContext())).code, 0);
  });

  it('and goes on: the colleague works, new entries come after the old ones, the folder audits', async () => {
    assert.equal((await tram(['inbox', ...office.as('lan')])).code, 0);
    const was = await size('minh');
    await addList('bao-so-3');
    assert.equal(await size('minh'), was + 1);
    await office.stop();
    await auditHolds(office.data);
  });
});

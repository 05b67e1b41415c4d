/** A device where no station is, examined by itself and by the command. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DoctorReport } from '#core/findings.ts';
import { quietContext, tram, tramJson } from '../../../test/scenario/command-line.ts';
import { names, snapshot, unreachable, well } from '../../../test/scenario/examined-office.ts';
import { closeOffice, smallOffice, type SmallOffice } from '../../../test/scenario/small-office.ts';
import { type DoctorOutside, examine } from './index.ts';

let office: SmallOffice;

describe('a device where no station is', () => {
  before(async () => {
    office = await smallOffice();
    const cardFile = office.file('the', (await tramJson<{ code: string }>(['card', 'make', ...office.as('anh')])).code);
    await tramJson(['card', 'try', '--home', path.join(office.folder, 'anh'), '--card-file', cardFile]);
    await office.stop();
  });
  after(() => closeOffice(office));
  const home = (): string => path.join(office.folder, 'anh');
  const alone = async (outside: Partial<DoctorOutside> = {}, at = home()): Promise<DoctorReport> => examine({ data: null, home: at, days: 30 }, { ...well, foundingAt: async () => founding(), ...outside });
  const founding = (): string => (JSON.parse(readFileSync(path.join(home(), 'device.json'), 'utf8')) as { founding: string }).founding;

  test('is examined by itself, and nothing is written to it', async () => {
    const was = snapshot(home());
    assert.deepEqual(await alone(), { ok: true, station: null, running: false, checked: ['device'], findings: [] });
    assert.deepEqual(snapshot(home()), was);
  });

  test('and so is whether its station answers, and is its own', async () => {
    const silent = await alone({ foundingAt: unreachable });
    assert.deepEqual([names(silent), silent.ok, silent.findings[0]!.detail['reason']], [['device-station-silent'], false, 'ECONNREFUSED']);
    assert.deepEqual(names(await alone({ foundingAt: async () => 'ab'.repeat(32) })), ['device-station-other']);
    assert.deepEqual(names(await alone({}, path.join(office.folder, 'nowhere'))), ['device-missing']);
  });

  test('and so is whether a position that seals has a seal, which what-can and who-can say too', async () => {
    await office.start();
    const english = quietContext('en');
    const rights = (given: string) => tramJson(['position', 'add', ...office.as('anh'), '--position', 'pct', '--office', 'vp', '--title', 'Phó Chủ tịch', '--rights', given]);
    try {
      await rights('approve,sign,dispatch');
      const without = /Phó Chủ tịch \[pct\].*, WITHOUT AN OFFICE SEAL, so neither sends nor opens by it$/m;
      assert.match((await tram(['what-can', 'khue', ...office.as('khue')], english)).out, without);
      assert.match((await tram(['who-can', 'dispatch', '--office', 'vp', ...office.as('anh')], english)).out, without);
      assert.doesNotMatch((await tram(['who-can', 'sign', '--office', 'vp', ...office.as('anh')], english)).out, /SEAL/);
      assert.doesNotMatch((await tram(['what-can', 'anh', ...office.as('anh')], english)).out, /SEAL/);
    } finally {
      await office.stop();
    }
    const report = await alone({}, path.join(office.folder, 'khue'));
    assert.deepEqual([names(report), report.ok], [['device-no-seal', 'device-no-card'], true]);
    assert.deepEqual(names(await alone()), []);
  });

  test('by the command, which says that no station is here; a folder that was named must be one', async () => {
    const here = quietContext();
    const context = { ...here, host: { ...here.host, exists: () => false } };
    const noStation = ['doctor', '--home', home()];
    await office.start();
    try {
      const { code, out } = await tram(noStation, context);
      assert.equal(code, 0, out);
      assert.match(out, /^KIỂM TRA THIẾT BỊ Ở .*anh\n! [^\n]*không có trạm: không có thư mục \/[^\n]*\n[^\n]*gắn lại ổ đĩa[^\n]*\n✓ thiết bị\n/);
      const { ok, findings } = JSON.parse((await tram([...noStation, '--json'], context)).out) as DoctorReport;
      assert.equal(ok, true);
      assert.ok(findings[0]!.finding === 'station-none' && findings[0]!.level === 'warn');
    } finally {
      await office.stop();
    }
    const stopped = await tram(noStation, context);
    assert.equal(stopped.code, 1);
    assert.match(stopped.out, /✗ thiết bị: trạm của thiết bị, http:\/\/127\.0\.0\.1:\d+, không trả lời\n/);
    assert.match((await tram([...noStation, '--data', path.join(office.folder, 'không có')], context)).error, /^data-folder-empty: /);
  });
});

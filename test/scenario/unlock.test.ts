/** A device unlocked for a while, by real processes: commands ask nobody, until it is locked, stopped or its passphrase changes. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

describe('a device that is unlocked for a while', () => {
  let office: SmallOffice;
  before(async () => (office = await smallOffice()));
  after(async () => {
    await tram(['lock', '--home', path.join(office.folder, 'minh')]);
    await closeOffice(office);
  });
  const home = (): string[] => ['--home', path.join(office.folder, 'minh')];
  const socket = (): string => path.join(office.folder, 'minh', 'agent.sock');

  it('needs no passphrase for a command, also without its station', async () => {
    assert.match((await tram(['inbox', ...home()])).error, /^passphrase-missing/);
    const { unlocked, idleMs } = await tramJson<{ unlocked: boolean; idleMs: number }>(['unlock', '--minutes', '30', ...office.as('minh')]);
    assert.deepEqual([unlocked, idleMs], [true, 1_800_000]);
    const { code, out } = await tram(['inbox', ...home()]);
    assert.deepEqual([code, out], [0, 'Không có điện đến nào đang chờ. Đã xem: Ban Quân sự [qs].\n']);
    assert.match((await tram(['unlock', ...home()])).out, /đang mở; 30 phút nữa/);
    await office.stop();
    assert.match((await tram(['inbox', ...home()])).error, /^station-unreachable/);
    await office.start();
  });

  it('is locked at once when that is said', async () => {
    assert.match((await tram(['lock', ...home()])).out, /^Đã khóa thiết bị minh/);
    assert.match((await tram(['inbox', ...home()])).error, /^passphrase-missing/);
    assert.match((await tram(['lock', ...home()])).out, /đang khóa sẵn/);
  });

  it('gives no process a passphrase on its command line or in its environment, and ends on SIGTERM', async () => {
    await tramJson(['unlock', ...office.as('minh')]);
    const [agent, ...others] = agentsOf(socket());
    assert.ok(agent !== undefined && others.length === 0);
    for (const what of ['cmdline', 'environ']) assert.ok(!readFileSync(`/proc/${agent}/${what}`, 'utf8').includes(PASSPHRASE));
    process.kill(agent, 'SIGTERM');
    while (existsSync(`/proc/${agent}`)) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(!existsSync(socket()));
    assert.match((await tram(['inbox', ...home()])).error, /^passphrase-missing/);
  });

  it('is locked when its passphrase changes', async () => {
    await tramJson(['unlock', ...office.as('minh')]);
    await tramJson(['passphrase', ...office.as('minh'), '--new-passphrase-file', office.file('moi', 'Đồn Sốp Cộp mùa mưa')]);
    assert.match((await tram(['inbox', ...home()])).error, /^passphrase-missing/);
    const wrong = await tram(['unlock', ...office.as('minh')], quietContext('en'));
    assert.match(wrong.error, /^passphrase-wrong: The passphrase is wrong.*tram passphrase --card/);
  });
});

/** The process whose command line holds that folder unlocked. */
function agentsOf(file: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words.includes('--foreground') && words.includes(path.dirname(file));
    } catch {
      return false;
    }
  });
}

/** A station that is made is whole or not there at all, and what would not work is refused before it is made. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeHost } from '../../src/app/compose-node.ts';
import { Refusal } from '../../src/core/refusals.ts';
import { databaseOption } from '../fixtures/disks.ts';
import { quietContext, tram } from './command-line.ts';

describe('founding', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'tram-founding-'))));
  after(() => rmSync(folder, { recursive: true }));

  const at = (name: string): string => path.join(folder, name);
  const file = (name: string, content: string): string => {
    writeFileSync(at(name), content);
    return at(name);
  };
  const founding = async (): Promise<string[]> => [
    'station', 'init', '--organisation', 'Tỉnh', '--code', 'hub', '--site', 'Sở chỉ huy', '--office', 'vp', '--office-name', 'Văn phòng', '--symbol', 'VP',
    '--person', 'anh', '--person-name', 'Nguyễn Thị Ánh', '--data', at('data'), '--home', at('home'), '--root', at('root'),
    '--passphrase-file', file('own', 'mật khẩu thực hành\n'), '--root-passphrase-file', file('roots', 'mật khẩu khóa gốc\n'), ...(await databaseOption()),
  ];
  const made = (): string[] => ['data', 'home', 'root'].filter((name) => existsSync(at(name)));

  it('that is stopped leaves neither station nor device nor root, and what a killed one left is no hindrance', async () => {
    const argv = await founding();
    const stopped = await tram(argv, quietContext('vi', AbortSignal.abort()));
    assert.equal(stopped.code, 130, stopped.error);
    assert.deepEqual(made(), []);
    const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
    const left = path.join(at('data'), `.dang-lap-${gone}-a1`);
    mkdirSync(left, { recursive: true });
    writeFileSync(path.join(left, 'tram.db'), '');
    const again = await tram(argv);
    assert.equal(again.code, 0, again.error);
    assert.deepEqual(made(), ['data', 'home', 'root']);
    assert.deepEqual(readdirSync(at('data')).filter((name) => name.startsWith('.')), []);
  });

  it('or joining, with one port for two things is refused before anything is made', async () => {
    for (const name of made()) rmSync(at(name), { recursive: true });
    for (const ports of [['--port', '7940', '--link-port', '7940'], ['--port', '7441']]) {
      const refused = await tram([...(await founding()), ...ports]);
      assert.match(refused.error, /^port-twice: Một cổng \((7940|7441)\) bị đặt hai lần: apiPort \(--port\), linkPort \(--link-port\);/);
      assert.match((await tram(['station', 'join', '--invitation', 'x', '--out', 'y', '--data', at('data'), ...ports])).error, /^port-twice: /);
    }
    assert.deepEqual(made(), []);
  });

  it('says so where root or backup key have the passphrase of the device', async () => {
    const own = (await tram(await founding())).out;
    assert.doesNotMatch(own, /CHÚ Ý: khóa gốc/);
    for (const name of made()) rmSync(at(name), { recursive: true });
    const same = (await founding()).map((word) => (word === at('roots') ? at('own') : word));
    assert.match((await tram(same)).out, /CHÚ Ý: khóa gốc dùng chung mật khẩu với thiết bị/);
    const context = quietContext();
    const environment = { ...context.environment, TRAM_PASSPHRASE_FILE: at('own'), TRAM_DATA: at('data') };
    for (const [which, isSame] of [['own', true], ['roots', false]] as const) {
      const { out, error } = await tram(['backup', 'key', '--out', at(`sao-luu-${which}.cbor`), '--key-passphrase-file', at(which)], { ...context, environment });
      assert.equal(/CHÚ Ý: mật khẩu ấy cũng mở thiết bị/.test(out), isSame, `${out}${error}`);
    }
    for (const name of made()) rmSync(at(name), { recursive: true });
  });

  it('a station is not started on one port for two things', async () => {
    assert.equal((await tram(await founding())).code, 0);
    await assert.rejects(nodeHost.start(at('data'), { api: 7_441 }), (error) => error instanceof Refusal && error.code === 'port-twice');
    for (const name of made()) rmSync(at(name), { recursive: true });
  });

  it('whose root cannot be kept leaves no station', async () => {
    for (const name of made()) rmSync(at(name), { recursive: true });
    file('root', 'a file where the stick should be');
    const argv = (await founding()).map((word) => (word === at('root') ? path.join(at('root'), 'stick') : word));
    assert.equal((await tram(argv)).code, 1);
    assert.deepEqual(made(), ['root']);
  });
});

/** Gateways at two stations that run for ever, while one station is killed and comes back: nothing lost, nothing twice. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { HUB_OFFICE, PASSPHRASE, POST_OFFICE, twoStations, type TwoStations } from '../fixtures/two-stations.ts';
import { until } from '../fixtures/until.ts';
import { quietContext, tramJson } from './command-line.ts';

const TRAM = path.join(import.meta.dirname, '../../src/app/tram.ts');
const ACCOUNTS = [['author', ['draft', 'dispatch', 'receive', 'automatic']], ['signer', ['approve', 'sign', 'automatic']]] as const;

describe('gateways at two stations', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tram-gateways-'));
  const at = (...names: string[]) => path.join(folder, ...names);
  const running: ChildProcess[] = [];
  let stations: TwoStations;
  before(async () => {
    writeFileSync(at('mk'), PASSPHRASE);
    stations = await twoStations(quietContext(), folder);
    await stations.start('post');
    await makeGateway(HUB_OFFICE, null);
    await makeGateway(POST_OFFICE, `http://127.0.0.1:${stations.ports.post.api}`);
    await tramJson(['office', 'keys', '--home', at('post-clerk'), '--passphrase-file', at('mk')]);
  });
  after(async () => {
    for (const child of running) child.kill('SIGKILL');
    await stations.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** @param url of a station that is not the registrar's: its devices ask by a file */
  async function makeGateway(office: string, url: string | null): Promise<void> {
    const clerk = ['--home', at('clerk'), '--passphrase-file', at('mk')];
    const asks = ['--office', office, '--name', 'Hệ thống chỉ huy'];
    mkdirSync(at(`cong-${office}`));
    if (url === null) {
      await tramJson(['service', 'add', ...clerk, ...asks, '--code', 'may', '--pair', '--device', at(`cong-${office}`), '--device-passphrase-file', at('mk')]);
    } else {
      for (const [which, rights] of ACCOUNTS) {
        const position = `may-${office}-${which}`;
        await tramJson(['position', 'add', ...clerk, '--position', position, '--office', office, '--title', 'Tài khoản máy', '--rights', rights.join(',')]);
        const file = at(`${position}.thiet-bi`);
        const { fingerprint } = await tramJson<{ fingerprint: string }>([
          'device', 'request', '--home', at(`cong-${office}`, which), '--passphrase-file', at('mk'), '--station', url, '--person', position,
          '--name', 'Hệ thống chỉ huy', '--out', file, ...(which === 'author' ? ['--position', position] : [])]);
        await tramJson(['service', 'add', ...clerk, ...asks, '--code', position, '--position', position, '--request', file, '--fingerprint', fingerprint]);
      }
    }
    writeFileSync(at(`cong-${office}`, 'cong.json'), JSON.stringify({
      office, homes: { author: 'author', signer: 'signer' }, passphraseFiles: { author: '../mk', signer: '../mk' },
      folders: { out: 'gui', sent: 'da-gui', refused: 'tu-choi', in: 'den' }, settleSeconds: 0, pollSeconds: 1,
    }));
  }

  function run(office: string): ChildProcess {
    const environment = { ...process.env, TRAM_LANG: 'vi' };
    const child = spawn(process.execPath, [TRAM, 'gateway', '--config', at(`cong-${office}`, 'cong.json')], { env: environment, stdio: 'ignore' });
    running.push(child);
    return child;
  }

  const names = (...where: string[]): string[] => (existsSync(at(...where)) ? readdirSync(at(...where)).filter((name) => !name.startsWith('.')) : []);
  const put = (from: string, to: string, name: string): void => {
    mkdirSync(at(`cong-${from}`, 'gui', to), { recursive: true });
    writeFileSync(at(`cong-${from}`, 'gui', to, name), name);
  };

  it('carry files both ways, wait while a station is down, and stop when asked', async () => {
    const gateways = [run(HUB_OFFICE), run(POST_OFFICE)];
    put(HUB_OFFICE, POST_OFFICE, 'Công điện số 1.pdf');
    await until(() => names('cong-don', 'den').length === 1, 'the first arrives');
    await stations.kill('post');
    for (const number of [2, 3]) put(HUB_OFFICE, POST_OFFICE, `Công điện số ${number}.pdf`);
    put(POST_OFFICE, HUB_OFFICE, 'Báo cáo của đồn.txt');
    await until(() => names('cong-vp', 'da-gui').length === 3, 'the hub accepts them with the post down');
    assert.deepEqual(gateways.map(({ exitCode }) => exitCode), [null, null], 'a station that is down stops no gateway');
    await stations.start('post');
    await until(() => names('cong-don', 'den').length === 3, 'all arrive at the post');
    await until(() => names('cong-vp', 'den').length === 1, 'the report arrives at the hub');
    const texts = names('cong-don', 'den').flatMap((one) => readdirSync(at('cong-don', 'den', one, 'tep')));
    assert.deepEqual(texts.toSorted(), [1, 2, 3].map((number) => `Công điện số ${number}.pdf`));
    const [report] = names('cong-vp', 'den');
    assert.equal(readFileSync(at('cong-vp', 'den', report!, 'tep', 'Báo cáo của đồn.txt'), 'utf8'), 'Báo cáo của đồn.txt');
    for (const gateway of gateways) {
      const ended = once(gateway, 'exit');
      gateway.kill('SIGTERM');
      assert.deepEqual(await ended, [0, null]);
    }
  });
});

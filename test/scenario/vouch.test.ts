/** A person's own machine vouches by command for a new one, found by the code that the new one's screen shows. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gather, StationApi } from '#client/api.ts';
import { leaveRequest } from '#client/keyring/request-shelf.ts';
import { utf8 } from '#core/bytes.ts';
import { inFours } from '#core/crockford.ts';
import { readDeviceRequest, requestCodeOf } from '#model/device-requests.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { nodeHost } from '../../src/app/compose-node.ts';
import { until } from '../../src/app/practice/waiting.ts';
import type { CliContext } from '../../src/cli/context.ts';
import { QUICK_CRYPTO, quietContext, tram, tramJson } from './command-line.ts';
import { type JoinedStation, joinStation } from './joined-station.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';
import { stopWatchers, watcher } from './watcher.ts';

describe('a new machine is vouched for by its code', () => {
  let office: SmallOffice;
  let post: JoinedStation | null = null;
  before(async () => {
    office = await smallOffice();
    post = await joinStation(office, { code: 'don', name: 'Đồn Sốp Cộp', symbol: 'DSC', person: 'thao', personName: 'Vàng Thị Thảo' });
  });
  after(async () => {
    stopWatchers();
    await post?.stop();
    await closeOffice(office);
  });

  /** A new machine, as far as its code: its request lies at the station. */
  async function asked(person: string, name: string, device: string, url = `http://127.0.0.1:${office.port}`): Promise<string> {
    const file = path.join(office.folder, `${device}.thiet-bi`);
    await tramJson(['device', 'request', ...office.as(device), '--station', url, '--person', person, '--name', name, '--device-code', device, '--out', file]);
    const request = new Uint8Array(readFileSync(file));
    const { clock, random } = quietContext();
    const transport = nodeHost.transport(url);
    await leaveRequest({ api: new StationApi({ transport, clock, random }) }, request);
    transport.close();
    return requestCodeOf(QUICK_CRYPTO, readDeviceRequest(request));
  }

  it('shows whose machine it is, vouches for it by name, and a registrar admits what it hands over without a fingerprint', async () => {
    const code = await asked('khue', 'Đặng Ngọc Khuê', 'khue-hai');
    const typed = inFours(code).toLowerCase();
    const { out } = await tram(['device', 'vouch', typed, ...office.as('khue')]);
    assert.match(out, /Máy mới khue-hai của Đặng Ngọc Khuê xin vào/);
    assert.ok(out.includes(inFours(code)));
    assert.match((await tram(['device', 'vouch', typed, ...office.as('khue'), '--device-code', 'khue-ba'])).error, /^option-unknown: .*khue-hai/);
    const [registrar, other] = [watcher([...office.as('anh'), '--json']), watcher([...office.as('minh'), '--json'])];
    await registrar.heard(/^\{"kind":"requests","waiting":0\}$/);
    await other.heard(/"kind":"position"/);
    const file = path.join(office.folder, 'bao-lanh');
    const vouched = await tramJson<{ device: string; vouched: boolean }>(['device', 'vouch', typed, ...office.as('khue'), '--device-code', 'khue-hai', '--out', file]);
    assert.deepEqual([vouched.device, vouched.vouched], ['khue-hai', true]);
    await registrar.heard(/^\{"kind":"requests","waiting":1\}$/);
    assert.equal((await tram(['person', 'add', '--position', 'pct', '--request', file, ...office.as('anh')])).code, 0);
    assert.equal((await tram(['inbox', ...office.as('khue-hai')])).code, 0, 'it works');
    await registrar.heard(/^\{"kind":"requests","waiting":0\}$/, 2);
    await other.heard(/"kind":"directory-grown"/);
    assert.ok(!other.said.some((line) => line.includes('"requests"')), 'who is no registrar is told nothing of it');
    await Promise.all([registrar.stop(), other.stop()]);
  });

  it('turns down what is not one\'s own, and finds nothing of another person\'s or under a wrong code', async () => {
    const code = await asked('minh', 'Lò Văn Minh', 'minh-hai');
    assert.match((await tram(['device', 'vouch', code, ...office.as('khue')])).error, /^voucher-wrong/);
    assert.match((await tram(['device', 'vouch', '7KQ2', ...office.as('minh')])).error, /^request-code-mistyped/);
    assert.match((await tram(['device', 'vouch', code, ...office.as('minh'), '--refuse'])).out, /Đã bỏ yêu cầu của minh-hai/);
    assert.match((await tram(['device', 'vouch', code, ...office.as('minh')])).error, /^request-unknown/);
  });

  it('is admitted by a registrar at another station, to whom its request goes over the link, or is taken back there', async () => {
    const { url } = post!;
    interface Waiting { readonly code: string; readonly device: string; readonly voucher: string; readonly person: string }
    const waiting = async (): Promise<Waiting[]> => (await tramJson<{ requests: Waiting[] }>(['device', 'waiting', ...office.as('anh')])).requests;
    const comes = (count: number): Promise<void> => until(quietContext(), async () => (await waiting()).length === count, 60_000);
    const vouch = async (device: string): Promise<string> => {
      const code = await asked('thao', 'Vàng Thị Thảo', device, url);
      const { stations } = await tramJson<{ stations: string[] }>(['device', 'vouch', code, ...office.as('thao'), '--device-code', device]);
      assert.equal(stations.length, 1);
      return inFours(code);
    };
    const registrar = watcher(office.as('anh'));
    await registrar.heard(/chờ nhận: 0$/);
    const mistaken = await vouch('thao-nham');
    await registrar.heard(/máy mới đã được bảo lãnh, chờ nhận: 1$/);
    await tramJson(['device', 'vouch', mistaken, ...office.as('thao'), '--refuse']);
    await comes(0);
    assert.match((await tram(['device', 'admit', mistaken, ...office.as('anh')])).error, /^request-unknown/);

    const code = await vouch('thao-hai');
    await comes(1);
    const { out } = await tram(['device', 'waiting', ...office.as('anh')]);
    assert.ok(out.startsWith(`${code}  Vàng Thị Thảo (thao): thiết bị thao-hai, do thao-may bảo lãnh; giữ đến `), out);
    assert.match((await tram(['device', 'waiting', ...office.as('anh')], withMoreWaiting(200))).out, /\nCòn 200 máy nữa chờ, chưa hiện ở đây: /);
    assert.match((await tram(['device', 'waiting', ...office.as('thao')])).error, /^registrar-required/);
    assert.match((await tram(['device', 'admit', code, ...office.as('anh')])).out, /Đã nhận thiết bị thao-hai của Vàng Thị Thảo/);
    assert.deepEqual(await waiting(), []);
    await until(quietContext(), async () => (await tram(['inbox', ...office.as('thao-hai')])).code === 0, 60_000);
    await registrar.stop();

    const turnedDown = await vouch('thao-ba');
    await comes(1);
    assert.match((await tram(['device', 'admit', turnedDown, ...office.as('anh'), '--refuse'])).out, /Đã bỏ yêu cầu của thao-ba/);
    assert.deepEqual(await waiting(), []);
  });

  it('is given the office keys by the machine that vouched for it, at its next command or while it waits, and by nobody else\'s', async () => {
    const { folder } = office;
    const add = (...words: string[]): Promise<unknown> => tramJson([...words, ...office.as('anh')]);
    await add('position', 'add', '--position', 'qs-ky', '--office', 'qs', '--title', 'Trưởng ban', '--rights', 'approve,sign');
    await add('person', 'add', '--person', 'lan', '--name', 'Lò Thị Lan', '--position', 'qs-ky', '--device', path.join(folder, 'lan'), '--device-passphrase-file', office.file('mat-khau', `${PASSPHRASE}\n`));
    await tramJson(['office', 'keys', ...office.as('minh')]);
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('minh'), '--to', 'vp', '--subject', 'Báo cáo quân số']);
    const reads = async (device: string): Promise<boolean> => (await tram(['draft', 'show', draft, ...office.as(device)])).code === 0;
    assert.equal(await reads('lan'), true);

    const code = await asked('lan', 'Lò Thị Lan', 'lan-hai');
    await tramJson(['device', 'vouch', code, ...office.as('lan'), '--device-code', 'lan-hai']);
    await add('device', 'admit', code);
    assert.equal(await reads('lan-hai'), false, 'who admits it has no keys of that office');
    await tram(['draft', 'list', ...office.as('lan')]);
    assert.equal(await reads('lan-hai'), true);

    const dropped = await asked('lan', 'Lò Thị Lan', 'lan-khac');
    const inVain = tram(['device', 'vouch', dropped, ...office.as('lan'), '--device-code', 'lan-khac', '--wait']);
    await until(quietContext(), async () => (await tram(['device', 'admit', dropped, ...office.as('anh'), '--refuse'])).code === 0, 60_000);
    const { code: exit, error } = await inVain;
    assert.equal(exit, 1);
    assert.match(error, /^request-turned-down: .*lan-khac/);
    const other = await asked('lan', 'Lò Thị Lan', 'lan-ba');
    const waits = tramJson<{ keysGiven: number }>(['device', 'vouch', other, ...office.as('lan'), '--device-code', 'lan-ba', '--wait']);
    await until(quietContext(), async () => (await tram(['device', 'admit', other, ...office.as('anh')])).code === 0, 60_000);
    assert.ok((await waits).keysGiven > 0);
    assert.equal(await reads('lan-ba'), true);
  });
});

/** As at a station at which so many wait beside those that it lists. */
function withMoreWaiting(more: number): CliContext {
  const context = quietContext();
  const transport = (...of: Parameters<typeof context.host.transport>): ReturnType<typeof context.host.transport> => {
    const to = context.host.transport(...of);
    return {
      close: () => to.close(),
      request: async (asked) => {
        const answer = await to.request(asked);
        if (asked.path !== ROUTES.vouchedRequests.path || asked.method !== 'GET') return answer;
        const json = JSON.parse(new TextDecoder().decode(await gather(answer.body, 1 << 20))) as object;
        return { ...answer, body: whole(utf8(JSON.stringify({ ...json, more }))) };
      },
    };
  };
  return { ...context, host: { ...context.host, transport } };
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A person's own machine vouches by command for a new one, found by the code that the new one's screen shows. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { StationApi } from '#client/api.ts';
import { leaveRequest } from '#client/request-shelf.ts';
import { inFours } from '#core/crockford.ts';
import { readDeviceRequest, requestCodeOf } from '#model/device-requests.ts';
import { nodeHost } from '../../src/app/compose-node.ts';
import { QUICK_CRYPTO, quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';
import { stopWatchers, watcher } from './watcher.ts';

describe('a new machine is vouched for by its code', () => {
  let office: SmallOffice;
  before(async () => (office = await smallOffice()));
  after(() => {
    stopWatchers();
    return closeOffice(office);
  });

  /** A new machine, as far as its code: its request lies at the station. */
  async function asked(person: string, name: string, device: string): Promise<string> {
    const file = path.join(office.folder, `${device}.thiet-bi`);
    await tramJson(['device', 'request', ...office.as(device), '--station', `http://127.0.0.1:${office.port}`, '--person', person, '--name', name, '--device-code', device, '--out', file]);
    const request = new Uint8Array(readFileSync(file));
    const { clock, random } = quietContext();
    const transport = nodeHost.transport(`http://127.0.0.1:${office.port}`);
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
});

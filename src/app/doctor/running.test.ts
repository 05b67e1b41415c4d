/** A station that runs, its neighbours and its ports as they really are, and its status on one screen. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DAY_MS } from '#core/clock.ts';
import type { DoctorReport } from '#core/findings.ts';
import { quietContext, tram, tramJson } from '../../../test/scenario/command-line.ts';
import { type ExaminedOffice, examinedOffice, found, later, names, refused, unreachable, well } from '../../../test/scenario/examined-office.ts';
import { type DoctorOutside, examine } from './index.ts';
import { nodeOutside } from './outside.ts';

const MiB = 2 ** 20;

let examined: ExaminedOffice;
before(async () => void (examined = await examinedOffice()));
after(() => examined.close());

describe('a station that runs', () => {
  before(async () => void (await examined.office.start()));
  after(() => examined.office.stop());
  const look = (outside: Partial<DoctorOutside> = {}): Promise<DoctorReport> => examine({ data: examined.office.data, home: null, days: 30 }, { ...well, ...outside });
  /** Answers as the station does, but for one path. */
  const asking = (where: string, answer: { status: number; text: string } | null): Partial<DoctorOutside> => ({
    ask: async (url) => (url.endsWith(where) ? answer : nodeOutside.ask(url)),
  });

  test('is known to run, and is well', async () => {
    const report = await look();
    assert.equal(report.running, true);
    assert.deepEqual(found(report), ['backup-none']);
  });

  test('does not answer, is another, takes no work, or uses much memory', async () => {
    assert.ok(names(await look({ ask: async () => null })).includes('api-silent'));
    const other = JSON.stringify({ live: true, version: '0.1.0', station: 'don' });
    assert.ok(names(await look(asking('/health/live', { status: 200, text: other }))).includes('api-other'));
    const disk = { level: 'no-dispatches', freeBytes: 1, warnBytes: 2, partsBytes: 2, dispatchesBytes: 2 };
    const full = JSON.stringify({ ready: false, reasons: ['disk-full'], disk });
    const report = await look(asking('/health/ready', { status: 503, text: full }));
    assert.equal(report.findings.find(({ finding }) => finding === 'not-ready')?.detail['reasons'], 'disk-full');
    const large = await look(asking('/metrics', { status: 200, text: 'process_resident_memory_bytes 900000000\n' }));
    assert.equal(large.findings.find(({ finding }) => finding === 'memory-large')?.detail['mebibytes'], 859);
  });

  test('has another time, jobs that are late, a checkpoint that is old', async () => {
    const report = await look(later(3 * DAY_MS));
    for (const name of ['clock-differs', 'job-late', 'checkpoint-old'] as const) assert.ok(names(report).includes(name), name);
  });

  test('tells its status on one screen, in both languages and as JSON', async () => {
    for (const [language, running] of [['vi', 'Đang chạy'], ['en', 'Running']] as const) {
      const { code, out } = await tram(['status', '--data', examined.office.data], quietContext(language));
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^${running} +http://127.0.0.1:${examined.office.port}`, 'm'));
      assert.ok(out.split('\n').length < 24 && !/[{}]|undefined|NaN/.test(out), out);
    }
    const told = await tramJson<Record<string, unknown>>(['status', '--data', examined.office.data]);
    assert.equal(told['station'], 'hub');
    assert.deepEqual((told['ready'] as { ready: boolean }).ready, true);
    assert.ok(Number(told['memoryBytes']) > 10 * MiB);
    assert.deepEqual((told['links'] as { peer: string; state: string }[]).map(({ peer, state }) => [peer, state]), [['don', 'down']]);
  });
});

test('a neighbour that nobody reaches, with the reason; one that is somebody else', async () => {
  const data = path.join(examined.folder, 'don');
  const real = await examine({ data, home: null, days: 30 }, { ...well, dial: nodeOutside.dial });
  const unreached = real.findings.find(({ finding }) => finding === 'neighbour-unreachable');
  assert.equal(unreached?.detail['reason'], 'ECONNREFUSED');
  const other = await examine({ data, home: null, days: 30 }, { ...well, dial: refused });
  assert.ok(names(other).includes('neighbour-refused'));
  const stale = await examine({ data, home: null, days: 30 }, { ...well, ...later(9 * DAY_MS), dial: unreachable });
  assert.ok(names(stale).includes('directory-stale'));
});

test('ports are tried for real', async () => {
  const server = createSocketServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  assert.equal(await nodeOutside.isFree('127.0.0.1', port), false);
  server.close();
  await once(server, 'close');
  assert.equal(await nodeOutside.isFree('127.0.0.1', port), true);
});

test('status of a station that is stopped, and of a folder that is none', async () => {
  const told = await tramJson<Record<string, unknown>>(['status', '--data', examined.sound]);
  assert.equal(told['running'], null);
  assert.equal(told['memoryBytes'], null);
  assert.ok(Number((told['checkpoint'] as { entries: number }).entries) > 3);
  assert.equal((await tram(['status', '--data', examined.folder])).code, 1);
  assert.match((await tram(['doctor', '--data', path.join(examined.folder, 'không có')])).error, /^data-folder-empty: /);
});

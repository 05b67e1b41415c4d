/**
 * The folders that step 1 kept (test/fixtures/step1) under today's code: three stations start with their old
 * configuration, the old dispatches open on their devices, a new one goes the whole way, and every folder audits.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { stationMigrations } from '#station/compose.ts';
import { folderDisk } from '#station/kernel/folder-disk.ts';
import { openStore } from '#station/kernel/store.ts';
import { nodeHost } from '../../src/app/compose-node.ts';
import type { RunningStation } from '../../src/cli/station-host.ts';
import { tramJson } from './command-line.ts';
import { freePort } from './small-office.ts';

const KEPT = new URL('../fixtures/step1/kept.tar.br', import.meta.url);
const STATIONS = ['trung-tam', 'chuyen-tiep', 'don'] as const;
type Code = (typeof STATIONS)[number];
/** Where the demo's links went through: addresses in the signed directory, each with the station behind it. */
const LINKS: readonly (readonly [port: number, to: Code])[] = [[45_239, 'trung-tam'], [46_353, 'chuyen-tiep']];
const UNTIL_MS_MAX = 60_000;

interface Ports { readonly apiPort: number; readonly linkPort: number }
interface Line { readonly dispatch: string; readonly state: string; readonly content: { readonly subject: string } | null }

describe('the folders that step 1 kept', () => {
  let folder: string;
  const running: RunningStation[] = [];
  const wires: Server[] = [];
  let sent: string;

  const data = (code: Code): string => path.join(folder, 'kept', code);
  const as = (person: string): string[] => [
    '--home', path.join(folder, 'kept', 'may', person), '--passphrase-file', path.join(folder, 'kept', 'mat-khau', person),
  ];
  const lines = async (...argv: string[]): Promise<Line[]> => (await tramJson<{ lines: Line[] }>(argv)).lines;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tram-upgrade-'));
    execFileSync('tar', ['-x', '-C', folder], { input: brotliDecompressSync(readFileSync(KEPT)) });
    for (const code of STATIONS) await settlePorts(folder, data(code));
    for (const [port, to] of LINKS) wires.push(await wire(port, portsOf(data(to)).linkPort));
  });
  after(async () => {
    for (const station of running) await station.stop();
    for (const one of wires) await close(one);
    rmSync(folder, { recursive: true, force: true });
  });

  it('audit as soon as today\'s code has opened their databases', async () => {
    for (const code of STATIONS) {
      const disk = folderDisk(data(code));
      await (await openStore(disk, { migrations: stationMigrations })).close();
      disk.close();
      await auditHolds(data(code));
    }
  });

  it('start with their old configuration', async () => {
    for (const code of STATIONS) running.push(await nodeHost.start(data(code), {}));
    assert.deepEqual(running.map(({ station }) => station), [...STATIONS]);
  });

  it('open what was sent and answered under the old code', async () => {
    const [old] = await lines('register', '--in', ...as('thao'));
    assert.equal(old?.state, 'opened');
    const opened = await tramJson<{ subject: string; parts: unknown[] }>(['open', old!.dispatch, ...as('thao')]);
    assert.ok(opened.subject.length > 0);
    assert.equal(opened.parts.length, 1);
    const verified = await tramJson<{ ok: boolean }>(['verify', old!.dispatch, ...as('thao')]);
    assert.equal(verified.ok, true);
    const [answer] = await lines('register', '--in', ...as('anh'));
    assert.equal(answer?.state, 'opened');
    assert.equal((await tramJson<{ offices: { state: string }[] }>(['trace', old!.dispatch, ...as('anh')])).offices[0]?.state, 'opened');
  });

  it('send a new one along the old links, under the next number', async () => {
    const { draft } = await tramJson<{ draft: string }>(['draft', ...as('khue'), '--to', 'don:immediate', '--subject', 'Công điện số 12 sau nâng cấp', '--exercise']);
    await tramJson(['approve', draft, ...as('minh')]);
    await tramJson(['sign', draft, ...as('minh')]);
    const { dispatch, number } = await tramJson<{ dispatch: string; number: string }>(['send', draft, ...as('anh')]);
    assert.equal(number, '2/UBND-VP');
    sent = dispatch;
    await until(async () => (await lines('inbox', ...as('thao'))).some((line) => line.dispatch === sent));
    const opened = await tramJson<{ incoming: string; subject: string }>(['open', sent, ...as('thao')]);
    assert.deepEqual([opened.incoming, opened.subject], ['2', 'Công điện số 12 sau nâng cấp']);
    await until(async () => (await tramJson<{ offices: { state: string }[] }>(['trace', sent, ...as('anh')])).offices[0]?.state === 'opened');
  });

  it('and audit afterwards, each folder alone', async () => {
    for (const station of running.splice(0)) await station.stop();
    for (const code of STATIONS) await auditHolds(data(code));
  });

  it('and have carried the keyrings of their devices over', async () => {
    for (const person of ['anh', 'thao']) {
      const { slots } = await tramJson<{ slots: { kind: string }[] }>(['slots', ...as(person)]);
      assert.deepEqual(slots.map(({ kind }) => kind), ['passphrase', 'opaque'], person);
    }
  });
});

async function auditHolds(data: string): Promise<void> {
  assert.deepEqual((await nodeHost.audit(data)).faults, [], data);
}

function portsOf(data: string): Ports {
  return JSON.parse(readFileSync(path.join(data, 'station.json'), 'utf8')) as Ports;
}

/** The old ports stay as they are unless somebody else on this machine has one now. */
async function settlePorts(folder: string, data: string): Promise<void> {
  const old = portsOf(data);
  const ports: Ports = { apiPort: await freeOr(old.apiPort), linkPort: await freeOr(old.linkPort) };
  if (ports.apiPort === old.apiPort && ports.linkPort === old.linkPort) return;
  writeFileSync(path.join(data, 'station.json'), JSON.stringify(ports));
  const homes = path.join(folder, 'kept', 'may');
  for (const person of readdirSync(homes)) {
    const file = path.join(homes, person, 'device.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(`:${old.apiPort}"`, `:${ports.apiPort}"`));
  }
}

async function freeOr(port: number): Promise<number> {
  try {
    await close(await listen(createServer(), port));
    return port;
  } catch {
    return freePort();
  }
}

/** Stands where the demo's link was; waits where a passing connection has that port. */
async function wire(port: number, target: number): Promise<Server> {
  const server = createServer((caller) => {
    const callee = connect(target, '127.0.0.1');
    for (const [one, other] of [[caller, callee], [callee, caller]] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy()).pipe(other);
    }
  });
  let bound: Server | null = null;
  await until(async () => (bound = await listen(server, port).catch(() => null)) !== null);
  return bound!;
}

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server)));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + UNTIL_MS_MAX;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('what was awaited does not come');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

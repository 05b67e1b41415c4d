/** Every fault that the doctor can name is planted, found, named in both languages, and nothing else is found with it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { type DoctorReport, type FindingName, FINDINGS } from '#core/findings.ts';
import { FINDINGS_EN } from '#core/finding-words-en.ts';
import { FINDINGS_VI } from '#core/finding-words-vi.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { sharedCluster } from '../../../test/fixtures/postgresql.ts';
import { isOnPostgresql } from '../../../test/fixtures/disks.ts';
import { bytesIn, copyStation, databaseOf, dumpOf, nameDatabase, runSql } from '../../../test/fixtures/station-records.ts';
import { tram, tramJson, quietContext } from '../../../test/scenario/command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from '../../../test/scenario/small-office.ts';
import type { Facts } from './facts.ts';
import { type DoctorOutside, examine } from './index.ts';
import { nodeOutside } from './outside.ts';
import { checkBorders, checkLinks } from './link-checks.ts';
import { checkCheckpoint, checkRegistrars } from './record-checks.ts';

const MiB = 2 ** 20;
let office: SmallOffice;
let folder: string;
/** Founded, with a neighbour that never came. */
let sound: string;
/** When the newest period of the offices' keys ends. */
let keysEnd = 0;

const well: DoctorOutside = {
  ...nodeOutside, freeBytes: () => 2 ** 40, freeMemoryBytes: () => 2 ** 33, isFree: async () => true, dial: async () => {},
};

before(async () => {
  office = await smallOffice();
  folder = mkdtempSync(path.join(tmpdir(), 'tram-doctor-test-'));
  const [code, request] = [path.join(folder, 'moi'), path.join(folder, 'xin')];
  const invited = await tramJson<{ code: string }>([
    'station', 'invite', ...office.as('anh'), '--code', 'don', '--site', 'Đồn Sốp Cộp', '--address', '127.0.0.1:9', '--out', code]);
  const codeFile = office.file('ma', `${invited.code}\n`);
  const passphrase = path.join(office.folder, 'passphrase');
  const { fingerprint } = await tramJson<{ fingerprint: string }>([
    'station', 'join', '--invitation', code, '--code-file', codeFile, '--person', 'thao', '--person-name', 'Vàng Thị Thảo', '--data', path.join(folder, 'don'),
    '--home', path.join(folder, 'thao'), '--passphrase-file', passphrase, '--address', '127.0.0.1:9', '--out', request]);
  await tramJson(['station', 'admit', ...office.as('anh'), '--request', request, '--fingerprint', fingerprint, '--office', 'don', '--office-name', 'Đồn', '--symbol', 'ĐSC', '--out', path.join(folder, 'nhan')]);
  await tramJson(['station', 'join', '--admission', path.join(folder, 'nhan'), '--data', path.join(folder, 'don')]);
  await tramJson(['office', 'add', ...office.as('anh'), '--office', 'moi', '--name', 'Phòng mới', '--symbol', 'PM', '--at', 'hub']);
  const cardFile = office.file('the', (await tramJson<{ code: string }>(['card', 'make', ...office.as('anh')])).code);
  await tramJson(['card', 'try', '--home', path.join(office.folder, 'anh'), '--card-file', cardFile]);
  await tramJson(['card', 'make', ...office.as('minh')]);
  await office.stop();
  sound = path.join(folder, 'sound');
  await copyStation(office.data, sound);
  writeFileSync(path.join(sound, 'last-backup.json'), JSON.stringify({ time: Date.now(), ok: true }), { mode: 0o600 });
  const { officeKeys } = await tramJson<{ officeKeys: { until: string | null }[] }>(['status', '--data', sound]);
  keysEnd = Math.max(...officeKeys.map(({ until }) => (until === null ? 0 : Date.parse(until))));
  await runSql(sound, "update link_state set last_met = 1 where peer = 'nobody'");
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await closeOffice(office);
});

async function copy(): Promise<string> {
  const data = mkdtempSync(path.join(folder, 'copy-'));
  await copyStation(sound, data);
  return data;
}

function configure(data: string, keys: object): void {
  const database = databaseOf(data);
  writeFileSync(path.join(data, 'station.json'), JSON.stringify({ ...keys, ...(database !== null && !('database' in keys) && { database }) }), { mode: 0o600 });
}

function editIdentity(data: string, edit: (identity: Record<string, unknown>) => void): void {
  const file = path.join(data, 'identity.json');
  const identity = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  edit(identity);
  writeFileSync(file, JSON.stringify(identity), { mode: 0o600 });
}

const names = ({ findings }: DoctorReport): FindingName[] => [...new Set(findings.map(({ finding }) => finding))];
/** True of this office whatever else is planted: one registrar, an office to which nobody gave keys. */
const ALWAYS: readonly FindingName[] = ['registrar-one', 'office-keys-none'];
const found = (report: DoctorReport): FindingName[] => names(report).filter((name) => !ALWAYS.includes(name));

interface Plant {
  /** Changes the copy, and says how the world is besides. */
  readonly plant?: (data: string) => unknown;
  readonly outside?: Partial<DoctorOutside>;
  readonly home?: (data: string) => string;
  readonly days?: number;
  /** What follows from it. */
  readonly also?: readonly FindingName[];
}

const later = (ms: number): Partial<DoctorOutside> => ({ now: () => Date.now() + ms });
const unreachable = async (): Promise<never> => {
  throw new Refusal('station-unreachable', { reason: 'ECONNREFUSED' });
};
const refused = async (): Promise<never> => {
  throw new Refusal('peer-refused');
};
const queued = (data: string, rank: number, ageMs: number): string =>
  `insert into link_queue (peer, kind, id, sealing, rank, position, queued_at) values ('don', 'dispatch', ${bytesIn(data, '00')}, 0, ${rank}, 1, ${Date.now() - ageMs})`;

async function sentWithoutOutcome(data: string, expires: number | null, refusal: string): Promise<void> {
  const id = bytesIn(data, '00');
  await runSql(data, `insert into outgoing (id, office, series, number, accepted, ledger, submission, expires) values (${id}, 'vp', '2026', 1, 1, 1, ${id}, ${expires ?? 'null'})`);
  await runSql(data, `insert into outgoing_recipient (id, office, outcome, refusal) values (${id}, 'qs', null, ${refusal})`);
}

const restored = (data: string, cause: string): string => 'insert into restoration (number, cause, former, ledger_size, root, as_of) '
  + `values (1, '${cause}', ${bytesIn(data, '00'.repeat(16))}, 1, ${bytesIn(data, '00'.repeat(32))}, 1)`;

const ON_SQLITE: Partial<Record<FindingName, Plant>> = {
  'database-missing': { plant: (data) => rmSync(path.join(data, 'tram.db')), also: ['directory-inconsistent'] },
  'database-damaged': { plant: (data) => {
    const file = path.join(data, 'tram.db');
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4_096 * 3);
    writeFileSync(file, bytes);
  }, also: ['directory-inconsistent'] },
};

const ON_POSTGRESQL: Partial<Record<FindingName, Plant>> = {
  'database-unreachable': { plant: (data) => nameDatabase(data, 'postgres://tram@localhost/tram?host=/nowhere'), also: ['directory-inconsistent'] },
  'database-foreign': { plant: (data) => runSql(data, "update store_lease set folder = 'x' || folder"), also: ['directory-inconsistent'] },
};

const PLANTS: Partial<Record<FindingName, Plant>> = {
  'folder-open': { plant: (data) => chmodSync(data, 0o755) },
  'secret-open': { plant: (data) => chmodSync(path.join(data, 'identity.json'), 0o644) },
  'identity-missing': { plant: (data) => rmSync(path.join(data, 'identity.json')) },
  'identity-malformed': { plant: (data) => writeFileSync(path.join(data, 'identity.json'), '{', { mode: 0o600 }) },
  'identity-foreign': { plant: (data) => editIdentity(data, (identity) => (identity['founding'] = 'ab'.repeat(32))), also: ['checkpoint-missing'] },
  'certificate-expired': { outside: later(40 * 366 * DAY_MS), also: ['office-keys-lapsed', 'unwitnessed', 'backup-old', 'clock-differs', 'neighbour-silent'] },
  'certificate-lapsing': { days: 3_650 },
  'configuration-malformed': { plant: (data) => configure(data, { apiPrt: 1 }), also: isOnPostgresql ? ['database-unreachable', 'directory-inconsistent'] : [] },
  'configuration-renamed': { plant: (data) => configure(data, { diskReserveMebibytes: 64, diskDispatchesMebibytes: 32 }) },
  'marks-disordered': { plant: (data) => configure(data, { diskPartsMebibytes: 64, diskDispatchesMebibytes: 128 }) },
  ...(isOnPostgresql ? ON_POSTGRESQL : ON_SQLITE),
  'database-newer': { plant: (data) => runSql(data, "insert into schema_migration values ('9999-later')") },
  'migrations-waiting': { plant: (data) => runSql(data, "delete from schema_migration where name = '0011-link-staging'") },
  'disk-low': { outside: { freeBytes: () => 1_000 * MiB } },
  'disk-no-parts': { outside: { freeBytes: () => 300 * MiB } },
  'disk-no-dispatches': { outside: { freeBytes: () => 100 * MiB } },
  'parts-missing': { plant: (data) => runSql(data, `insert into part (root, office, chunks, size, held, complete, declared) values ('${'ab'.repeat(32)}', null, 1, 100, 100, 1, 1)`) },
  'clock-uncertain': { plant: (data) => configure(data, { clockUncertaintyMs: 3_600_000 }) },
  'clock-behind': { outside: later(-3 * DAY_MS) },
  'port-taken': { outside: { isFree: async () => false } },
  'directory-missing': { plant: (data) => runSql(data, 'delete from directory_entry') },
  'directory-inconsistent': { plant: (data) => runSql(data, `update directory_entry set bytes = ${bytesIn(data, '00')} where entry_index = 3`) },
  'station-restored': { plant: (data) => runSql(data, restored(data, 'restored')) },
  'station-superseded': { plant: (data) => runSql(data, restored(data, 'superseded')) },
  'ledger-gap': { plant: (data) => runSql(data, 'delete from ledger_entry where entry_index = 2'), also: ['tree-short'] },
  'ledger-tail': { plant: (data) => runSql(data, `update ledger_entry set bytes = ${bytesIn(data, '00')} where entry_index = (select max(entry_index) from ledger_entry)`) },
  'tree-short': { plant: (data) => runSql(data, 'delete from ledger_node where level = 0 and position = (select max(position) from ledger_node where level = 0)') },
  'checkpoint-missing': { plant: (data) => runSql(data, 'delete from checkpoint') },
  unwitnessed: { outside: later(9 * DAY_MS), also: ['backup-old', 'neighbour-silent', 'office-keys-lapsed'] },
  'neighbour-silent': { outside: later(8 * DAY_MS), also: ['unwitnessed', 'office-keys-lapsed'] },
  'queue-stuck': { plant: (data) => runSql(data, queued(data, 1, 2 * DAY_MS)) },
  'flash-waits': { plant: (data) => runSql(data, queued(data, 4, HOUR_MS)) },
  'outcome-unknown': { plant: (data) => sentWithoutOutcome(data, Date.now() - HOUR_MS, 'null') },
  'outcome-refused': { plant: (data) => sentWithoutOutcome(data, null, "'no-route'") },
  'job-failing': { plant: (data) => runSql(data, "update job set attempts = 3 where kind = 'sweep'") },
  'backup-none': { plant: (data) => rmSync(path.join(data, 'last-backup.json')) },
  'backup-old': { plant: (data) => writeFileSync(path.join(data, 'last-backup.json'), JSON.stringify({ time: Date.now() - 10 * DAY_MS, ok: true })) },
  'backup-late': { plant: (data) => writeFileSync(path.join(data, 'last-backup.json'), JSON.stringify({ time: Date.now() - 20 * 60_000, ok: true, everyMs: 60_000 })) },
  'backup-failed': { plant: (data) => writeFileSync(path.join(data, 'last-backup.json'), JSON.stringify({ time: Date.now(), ok: false })) },
  'office-keys-lapsing': { outside: { now: () => keysEnd - 3 * DAY_MS } },
  'folder-owner': { outside: { ownerOf: (file) => (file.endsWith('station.json') ? 7 : 0), user: 0 } },
  'office-keys-lapsed': { outside: later(60 * DAY_MS), also: ['unwitnessed', 'backup-old', 'neighbour-silent'] },
  'node-other': { outside: { nodeVersion: '28.0.0' } },
  'memory-short': { outside: { freeMemoryBytes: () => 100 * MiB } },
  'device-missing': { home: (data) => path.join(data, 'nowhere') },
  'device-open': { home: () => {
    const home = path.join(folder, 'open-device');
    cpSync(path.join(office.folder, 'anh'), home, { recursive: true });
    chmodSync(path.join(home, 'keyring.cbor'), 0o644);
    return home;
  } },
  'device-damaged': { home: () => deviceAs('damaged', (home) => truncateSync(path.join(home, 'keyring.cbor'), 200)) },
  'device-secret-gone': { home: () => deviceAs('secret-gone', (home) => rmSync(path.join(home, 'device.secret'))) },
  'device-card-untried': { home: () => path.join(office.folder, 'minh') },
  'device-unheard': { home: () => deviceAs('unheard', (home) => rmSync(path.join(home, 'directory.cbor'))) },
  'device-stale': { home: () => deviceAs('stale', (home) => utimesSync(path.join(home, 'directory.cbor'), 1, 1)) },
  // Added by a registrar beside it, and never opened since.
  'device-no-card': { home: () => path.join(office.folder, 'khue'), also: ['device-unheard'] },
  'device-foreign': { home: () => device('foreign', (file) => ({ ...file, founding: 'cd'.repeat(32) })) },
  'device-unknown': { home: () => device('unknown', (file) => ({ ...file, device: 'khong-co' })) },
  'folder-unwritable': { outside: { user: 12_345 } },
  'check-failed': { plant: (data) => runSql(data, 'drop table job') },
};

function deviceAs(name: string, change: (home: string) => void): string {
  const home = path.join(folder, `device-${name}`);
  cpSync(path.join(office.folder, 'anh'), home, { recursive: true });
  change(home);
  return home;
}

function device(name: string, edit: (file: object) => object): string {
  const home = path.join(folder, `device-${name}`);
  cpSync(path.join(office.folder, 'anh'), home, { recursive: true });
  const file = path.join(home, 'device.json');
  writeFileSync(file, JSON.stringify(edit(JSON.parse(readFileSync(file, 'utf8')) as object)));
  return home;
}

for (const [name, { plant, outside = {}, home, days = 30, also }] of Object.entries(PLANTS) as [FindingName, Plant][]) {
  test(`${name} is found`, async () => {
    const data = await copy();
    await plant?.(data);
    const report = await examine({ data, home: home?.(data) ?? null, days }, { ...well, ...outside });
    assert.ok(names(report).includes(name), `${name} not in ${names(report).join(', ')}`);
    assert.equal(report.ok, report.findings.every(({ level }) => level === 'warn'));
    // A clock that is elsewhere brings much with it; other faults come alone, or with what is named.
    if (outside.now === undefined) assert.deepEqual(found(report).toSorted(), [name, ...(also ?? [])].toSorted());
    for (const { finding, level } of report.findings) assert.equal(level, FINDINGS[finding]);
  });
}

test('a sound folder has nothing but what is true of it, and nothing is written to it or its database', async () => {
  const data = await copy();
  const was = [snapshot(data), dumpOf(data)];
  const report = await examine({ data, home: path.join(office.folder, 'anh'), days: 30 }, well);
  assert.deepEqual(names(report).toSorted(), [...ALWAYS].toSorted());
  assert.equal(report.ok, true);
  assert.equal(report.running, false);
  assert.equal(report.checked.length, 20);
  assert.deepEqual([snapshot(data), dumpOf(data)], was);
});

if (!isOnPostgresql) test('a write-ahead log that a kill left is read and not folded in', async () => {
  const data = await copy();
  const db = new DatabaseSync(path.join(data, 'tram.db'));
  db.exec('pragma journal_mode = wal; pragma wal_autocheckpoint = 0');
  db.exec("update job set attempts = 5 where kind = 'sweep'");
  const left = mkdtempSync(path.join(folder, 'left-'));
  cpSync(data, left, { recursive: true });
  db.close();
  const was = snapshot(left);
  const report = await examine({ data: left, home: null, days: 30 }, well);
  assert.deepEqual(found(report), ['job-failing']);
  assert.deepEqual(snapshot(left), was);
});

if (isOnPostgresql) test('a database that was emptied, one that station.json has forgotten, a password that others can read', async () => {
  const [emptied, forgotten, open] = [await copy(), await copy(), await copy()];
  const look = async (data: string): Promise<DoctorReport> => examine({ data, home: null, days: 30 }, well);
  await runSql(emptied, 'drop table store_lease cascade; do $$ declare t text; begin for t in select tablename from pg_tables where schemaname = current_schema() loop execute format(\'drop table %I cascade\', t); end loop; end $$');
  assert.deepEqual((await look(emptied)).findings.find(({ check }) => check === 'database'), { check: 'database', finding: 'database-foreign', level: 'fault', detail: { reason: 'missing' } });
  writeFileSync(path.join(forgotten, 'station.json'), '{}');
  assert.deepEqual(found(await look(forgotten)).toSorted(), ['configuration-malformed', 'database-unreachable', 'directory-inconsistent']);
  const password = path.join(open, 'mật khẩu');
  writeFileSync(password, 'bí mật\n', { mode: 0o644 });
  configure(open, { databasePasswordFile: password });
  const report = await look(open);
  assert.deepEqual(found(report), ['secret-open']);
  assert.doesNotMatch(JSON.stringify(report), /bí mật/);
});

if (isOnPostgresql) test('the writer\'s lease is neither taken nor awaited: a station in the middle of a round is looked at', async () => {
  const data = await copy();
  const cluster = await sharedCluster();
  const holding = cluster.run('select pg_advisory_lock(1416782189, 1); begin; update store_lease set round = round; select pg_sleep(6); rollback', databaseOf(data)!);
  const began = performance.now();
  const report = await examine({ data, home: null, days: 30 }, well);
  assert.ok(performance.now() - began < 5_000);
  assert.deepEqual(found(report), []);
  await holding;
});

function snapshot(data: string): [string, number, number][] {
  return readdirSync(data).toSorted().filter((name) => name !== 'tram.lock').map((name) => {
    const { size, mtimeMs } = statSync(path.join(data, name));
    return [name, size, mtimeMs];
  });
}

test('a neighbour that nobody reaches, with the reason; one that is somebody else', async () => {
  const data = path.join(folder, 'don');
  const real = await examine({ data, home: null, days: 30 }, { ...well, dial: nodeOutside.dial });
  const unreached = real.findings.find(({ finding }) => finding === 'neighbour-unreachable');
  assert.equal(unreached?.detail['reason'], 'ECONNREFUSED');
  const other = await examine({ data, home: null, days: 30 }, { ...well, dial: refused });
  assert.ok(names(other).includes('neighbour-refused'));
  const stale = await examine({ data, home: null, days: 30 }, { ...well, ...later(9 * DAY_MS), dial: unreachable });
  assert.ok(names(stale).includes('directory-stale'));
});

test('a station that runs signs its first checkpoint by itself: only one that did not in its time is told of', async () => {
  const now = Date.UTC(2026, 10, 23);
  const look = async (since: number | null, signed: number | null = null): Promise<FindingName[]> => {
    const said: FindingName[] = [];
    const db = { one: async (sql: string) => (sql.includes('checkpoint') && signed !== null ? { time: signed, size: 3 } : null) };
    const identity = { station: 'hub', founding: new Uint8Array(32), incarnation: new Uint8Array(16) };
    const running = since === null ? null : { since };
    await checkCheckpoint({ db, identity, directory: null, configuration: { checkpointHours: 24 }, isRunning: running !== null, running, outside: { ...well, now: () => now } } as unknown as Facts, (finding) => void said.push(finding));
    return said;
  };
  assert.deepEqual(await look(null), ['checkpoint-missing'], 'it is not running, and running it mends that');
  assert.deepEqual(await look(now - HOUR_MS), [], 'nothing is to be done, and nothing that would be refused is advised');
  assert.deepEqual(await look(now - 3 * DAY_MS), ['checkpoint-old']);
  assert.deepEqual(await look(now - 3 * DAY_MS, now - HOUR_MS), []);
  assert.deepEqual(await look(null, now - 9 * DAY_MS), []);
});

test('a neighbour that calls this running station and is not connected now', async () => {
  const now = Date.UTC(2026, 10, 23);
  const look = async (met: number | null, up: number, running: object | null = { url: 'http://127.0.0.1:1' }): Promise<FindingName[]> => {
    const said: FindingName[] = [];
    const directory = { links: () => [{ caller: 'don', answerer: 'hub', address: null }], organisation: { created: now - HOUR_MS } };
    const outside = { ...well, now: () => now, ask: async () => ({ status: 200, text: `tram_link_up{peer="don"} ${up}\n` }) };
    await checkLinks({ directory, identity: { station: 'hub' }, db: { one: async () => ({ met }) }, days: 30, running, outside } as unknown as Facts, (finding) => void said.push(finding));
    return said;
  };
  assert.deepEqual(await look(now - 120_000, 0), ['neighbour-away']);
  assert.deepEqual(await look(now - 120_000, 1), []);
  assert.deepEqual(await look(null, 0), [], 'it has never come yet');
  assert.deepEqual(await look(now - 120_000, 0, null), [], 'a station that is stopped meets nobody');
  assert.deepEqual(await look(now - 8 * DAY_MS, 0), ['neighbour-silent']);
});

test('a peer that has shown nothing, one that is silent, one that shows another log, an agreement that ends soon', async () => {
  const now = Date.UTC(2026, 10, 23);
  const agreement = { peer: 'bo-doi', organisation: new Uint8Array(16), station: 'hub', endedBy: null, from: now - 10 * DAY_MS, until: now + 5 * DAY_MS };
  const look = async (shown: { size: number } | null, met: number | null, changed: object = {}, forked: { code: string } | null = null): Promise<FindingName[]> => {
    const said: FindingName[] = [];
    const db = { has: async () => true, one: async (sql: string) => (sql.includes('peer_directory') ? shown : sql.includes('peer_refusal') ? forked : { met }) };
    const directory = { agreements: () => [{ ...agreement, ...changed }] };
    await checkBorders({ directory, identity: { station: 'hub' }, db, days: 30, running: null, outside: { ...well, now: () => now } } as unknown as Facts, (finding) => void said.push(finding));
    return said;
  };
  assert.deepEqual(await look(null, null), ['border-unseen', 'agreement-lapsing']);
  assert.deepEqual(await look({ size: 9 }, now - HOUR_MS, { until: null }), []);
  assert.deepEqual(await look({ size: 9 }, now - 7 * HOUR_MS, { until: null }), ['border-silent']);
  assert.deepEqual(await look({ size: 9 }, now - HOUR_MS, { until: null }, { code: 'directory-inconsistent' }), ['border-forked']);
  for (const none of [{ station: 'khac' }, { endedBy: 3 }, { until: now - 1 }, { from: now + 1 }]) assert.deepEqual(await look(null, null, none), []);
});

test('no registrar at all', () => {
  const said: FindingName[] = [];
  checkRegistrars({ directory: { registrars: () => [] } } as unknown as Facts, (finding) => void said.push(finding));
  assert.deepEqual(said, ['registrar-none']);
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

describe('a station that runs', () => {
  before(async () => void (await office.start()));
  after(() => office.stop());
  const look = (outside: Partial<DoctorOutside> = {}): Promise<DoctorReport> => examine({ data: office.data, home: null, days: 30 }, { ...well, ...outside });
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
      const { code, out } = await tram(['status', '--data', office.data], quietContext(language));
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^${running} +http://127.0.0.1:${office.port}`, 'm'));
      assert.ok(out.split('\n').length < 24 && !/[{}]|undefined|NaN/.test(out), out);
    }
    const told = await tramJson<Record<string, unknown>>(['status', '--data', office.data]);
    assert.equal(told['station'], 'hub');
    assert.deepEqual((told['ready'] as { ready: boolean }).ready, true);
    assert.ok(Number(told['memoryBytes']) > 10 * MiB);
    assert.deepEqual((told['links'] as { peer: string; state: string }[]).map(({ peer, state }) => [peer, state]), [['don', 'down']]);
  });
});

test('status of a station that is stopped, and of a folder that is none', async () => {
  const told = await tramJson<Record<string, unknown>>(['status', '--data', sound]);
  assert.equal(told['running'], null);
  assert.equal(told['memoryBytes'], null);
  assert.ok(Number((told['checkpoint'] as { entries: number }).entries) > 3);
  assert.equal((await tram(['status', '--data', folder])).code, 1);
  assert.match((await tram(['doctor', '--data', path.join(folder, 'không có')])).error, /^data-folder-empty: /);
});

test('the command names each fault and its mend, in both languages, and ends with 1 for a fault', async () => {
  const data = await copy();
  chmodSync(path.join(data, 'identity.json'), 0o640);
  for (const [language, mend] of [['vi', '→ chạy: chmod 600'], ['en', '→ run: chmod 600']] as const) {
    const { code, out } = await tram(['doctor', '--data', data, '--home', path.join(office.folder, 'anh')], quietContext(language));
    assert.equal(code, 1);
    assert.ok(out.includes(mend) && out.includes('0640'), out);
    assert.doesNotMatch(out, /[{}[\]]|undefined/);
  }
  const { code, out } = await tram(['doctor', '--data', data, '--json']);
  assert.equal(code, 1);
  const told = JSON.parse(out) as { ok: boolean; findings: { finding: string; what: string; mend: string }[] };
  assert.equal(told.ok, false);
  assert.ok(told.findings.every(({ what, mend }) => what.length > 5 && mend.length > 5));
});

describe('a device where no station is', () => {
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
    assert.deepEqual(names(await alone({}, path.join(folder, 'nowhere'))), ['device-missing']);
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
    assert.match((await tram([...noStation, '--data', path.join(folder, 'không có')], context)).error, /^data-folder-empty: /);
  });
});

test('every finding is planted by a test above, and has words in both languages that say what to do', () => {
  const text = readFileSync(import.meta.filename, 'utf8');
  for (const name of Object.keys(FINDINGS) as FindingName[]) {
    const bare = new RegExp(`(?:'${name}'|^  ${name}): \\{|includes\\('${name}'\\)|\\['${name}|=== '${name}'|'${name}'[,\\]]`, 'm');
    assert.match(text, bare, name);
    for (const words of [FINDINGS_VI, FINDINGS_EN]) {
      const [what, mend] = words[name];
      assert.ok(what.length > 8 && mend.length > 8, name);
    }
  }
});

/** Every fault that the doctor can name is planted, found, named in both languages, and nothing else is found with it. */
import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { type DoctorReport, type FindingName, FINDINGS } from '#core/findings.ts';
import { FINDINGS_EN } from '#core/finding-words-en.ts';
import { FINDINGS_VI } from '#core/finding-words-vi.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { sharedCluster } from '../../../test/fixtures/postgresql.ts';
import { isOnPostgresql } from '../../../test/fixtures/disks.ts';
import { bytesIn, copyStation, databaseOf, dumpOf, nameDatabase, runSql } from '../../../test/fixtures/station-records.ts';
import { tram, quietContext } from '../../../test/scenario/command-line.ts';
import { type ExaminedOffice, examinedOffice, found, later, names, snapshot, well } from '../../../test/scenario/examined-office.ts';
import type { SmallOffice } from '../../../test/scenario/small-office.ts';
import { type DoctorOutside, examine } from './index.ts';

const MiB = 2 ** 20;
let examined: ExaminedOffice;
let office: SmallOffice;
let folder: string;

before(async () => {
  examined = await examinedOffice();
  ({ office, folder } = examined);
});
after(() => examined.close());

async function copy(): Promise<string> {
  const data = mkdtempSync(path.join(folder, 'copy-'));
  await copyStation(examined.sound, data);
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

interface Plant {
  /** Changes the copy, and says how the world is besides. */
  readonly plant?: (data: string) => unknown;
  readonly outside?: Partial<DoctorOutside>;
  readonly home?: (data: string) => string;
  readonly days?: number;
  /** What follows from it. */
  readonly also?: readonly FindingName[];
}

const queued = (data: string, rank: number, ageMs: number): string =>
  `insert into link_queue (peer, kind, id, sealing, rank, position, queued_at) values ('don', 'dispatch', ${bytesIn(data, '00')}, 0, ${rank}, 1, ${Date.now() - ageMs})`;

/** A stick that was written, on which the one queued item lies. */
async function onStick(data: string, ageMs: number): Promise<void> {
  const { incarnation } = JSON.parse(readFileSync(path.join(data, 'identity.json'), 'utf8')) as { incarnation: string };
  const bundle = bytesIn(data, '0b');
  await runSql(data, queued(data, 1, HOUR_MS));
  await runSql(data, 'update link_queue set channel = 1');
  await runSql(data, `insert into link_bundle (bundle, peer, incarnation, number, written, items, bytes, first, last) values (${bundle}, 'don', ${bytesIn(data, incarnation)}, 1, ${Date.now() - ageMs}, 1, 1, 1, 1)`);
  await runSql(data, `insert into link_bundle_item (bundle, channel) values (${bundle}, 1)`);
}

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
  'pages-unusable': { plant: (data) => {
    configure(data, { pagesAddress: '127.0.0.1' });
    rmSync(path.join(data, 'pages.pem'));
  } },
  'pages-lapsing': { plant: (data) => configure(data, { pagesAddress: '127.0.0.1' }), days: 400 },
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
  'port-twice': { plant: (data) => configure(data, { apiPort: 7_441, linkPort: 7_441 }) },
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
  'bundle-missing': { plant: (data) => onStick(data, 8 * DAY_MS) },
  'outcome-unknown': { plant: (data) => sentWithoutOutcome(data, Date.now() - HOUR_MS, 'null') },
  'outcome-refused': { plant: (data) => sentWithoutOutcome(data, null, "'not-entitled'") },
  'job-failing': { plant: (data) => runSql(data, "update job set attempts = 3 where kind = 'sweep'") },
  'backup-none': { plant: (data) => rmSync(path.join(data, 'last-backup.json')) },
  'backup-old': { plant: (data) => writeFileSync(path.join(data, 'last-backup.json'), JSON.stringify({ time: Date.now() - 10 * DAY_MS, ok: true })) },
  'backup-late': { plant: (data) => writeFileSync(path.join(data, 'last-backup.json'), JSON.stringify({ time: Date.now() - 20 * 60_000, ok: true, everyMs: 60_000 })) },
  'backup-failed': { plant: (data) => writeFileSync(path.join(data, 'last-backup.json'), JSON.stringify({ time: Date.now(), ok: false })) },
  'office-keys-lapsing': { outside: { now: () => examined.keysEnd - 3 * DAY_MS } },
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
  assert.deepEqual(names(report).toSorted(), ['office-keys-none', 'registrar-one'], 'true of it whatever else is planted');
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

test('every finding is planted by a test of this folder, and has words in both languages that say what to do', () => {
  const text = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test.ts')).map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8')).join('\n');
  for (const name of Object.keys(FINDINGS) as FindingName[]) {
    const bare = new RegExp(`(?:'${name}'|^  ${name}): \\{|includes\\('${name}'\\)|\\['${name}|=== '${name}'|'${name}'[,\\]]`, 'm');
    assert.match(text, bare, name);
    for (const words of [FINDINGS_VI, FINDINGS_EN]) {
      const [what, mend] = words[name];
      assert.ok(what.length > 8 && mend.length > 8, name);
    }
  }
});

/** A station whose records are in PostgreSQL, from `station init` to `audit`, as a person has it; and where passwords come from. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AuditReport } from '../cli/audit-report.ts';
import { type Cluster, startCluster } from '../../test/fixtures/postgresql.ts';
import { tram, tramJson } from '../../test/scenario/command-line.ts';
import { freePort } from '../../test/scenario/small-office.ts';
import { want } from '../../test/wants.ts';
import { nodeHost } from './compose-node.ts';
import { databaseAccess, passwordIn } from './station-database.ts';

const there = (await want('postgresql', 'a station in PostgreSQL, by its commands')) !== null;

describe('a password', () => {
  const at = { host: 'db', port: 5432, database: 'tram', user: 'ánh', tls: null };
  it('stands in a line of PGPASSFILE that fits', () => {
    assert.equal(passwordIn('# db:*:*:*:no\nother:*:*:*:no\ndb:5432:*:ánh:mật:khẩu\\\\\n*:*:*:*:late', at), 'mật:khẩu\\');
    assert.equal(passwordIn('a\\:b:*:*:*:yes', { ...at, host: 'a:b' }), 'yes');
    assert.equal(passwordIn('db:5433:*:*:no', at), null);
    assert.equal(passwordIn('localhost:*:*:*:socket', { ...at, host: '/var/run/postgresql' }), 'socket');
  });

  it('is read from its file, and a missing file is named without it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tram-password-'));
    after(() => rmSync(folder, { recursive: true }));
    writeFileSync(path.join(folder, 'pw'), 'bí mật\n');
    const of = (file: string) => databaseAccess('postgres://t@localhost/tram', { databasePasswordFile: file }).password();
    assert.equal(await of(path.join(folder, 'pw')), 'bí mật');
    await assert.rejects(of(path.join(folder, 'none')), { code: 'configuration-malformed' });
  });
});

if (there) describe('a station in PostgreSQL', () => {
  let cluster: Cluster;
  let [folder, url] = ['', ''];
  const at = (name: string): string => path.join(folder, name);
  const init = async (data: string, database: string): Promise<string[]> => [
    'station', 'init', '--home', at(`${data}-anh`), '--passphrase-file', at('pass'), '--root-passphrase-file', at('pass'), '--data', at(data),
    '--root', at(`${data}-root`), '--organisation', 'Tỉnh thực hành', '--code', 'hub', '--site', 'Sở chỉ huy', '--office', 'vp', '--office-name',
    'Văn phòng', '--symbol', 'UBND-VP', '--person', 'anh', '--person-name', 'Nguyễn Thị Ánh', '--port', String(await freePort()),
    '--link-port', String(await freePort()), '--database', database,
  ];

  before(async () => {
    cluster = startCluster();
    folder = mkdtempSync(path.join(tmpdir(), 'tram-app-pg-'));
    writeFileSync(at('pass'), 'mật khẩu thực hành\n');
    url = await cluster.newDatabase();
    await tramJson(await init('hub', url));
  });
  after(() => {
    cluster.stop();
    rmSync(folder, { recursive: true });
  });

  it('has its records there and its identity here, and starts again', async () => {
    assert.equal(JSON.parse(readFileSync(at('hub/station.json'), 'utf8')).database, url);
    assert.equal(existsSync(at('hub/tram.db')), false);
    for (let i = 0; i < 2; i++) {
      const running = await nodeHost.start(at('hub'), { link: await freePort(), api: await freePort() });
      assert.equal(running.station, 'hub');
      await running.stop();
    }
    const [row] = await cluster.run('select count(*)::text as many from directory_entry', url);
    assert.ok(Number(row!['many']) > 5);
  });

  it('proves itself to an audit, which finds a changed entry, a lost column and another folder', async () => {
    const audit = async (): Promise<AuditReport> => nodeHost.audit(at('hub'));
    const whole = await audit();
    assert.deepEqual(whole.faults, []);
    assert.ok(whole.claims.length >= 15);
    for (const [damage, mend, place] of [
      [`update ledger_entry set bytes = set_byte(bytes, 9, get_byte(bytes, 9) # 1) where entry_index = 0`, `update ledger_entry set bytes = set_byte(bytes, 9, get_byte(bytes, 9) # 1) where entry_index = 0`, /ledger_entry:0/],
      ['alter table job rename column payload to other', 'alter table job rename column other to payload', /column job\.payload/],
      ['create table theirs (id int)', 'drop table theirs', /theirs/],
      [`update store_lease set folder = 'x' || folder`, 'update store_lease set folder = substr(folder, 2)', /database\.id/],
    ] as const) {
      await cluster.run(damage, url);
      const { faults } = await audit();
      assert.ok(faults.some((fault) => place.test(fault.place)), `${damage}: ${JSON.stringify(faults.slice(0, 3))}`);
      await cluster.run(mend, url);
    }
    assert.deepEqual((await audit()).faults, []);
  });

  it('is not founded over another\'s, which stays as it was', async () => {
    const { code, error } = await tram(await init('second', url));
    assert.equal(code, 1, error);
    assert.match(error, /PostgreSQL/);
    assert.equal(existsSync(at('second/identity.json')), false);
    assert.deepEqual((await nodeHost.audit(at('hub'))).faults, []);
  });

  it('is not taken for an empty one where the configuration has forgotten the database', async () => {
    const kept = readFileSync(at('hub/station.json'));
    writeFileSync(at('hub/station.json'), '{}');
    await assert.rejects(nodeHost.start(at('hub'), {}), { code: 'configuration-malformed' });
    assert.equal((await nodeHost.audit(at('hub'))).ok, false);
    writeFileSync(at('hub/station.json'), kept);
  });

  it('with a password in the URL is refused, and the password is not repeated', async () => {
    const { code, error } = await tram(await init('third', 'postgres://tram:hunter2@localhost/tram'));
    assert.equal(code, 1);
    assert.doesNotMatch(error, /hunter2/);
  });
});

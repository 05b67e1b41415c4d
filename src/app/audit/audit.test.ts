import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { changeColumn, columnsOf, copyWith, countOf, findInFile, flipFile, inDatabase, TABLE_NAMES } from '../../../test/fixtures/folder-damage.ts';
import { type KeptFolders, keepFolders } from '../../../test/fixtures/kept-folders.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { rememberingVerdicts } from '../../../test/fixtures/remembered-verdicts.ts';
import { auditFolder as auditOnce, type AuditOptions } from './index.ts';
import type { TableName } from './tables.ts';

/** Columns of which a small change cannot be told from the truth, and why. */
const UNSEEN: Readonly<Record<string, string>> = {
  'job.due': 'nothing says when work is due', 'job.attempts': 'so', 'job.lease_until': 'so', 'job.lease_number': 'so',
  'key_wrap.bytes': 'sealed to a device; no event names it, because it must be erasable',
  'arrival_stanza.stanza': 'sealed to the office', 'arrival_stanza.time': 'no event at each re-wrap', 'key_destroyed.time': 'moment',
  'escrow_share.bytes': 'as a wrap', 'escrow_release.bytes': 'as a wrap', 'escrow_rehearsal.time': 'moment',
  'ring_copy.bytes': 'sealed to a device', 'ring_copy.gate': 'only the device can say', 'opaque_attempt.attempts': 'no event counts them',
  'opaque_attempt.next': 'so', 'opaque_setup.setup': 'random',
  'pending_proposal.bytes': 'its signatures are judged when it is lodged', 'pending_proposal.created': 'moment', 'pending_proposal.expires': 'moment', 'pending_proposal.asked': 'whoever signs second judges it',
  'withdrawn_proposal.withdrawn_at': 'moment', 'withdrawn_proposal.created': 'moment', 'withdrawn_proposal.expires': 'moment', 'withdrawn_proposal.why': 'the word of whoever withdrew it',
  'device_request.bytes': 'its proofs are judged by whoever takes it', 'device_request.left_at': 'moment', 'device_request.expires': 'moment', 'device_request.brought': 'no event names who brought it',
  'device_request_ended.until': 'moment', 'device_request_ended.word': 'its signature is judged by whoever takes it',
  'own_word.time': 'moment', 'directory_verified.mark': 'its station alone has the key; a start that it does not fit verifies everything', 'device_revision.revision': 'only the device knows', 'link_state.last_met': 'no event at each meeting',
  'link_state.peer_received': 'the neighbour\'s word; it may be any number up to what was sent', 'part.declared': 'no event declares a part',
  'restoration.claimed': 'a neighbour\'s word of what it holds',
  'outgoing.ask_next': 'a schedule', 'link_queue.position': 'only the order counts', 'link_queue.turn': 'so', 'note.hops': 'not signed', 'dispatch_stanza.hops': 'not signed beyond the first hop', 'dispatch_stanza.again': 'a neighbour\'s word', 'link_sent.anew': 'so', 'part.size': 'of an upload that goes on',
  // Within a minute of the event.
  'checkpoint.time': 'moment', 'draft.changed': 'moment', 'number_issued.time': 'moment', 'dispatch.taken': 'moment',
  'outgoing.accepted': 'moment', 'note.taken': 'moment', 'note.since': 'moment', 'link_queue.queued_at': 'moment',
};

/** No courier goes in the kept folders; test/scenario/courier.test.ts changes these. */
const OF_COURIERS = ['link_courier', 'link_bundle', 'link_bundle_item', 'link_bundle_volume', 'link_bundle_read', 'link_volume_of', 'link_owed'];

const provider = rememberingVerdicts(nodeCrypto);
const auditFolder = (data: string, options: AuditOptions = {}) => auditOnce(data, { provider, ...options });

let root: string;
let folders: KeptFolders;
/** Rows of each table of each folder as it was left: a folder is not opened for writing, so they are counted in a copy. */
const counts = new Map<string, ReadonlyMap<string, number>>();
const copy = (): string => path.join(root, 'copy');

before(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'tram-audit-test-'));
  folders = await keepFolders(path.join(root, 'kept'));
  for (const folder of [folders.hub, folders.relay, folders.post]) {
    copyWith(folder, copy(), () => {});
    counts.set(folder, new Map(TABLE_NAMES.map((table) => [table, countOf(copy(), table)])));
  }
});
after(() => rmSync(root, { recursive: true }));

const rowsOf = (folder: string, table: TableName): number => counts.get(folder)!.get(table)!;

/** Damages a copy and demands that the audit names a place. */
async function demandNamed(folder: string, damage: (copy: string) => void, place: RegExp | string): Promise<void> {
  const report = await auditFolder(copyWith(folder, copy(), damage));
  assert.equal(report.ok, false);
  const isNamed = report.faults.some((fault) => (typeof place === 'string' ? fault.place.includes(place) : place.test(fault.place)));
  assert.ok(isNamed, JSON.stringify(report.faults.slice(0, 5)));
}

function sql(text: string): (folder: string) => void {
  return (folder) => inDatabase(folder, (database) => database.exec(text));
}

describe('a folder as it was left', () => {
  it('proves itself, whichever station it is of', async () => {
    for (const [folder, station] of [[folders.hub, 'tram-tinh'], [folders.relay, 'tram-huyen'], [folders.post, 'tram-nui']] as const) {
      const report = await auditFolder(folder);
      assert.deepEqual(report.faults, []);
      assert.equal(report.ok, true);
      assert.equal(report.station, station);
      assert.ok(report.claims.every(({ failed }) => failed === 0));
    }
  });

  it('has what came straight from its origin with more hops, for it had been given back there', async () => {
    const report = await auditFolder(copyWith(folders.relay, copy(), sql(`update dispatch_stanza set hops = 3 where previous = 'tram-tinh' and hops = 1`)));
    assert.deepEqual(report.faults, []);
  });

  it('is read in every table that its schema has', async () => {
    const read = new Set<string>();
    await auditFolder(folders.hub, { tablesRead: (names) => names.forEach((name) => read.add(name)) });
    const tables = inDatabase(copyWith(folders.hub, copy(), () => {}), (database) =>
      database.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").all().map((row) => String(row['name'])));
    assert.deepEqual(tables.filter((name) => !read.has(name)), []);
  });

  it('is not written to, with or without a write-ahead log', async () => {
    for (const folder of [folders.hub, withLog(folders.post)]) {
      const was = contents(folder);
      assert.deepEqual((await auditFolder(folder)).faults, []);
      assert.deepEqual(contents(folder), was);
    }
  });
});

describe('a change of any column', () => {
  for (const table of TABLE_NAMES) {
    it(`of ${table} is seen where it is`, async () => {
      const folder = [folders.hub, folders.post, folders.relay].find((one) => rowsOf(one, table) > 0);
      if (folder === undefined) return assert.ok(['link_received', 'link_staging', ...OF_COURIERS].includes(table), `${table}: only numbers above a missing one, unfinished parts and couriers may be absent`);
      const last = rowsOf(folder, table) - 1;
      for (const column of columnsOf(table)) {
        let isChanged = false;
        copyWith(folder, copy(), (at) => { isChanged = changeColumn(at, table, column, last); });
        if (!isChanged || `${table}.${column}` in UNSEEN) continue;
        const { faults } = await auditFolder(copy());
        assert.ok(faults.some(({ place }) => place.startsWith(`${table}:`) || place.includes(` ${table}:`)), `${table}.${column}: ${JSON.stringify(faults.slice(0, 4))}`);
      }
    });
  }
});

describe('rows that come, go or change places', () => {
  const derived: readonly TableName[] = [
    'ledger_entry', 'ledger_node', 'sealed_field', 'directory_entry', 'directory_checkpoint', 'part', 'draft', 'number_counter',
    'number_issued', 'dispatch', 'dispatch_stanza', 'outgoing', 'outgoing_recipient', 'delivery', 'receipt', 'note', 'link_queue',
    'link_state', 'link_sent', 'schema_migration',
  ];
  for (const table of derived) {
    it(`a missing row of ${table} is named`, async () => {
      const folder = rowsOf(folders.hub, table) > 0 ? folders.hub : folders.post;
      await demandNamed(folder, (at) => inDatabase(at, (database) => {
        const keys = database.prepare(`select name from pragma_table_info('${table}') where pk > 0 order by pk`).all().map((row) => String(row['name']));
        const list = keys.join(', ');
        database.exec(`delete from "${table}" where (${list}) = (select ${list} from "${table}" order by ${list} limit 1)`);
      }), table === 'part' ? /^(part|staging)/ : table);
    });
  }

  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['an added number', "insert into number_issued select office, direction, series, 99, state, null, null, time from number_issued limit 1", /^number_issued:.*\/99$/],
    ['an added arrival', "insert into delivery select x'00', office, sealing, state, time, ledger, suspected from delivery limit 1", /^delivery:00/],
    ['an added stanza', 'insert into dispatch_stanza select id, 7, position, office, period, stanza, path, hops, previous, next, refusal, again, back from dispatch_stanza limit 1', /^dispatch_stanza:/],
    ['an added number of a link', "insert into link_received values ('tram-huyen', 99)", /^link_state:/],
    ['two entries of the ledger that change places', 'update ledger_entry set entry_index = -1 where entry_index = 3; update ledger_entry set entry_index = 3 where entry_index = 4; update ledger_entry set entry_index = 4 where entry_index = -1', /^ledger_entry:3$/],
    ['two entries of the directory that change places', 'update directory_entry set entry_index = -1 where entry_index = 6; update directory_entry set entry_index = 6 where entry_index = 7; update directory_entry set entry_index = 7 where entry_index = -1', /^directory_entry:6$/],
    ['the end of the ledger that is gone', 'delete from ledger_node; delete from sealed_field; delete from ledger_entry where entry_index > 5', /^checkpoint:/],
    ['a table that nobody knows', 'create table stranger (a)', /^sqlite_schema:table stranger/],
    ['a table that is gone', 'drop table link_sent', /^sqlite_schema:table link_sent/],
    ['an index that is gone', 'drop index receipt_homeward', /^sqlite_schema:index receipt_homeward/],
    ['a migration of a newer program', "insert into schema_migration values ('9999-later')", /^schema_migration:9999-later$/],
  ];
  it('what an office keeps beside its receipt, that is gone or another', async () => {
    for (const change of ['null', "x'00'"]) await demandNamed(folders.post, sql(`update receipt set own = ${change} where kind = 'acted' and own is not null`), /^receipt:.*acted/);
  });
  for (const [what, text, place] of cases) it(`${what} is named`, () => demandNamed(folders.hub, sql(text), place));
});

describe('a bit of the database file', () => {
  for (const [table, column] of [
    ['ledger_entry', 'bytes'], ['ledger_node', 'hash'], ['directory_entry', 'bytes'], ['directory_checkpoint', 'note'], ['receipt', 'bytes'],
    ['dispatch', 'body'], ['dispatch', 'header'], ['sealed_field', 'salt'], ['checkpoint', 'note'],
  ] as const) {
    it(`where a row of ${table} has its ${column}`, async () => {
      await demandNamed(folders.post, (at) => {
        const value = inDatabase(at, (database) => database.prepare(`select "${column}" as value from "${table}" limit 1 offset 2`).get()
          ?? database.prepare(`select "${column}" as value from "${table}" limit 1`).get())!['value'] as Uint8Array;
        const from = findInFile(at, value.subarray(-24));
        assert.ok(from > 0);
        flipFile(path.join(at, 'tram.db'), from + 10);
      }, `${table}:`);
    });
  }

  for (const [what, damage] of [
    ['is cut off', (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    ['is cut off within a page', (file: string) => truncateSync(file, statSync(file).size - 100)],
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['is no database', (file: string) => writeFileSync(file, 'Công điện số 12')],
    ['is gone', (file: string) => unlinkSync(file)],
    ['has another header', (file: string) => flipFile(file, 80)],
  ] as const) {
    it(`or the whole, which ${what}`, () => demandNamed(folders.post, (at) => damage(path.join(at, 'tram.db')), /database|tram\.db|ledger|directory/));
  }

  it('in the write-ahead log, which SQLite would forget without a word', async () => {
    const folder = withLog(folders.post);
    assert.equal((await auditFolder(folder)).ok, true);
    for (const at of [40, 24 + 32 + 500, 20]) await demandNamed(folder, (one) => flipFile(path.join(one, 'tram.db-wal'), at), /^tram\.db-wal:/);
  });
});

describe('files of a folder', () => {
  const blobs = (folder: string): string[] => readdirSync(path.join(folder, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name)).toSorted((one, other) => statSync(other).size - statSync(one).size);

  const cases: readonly (readonly [string, (folder: string) => void, RegExp])[] = [
    ['a bit of a chunk', (folder) => flipFile(blobs(folder)[0]!, 65_552 + 7), /^blobs\/..\/[0-9a-f]{64}:chunk 1$/],
    ['a part that is shorter', (folder) => truncateSync(blobs(folder)[0]!, 65_552), /^blobs\//],
    ['a part that is longer', (folder) => writeFileSync(blobs(folder)[0]!, 'x', { flag: 'a' }), /^blobs\//],
    ['a part that is gone', (folder) => unlinkSync(blobs(folder)[0]!), /^blobs\//],
    ['a part under another name', (folder) => cpSync(blobs(folder)[0]!, blobs(folder)[1]!), /^blobs\//],
    ['a stranger among the parts', (folder) => writeFileSync(path.join(folder, 'blobs', 'la'), 'x'), /^blobs\/la$/],
    ['a part without a row that is not what it is called', (folder) => {
      mkdirSync(path.join(folder, 'blobs', 'ab'), { recursive: true });
      writeFileSync(path.join(folder, 'blobs', 'ab', 'ab'.repeat(32)), 'x');
    }, /^blobs\/ab\//],
    ['a bit of an upload', (folder) => flipFile(path.join(folder, 'staging', readdirSync(path.join(folder, 'staging'))[0]!), 9), /^staging\/.*:chunk 0$/],
    ['a stranger in the staging folder', (folder) => writeFileSync(path.join(folder, 'staging', 'la'), 'x'), /^staging\/la$/],
    ['a stranger in the folder', (folder) => writeFileSync(path.join(folder, 'Công điện số 12 – mưa lũ.docx'), 'x'), /^Công điện số 12/],
    ['keys that others may read', (folder) => chmodSync(path.join(folder, 'identity.json'), 0o644), /^identity\.json:mode$/],
    ['keys that are gone', (folder) => unlinkSync(path.join(folder, 'identity.json')), /^identity\.json/],
    ['keys of somebody else', (folder) => cpSync(path.join(folders.post, 'identity.json'), path.join(folder, 'identity.json')), /^(checkpoint|identity\.json)/],
    ['another founding entry', (folder) => changeIdentity(folder, 'founding'), /^directory_entry:0$/],
    ['another incarnation', (folder) => changeIdentity(folder, 'incarnation'), /^identity\.json:incarnation$/],
    ['a configuration that cannot be read', (folder) => writeFileSync(path.join(folder, 'station.json'), '{"a":1}'), /^station\.json$/],
  ];
  for (const [what, damage, place] of cases) it(`${what}: named`, () => demandNamed(folders.hub, damage, place));

  it('that a stopped transfer left are said, and are no fault', async () => {
    const report = await auditFolder(folders.hub);
    assert.ok(report.remarks?.some(({ place }) => place.startsWith('staging/upload-')));
  });
});

function changeIdentity(folder: string, key: string): void {
  const file = path.join(folder, 'identity.json');
  const identity = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  writeFileSync(file, JSON.stringify({ ...identity, [key]: identity[key]!.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }));
}

/** A folder as a killed station leaves it: its last commits stand in the write-ahead log only. */
function withLog(folder: string): string {
  const [running, killed] = [path.join(root, 'running'), path.join(root, 'killed')];
  copyWith(folder, running, () => {});
  const database = new DatabaseSync(path.join(running, 'tram.db'));
  database.exec('pragma wal_autocheckpoint = 0; update link_state set last_sent = last_sent + 1; update link_state set last_sent = last_sent - 1');
  copyWith(running, killed, (at) => rmSync(path.join(at, 'tram.db-shm'), { force: true }));
  database.close();
  assert.ok(statSync(path.join(killed, 'tram.db-wal')).size > 0);
  return killed;
}

function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return `${file} ${statSync(file).mtimeMs} ${entry.isFile() ? readFileSync(file).toString('base64') : ''}`;
  }).toSorted();
}

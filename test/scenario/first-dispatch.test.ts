/**
 * The first dispatch: written in the hub, sealed, through a relay that dies and a link that breaks, opened in the
 * mountains, answered; and afterwards every folder alone proves what it says.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import {
  closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, writeFileSync, writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { nodeCrypto } from '../../src/platform/node/crypto.ts';
import { sealedSize } from '../../src/core/stream.ts';
import { foldEntries } from '../../src/model/directory.ts';
import { writeCertificates } from '../../src/cli/commands/directory.ts';
import { want } from '../wants.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import type { MainJob } from '../../src/app/practice/main-job.ts';
import type { AuditReport } from '../../src/cli/audit-report.ts';

/** Handshake, greeting, directory, the envelope once more, leaves, frames: whatever is no chunk of a part. */
const NO_PART_BYTES_MAX = 64 * 1_024;

type Demo = MainJob & { stations: { hub: string; relay: string; post: string } };

const openssl = await want('openssl', 'openssl verify of the exported chain');

describe('the first dispatch', () => {
  let folder: string;
  let demo: Demo;
  const context = quietContext();

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tram-first-dispatch-'));
    mkdirSync(path.join(folder, 'in'));
    const files = { 'dien.txt': 'Yêu cầu báo cáo trước 21 giờ.\n', 'trống.pdf': '', 'Công điện số 12 – mưa lũ.docx': randomBytes(400_001) };
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, 'in', name), content);
    const at = (name: string) => path.join(folder, 'in', name);
    demo = await tramJson<Demo>([
      'demo', '--text', at('dien.txt'), '--attach', at('trống.pdf'), '--attach', at('Công điện số 12 – mưa lũ.docx'), '--keep', path.join(folder, 'kept'),
    ], context);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is told without an address: whoever reads along would open the first that stands there', () => {
    assert.ok(context.said.some((line) => line.endsWith('trạm đã chạy.')));
    assert.deepEqual(context.said.filter((line) => /https?:\/\//.test(line)), []);
  });

  it('arrives as it was written, in order', () => {
    assert.equal(demo.identical, true);
    const times = [demo.accepted, demo.arrived, demo.opened, demo.replied];
    assert.deepEqual(times.toSorted(), times);
  });

  it('is signed by persons, office and station under both algorithms', () => {
    const by = new Set(demo.signatures.map((one) => `${one.by} ${one.algorithm}`));
    for (const who of ['author', 'approve', 'sign', 'office-seal', 'sealing']) {
      for (const algorithm of ['ecdsa-p256', 'ml-dsa-65']) assert.ok(by.has(`${who} ${algorithm}`), `${who} ${algorithm}`);
    }
    assert.ok(demo.signatures.every(({ serial }) => /^[0-9a-f]{32}$/.test(serial)));
    const people = new Map(demo.signatures.map(({ by: what, who }) => [what, who]));
    assert.notEqual(people.get('author'), people.get('sign'));
  });

  it('goes hop by hop, survives the break and the death of the relay', () => {
    assert.deepEqual(demo.custody.map(({ kind }) => kind), ['accepted', 'custody', 'arrived']);
    assert.notEqual(demo.relayPids.before, demo.relayPids.after);
    assert.ok(demo.cut > 0 && demo.cut < 400_001 + 16 * 7);
    // How much the post had read when the link broke is the machine's affair; nothing that it had kept is sent again.
    const lacking = sealedSize(400_001) - demo.keptBytes;
    assert.equal(demo.resentBytes, demo.cut - demo.keptBytes);
    assert.ok(demo.carriedBytes <= lacking + NO_PART_BYTES_MAX, `${demo.carriedBytes} went to a post that lacked ${lacking}`);
    assert.ok(demo.overheadBytes > 0);
  });

  it('leaves three folders that each prove themselves', async () => {
    for (const data of Object.values(demo.stations)) {
      const report = await tramJson<AuditReport>(['audit', '--data', data]);
      assert.deepEqual(report.faults, []);
      assert.ok(report.claims.length >= 15);
    }
  });

  for (const [what, damage, place] of damages()) {
    it(`shows one changed byte of ${what}`, async () => {
      const copy = path.join(folder, 'damaged');
      rmSync(copy, { recursive: true, force: true });
      cpSync(demo.stations.post, copy, { recursive: true });
      damage(copy);
      const was = listing(copy);
      const { code, out } = await tram(['audit', '--data', copy, '--json']);
      const report = JSON.parse(out) as AuditReport;
      assert.equal(code, 1);
      assert.equal(report.ok, false);
      assert.ok(report.faults.some((fault) => place.test(fault.place)), JSON.stringify(report.faults.slice(0, 3)));
      assert.deepEqual(listing(copy), was, 'an audit writes nothing');
    });
  }

  if (openssl !== null) {
    it('has a P-256 chain that openssl verifies, and an ML-DSA chain that Node does', async () => {
      const out = path.join(folder, 'certificates');
      const database = new DatabaseSync(path.join(demo.stations.hub, 'tram.db'), { readOnly: true });
      const entries = database.prepare('select bytes from directory_entry order by entry_index').all().map((row) => row['bytes'] as Uint8Array);
      database.close();
      const files = writeCertificates((await foldEntries(nodeCrypto, null, entries))!, out);
      const ends = files.filter((name) => /^(device|seal|station|registrar)-.*p256\.pem$/.test(name));
      assert.ok(ends.length >= 8);
      for (const end of ends) {
        execFileSync(openssl, ['verify', '-x509_strict', '-CAfile', path.join(out, 'root.p256.pem'), '-untrusted', path.join(out, 'issuer.p256.pem'), path.join(out, end)]);
      }
      const read = (name: string) => new X509Certificate(readFileSync(path.join(out, name)));
      const issuer = read('issuer.mldsa.pem');
      assert.ok(issuer.verify(read('root.mldsa.pem').publicKey));
      for (const end of files.filter((name) => /^(device|seal|station|link)-.*mldsa\.pem$/.test(name))) assert.ok(read(end).verify(issuer.publicKey), end);
    });
  }
});

type Damage = [what: string, damage: (folder: string) => void, place: RegExp];

function damages(): Damage[] {
  const inDatabase = (table: string, column: string, where = '1'): ((folder: string) => void) => (folder) => {
    const database = new DatabaseSync(path.join(folder, 'tram.db'));
    const row = database.prepare(`select rowid as at, ${column} as bytes from ${table} where ${where} limit 1 offset 1`).get()
      ?? database.prepare(`select rowid as at, ${column} as bytes from ${table} where ${where} limit 1`).get();
    const bytes = Buffer.from(row!['bytes'] as Uint8Array);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    database.prepare(`update ${table} set ${column} = ? where rowid = ?`).run(bytes, row!['at'] as number);
    database.exec('pragma wal_checkpoint(truncate); pragma journal_mode = delete');
    database.close();
  };
  return [
    ['a blob', (folder) => flipFile(largestBlob(folder)), /^blobs\/.*chunk 3$/],
    ['the ledger', inDatabase('ledger_entry', 'bytes'), /^ledger_(entry|node):/],
    ['a sealed field of the ledger', inDatabase('sealed_field', 'value'), /^sealed_field:/],
    ['a checkpoint', inDatabase('checkpoint', 'note'), /^checkpoint:/],
    ['a cosignature', inDatabase('cosignature', 'signature'), /^cosignature:/],
    ['the directory', inDatabase('directory_entry', 'bytes'), /^directory_entry:1$/],
    ['a dispatch\'s header', inDatabase('dispatch', 'header'), /^dispatch:/],
    ['a dispatch\'s body', inDatabase('dispatch', 'body'), /^dispatch:/],
    ['a receipt', inDatabase('receipt', 'bytes'), /^receipt:/],
    ['a register', (folder) => run(folder, 'update number_counter set last = last + 1'), /^number_counter:/],
    ['a name in the folder', (folder) => writeFileSync(path.join(folder, 'blobs', 'la'), 'x'), /^blobs\/la$/],
  ];
}

function run(folder: string, sql: string): void {
  const database = new DatabaseSync(path.join(folder, 'tram.db'));
  database.exec(`${sql}; pragma wal_checkpoint(truncate); pragma journal_mode = delete`);
  database.close();
}

function largestBlob(folder: string): string {
  const files = readdirSync(path.join(folder, 'blobs'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name));
  return paths.toSorted((one, other) => statSync(other).size - statSync(one).size)[0]!;
}

function flipFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  const at = Math.floor(statSync(file).size / 2);
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, at);
  byte[0]! ^= 1;
  writeSync(descriptor, byte, 0, 1, at);
  closeSync(descriptor);
}

function listing(folder: string): string[] {
  assert.ok(existsSync(folder));
  return readdirSync(folder, { recursive: true }).map(String).toSorted();
}

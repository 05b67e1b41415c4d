/** A standby over real folders: what it applies, what it never is, and what a kill in any step leaves. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { recipientOf } from '#client/keyring/backup-key.ts';
import type { BackupWatch } from '#cli/backup-host.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';
import { type KeptFolders, keepFolders } from '../../../test/fixtures/kept-folders.ts';
import { TABLES } from '../audit/tables.ts';
import { nodeBackups } from '../backup/host.ts';
import { nodeHost } from '../compose-node.ts';
import { readIdentity, writeIdentity } from '../station-folder.ts';

const watch: BackupWatch = { stop: new AbortController().signal, progress: () => {} };
const LEFT_OUT = new Set(['schema_migration', 'restoration', 'number_issued', 'number_counter', 'ledger_entry', 'ledger_node', 'sealed_field']);

function refusal(code: string, reason?: string) {
  return (error: unknown) => {
    const { code: had, detail } = error as { code?: unknown; detail?: { reason?: unknown } };
    return had === code && (reason === undefined || detail?.reason === reason);
  };
}

/** Every row of every table, to be compared. */
function contents(data: string, without: ReadonlySet<string> = new Set(['schema_migration'])): Record<string, unknown[]> {
  const db = new DatabaseSync(path.join(data, DATABASE_FILE), { readOnly: true });
  try {
    const names = db.prepare("select name from sqlite_schema where type = 'table'").all().map(({ name }) => String(name));
    const wanted = Object.keys(TABLES).filter((name) => names.includes(name) && !without.has(name));
    return Object.fromEntries(wanted.map((name) => {
      const { key } = TABLES[name as keyof typeof TABLES] as { key: readonly string[] };
      return [name, db.prepare(`select * from "${name}" order by ${key.join(', ')}`).all()];
    }));
  } finally {
    db.close();
  }
}

describe('a standby', () => {
  let root: string;
  let kept: KeptFolders;
  let secret: Uint8Array;
  let recipient: string;
  const from = (): string => path.join(root, 'backups');
  const data = (): string => path.join(root, 'standby');
  const step = async (folder = data(), backups = from()) => {
    const following = await nodeHost.standby.follow({ from: backups, data: folder, secret });
    try {
      return await following.step(watch);
    } finally {
      following.close();
    }
  };
  const backUp = (of = kept.hub, to = from()) => nodeBackups.make({ data: of, to, recipient, keep: null }, watch);
  const change = (sql: string): void => {
    const db = new DatabaseSync(path.join(kept.hub, DATABASE_FILE));
    db.exec(sql);
    db.close();
  };
  /** What a restore of the same backup has. */
  const restored = async (name: string): Promise<string> => {
    const folder = path.join(root, name);
    await nodeBackups.restore({ from: from(), at: null, secret, data: folder }, watch);
    return folder;
  };

  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'tram-standby-'));
    kept = await keepFolders(path.join(root, 'kept'));
    cpSync(kept.hub, path.join(root, 'sound'), { recursive: true });
    secret = await nodeCrypto.kem.generateSecret();
    recipient = await recipientOf(nodeCrypto, secret, 0);
    await backUp();
  });
  after(() => rmSync(root, { recursive: true }));

  it('holds what a restore of the same backup has, and then only what is new is written', async () => {
    const first = await step();
    assert.ok(first.applied!.rows > 100 && first.applied!.blobs >= 2);
    assert.deepEqual(contents(data(), new Set(['schema_migration', 'restoration'])), contents(await restored('first'), new Set(['schema_migration', 'restoration'])));
    assert.equal((await step()).applied, null, 'nothing is new');
  });

  it('exchanges what changed at the beginning, in the middle and at the end of tables', async () => {
    change("insert into job (kind, key, due, attempts, lease_until, lease_number) values ('a', 'first', 1, 0, 0, 0), ('zz', 'last', 1, 0, 0, 0)");
    change("delete from note where id = (select id from note limit 1)");
    await backUp();
    const { applied } = await step();
    assert.ok(applied!.rows > 0 && applied!.blobs === 0);
    assert.deepEqual(contents(data(), new Set(['schema_migration', 'restoration'])), contents(await restored('second'), new Set(['schema_migration', 'restoration'])));
    change("delete from job where kind = 'a'");
    await backUp();
    await step();
    assert.deepEqual(contents(data(), new Set(['schema_migration', 'restoration'])), contents(await restored('third'), new Set(['schema_migration', 'restoration'])));
  });

  it('is no station: it does not start, and whoever takes it has none of the station\'s keys', async () => {
    await assert.rejects(nodeHost.start(data(), {}), refusal('station-standby'));
    await assert.rejects(nodeBackups.make({ data: data(), to: path.join(root, 'x'), recipient, keep: null }, watch), refusal('data-folder-empty'));
    await assert.rejects(nodeBackups.reopen({ data: data(), reason: 'standby', margin: null }), refusal('data-folder-empty'));
    assert.equal(existsSync(path.join(data(), 'identity.json')), false);
    const { secrets } = JSON.parse(readFileSync(path.join(kept.hub, 'identity.json'), 'utf8')) as { secrets: Record<string, string> };
    const files = readdirSync(data(), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    for (const file of files) {
      const bytes = readFileSync(path.join(file.parentPath, file.name));
      for (const [name, text] of Object.entries(secrets)) {
        assert.equal(bytes.indexOf(text), -1, `${file.name} holds ${name}`);
        assert.equal(bytes.indexOf(Buffer.from(text, 'base64url')), -1, `${file.name} holds ${name}`);
      }
    }
  });

  it('takes a folder where a former version was killed before its mark, and leaves nothing of it', async () => {
    const folder = path.join(root, 'former');
    mkdirSync(folder);
    for (const name of ['tram.lock', 'standby.json.new']) writeFileSync(path.join(folder, name), '');
    await step(folder);
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('standby.json')), ['standby.json']);
  });

  it('refuses another station\'s backups, another key, and a folder that holds something else', async () => {
    const others = path.join(root, 'others');
    await backUp(kept.post, others);
    await assert.rejects(step(data(), others), refusal('standby-differs', 'other-station'));
    const wrong = await nodeCrypto.kem.generateSecret();
    await assert.rejects(nodeHost.standby.follow({ from: from(), data: data(), secret: wrong }), refusal('backup-key-wrong'));
    await assert.rejects(step(kept.relay), refusal('data-folder-occupied'));
    await assert.rejects(nodeHost.standby.promote({ data: kept.relay, secret, margin: null }, watch), refusal('standby-missing'));
  });

  it('takes in nothing of a backup that is damaged, and all of it when it is whole again', async () => {
    const heldBefore = contents(data());
    change("insert into job (kind, key, due, attempts, lease_until, lease_number) values ('b', 'more', 1, 0, 0, 0)");
    const objects = (): string[] => readdirSync(path.join(from(), 'objects'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
    const had = new Set(objects());
    await backUp();
    const fresh = objects().filter((file) => !had.has(file));
    assert.ok(fresh.length > 0);
    for (const file of fresh) {
      const whole = readFileSync(file);
      const bad = Buffer.from(whole);
      bad[bad.length - 20]! ^= 1;
      writeFileSync(file, bad);
      await assert.rejects(step(), refusal('backup-damaged'));
      assert.deepEqual(contents(data()), heldBefore);
      writeFileSync(file, whole);
    }
    assert.ok((await step()).applied!.rows > 0);
  });

  it('does not go back behind what it holds', async () => {
    const older = path.join(root, 'older');
    cpSync(from(), older, { recursive: true });
    const names = readdirSync(path.join(older, 'snapshots')).filter((name) => !name.endsWith('.objects')).toSorted();
    // The first backup, under a name that says it is the newest.
    for (const end of ['', '.objects']) renameSync(path.join(older, 'snapshots', `${names[0]!}${end}`), path.join(older, 'snapshots', `29991231T000000Z-00000000${end}`));
    await assert.rejects(step(data(), older), refusal('standby-differs', 'goes-back'));
    await step();
  });

  it('becomes the station by the same command however often it was killed, with keys of its own for the directory', async () => {
    // What was changed by hand is no station's work.
    for (const name of readdirSync(kept.hub).filter((one) => one.startsWith(DATABASE_FILE))) rmSync(path.join(kept.hub, name));
    cpSync(path.join(root, 'sound', DATABASE_FILE), path.join(kept.hub, DATABASE_FILE));
    await backUp();
    cpSync(data(), path.join(root, 'before-promotion'), { recursive: true });
    const report = await nodeHost.standby.promote({ data: data(), secret, margin: 5 }, watch);
    assert.deepEqual([report.audit.faults, report.uncaught, report.station], [[], null, 'tram-tinh']);
    assert.ok(report.reopened!.skipped.length > 0);
    assert.equal(existsSync(path.join(data(), 'standby.json')), false);
    const identity = readIdentity(data());
    const old = readIdentity(kept.hub);
    assert.notDeepEqual(identity.incarnation, old.incarnation);
    assert.notDeepEqual(identity.term!.ed25519, old.secrets.logs.ed25519);
    assert.deepEqual(contents(data(), LEFT_OUT), contents(await restored('last'), LEFT_OUT));
    await assert.rejects(step(), refusal('data-folder-occupied'));
    // Killed after the incarnation was opened and before the identity said so; after that, before the mark was gone.
    const mark = { from: from(), station: report.station, founding: report.founding, promoting: { snapshot: report.from.name, time: report.from.time } };
    const killed = path.join(root, 'killed');
    cpSync(data(), killed, { recursive: true });
    writeIdentity(killed, { ...identity, incarnation: old.incarnation });
    writeFileSync(path.join(killed, 'standby.json'), JSON.stringify(mark));
    await assert.rejects(nodeHost.start(killed, {}), refusal('station-standby'));
    const again = await nodeHost.standby.promote({ data: killed, secret, margin: 5 }, watch);
    assert.deepEqual(again.audit.faults, []);
    assert.deepEqual(readIdentity(killed), identity, 'the same incarnation');
    assert.deepEqual(contents(killed), contents(data()), 'no number is left out twice');
  });

  it('is promoted from what it holds where the backups died with the station, and says so', async () => {
    const alone = path.join(root, 'before-promotion');
    await step(alone);
    mkdirSync(path.join(root, 'gone'));
    renameSync(from(), path.join(root, 'gone', 'backups'));
    const report = await nodeHost.standby.promote({ data: alone, secret, margin: null }, watch);
    assert.deepEqual([report.uncaught, report.audit.faults], ['backup-missing', []]);
  });
});

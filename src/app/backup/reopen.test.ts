/**
 * `tram station reopen`, killed at every place where something becomes durable: each commit, before and after, and the
 * rename of the identity. The folder numbers nothing meanwhile, the same command ends it, and it is as if nothing happened.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { recipientOf } from '#client/keyring/backup-key.ts';
import type { ReopenReport } from '#cli/backup-host.ts';
import { hex } from '#core/bytes.ts';
import { isOnPostgresql } from '../../../test/fixtures/disks.ts';
import { keepFolders } from '../../../test/fixtures/kept-folders.ts';
import { sharedCluster } from '../../../test/fixtures/postgresql.ts';
import { copyStation, runSql } from '../../../test/fixtures/station-records.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { auditFolder } from '../audit/index.ts';
import { nodeHost } from '../compose-node.ts';
import { readIdentity } from '../station-folder.ts';
import { nodeBackups } from './host.ts';

const MARGIN = 7;
const watch = { stop: new AbortController().signal, progress: () => {} };

/** Where it dies: `commit 2 before`, `rename 1 after`. */
type Place = `${'commit' | 'rename'} ${number} ${'before' | 'after'}`;

const PROGRAM = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const [root, data, reason, place] = process.argv.slice(1);
  const [what, at, when] = place.split(' ');
  const counts = { commit: 0, rename: 0 };
  const die = async (kind, side) => { if (kind === what && side === when && counts[kind] === Number(at)) process.kill(process.pid, 'SIGKILL'); };
  for (const [file, name] of [['sqlite-handle', 'SqliteHandle'], ['postgres-writer', 'PostgresWriter']]) {
    const { [name]: { prototype } } = await import(root + '/src/station/kernel/' + file + '.ts');
    const { commit } = prototype;
    prototype.commit = async function () { counts.commit += 1; await die('commit', 'before'); await commit.call(this); await die('commit', 'after'); };
  }
  const { renameSync } = fs;
  fs.renameSync = (...names) => { counts.rename += 1; die('rename', 'before'); renameSync(...names); die('rename', 'after'); };
  syncBuiltinESMExports();
  const { reopenFolder } = await import(root + '/src/app/backup/reopen.ts');
  await reopenFolder({ data, reason, margin: ${MARGIN} });
  console.log(JSON.stringify(counts));`;

describe('reopening a station, killed', () => {
  let root: string;
  let restored: string;
  let whole: ReopenReport;
  let counts: { commit: number; rename: number };
  const at = (name: string): string => path.join(root, name);

  const run = (data: string, place: Place | 'none 0 before', reason = 'disk-lost') =>
    spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM, path.join(import.meta.dirname, '../../..'), data, reason, place], { encoding: 'utf8' });

  /** What reopening writes, without the times and the name of the incarnation, which are another each time. */
  const written = async (data: string): Promise<unknown> => ({
    numbers: await runSql(data, 'select office, direction, series, number, state from number_issued order by office, direction, series, number'),
    counters: await runSql(data, 'select office, direction, series, last from number_counter order by office, direction, series'),
    kinds: (await runSql(data, 'select kind from ledger_entry order by entry_index')).map(({ kind }) => kind),
    restorations: await runSql(data, 'select number, cause, opened, reason from restoration order by number'),
  });

  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'tram-reopen-'));
    const kept = await keepFolders(at('kept'));
    const secret = await nodeCrypto.kem.generateSecret();
    await nodeBackups.make({ data: kept.hub, to: at('backups'), recipient: await recipientOf(nodeCrypto, secret, 0), keep: null }, watch);
    restored = at('restored');
    const database = isOnPostgresql ? { database: await (await sharedCluster()).newDatabase() } : {};
    await nodeBackups.restore({ from: at('backups'), at: null, secret, data: restored, ...database }, watch);
    const undisturbed = at('undisturbed');
    await copyStation(restored, undisturbed);
    const { stdout, stderr, status } = run(undisturbed, 'none 0 before');
    assert.equal(status, 0, stderr);
    counts = JSON.parse(stdout) as typeof counts;
    assert.ok(counts.commit >= 1 && counts.rename === 1, stdout);
    const another = at('reported');
    await copyStation(restored, another);
    whole = await nodeBackups.reopen({ data: another, reason: 'disk-lost', margin: MARGIN });
    assert.ok(whole.skipped.length > 0);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('runs again wherever it was killed: one incarnation, no number left out twice, and it says what was left out', async () => {
    const undisturbed = await written(at('undisturbed'));
    const places: Place[] = [...Array(counts.commit).keys()].flatMap((n): Place[] => [`commit ${n + 1} before`, `commit ${n + 1} after`]);
    for (const place of [...places, 'rename 1 before'] as Place[]) {
      const data = at(`killed ${place}`);
      await copyStation(restored, data);
      const former = hex(readIdentity(data).incarnation);
      const { signal, stderr } = run(data, place);
      assert.equal(signal, 'SIGKILL', `${place}: ${stderr}`);
      assert.equal(hex(readIdentity(data).incarnation), former, `${place}: the identity comes last`);
      // Between commit and rename the folder is neither the former nor the next: said by the audit, and no start numbers in it.
      const isBetween = (await runSql(data, 'select opened from restoration where opened is not null')).length > 0;
      assert.deepEqual((await auditFolder(data)).faults.map((fault) => fault.place), isBetween ? ['identity.json:incarnation'] : [], place);
      const begun = (): string[] => readdirSync(data).filter((name) => name.startsWith('identity.json.'));
      assert.equal(begun().length, place === 'rename 1 before' ? 1 : 0, place);
      assert.ok((await nodeHost.doctor({ data, home: null, days: 7 })).findings.some(({ finding }) => finding === 'station-restored'), place);
      const report = await nodeBackups.reopen({ data, reason: 'disk-lost', margin: MARGIN });
      assert.deepEqual(report.skipped, whole.skipped, place);
      assert.deepEqual([report.former, hex(readIdentity(data).incarnation)], [former, report.incarnation], place);
      assert.deepEqual(await written(data), undisturbed, place);
      assert.deepEqual([(await auditFolder(data)).faults, begun()], [[], []], place);
    }
  });

  it('killed when all was done, it is done: the same command says that nothing is to be opened', async () => {
    const data = at('killed at the end');
    await copyStation(restored, data);
    assert.equal(run(data, 'rename 1 after').signal, 'SIGKILL');
    await assert.rejects(nodeBackups.reopen({ data, reason: 'disk-lost', margin: MARGIN }), (error: unknown) => (error as { code?: unknown }).code === 'station-not-restored');
    assert.deepEqual(await written(data), await written(at('undisturbed')));
    assert.deepEqual((await auditFolder(data)).faults, []);
  });

  it('a machine that was rolled back is reopened by the same command too, and numbers go on above', async () => {
    for (const place of ['commit 1 after', 'rename 1 before', 'rename 1 after'] as const) {
      const data = at(`rolled back ${place}`);
      await copyStation(at('undisturbed'), data);
      const counters = async (): Promise<number[]> => (await runSql(data, 'select last from number_counter order by office, direction, series')).map(({ last }) => Number(last));
      const had = await counters();
      assert.equal(run(data, place, 'rolled-back').signal, 'SIGKILL');
      await nodeBackups.reopen({ data, reason: 'rolled-back', margin: MARGIN });
      const times = place === 'rename 1 after' ? 2 : 1;
      assert.deepEqual(await counters(), had.map((last) => last + times * MARGIN), `${place}: whoever says it again means it again`);
      assert.deepEqual((await auditFolder(data)).faults, [], place);
    }
  });
});

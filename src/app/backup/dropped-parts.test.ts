/** Parts that a station at work drops while it is backed up, and one that is missing in truth. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, it } from 'node:test';
import { recipientOf } from '#client/keyring/backup-key.ts';
import type { BackupWatch } from '#cli/backup-host.ts';
import { hex } from '#core/bytes.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { sealedPath } from '#station/kernel/blobs.ts';
import { type KeptFolders, keepFolders } from '../../../test/fixtures/kept-folders.ts';
import { copyStation, runSql } from '../../../test/fixtures/station-records.ts';
import { nodeBackups } from './host.ts';

let root: string;
let kept: KeptFolders;
let secret: Uint8Array;
let recipient: string;

before(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'tram-dropped-'));
  kept = await keepFolders(path.join(root, 'kept'));
  secret = await nodeCrypto.kem.generateSecret();
  recipient = await recipientOf(nodeCrypto, secret, 0);
});
after(() => rmSync(root, { recursive: true }));

it('is whole though parts are dropped between being named and being copied, again and again', async () => {
  const data = await copyOf('busy');
  const [early, late] = [newRoot(), newRoot()];
  atWork(data, 'upload', early);
  const parts = await partsIn(data);
  let looks = 0;
  const progress: BackupWatch['progress'] = () => {
    looks++;
    if (looks === 1) {
      atWork(data, 'drop', early);
      atWork(data, 'upload', late);
    }
    // All that the first look found was tried by then: it is the next one that names this.
    if (looks === parts + 1) atWork(data, 'drop', late);
  };
  const to = path.join(root, 'busy-backups');
  const made = await nodeBackups.make({ data, to, recipient, keep: null }, { stop: new AbortController().signal, progress });
  assert.deepEqual([made.blobs, await partsIn(data)], [parts - 1, parts - 1], 'both were dropped, and all others are there');
  const verified = await nodeBackups.verify({ from: to, at: null, secret }, { stop: new AbortController().signal, progress: () => {} });
  assert.deepEqual([verified.audit.faults, verified.blobs], [[], parts - 1]);
});

it('counts the files that were on their way, which it does not have', async () => {
  const data = await copyOf('sending');
  const make = () => nodeBackups.make({ data, to: path.join(root, 'sending-backups'), recipient, keep: null }, { stop: new AbortController().signal, progress: () => {} });
  const { unfinished } = await make();
  await runSql(data, `insert into link_staging (root, bytes, since) values ('${newRoot()}', 16, 1)`);
  await runSql(data, `insert into part (root, office, chunks, size, held, complete, declared, leaves) values ('${newRoot()}', 'van-phong', 1, 984, 500, 0, 1, null)`);
  assert.equal((await make()).unfinished, unfinished + 2);
});

it('is refused where a part is missing that the station goes on naming', async () => {
  const data = await copyOf('damaged');
  const [{ root: lost }] = (await runSql(data, 'select root from part where complete = 1')) as [{ root: string }];
  rmSync(path.join(data, sealedPath(lost)));
  await assert.rejects(
    nodeBackups.make({ data, to: path.join(root, 'damaged-backups'), recipient, keep: null }, { stop: new AbortController().signal, progress: () => {} }),
    { code: 'backup-damaged', detail: { object: lost.slice(0, 16), reason: 'blob-missing' } },
  );
});

async function copyOf(name: string): Promise<string> {
  const data = path.join(root, name);
  await copyStation(kept.hub, data);
  return data;
}

function newRoot(): string {
  return hex(nodeRandom.bytes(32));
}

async function partsIn(data: string): Promise<number> {
  return Number((await runSql(data, 'select count(*) as n from part where complete = 1'))[0]!['n']);
}

/** The station's own process beside the backup's, which waits for it here. */
function atWork(data: string, act: 'upload' | 'drop', part: string): void {
  const from = (file: string): string => JSON.stringify(path.join(import.meta.dirname, file));
  const program = `
    const { stationDisk } = await import(${from('../station-database.ts')});
    const { readStationConfiguration } = await import(${from('../station-folder.ts')});
    const { openStore } = await import(${from('../../station/kernel/store.ts')});
    const { openBlobs } = await import(${from('../../station/kernel/blobs.ts')});
    const { Claims } = await import(${from('../../station/kernel/claims.ts')});
    const { dropPart } = await import(${from('../../station/dispatch/part-drops.ts')});
    const { stationMigrations } = await import(${from('../../station/compose.ts')});
    const [data, act, root] = process.argv.slice(1);
    const disk = await stationDisk(data, readStationConfiguration(data));
    const store = await openStore(disk, { migrations: stationMigrations });
    const blobs = openBlobs(disk.blobs);
    if (act === 'upload') {
      const staged = await blobs.stage('upload-' + root.slice(0, 56), 0);
      await staged.append(new Uint8Array(1_000), 0);
      await staged.seal(root);
      const row = { root, office: 'van-phong', chunks: 1, size: 984, held: 1_000, complete: 1, declared: 1, leaves: null };
      await store.of().commit((tx) => tx.insertInto('part').values(row).execute());
    } else if ((await dropPart({ tables: store.of(), blobs, claims: new Claims() }, root, 2)) !== true) {
      throw new Error('nothing was dropped');
    }
    await store.close();
    disk.close();`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, data, act, part], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

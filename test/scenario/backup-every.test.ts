/** Continuous backup: goes on by itself, says what fails and tries again, never begins anew where a folder was mounted, stops. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeBackups } from '../../src/app/backup/host.ts';
import { readLastBackup } from '../../src/app/last-backup.ts';
import { recipientOf } from '../../src/client/keyring/backup-key.ts';
import { HOUR_MS } from '../../src/core/clock.ts';
import { nodeCrypto } from '../../src/platform/node/crypto.ts';
import { keepFolders, type KeptFolders } from '../fixtures/kept-folders.ts';
import { until } from '../fixtures/until.ts';
import { quietContext, tram, tramJson } from './command-line.ts';

describe('tram backup --every', () => {
  let root: string;
  let kept: KeptFolders;
  const to = (): string => path.join(root, 'backups');

  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'tram-every-'));
    kept = await keepFolders(path.join(root, 'kept'));
    const recipient = await recipientOf(nodeCrypto, await nodeCrypto.kem.generateSecret(), 0);
    writeFileSync(path.join(root, 'khoa.pub'), recipient);
  });
  after(() => rmSync(root, { recursive: true }));

  it('backs up again and again, outlives a folder that is away, keeps by its rule, and stops when asked', async () => {
    const stop = new AbortController();
    const begun = Date.now();
    const context = quietContext('vi', stop.signal);
    const count = async (): Promise<number> => (await nodeBackups.list(to())).length;
    const done = tram(['backup', '--data', kept.hub, '--folder', to(), '--recipient', path.join(root, 'khoa.pub'), '--every', '1s', '--retain', '9000h'], context);
    await until(async () => context.said.length >= 2);
    assert.match(context.said[0]!, /nhiều nhất \d+ giây/);
    renameSync(to(), path.join(root, 'away'));
    await until(async () => context.said.some((line) => line.startsWith('KHÔNG sao lưu được')));
    assert.equal(existsSync(to()), false, 'nothing is begun anew in the place of a folder that is away');
    renameSync(path.join(root, 'away'), to());
    const saidSoFar = context.said.length;
    await until(async () => context.said.slice(saidSoFar).some((line) => /mảnh/.test(line)));
    stop.abort();
    const { code, out } = await done;
    assert.equal(code, 0);
    assert.match(out, /Đã dừng sao lưu liên tục/);
    const hours = Math.floor(Date.now() / HOUR_MS) - Math.floor(begun / HOUR_MS) + 1;
    assert.ok((await count()) <= hours, `one for each of ${hours} hours`);
    const { ok, everyMs } = readLastBackup(kept.hub)!;
    assert.deepEqual([ok, everyMs], [true, 1_000]);
  });

  it('refuses at once what no later run would mend, and spans that are none', async () => {
    for (const every of ['0s', '5', '8d', 'm5', '-1m']) {
      const { code, error } = await tram(['backup', '--data', kept.hub, '--folder', to(), '--every', every]);
      assert.equal(code, 2, every);
      assert.match(error, /--every/);
    }
    const { code } = await tram(['backup', '--data', kept.post, '--folder', path.join(root, 'more'), '--every', '1s']);
    assert.equal(code, 1, 'no recipient');
    await assert.rejects(tramJson(['backup', 'list', '--folder', path.join(root, 'more')]));
  });
});

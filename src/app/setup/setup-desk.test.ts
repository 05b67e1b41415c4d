/** What the page that sets up a station is told of it. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { recipientOf } from '#client/keyring/backup-key.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { keepFolders } from '../../../test/fixtures/kept-folders.ts';
import { quietContext } from '../../../test/scenario/command-line.ts';
import { nodeBackups } from '../backup/host.ts';
import { readBackupSettings } from '../backup/settings.ts';
import { setupPorts } from './ports.ts';
import { SetupDesk } from './setup-desk.ts';

test('the first backup is made where one was, and not where it failed after its folder and key were remembered', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'tram-setup-desk-'));
  const data = path.join(root, 'tram');
  const desk = new SetupDesk(quietContext(), { data, ports: await setupPorts(), assets: () => Promise.reject(new Error('no page is asked for')) });
  try {
    const { origin, hash } = new URL(await desk.listen());
    const isBackedUp = async (): Promise<unknown> => {
      const answer = await fetch(`${origin}/setup/state`, { headers: { 'x-setup': hash.slice(1) } });
      return (await answer.json() as { isBackedUp: unknown }).isBackedUp;
    };
    cpSync((await keepFolders(path.join(root, 'kept'))).hub, data, { recursive: true });
    const order = { data, to: path.join(root, 'kho'), recipient: await recipientOf(nodeCrypto, await nodeCrypto.kem.generateSecret(), 0), keep: null };
    await assert.rejects(nodeBackups.make(order, { stop: AbortSignal.abort(), progress() {} }));
    assert.notEqual(readBackupSettings(data), null);
    assert.equal(await isBackedUp(), false);
    await nodeBackups.make(order, { stop: new AbortController().signal, progress() {} });
    assert.equal(await isBackedUp(), true);
  } finally {
    await desk.close();
    rmSync(root, { recursive: true });
  }
});

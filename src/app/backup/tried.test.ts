/** What others put in the place of `tried.json` holds up no station, and is not read to its end. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { recipientOf } from '#client/keyring/backup-key.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { decodeRecipient, writeBackupSettings } from './settings.ts';
import { rememberTried, TRIED_FILE, triedIn } from './tried.ts';

const root = mkdtempSync(path.join(tmpdir(), 'tram-tried-'));
after(() => rmSync(root, { recursive: true }));

test('a line of ours is believed, and a pipe, a link or a file without end in its place is none', async () => {
  const naming = new Uint8Array(32).fill(7);
  const recipient = decodeRecipient(await recipientOf(nodeCrypto, await nodeCrypto.kem.generateSecret(), 0));
  writeBackupSettings(root, { recipient, naming, folder: root });
  const file = path.join(root, TRIED_FILE);
  rememberTried(root, naming, 'verified', { asOf: 1, ok: true });
  assert.equal((await triedIn(root, root)).verified?.asOf, 1);
  const kept = fs.readFileSync(file);
  const others: readonly (() => void)[] = [
    () => execFileSync('mkfifo', [file]),
    () => {
      writeFileSync(path.join(root, 'khac'), kept);
      symlinkSync('khac', file);
    },
    () => {
      writeFileSync(file, kept);
      truncateSync(file, 2 ** 40);
    },
    () => writeFileSync(file, ''),
  ];
  for (const put of others) {
    rmSync(file);
    put();
    assert.deepEqual(await triedIn(root, root), { verified: null, restored: null });
    rememberTried(root, naming, 'restored', { asOf: 2, ok: true });
    const { verified, restored } = await triedIn(root, root);
    assert.deepEqual([verified, restored?.asOf], [null, 2]);
  }
});

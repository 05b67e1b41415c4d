/** The protocol's pages are enough to read what we write: a reader in another language, sharing no code. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { want } from '../wants.ts';

const READER = path.join(import.meta.dirname, 'second-reader.py');
const GOLDEN = path.join(import.meta.dirname, 'golden/golden.json');
const python = await want('python3');

if (python !== null) {
  const read = (file: string) => spawnSync(python, [READER, file], { encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf-8' } });

  test('Python reads the golden dispatch, its P-256 signatures and the ledger', () => {
    const { status, stdout, stderr } = read(GOLDEN);
    assert.equal(status, 0, stderr);
    assert.ok(stdout.includes('Ứng phó mưa lũ trên sông Mã'), stdout);
  });

  test('Python refuses it with a byte changed', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tram-reader-'));
    const golden = JSON.parse(await readFile(GOLDEN, 'utf8')) as Record<string, string> & { receipts: string[]; ledger: { checkpoint: string } };
    const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1);
    const changed = [
      // Header, then body; the sealing's own P-256 signature; a letter's core; a receipt's statement; the checkpoint's size.
      { ...golden, envelope: flip(golden['envelope']!, 100) },
      { ...golden, envelope: flip(golden['envelope']!, golden['envelope']!.length - 8) },
      { ...golden, letter: flip(golden['letter']!, 300) },
      { ...golden, receipts: [flip(golden.receipts[0]!, 200)] },
      { ...golden, ledger: { ...golden.ledger, checkpoint: golden.ledger.checkpoint.replace('\n3\n', '\n4\n') } },
    ];
    try {
      for (const [i, one] of changed.entries()) {
        const file = path.join(folder, `${i}.json`);
        await writeFile(file, JSON.stringify(one));
        assert.equal(read(file).status, 1, `case ${i}`);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

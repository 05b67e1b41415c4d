/** Blobs on a real folder and on a disk that crashes: order, resumption, durability, a full disk. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { openBlobs } from './blobs.ts';
import type { BlobDisk } from './disk.ts';
import { folderBlobs } from './folder-blobs.ts';
import { memoryBlobs } from './memory-blobs.ts';

const root = mkdtempSync(path.join(tmpdir(), 'tram-blobs-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;

const NAME = 'ab'.repeat(32);

function refusal(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

const DISKS: Record<string, () => BlobDisk> = {
  folder: () => folderBlobs(path.join(root, String(++folders))),
  memory: () => memoryBlobs(),
};

for (const [kind, newDisk] of Object.entries(DISKS)) {
  describe(`blobs on a ${kind} disk`, () => {
    test('staged, sealed, read in ranges, listed, removed', async () => {
      const blobs = openBlobs(newDisk());
      assert.equal(await blobs.size(NAME), null);
      const staged = await blobs.stage('upload-1');
      await staged.append(utf8('hello '), 0);
      await staged.append(utf8('world'), 6);
      assert.equal(staged.size, 11);
      await staged.seal(NAME);
      assert.deepEqual(await blobs.staged(), []);
      assert.equal(await blobs.size(NAME), 11);
      assert.deepEqual(await blobs.read(NAME, 6, 100), utf8('world'));
      assert.deepEqual(await blobs.read(NAME, 20, 30), new Uint8Array(0));
      assert.equal(await blobs.read('cd'.repeat(32), 0, 1), null);
      assert.deepEqual(await Array.fromAsync(blobs.names()), [NAME]);
      assert.equal(await blobs.remove(NAME), true);
      assert.equal(await blobs.remove(NAME), false);
      assert.deepEqual(await Array.fromAsync(blobs.names()), []);
    });

    test('bytes come in order, also when two hands write at once', async () => {
      const blobs = openBlobs(newDisk());
      const [one, other] = await Promise.all([blobs.stage('x'), blobs.stage('x')]);
      const settled = await Promise.allSettled([
        one.append(utf8('ab'), 0),
        other.append(utf8('ab'), 0),
        other.append(utf8('cd'), 2),
      ]);
      assert.deepEqual(settled.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
      await assert.rejects(one.append(utf8('x'), 7), refusal('offset-differs'));
      assert.deepEqual(await blobs.readStaged('x', 0, 9), utf8('abcd'));
      await one.abandon();
      await assert.rejects(other.sync(), /not used after its end/);
      assert.equal(await blobs.readStaged('x', 0, 9), null);
    });

    test('goes on where it was, cut to what was verified', async () => {
      const disk = newDisk();
      const before = await openBlobs(disk).stage('x');
      await before.append(utf8('abcdef'), 0);
      await before.sync();
      await before.close();
      const again = openBlobs(disk);
      assert.deepEqual(await again.staged(), ['x']);
      const resumed = await again.stage('x', 4);
      assert.equal(resumed.size, 4);
      await resumed.append(utf8('EF'), 4);
      await resumed.seal(NAME);
      assert.deepEqual(await again.read(NAME, 0, 9), utf8('abcdEF'));
    });

    test('names that could leave the folder are a fault', async () => {
      const blobs = openBlobs(newDisk());
      await assert.rejects(blobs.stage('../x'));
      assert.throws(() => blobs.read('../../../etc/passwd', 0, 1));
    });
  });
}

describe('crashes', () => {
  test('unsynced bytes are lost, synced ones are not, and a torn tail is cut off', async () => {
    const disk = memoryBlobs();
    const staged = await openBlobs(disk).stage('x');
    await staged.append(utf8('safe'), 0);
    await staged.sync();
    await staged.append(utf8('torn'), 4);
    disk.crash(() => 2);
    const blobs = openBlobs(disk);
    assert.deepEqual(await blobs.readStaged('x', 0, 9), utf8('safeto'));
    assert.equal((await blobs.stage('x', 4)).size, 4);
  });

  test('a sealed blob survives whatever comes', async () => {
    const disk = memoryBlobs();
    const staged = await openBlobs(disk).stage('x');
    await staged.append(utf8('safe'), 0);
    await staged.seal(NAME);
    disk.crash(() => 0);
    assert.deepEqual(await openBlobs(disk).read(NAME, 0, 9), utf8('safe'));
    assert.deepEqual(await openBlobs(disk).staged(), []);
  });

  test('the disk does lose a name that was not synced', async () => {
    const disk = memoryBlobs();
    const file = await disk.open('staging/x');
    await file.write(utf8('a'), 0);
    await file.sync();
    disk.crash(() => 0);
    assert.equal(await disk.size('staging/x'), null);
  });

  test('a full disk leaves the staged blob as it was', async () => {
    const disk = memoryBlobs();
    disk.capacityBytes = 6;
    const staged = await openBlobs(disk).stage('x');
    await staged.append(utf8('abcd'), 0);
    await assert.rejects(staged.append(utf8('efgh'), 4), refusal('disk-full'));
    assert.equal(staged.size, 4);
    disk.capacityBytes = 100;
    await staged.append(utf8('efgh'), 4);
    await staged.seal(NAME);
    assert.deepEqual(await openBlobs(disk).read(NAME, 0, 9), utf8('abcdefgh'));
  });
});

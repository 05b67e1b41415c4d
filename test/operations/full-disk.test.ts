/**
 * A real station on a disk that fills up: it warns, refuses parts, then refuses dispatches, says how much to free, and
 * goes on answering; when there is room again it goes on.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { closeOffice, smallOffice } from '../scenario/small-office.ts';
import { want } from '../wants.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-full-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const unshare = await want('unshare-mount', 'a station on a full disk');

if (unshare !== null) {
  test('warns, refuses parts, refuses dispatches, and goes on when there is room', async () => {
    const office = await smallOffice();
    await office.stop();
    const data = path.join(folder, 'kept');
    cpSync(office.data, data, { recursive: true });
    const marks = { diskWarnMebibytes: 64, diskPartsMebibytes: 48, diskDispatchesMebibytes: 32, apiPort: office.port, linkPort: 0, logFile: 'logs/tram.log' };
    writeFileSync(path.join(data, 'station.json'), JSON.stringify(marks));
    const disk = mkdtempSync(path.join(folder, 'disk-'));
    const program = path.join(import.meta.dirname, '../fixtures/full-disk-program.ts');
    const child = spawnSync(unshare, [
      '-m', 'sh', '-c', `mount -t tmpfs -o size=96m none "$1" && cp -a "$2" "$1/station" && exec "$0" "$3" "$1" "$4" "$5"`,
      process.execPath, disk, data, program, office.folder, String(office.port),
    ], { encoding: 'utf8', timeout: 120_000 });
    await closeOffice(office);
    assert.equal(child.status, 0, child.stderr + child.stdout);
    const told = JSON.parse(child.stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
    assert.deepEqual(told, {
      levels: ['good', 'low', 'no-parts', 'no-dispatches', 'good'],
      readyAtTheEnd: true, notReadyWhenFull: true, linksSay: true,
      partRefused: 'disk-full', partSays: true, draftWithoutPart: 'sent', dispatchRefused: 'disk-full', dispatchSays: true, sentAgain: 'sent',
      logIsPrivate: true,
    });
  });
}


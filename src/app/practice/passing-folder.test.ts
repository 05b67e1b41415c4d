import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { passingFolder } from './passing-folder.ts';

test('the next practice province removes what a killed one left, and nothing else', () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'tram-passing-'));
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  const make = (name: string, pid: number | null): string => {
    const folder = path.join(parent, name);
    mkdirSync(folder);
    if (pid !== null) writeFileSync(path.join(folder, 'tien-trinh'), String(pid));
    return folder;
  };
  const [killed, running] = [make('tram-thuc-hanh-a', gone!), make('tram-thuc-hanh-b', process.pid)];
  const [silent, foreign] = [make('tram-thuc-hanh-c', null), make('khac', gone!)];
  const made = passingFolder(parent);
  assert.deepEqual([killed, running, silent, foreign, made].map(existsSync), [false, true, true, true, true]);
  assert.equal(existsSync(passingFolder(parent)), true);
  assert.equal(existsSync(made), true);
  rmSync(parent, { recursive: true });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { HOUR_MS } from '#core/clock.ts';
import { passingFolder } from './passing-folder.ts';

test('the next one removes what a killed process left, and nothing else', () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'tram-passing-'));
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  const make = (name: string): string => {
    const folder = path.join(parent, name);
    mkdirSync(folder);
    return folder;
  };
  const [killed, running] = [make(`tram-verify-${gone}-a1`), make(`tram-verify-${process.pid}-b2`)];
  const [silent, foreign] = [make('tram-verify-c3'), make(`tram-khac-${gone}-d4`)];
  const file = path.join(parent, `tram-verify-${gone}-e5`);
  writeFileSync(file, '');
  const made = passingFolder(parent, 'tram-verify');
  assert.deepEqual([killed, running, silent, foreign, file, made].map(existsSync), [false, true, true, true, true, true]);
  assert.equal(existsSync(passingFolder(parent, 'tram-verify')), true);
  assert.equal(existsSync(made), true);
  rmSync(parent, { recursive: true });
});

test('what belongs to another user stays', () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'tram-passing-'));
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  const others = path.join(parent, `tram-verify-${gone}-a1`);
  mkdirSync(others);
  passingFolder(parent, 'tram-verify', 0, process.getuid!() + 1);
  assert.equal(existsSync(others), true);
  rmSync(parent, { recursive: true });
});

test('what changed within the time may be another container\'s, whose processes are not seen here', () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'tram-passing-'));
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  const make = (name: string, ...changed: readonly number[]): string => {
    const folder = path.join(parent, `tram-verify-${gone}-${name}`);
    mkdirSync(path.join(folder, 'data'), { recursive: true });
    writeFileSync(path.join(folder, 'data/tram.db'), '');
    for (const [i, part] of ['data/tram.db', 'data', ''].entries()) {
      const at = Date.now() / 1_000 - (changed[i] ?? 7_200);
      utimesSync(path.join(folder, part), at, at);
    }
    return folder;
  };
  const [fresh, worked, left] = [make('a1', 7_200, 7_200, 0), make('b2', 60), make('c3')];
  passingFolder(parent, 'tram-verify', HOUR_MS);
  assert.deepEqual([fresh, worked, left].map(existsSync), [true, true, false]);
  rmSync(parent, { recursive: true });
});

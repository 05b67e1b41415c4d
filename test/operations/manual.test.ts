/** Pages of the manual: one for each first word, in both languages, without a fault that mandoc can find. */
import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { type CommandName, COMMANDS } from '#cli/table.ts';
import { tramJson } from '../scenario/command-line.ts';
import { want } from '../wants.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-man-'));
after(() => rmSync(folder, { recursive: true }));
const { written } = await tramJson<{ written: string[] }>(['man', folder]);
const mandoc = await want('mandoc', 'pages of the manual checked by mandoc');

test('there is a page of tram and of each first word, in English and in Vietnamese', () => {
  const heads = [...new Set(Object.keys(COMMANDS).map((name) => name.split(' ')[0]!))];
  const expected = ['tram.1', ...heads.map((head) => `tram-${head}.1`)].toSorted();
  for (const where of ['man1', 'vi/man1']) assert.deepEqual(readdirSync(path.join(folder, where)).toSorted(), expected, where);
  assert.equal(written.length, 2 * expected.length);
});

test('each command stands on its page with its options and examples', () => {
  for (const name of Object.keys(COMMANDS) as CommandName[]) {
    const page = readFileSync(path.join(folder, 'vi/man1', `tram-${name.split(' ')[0]}.1`), 'utf8');
    assert.ok(page.includes(`\n.Ss tram ${name}\n`), name);
    for (const option of COMMANDS[name].options) assert.ok(page.includes(`\n.It Fl Fl ${option}`), `${name} --${option}`);
    for (const example of COMMANDS[name].examples) assert.ok(page.includes(example.replaceAll('\\', '\\e')), example);
  }
});

if (mandoc !== null) {
  test('mandoc finds no fault, and shows what was meant', () => {
    for (const file of written) {
      const { stdout, stderr }: SpawnSyncReturns<string> = spawnSync(mandoc, ['-T', 'lint', '-W', 'warning', file], { encoding: 'utf8' });
      assert.equal(stdout + stderr, '', file);
    }
    const shown = spawnSync(mandoc, ['-T', 'utf8', path.join(folder, 'vi/man1/tram-station.1')], { encoding: 'utf8' }).stdout.replaceAll(new RegExp(`.${String.fromCharCode(8)}`, 'gu'), '');
    assert.match(shown, /--link-port/);
    assert.match(shown, /tram station admit/);
    assert.match(shown, /kết nạp trạm mới/);
  });
}

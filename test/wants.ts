/**
 * What some tests want from the machine: a browser, a peer's program, published vectors.
 *
 * A suite that wants something asks for it first and registers its tests only if it is there.
 * What is missing is written down, and tools/run-tests.ts says so in one line per suite, so that
 * nothing is left out in silence:
 *
 *     const chromium = await want('chromium', 'X-Wing in Chromium');
 *     if (chromium !== null) test('…', async () => { … });
 */
import { execFileSync } from 'node:child_process';
import { accessSync, appendFileSync, constants, existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { findPostgresql } from './fixtures/postgresql.ts';

/** What can be wanted, each with how to find it: a path, or null when it is not there. */
const FINDERS = {
  /** A Chromium that starts: Debian's, without a desktop around it where that is there, else the one in the npm package. */
  chromium: findChromium,
  /** Debian's whole Chromium, the only one that heeds what an administrator has set for a machine. */
  'desktop-chromium': () => ifItRuns(DESKTOP_CHROMIUM, '--version'),
  /** A Firefox that starts. */
  firefox: () => ifItRuns('/usr/bin/firefox-esr', '--version') ?? ifItRuns('/usr/bin/firefox', '--version'),
  /** The program nncp-cfgnew; nncp-file, nncp-toss and the others stand in the same folder. */
  nncp: () => findProgram('nncp-cfgnew'),
  openssl: () => findProgram('openssl'),
  /** A Python that has the package `cryptography`, as Debian's has once that is installed. */
  python3: findPython,
  age: () => findProgram('age'),
  /** The folder with initdb and pg_ctl. */
  postgresql: findPostgresql,
  /** Checks what is exposed to Prometheus, and its rules. */
  promtool: () => findProgram('promtool'),
  /** Checks units of systemd. */
  'systemd-analyze': () => findProgram('systemd-analyze'),
  /** Checks pages of the manual. */
  mandoc: () => findProgram('mandoc'),
  bash: () => findProgram('bash'),
  zsh: () => findProgram('zsh'),
  fish: () => findProgram('fish'),
  /** A disk that is full: a file system in memory, in a mount namespace of our own. */
  'unshare-mount': () => ifItRuns('/usr/bin/unshare', '-m', 'true'),
  /** A machine without a network. */
  'unshare-network': () => ifItRuns('/usr/bin/unshare', '-n', 'true'),
  /** Two machines in one, joined by a wire: network namespaces with a pair of virtual cards. */
  'network-namespaces': () => ifItRuns('/usr/bin/unshare', '-n', 'ip', 'link', 'add', 'tram0', 'type', 'veth', 'peer', 'name', 'tram1'),
  /** The address of this machine in IPv6, where it has one. */
  ipv6: () => Object.values(networkInterfaces()).flatMap((all) => all ?? []).find(({ address }) => address === '::1')?.address ?? null,
  /** The folder with wycheproof/, x509-limbo/ and pkits/. */
  'shared-vectors': findSharedVectors,
} satisfies Record<string, () => Promise<string | null> | string | null>;

export type Wanted = keyof typeof FINDERS;

/** A suite that did not run, and what it did not run for want of. */
export type LeftOut = { readonly suite: string; readonly wanted: Wanted };

/** Names the file that takes one line of JSON for each suite left out. */
const LEFT_OUT_VARIABLE = 'TRAM_LEFT_OUT';
/** Says where Chromium is, so that test processes need not all unpack it. */
const CHROMIUM_VARIABLE = 'TRAM_CHROMIUM';
const DESKTOP_CHROMIUM = '/usr/bin/chromium';
/** Says where the published vectors are, when they are not beside the repository. */
const VECTORS_VARIABLE = 'TRAM_VECTORS';

const ROOT = path.dirname(import.meta.dirname);

/**
 * Finds what a suite wants.
 * @param suite what to call the suite when it is left out; by default its file
 * @returns a path, or null if it is not on this machine: then register no tests
 */
export async function want(wanted: Wanted, suite = currentTestFile()): Promise<string | null> {
  const found = await FINDERS[wanted]();
  if (found === null) recordLeftOut({ suite, wanted });
  return found;
}

/**
 * Prepares to run tests in child processes.
 * @returns the environment that makes their suites report to `file`
 */
export async function wantsEnvironment(file: string): Promise<Record<string, string>> {
  return {
    [LEFT_OUT_VARIABLE]: file,
    [CHROMIUM_VARIABLE]: (await findChromium()) ?? 'none',
  };
}

/** Reads what suites reported, each once, in the order of their names. */
export function readLeftOut(file: string): LeftOut[] {
  if (!existsSync(file)) return [];
  const lines = new Set(readFileSync(file, 'utf8').split('\n').filter((line) => line !== ''));
  return [...lines].toSorted().map((line) => JSON.parse(line) as LeftOut);
}

/** One line for people, in both languages. */
export function describeLeftOut({ suite, wanted }: LeftOut): string {
  return `bỏ qua / left out: ${suite}, vì thiếu / for want of ${wanted}`;
}

export function recordLeftOut(leftOut: LeftOut, file = process.env[LEFT_OUT_VARIABLE]): void {
  if (file === undefined) console.error(describeLeftOut(leftOut));
  else appendFileSync(file, `${JSON.stringify(leftOut)}\n`);
}

function currentTestFile(): string {
  return path.relative(ROOT, process.argv[1] ?? '');
}

async function findChromium(): Promise<string | null> {
  const told = process.env[CHROMIUM_VARIABLE];
  if (told !== undefined) return told === 'none' ? null : told;
  // The shell is the same engine and spends a fifth less on a test: no windows, menus and extensions of its own.
  const installed = ifItRuns('/usr/bin/chromium-headless-shell', '--version') ?? ifItRuns(DESKTOP_CHROMIUM, '--version');
  return installed ?? ifItRuns(await unpackChromium(), '--version');
}

/** The browser in @sparticuz/chromium, unpacked below the folder for temporary files. */
async function unpackChromium(): Promise<string> {
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}

function findPython(): string | null {
  const programs = ['/usr/bin/python3', findProgram('python3') ?? ''];
  return programs.find((program) => ifItRuns(program, '-c', 'import cryptography')) ?? null;
}

/** A program that lacks a library is as good as none, so have it do some small thing. */
function ifItRuns(program: string, ...argv: string[]): string | null {
  try {
    execFileSync(program, argv, { stdio: 'ignore', timeout: 20_000 });
    return program;
  } catch {
    return null;
  }
}

function findProgram(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findSharedVectors(): string | null {
  const folder = process.env[VECTORS_VARIABLE] ?? path.join(ROOT, '../shared/vectors');
  return existsSync(path.join(folder, 'wycheproof')) ? folder : null;
}

/**
 * Runs inside an unpacked bundle, on the Node that came with it: checks every file against SHA256SUMS, copies the
 * version beside those that are there, and switches the link `current` in one step. Running stations keep the version
 * they started with until they are started again.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Cách dùng / usage: sh install.sh [--prefix DIR] [--bin DIR] [--no-links]

  --prefix DIR   nơi cài, mặc định /opt/tram / where to install (/opt/tram)
  --bin DIR      nơi đặt lệnh tram, mặc định /usr/local/bin / where the command tram goes (/usr/local/bin)
  --no-links     không đặt lệnh tram ngoài DIR / put no command outside
`;

const bundle = import.meta.dirname;
process.exitCode = install();

function install(): number {
  const { values } = parseArgs({ options: {
    prefix: { type: 'string', default: '/opt/tram' }, bin: { type: 'string', default: '/usr/local/bin' },
    'no-links': { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
  } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const wrong = changedFiles();
  if (wrong.length > 0) {
    process.stderr.write(`Tệp sai hoặc thiếu, không cài gì / files are wrong or absent, nothing was installed: ${wrong.slice(0, 5).join(', ')}\n`);
    return 1;
  }
  const { version } = JSON.parse(readFileSync(path.join(bundle, 'app/package.json'), 'utf8')) as { version: string };
  const prefix = path.resolve(values.prefix);
  const target = path.join(prefix, version);
  place(target);
  switchLink(version, path.join(prefix, 'current'));
  if (!values['no-links']) {
    mkdirSync(values.bin, { recursive: true });
    writeCommand(path.join(prefix, 'current/bin/tram'), path.join(values.bin, 'tram'));
  }
  process.stdout.write(`Đã cài Trạm ${version} vào ${target} / installed Trạm ${version}.\n`);
  return 0;
}

/** Names of files that are absent or not what SHA256SUMS says. */
function changedFiles(): string[] {
  const lines = readFileSync(path.join(bundle, 'SHA256SUMS'), 'utf8').split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => {
    const [digest, file] = [line.slice(0, 64), line.slice(66)];
    const whole = path.join(bundle, file);
    const isRight = existsSync(whole) && createHash('sha256').update(readFileSync(whole)).digest('hex') === digest;
    return isRight ? [] : [file];
  });
}

/** Whole or not at all: a folder beside, then its name. */
function place(target: string): void {
  const beside = `${target}.new`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(bundle, beside, { recursive: true, verbatimSymlinks: true });
  const old = `${target}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(target)) renameSync(target, old);
  renameSync(beside, target);
  rmSync(old, { recursive: true, force: true });
}

/** A script and no link: it must find its neighbours without any other program's help. */
function writeCommand(program: string, file: string): void {
  writeFileSync(`${file}.new`, `#!/bin/sh\nexec '${program.replaceAll("'", "'\\''")}' "$@"\n`, { mode: 0o755 });
  renameSync(`${file}.new`, file);
}

function switchLink(to: string, link: string): void {
  const isOther = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === false;
  if (isOther) throw new Error(`${link} is there and is no link`);
  rmSync(`${link}.new`, { force: true });
  symlinkSync(to, `${link}.new`);
  renameSync(`${link}.new`, link);
}

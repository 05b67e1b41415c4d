#!/usr/bin/env node
/**
 * The `tram` command: finds a Node that can run Trạm, then starts src/app/tram.ts on it.
 *
 * Trạm is TypeScript that Node 26 runs as it stands; Debian's Node cannot. `npm ci` brings the
 * pinned Node as a package, so a too old Node re-executes with that one. This file stays plain
 * JavaScript that old versions of Node can read: it is the only one of its kind.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants as modes, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 26;
/**
 * MiB. What a station holds is mostly garbage not yet collected; a smaller young heap keeps it under 150 MB at rest. It
 * must be told before Node starts: set by the program itself it would come too late.
 */
const YOUNG_HEAP = '--max-semi-space-size=4';
/** EX_CONFIG of sysexits.h: the machine is not set up to run this. */
const EXIT_UNSUITABLE_NODE = 78;
/** Beside what npm brought. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/tram', import.meta.url));
/** After which what was loaded at the start has run, and is worth keeping. */
const KEEP_COMPILED_AFTER_MS = 3_000;

if (majorOf(process.versions.node) >= NODE_MAJOR_MIN) {
  if (wantsSmallHeap() && process.execve !== undefined) {
    // Takes this process's place: no second one stays in memory.
    process.execve(process.execPath, [process.execPath, YOUNG_HEAP, ...process.execArgv, ...process.argv.slice(1)], process.env);
  }
  keepCompiled();
  await import('../src/app/tram.ts');
} else {
  const pinned = findPinnedNode();
  if (pinned === null) refuse();
  else reExecute(pinned);
}

/**
 * Keeps what Node made of the TypeScript for the next start. Where nothing can be written, Node does without, and a station has
 * a folder of its own for as long as it starts (src/app/compiled.ts). A process that is killed would keep nothing, so it is
 * written while the station runs.
 */
function keepCompiled() {
  if (process.env['NODE_COMPILE_CACHE'] === undefined) module.enableCompileCache(startsStation() && !isWritable(COMPILED) ? passingFolder() : COMPILED);
  setTimeout(() => module.flushCompileCache(), KEEP_COMPILED_AFTER_MS).unref();
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, modes.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Private to this start: whoever could write there would have their code run. */
function passingFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'tram-compiled-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.env['TRAM_COMPILED_IN'] = folder;
  return folder;
}

/** Whether this starts a station, and nobody has said how large its young heap may be. */
function wantsSmallHeap() {
  const told = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((option) => option.includes('-semi-space-size'));
  return startsStation() && !told;
}

function startsStation() {
  const [first, second] = process.argv.slice(2);
  return first === 'start' || (first === 'station' && second === 'start');
}

/** The Node that `npm ci` installed beside us, or null if there is none new enough. */
function findPinnedNode() {
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
    const binary = path.join(path.dirname(manifest), 'bin', 'node');
    return majorOf(version) >= NODE_MAJOR_MIN && existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/** Runs this same command on another Node and ends the way that one ends. */
function reExecute(node) {
  const self = fileURLToPath(import.meta.url);
  const options = wantsSmallHeap() ? [YOUNG_HEAP] : [];
  const child = spawn(node, [...options, self, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both of us: passing it on would make the child see it twice.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`${node}: ${error.message}\n`);
    process.exit(EXIT_UNSUITABLE_NODE);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // Only a signal that we cannot die of comes this far: report it as a shell would.
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
  });
}

function refuse() {
  process.stderr.write(
    `Trạm cần Node ${NODE_MAJOR_MIN} trở lên, máy này đang chạy Node ${process.versions.node}: ` +
      'hãy chạy "npm ci" trong thư mục của Trạm để cài bản Node kèm theo.\n' +
      `Trạm needs Node ${NODE_MAJOR_MIN} or later and this is Node ${process.versions.node}: ` +
      'run "npm ci" in Trạm\'s folder to install the Node that comes with it.\n',
  );
  process.exitCode = EXIT_UNSUITABLE_NODE;
}

function majorOf(version) {
  return Number.parseInt(version, 10);
}

/**
 * The same work done by peers: queue, transfer and open 1,000 small messages and one large file on loopback, with their own
 * commands. NNCP is the nearest (store-and-forward, encrypted, signed, fsynced); age encrypts without signing; CMS signs and encrypts.
 */

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { command, spawnCost, timed, type Row } from './measure.ts';

export interface Inputs {
  readonly folder: string;
  readonly small: readonly string[];
  readonly smallBytes: number;
  readonly big: string;
  readonly bigBytes: number;
  readonly runs: number;
}

/** A step times itself where it returns seconds. */
type Step = readonly [task: string, work: () => Promise<number | void> | number | void, overhead?: () => number];

async function measure(tool: string, inputs: Inputs, prepare: () => void, steps: readonly Step[]): Promise<Row[]> {
  const seconds = steps.map((): number[] => []);
  const spawned = steps.map((): number[] => []);
  const overheads = steps.map((): number | undefined => undefined);
  for (let run = 0; run < inputs.runs; run++) {
    prepare();
    for (const [i, [task, work, overhead]] of steps.entries()) {
      spawned[i]!.push(spawnCost(startsPerItem(tool, task) ? inputs.small.length : 1));
      let own: number | void = undefined;
      const whole = await timed(async () => {
        own = await work();
      });
      seconds[i]!.push(own ?? whole);
      overheads[i] = overhead?.();
    }
  }
  return steps.map(([task], i) => ({
    tool,
    task,
    seconds: seconds[i]!,
    spawnSeconds: spawned[i]!,
    items: task.startsWith('small') ? inputs.small.length : 1,
    payloadBytes: task.startsWith('small') ? inputs.small.length * inputs.smallBytes : inputs.bigBytes,
    ...(overheads[i] === undefined ? {} : { overheadBytes: overheads[i] }),
  }));
}

/** NNCP opens all that waits in one process; everything else small starts one process an item. */
function startsPerItem(tool: string, task: string): boolean {
  return task === 'small-seal' || (task === 'small-open' && tool !== 'nncp');
}

/** Opening a small message is one `nncp-toss` for all of them: that is how NNCP works. */
export async function nncp(inputs: Inputs): Promise<Row[]> {
  const home = path.join(inputs.folder, 'nncp');
  const port = 54_991;
  const config = (node: 'a' | 'b') => path.join(home, `${node}.hjson`);
  const queue = (file: string) => command('nncp-file', ['-cfg', config('a'), '-quiet', '-noprogress', file, 'b:']);
  const toss = () => command('nncp-toss', ['-cfg', config('b'), '-quiet', '-noprogress']);
  const spool = () => bytesIn(path.join(home, 'a/spool'), isPacket);
  const transfer = () => nncpTransfer(home, config, port);
  const received = (expected: number) => () => {
    toss();
    const count = readdirSync(path.join(home, 'b/in')).length;
    if (count !== expected) throw new Error(`NNCP delivered ${count} of ${expected}`);
  };
  const prepare = () => nncpNodes(home, config, port);
  const small = await measure('nncp', inputs, prepare, [
    ['small-seal', () => inputs.small.forEach(queue), () => spool() / inputs.small.length - inputs.smallBytes],
    ['small-transfer', transfer],
    ['small-open', received(inputs.small.length)],
  ]);
  const big = await measure('nncp', inputs, prepare, [
    ['big-seal', () => queue(inputs.big), () => spool() - inputs.bigBytes],
    ['big-transfer', transfer],
    ['big-open', received(1)],
  ]);
  rmSync(home, { recursive: true, force: true });
  return [...small, ...big];
}

/** Packets stand under the receiver's id; the spool links the same folders by name, and keeps copies of headers. */
function isPacket(file: string): boolean {
  return /\/[A-Z2-7]{52}\/tx\/[A-Z2-7]{52}$/.test(file);
}

type Config = (node: 'a' | 'b') => string;

export function nncpNodes(home: string, config: Config, port: number): void {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(path.join(home, 'b/in'), { recursive: true });
  const generated = { a: nncpKeys(), b: nncpKeys() };
  const neighbour = (node: 'a' | 'b', extra: string) =>
    `${['id', 'exchpub', 'signpub', 'noisepub'].map((key) => `${key}: ${generated[node].get(key)}`).join('\n')}\n${extra}`;
  for (const [node, peer, extra] of [['a', 'b', `addrs: { lo: "127.0.0.1:${port}" }`], ['b', 'a', '']] as const) {
    const self = [...generated[node]].map(([key, value]) => `${key}: ${value}`).join('\n');
    writeFileSync(config(node), `{
      spool: ${home}/${node}/spool\nlog: ${home}/${node}/log
      self: {\n${self}\n}
      neigh: {
        self: {\n${neighbour(node, '')}\n}
        ${peer}: {\n${neighbour(peer, extra)}\nincoming: ${home}/${node}/in\n}
      }
    }`);
    mkdirSync(path.join(home, node, 'spool'), { recursive: true });
  }
}

const NNCP_KEYS = ['id', 'exchpub', 'exchprv', 'signpub', 'signprv', 'noiseprv', 'noisepub'];

function nncpKeys(): Map<string, string> {
  const text = execFileSync('nncp-cfgnew', ['-nocomments'], { encoding: 'utf8' });
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [key, value] = line.trim().split(/:\s*/);
    if (key && value && NNCP_KEYS.includes(key) && !found.has(key)) found.set(key, value);
  }
  return found;
}

/** @returns seconds from the call until the last packet was stored: NNCP then waits for more, which is not its work. */
async function nncpTransfer(home: string, config: Config, port: number): Promise<number> {
  return withDaemon(config, port, async () => {
    const start = Date.now();
    command('nncp-call', ['-cfg', config('a'), '-quiet', '-noprogress', '-onlinedeadline', '1', 'b'], { cwd: home });
    return (lastStored(path.join(home, 'b/spool')) - start) / 1_000;
  });
}

/** Node b answers on that port of loopback while the work is done. */
export async function withDaemon<T>(config: Config, port: number, work: () => Promise<T>): Promise<T> {
  const daemon = spawn('nncp-daemon', ['-cfg', config('b'), '-quiet', '-noprogress', '-bind', `127.0.0.1:${port}`], { stdio: 'ignore' });
  try {
    await listening(port);
    return await work();
  } finally {
    daemon.kill();
    await once(daemon, 'exit');
  }
}

function lastStored(folder: string): number {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => file.includes('/rx/') && !file.endsWith('.lock') && statSync(file).isFile());
  return Math.max(...files.map((file) => statSync(file).ctimeMs));
}

export async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const up = await once(socket, 'connect').then(() => true, () => false);
    socket.destroy();
    if (up) return;
    await delay(25);
  }
  throw new Error('NNCP does not listen');
}

/** age: encryption to one recipient, no signature. */
export async function age(inputs: Inputs): Promise<Row[]> {
  const home = path.join(inputs.folder, 'age');
  const key = path.join(home, 'key');
  const out = (file: string) => path.join(home, 'sealed', path.basename(file));
  const plain = (file: string) => path.join(home, 'opened', path.basename(file));
  let recipient = '';
  const prepare = () => {
    rmSync(home, { recursive: true, force: true });
    for (const folder of ['sealed', 'opened']) mkdirSync(path.join(home, folder), { recursive: true });
    command('age-keygen', ['-o', key]);
    recipient = execFileSync('age-keygen', ['-y', key], { encoding: 'utf8' }).trim();
  };
  const seal = (file: string) => command('age', ['-r', recipient, '-o', out(file), file]);
  const open = (file: string) => command('age', ['-d', '-i', key, '-o', plain(file), out(file)]);
  const rows = await measure('age', inputs, prepare, sealAndOpen(inputs, seal, open, out, plain));
  rmSync(home, { recursive: true, force: true });
  return rows;
}

/** CMS: P-256 signature inside AES-256-GCM to an ECDH P-256 recipient. */
export async function cms(inputs: Inputs): Promise<Row[]> {
  const home = path.join(inputs.folder, 'cms');
  const at = (name: string) => path.join(home, name);
  const out = (file: string) => path.join(home, 'sealed', path.basename(file));
  const plain = (file: string) => path.join(home, 'opened', path.basename(file));
  const prepare = () => {
    rmSync(home, { recursive: true, force: true });
    for (const folder of ['sealed', 'opened']) mkdirSync(path.join(home, folder), { recursive: true });
    for (const who of ['s', 'r']) {
      command('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at(`${who}.key`), '-out', at(`${who}.crt`), '-days', '30', '-subj', `/CN=${who}`]);
    }
  };
  const pipe = (first: string, second: string) => command('sh', ['-c', `${first} | ${second}`]);
  const seal = (file: string) => pipe(
    `openssl cms -sign -binary -nodetach -nosmimecap -md sha256 -signer ${at('s.crt')} -inkey ${at('s.key')} -in ${file} -outform DER -stream`,
    `openssl cms -encrypt -binary -aes-256-gcm -outform DER -stream -recip ${at('r.crt')} -out ${out(file)}`,
  );
  const open = (file: string) => pipe(
    `openssl cms -decrypt -binary -inform DER -recip ${at('r.crt')} -inkey ${at('r.key')} -in ${out(file)}`,
    `openssl cms -verify -binary -inform DER -CAfile ${at('s.crt')} -purpose any -out ${plain(file)}`,
  );
  const rows = await measure('cms-gcm', inputs, prepare, sealAndOpen(inputs, seal, open, out, plain));
  rmSync(home, { recursive: true, force: true });
  return rows;
}

type OnFile = (file: string) => void;
type Place = (file: string) => string;

function sealAndOpen(inputs: Inputs, seal: OnFile, open: OnFile, out: Place, plain: Place): Step[] {
  const overhead = () => statSync(out(inputs.small[0]!)).size - inputs.smallBytes;
  return [
    ['small-seal', () => inputs.small.forEach(seal), overhead],
    ['small-open', () => inputs.small.forEach(open)],
    ['big-seal', () => seal(inputs.big), () => statSync(out(inputs.big)).size - inputs.bigBytes],
    ['big-open', () => {
      open(inputs.big);
      if (sha256(plain(inputs.big)) !== sha256(inputs.big)) throw new Error('opened file differs');
    }],
  ];
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function bytesIn(folder: string, wanted: (file: string) => boolean): number {
  let total = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && wanted(file)) total += statSync(file).size;
  }
  return total;
}

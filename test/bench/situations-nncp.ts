/** The same situations with NNCP's own commands: two nodes, one link on loopback, sticks that are folders. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { nncpNodes, withDaemon } from './peers.ts';
import { FILE_BYTES, inversions, LOST, MANY, type Situations, STICKS } from './situation.ts';
import { smallDisk } from './small-disk.ts';

const PORT = 54_993;
/** Routine, priority, immediate: as Trạm's, in turn. */
const IN_TURN = ['B', 'N', 'P'];
const CALL_MS_MAX = 20_000;

class Nodes {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
    nncpNodes(home, (node) => this.#config(node), PORT);
  }

  #config(node: 'a' | 'b'): string {
    return path.join(this.#home, `${node}.hjson`);
  }

  run(node: 'a' | 'b', program: string, ...args: string[]): void {
    execFileSync(`nncp-${program}`, ['-cfg', this.#config(node), '-quiet', ...(program === 'stat' ? [] : ['-noprogress']), ...args], { stdio: 'pipe' });
  }

  queue(name: string, nice: string, bytes: Uint8Array): void {
    writeFileSync(path.join(this.#home, name), bytes);
    this.run('a', 'file', '-nice', nice, path.join(this.#home, name), 'b:');
  }

  /** @returns whether the call ended well */
  async call(): Promise<boolean> {
    return withDaemon((node) => this.#config(node), PORT, async () => {
      const { status } = spawnSync('nncp-call', ['-cfg', this.#config('a'), '-quiet', '-noprogress', '-onlinedeadline', '3', 'b'], { stdio: 'ignore', timeout: CALL_MS_MAX });
      return status === 0;
    });
  }

  stick(name: string): string {
    const folder = path.join(this.#home, name);
    mkdirSync(folder);
    this.run('a', 'xfer', '-mkdir', '-tx', folder);
    return folder;
  }

  read(stick: string): void {
    this.run('b', 'xfer', '-keep', '-rx', stick);
    this.toss();
  }

  /** What was made of packets, by the time at which it was. */
  toss(): void {
    spawnSync('nncp-toss', ['-cfg', this.#config('b'), '-quiet', '-noprogress'], { stdio: 'ignore' });
  }

  /** In the order of delivery. */
  received(): string[] {
    const folder = path.join(this.#home, 'b/in');
    const at = (name: string): bigint => statSync(path.join(folder, name), { bigint: true }).mtimeNs;
    return readdirSync(folder).toSorted((one, other) => Number(at(one) - at(other)));
  }

  /** Whether a node's log or its overview names a reason that somebody could act upon. */
  says(node: 'a' | 'b', word: RegExp): boolean {
    const log = path.join(this.#home, node, 'log');
    const { stdout } = spawnSync('nncp-stat', ['-cfg', this.#config(node), '-pkt'], { encoding: 'utf8' });
    return word.test(`${existsSync(log) ? readFileSync(log, 'utf8') : ''}${stdout}`);
  }

  close(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

export async function nncpSituations(folder: string): Promise<Situations> {
  return { ...(await inOrder(path.join(folder, 'order'))), ...sticks(path.join(folder, 'sticks')), ...(await full(path.join(folder, 'full'))) };
}

async function inOrder(home: string): Promise<Pick<Situations, 'inverted' | 'pairs'>> {
  const nodes = new Nodes(home);
  for (let i = 0; i < MANY; i++) nodes.queue(`m${i}`, IN_TURN[i % IN_TURN.length]!, randomBytes(2_048));
  await nodes.call();
  nodes.toss();
  const received = nodes.received();
  if (received.length !== MANY) throw new Error(`NNCP delivered ${received.length} of ${MANY}`);
  return inversions(Array.from({ length: MANY }, (_, i) => ({ rank: i % IN_TURN.length, place: received.indexOf(`m${i}`) })));
}

function sticks(home: string): Pick<Situations, 'deliveredTwiceRead' | 'cameOfFive' | 'isMissed' | 'afterRepair'> {
  const nodes = new Nodes(home);
  nodes.queue('hai-lần', 'N', randomBytes(2_048));
  const stick = nodes.stick('stick-0');
  for (let time = 0; time < 2; time++) nodes.read(stick);
  const deliveredTwiceRead = nodes.received().filter((name) => name.startsWith('hai-lần')).length;
  const five: string[] = [];
  for (let i = 1; i <= STICKS; i++) {
    nodes.queue(`n${i}`, 'N', randomBytes(2_048));
    five.push(nodes.stick(`stick-${i}`));
  }
  for (const [i, one] of five.entries()) if (i !== LOST - 1) nodes.read(one);
  const ofFive = (): number => nodes.received().filter((name) => /^n\d$/.test(name)).length;
  const cameOfFive = ofFive();
  const isMissed = nodes.says('b', /missing|gap|lost/i);
  // What there is to go again goes on one more stick.
  nodes.read(nodes.stick('stick-again'));
  return { deliveredTwiceRead, cameOfFive, isMissed, afterRepair: ofFive() };
}

async function full(home: string): Promise<Pick<Situations, 'senderTold' | 'cameAfterwards'>> {
  const nodes = new Nodes(home);
  rmSync(path.join(home, 'b/spool'), { recursive: true });
  const disk = smallDisk(path.join(home, 'b/spool'));
  try {
    nodes.queue('bản-đồ', 'N', randomBytes(FILE_BYTES));
    disk.leave(0);
    await nodes.call();
    const senderTold = nodes.says('a', /no space|enough space|ENOSPC|disk/i);
    disk.clear();
    await nodes.call();
    nodes.toss();
    return { senderTold, cameAfterwards: nodes.received().includes('bản-đồ') };
  } finally {
    disk.release();
    nodes.close();
  }
}

/**
 * Hub and post in network namespaces, joined by two lines of their own: a fibre with a poor relay on it (test/chaos/door.ts)
 * and a narrow radio. The program that plays the devices stands outside and comes to each by a door. All of it is within
 * namespaces of this program, which take it along when it ends.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { StationName, StationPorts } from '../fixtures/two-stations.ts';

const APART = 'TRAM_CHAOS_APART';
const DOOR = path.join(import.meta.dirname, 'door.ts');
export const PORTS: StationPorts = { hub: { api: 20_201, link: 20_202 }, post: { api: 20_203, link: 20_204 } };
const RELAY_PORT = 20_205;

type Line = 'fibre' | 'radio';
const LINES: Readonly<Record<Line, { readonly hub: string; readonly post: string; readonly rate: string }>> = {
  fibre: { hub: '10.78.1.1', post: '10.78.1.2', rate: '4mbit' }, radio: { hub: '10.78.2.1', post: '10.78.2.2', rate: '256kbit' },
};
/** Of the relay on the fibre: milliseconds each way, and the share of pieces that are sent again. */
const [DELAY_MS, LOSS] = [40, 0.01];
const OUTSIDE: Readonly<Record<StationName, { readonly here: string; readonly there: string }>> = {
  hub: { here: '10.77.1.1', there: '10.77.1.2' }, post: { here: '10.77.2.1', there: '10.77.2.2' },
};

export function isApart(): boolean {
  return process.env[APART] !== undefined;
}

/** This program once more, in a network and mounts of its own. @returns how it ended */
export function againApart(): number {
  const again = ['-n', '-m', process.execPath, ...process.execArgv, process.argv[1]!, ...process.argv.slice(2)];
  return spawnSync('unshare', again, { stdio: 'inherit', env: { ...process.env, [APART]: '1' } }).status ?? 1;
}

export class Lines {
  /** Where the post finds the hub: over the fibre, then over the radio. */
  readonly hubAddresses: readonly [string, string] = [`${LINES.fibre.hub}:${RELAY_PORT}`, `${LINES.radio.hub}:${PORTS.hub.link}`];
  readonly #doors: ChildProcess[] = [];
  #relay: ChildProcess | null = null;

  static async lay(): Promise<Lines> {
    const lines = new Lines();
    ip('link set lo up');
    for (const station of ['hub', 'post'] as const) {
      ip(`netns add ${station}`);
      ip(`-n ${station} link set lo up`);
      const { here, there } = OUTSIDE[station];
      ip(`link add out-${station} type veth peer name out netns ${station}`);
      up(null, `out-${station}`, here);
      up(station, 'out', there);
    }
    for (const [line, { hub, post, rate }] of Object.entries(LINES)) {
      ip(`link add ${line} netns hub type veth peer name ${line} netns post`);
      up('hub', line, hub);
      up('post', line, post);
      for (const end of ['hub', 'post']) run('tc', `-n ${end} qdisc add dev ${line} root tbf rate ${rate} burst 4500 latency 500ms`);
    }
    for (const station of ['hub', 'post'] as const) await lines.#openTo(station);
    await lines.mendFibre();
    return lines;
  }

  /** The relay dies: what went over it ends, and nobody answers there. */
  async cutFibre(): Promise<void> {
    if (this.#relay === null) return;
    const ended = once(this.#relay, 'exit');
    this.#relay.kill('SIGKILL');
    await ended;
    this.#relay = null;
  }

  async mendFibre(): Promise<void> {
    if (this.#relay !== null) return;
    this.#relay = await door('hub', LINES.fibre.hub, RELAY_PORT, LINES.fibre.hub, PORTS.hub.link, DELAY_MS, LOSS);
  }

  /** Both lines lead nowhere, and nobody is told. */
  silence(): void {
    for (const line of Object.keys(LINES)) ip(`-n hub link set ${line} down`);
  }

  speak(): void {
    for (const line of Object.keys(LINES)) ip(`-n hub link set ${line} up`);
  }

  close(): void {
    for (const one of [...this.#doors, this.#relay]) one?.kill('SIGKILL');
    for (const station of ['hub', 'post']) ip(`netns del ${station}`);
  }

  /** A device's own machine and its station's are one: their address is loopback on both sides of the two doors. */
  async #openTo(station: StationName): Promise<void> {
    const { there } = OUTSIDE[station];
    const { api } = PORTS[station];
    this.#doors.push(await door(station, there, api, '127.0.0.1', api), await door(null, '127.0.0.1', api, there, api));
  }
}

async function door(where: StationName | null, ...words: readonly (string | number)[]): Promise<ChildProcess> {
  const [program = '', ...argv] = [...(where === null ? [] : within(where)), process.execPath, DOOR, ...words.map(String)];
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  await Promise.race([once(child.stdout!, 'data'), once(child, 'exit').then(() => Promise.reject(new Error(`no door: ${words.join(' ')}`)))]);
  return child;
}

/** Words that begin a program in a station's namespace. */
export function within(station: StationName): readonly string[] {
  return ['ip', 'netns', 'exec', station];
}

function up(station: string | null, device: string, address: string): void {
  const at = station === null ? '' : `-n ${station} `;
  ip(`${at}addr add ${address}/30 dev ${device}`);
  ip(`${at}link set ${device} up`);
}

function ip(words: string): void {
  run('ip', words);
}

function run(program: string, words: string): void {
  execFileSync(program, words.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });
}

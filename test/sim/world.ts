/**
 * Three stations in one process, from one seed: hub, relay and post with their real rooms, over simulated time, chance,
 * disks and carriers. Faults are planned from the seed too, so a world that fails fails again.
 */
import { createHash } from 'node:crypto';
import { hex } from '#core/bytes.ts';
import { PracticeOrganisation, rawKeyAuthority } from '#model/practice.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { createStation, type Station } from '#station/compose.ts';
import { silentLog } from '#station/kernel/log.ts';
import { type MemoryDisk, memoryDisk } from '#station/kernel/memory-disk.ts';
import { frame } from '#wire/frames.ts';
import { type Desk, deskOf, type Sent } from './desk.ts';
import { QUIET, SimulatedNetwork } from './network.ts';
import { type Code, CODES, LINKS, OFFICES } from './places.ts';
import { SeededRandom } from './seed.ts';
import { simulationSuite } from './suite.ts';
import { SIMULATION_START, SimulatedTime } from './time.ts';

export type Fault =
  | 'crash' | 'crash-before-commit' | 'crash-after-commit' | 'cut' | 'lost-frame'
  | 'stick' | 'stick-lost' | 'stick-late' | 'stick-cut' | 'stick-damaged' | 'stick-twice';

/** A custody frame that left a station: what it promised must be on its disk. */
export interface Promised {
  readonly station: Code;
  readonly peer: string;
  readonly id: Uint8Array;
  readonly channel: number;
  /** Whether a power cut found it missing from the disk. */
  lost: boolean;
}

export interface Site {
  readonly code: Code;
  readonly disk: MemoryDisk;
  readonly incarnation: Uint8Array;
  /** Null while it has no power. */
  station: Station | null;
  alive: { on: boolean };
  /** Ends of power so far. */
  crashes: number;
}

export class World {
  readonly time = new SimulatedTime();
  readonly random: SeededRandom;
  readonly network: SimulatedNetwork;
  readonly provider: CryptoProvider;
  readonly sites = new Map<Code, Site>();
  readonly faults = new Map<Fault, number>();
  readonly promised: Promised[] = [];
  readonly sent: Sent[] = [];
  readonly desk: Desk;
  organisation!: PracticeOrganisation;
  readonly #trace = createHash('sha256');

  private constructor(seed: number) {
    this.random = new SeededRandom(`world ${seed}`);
    this.provider = simulationSuite(this.random.fork('suite'));
    this.network = new SimulatedNetwork(this.time, this.random.fork('network'), { ...QUIET });
    this.network.onEvent = (word) => {
      if (word.startsWith('lost')) this.count('lost-frame');
      this.note(word);
    };
    this.network.tap = (from, to, bytes) => {
      this.#watch(from as Code, to, bytes);
      return bytes;
    };
    this.desk = deskOf(this);
  }

  static async make(seed: number): Promise<World> {
    const world = new World(seed);
    await world.#found();
    for (const code of CODES) {
      const incarnation = world.random.fork(`incarnation ${code}`).bytes(16);
      world.sites.set(code, { code, disk: memoryDisk(), incarnation, station: null, alive: { on: false }, crashes: 0 });
      await world.start(code);
    }
    return world;
  }

  /** Which events happened in which order, as one hash. */
  get trace(): string {
    return this.#trace.copy().digest('hex');
  }

  note(word: string): void {
    this.#trace.update(`${this.time.elapsedMs} ${word}\n`);
  }

  count(fault: Fault): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }

  site(code: Code): Site {
    return this.sites.get(code)!;
  }

  /** Power on: a new process over what is on the disk. */
  async start(code: Code): Promise<void> {
    const site = this.site(code);
    if (site.station !== null) return;
    const alive = { on: true };
    site.alive = alive;
    const practice = this.organisation.stations.get(code)!;
    const life = `${code} ${site.crashes}`;
    const station = await createStation({
      station: code,
      founding: this.organisation.state.organisation.founding,
      incarnation: site.incarnation,
      disk: site.disk,
      clock: this.time.clock(0, () => alive.on),
      random: this.random.fork(`life ${life}`),
      provider: this.provider,
      signer: practice.signer,
      logSigner: practice.log.signer,
      network: { dial: (peer) => this.network.dial(code, peer) },
      log: silentLog,
      version: 'simulation',
      diskReserveBytes: 0,
      simulation: { authority: rawKeyAuthority(this.provider) },
    });
    const entries = this.organisation.entries;
    if (station.people.isEmpty) {
      await station.people.receive({ from: 0, entries, checkpoint: await this.organisation.checkpoint() });
    }
    if (!alive.on) return;
    site.station = station;
    this.network.listen(code, (carrier) => station.links.answer(carrier));
    await station.start();
    this.note(`started ${life}`);
  }

  /** Power off: nothing is finished, nothing is said. */
  crash(code: Code, restartMs: number): void {
    const site = this.site(code);
    if (!site.alive.on) return;
    site.alive.on = false;
    site.station = null;
    site.crashes += 1;
    site.disk.faults = {};
    this.network.silence(code);
    site.disk.crash((unsynced) => this.random.between(0, unsynced + 1));
    this.#demandPromises(site);
    this.note(`crashed ${code}`);
    this.time.after(restartMs, () => void this.start(code).catch(() => this.crash(code, restartMs)));
  }

  /** Right after a power cut: is everything there that this station gave its word for? */
  #demandPromises({ code, disk }: Site): void {
    const known = `select 1 from ledger_entry where subject = ? and kind in ('custody-taken', 'duplicate')`;
    for (const promise of this.promised) {
      if (promise.station === code && disk.inspect(known, [promise.id]).length === 0) promise.lost = true;
    }
  }

  async #found(): Promise<void> {
    const organisation = await PracticeOrganisation.found({
      provider: this.provider, random: this.random.fork('organisation'), now: SIMULATION_START - 86_400_000, station: 'hub', cheap: true,
    });
    this.organisation = organisation;
    await organisation.addStation('relay');
    await organisation.addStation('post');
    for (const [caller, answerer] of LINKS) await organisation.connect(caller, answerer, `${answerer}:1`);
    for (const code of CODES) {
      const office = OFFICES[code];
      await organisation.addOffice(office, code);
      await organisation.addOfficeKey(office, 'transport');
      await organisation.addOfficeKey(office, 'storage');
      await organisation.addPosition(`${office}-truc`, office);
      await organisation.addPerson(`${office}-nguoi`);
      await organisation.hold(`${office}-nguoi`, `${office}-truc`);
    }
  }

  #watch(from: Code, to: string, bytes: Uint8Array): void {
    const said = frame.decode(bytes);
    if (said.kind === 'custody') this.promised.push({ station: from, peer: to, id: said.id, channel: said.channel, lost: false });
    this.note(`${from} ${to} ${said.kind} ${'channel' in said ? said.channel : ''} ${'id' in said ? hex(said.id.subarray(0, 4)) : ''}`);
  }
}

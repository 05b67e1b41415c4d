/**
 * A world of several stations in one process, from one plan: each with its real rooms, over simulated time, chance, disks
 * and carriers. What is planned to go wrong with it stands in faults.ts.
 */
import { createHash } from 'node:crypto';
import { hex, utf8 } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { LogSigner } from '#model/directory-log.ts';
import { rawKeyAuthority } from '#model/practice.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { createStation, type Station, type StationDeps } from '#station/compose.ts';
import { silentLog } from '#station/kernel/log.ts';
import type { MemoryDisk } from '#station/kernel/memory-disk.ts';
import { type Frame, frame } from '#wire/frames.ts';
import { Arrivals } from './arrivals.ts';
import { type Desk, deskOf, type Sent } from './desk.ts';
import { newStationDisk } from './folders.ts';
import { type Kind, kindsOfClock } from './kinds.ts';
import { onPair, QUIET, SimulatedNetwork } from './network.ts';
import type { StationPlan, WorldPlan } from './plan.ts';
import { OrderWatch } from './order-watch.ts';
import { Registrar } from './registrar.ts';
import { Promises } from './promises.ts';
import { SeededRandom } from './seed.ts';
import { simulationSuite } from './suite.ts';
import { type Attempt, Staff } from './staff.ts';
import { SimulatedTime } from './time.ts';
import { Undertakings } from './undertakings.ts';

/** What a station's office was brought before its disk was lost, and its neighbour knows of. */
export interface BroughtBefore {
  readonly station: string;
  readonly office: string;
  readonly id: string;
}

export interface Site {
  readonly plan: StationPlan;
  readonly code: string;
  readonly office: string;
  disk: MemoryDisk;
  incarnation: Uint8Array;
  /** Null while it has no power. */
  station: Station | null;
  alive: { on: boolean };
  /** Starts so far. */
  lives: number;
  /** How far its clock was put forward or back. */
  leapMs: number;
  /** Log keys of a promoted standby, and the term that the root signed for them. */
  term: { readonly signer: LogSigner; readonly entry?: Uint8Array } | null;
  /** Disks lost and replaced by a copy. */
  restores: number;
  /** Whether its office goes elsewhere; `left` once the directory has ended it and its neighbour knows. */
  leaving: 'moving' | 'emptying' | 'left' | null;
}

export class World {
  readonly plan: WorldPlan;
  readonly time = new SimulatedTime();
  readonly random: SeededRandom;
  readonly network: SimulatedNetwork;
  readonly provider: CryptoProvider;
  readonly sites = new Map<string, Site>();
  /** What went wrong, and how often. */
  readonly faults = new Map<Kind, number>();
  readonly promises = new Promises();
  readonly #arrivals = new Arrivals();
  readonly broughtBefore: BroughtBefore[] = [];
  readonly sent: Sent[] = [];
  readonly desk: Desk;
  readonly order: OrderWatch;
  /** Frames of each kind that went. */
  readonly frames = new Map<string, number>();
  readonly people = new Staff();
  /** By office: where it lives. */
  readonly homes: Map<string, string>;
  readonly attempts: Attempt[] = [];
  /** What somebody did with a station that has left. */
  readonly dealings: string[] = [];
  /** Links that both ends know to have ended. */
  readonly endedLinks = new Set<string>();
  registrar!: Registrar;
  readonly #trace = createHash('sha256');
  /** What each frame that is under way says. */
  readonly #said = new WeakMap<Uint8Array, Frame>();

  private constructor(plan: WorldPlan) {
    this.plan = plan;
    this.homes = new Map(plan.stations.map(({ code, office }) => [office, code]));
    this.random = new SeededRandom(`world ${plan.seed}`);
    this.provider = plan.suite === 1 ? nodeCrypto : simulationSuite(this.random.fork('suite'));
    this.order = new OrderWatch(this);
    this.network = new SimulatedNetwork(this.time, this.random.fork('network'), { ...QUIET });
    this.network.onEvent = (word) => {
      const [what] = word.split(' ', 1);
      if (what === 'lost' || what === 'corrupt') this.count(`${what}-frame`);
      this.note(word);
    };
    this.network.tap = (from, to, bytes) => {
      this.#watch(from, to, bytes);
      return bytes;
    };
    this.network.onArrival = (at, bytes, from) => {
      const said = this.#said.get(bytes)!;
      this.order.arrived(at, from, said);
      if (said.kind === 'offer') this.came(from, at, said.channel);
    };
    this.desk = deskOf(this);
  }

  static async make(plan: WorldPlan): Promise<World> {
    const world = new World(plan);
    world.registrar = await Registrar.found(world, plan.suite !== 1);
    for (const station of plan.stations) {
      if (station.joinsAt === null) await world.open(station);
      else world.time.after(station.joinsAt, () => world.undertakings.begin(`${station.code} joins`, world.#join(station)));
    }
    return world;
  }

  /** The machine on which a station will run, and its first start. */
  async open(plan: StationPlan): Promise<void> {
    const { code, office } = plan;
    const incarnation = this.random.fork(`incarnation ${code}`).bytes(16);
    const disk = await newStationDisk();
    this.sites.set(code, { plan, code, office, disk, incarnation, station: null, alive: { on: false }, lives: 0, leapMs: 0, term: null, restores: 0, leaving: null });
    for (const kind of kindsOfClock(plan)) this.count(kind);
    await this.start(code);
  }

  /** Which events happened in which order, as one hash. */
  get trace(): string {
    return this.#trace.copy().digest('hex');
  }

  note(word: string): void {
    this.#trace.update(`${this.time.elapsedMs} ${word}\n`);
  }

  count(kind: Kind, times = 1): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + times);
  }

  /** A number came from a neighbour, by line or stick. */
  came(from: string, at: string, number: number): void {
    if (this.#arrivals.came(`${from} ${hex(this.site(from).incarnation)} ${at}`, number)) this.count('reorder');
  }

  /** What the simulator itself could not do: no world is to be trusted in which that happened. */
  readonly broken = (error: unknown): void => {
    this.brokenBy ??= error;
  };

  brokenBy: unknown = null;
  readonly undertakings = new Undertakings(this.broken);
  /** By then the last stick has come, and what a stall held back. */
  busyUntil = 0;

  site(code: string): Site {
    return this.sites.get(code)!;
  }

  homeOf(office: string): Site {
    return this.site(this.homes.get(office)!);
  }

  /** After that no disk is replaced by a copy any more. */
  get lastRestoreAt(): number {
    return Math.max(0, ...this.plan.faults.map(({ kind, at }) => (kind === 'restore' ? at : 0)));
  }

  /** What a station that is to run on this site is given. */
  depsOf(site: Site, alive: { readonly on: boolean }): StationDeps {
    const { code, lives } = site;
    const practice = this.registrar.organisation.stations.get(code)!;
    return {
      station: code,
      founding: this.registrar.organisation.state.organisation.founding,
      incarnation: site.incarnation,
      disk: site.disk,
      clock: this.clockOf(site, alive),
      random: this.random.fork(`life ${code} ${lives}`),
      provider: this.provider,
      signer: practice.signer,
      logSigner: practice.log.signer,
      ...(site.term !== null && { termSigner: site.term.signer, ...(site.term.entry !== undefined && { term: { entry: site.term.entry, alone: false } }) }),
      markKey: this.provider.hash.sha256(utf8(`mark ${code}`)),
      network: { dial: (peer) => this.network.dial(code, peer) },
      log: silentLog,
      version: 'simulation',
      diskReserveBytes: 0,
      ...(this.plan.suite === 1 ? {} : { simulation: { authority: rawKeyAuthority(this.provider) } }),
    };
  }

  clockOf(site: Site, alive = site.alive as { readonly on: boolean }): Clock {
    const { plan } = site;
    return this.time.clock(() => plan.clockMs + site.leapMs + (this.time.elapsedMs * plan.driftPpm) / 1_000_000, () => alive.on, plan.uncertaintyMs);
  }

  /** Power on: a new process over what is on the disk. */
  async start(code: string): Promise<void> {
    const site = this.site(code);
    if (site.station !== null || site.alive.on) return;
    const alive = { on: true };
    site.alive = alive;
    site.lives += 1;
    const station = await createStation(this.depsOf(site, alive));
    if (station.people.isEmpty) await station.people.receive(this.registrar.admission);
    if (!alive.on) return;
    site.station = station;
    this.network.listen(code, (carrier) => station.links.answer(carrier));
    await station.start();
    this.note(`started ${code} ${site.lives}`);
  }

  /** Power off: nothing is finished, nothing is said. */
  crash(code: string, restartMs: number): void {
    const site = this.site(code);
    if (!site.alive.on) return;
    this.#off(site);
    site.disk.crash((unsynced) => this.random.between(0, unsynced + 1));
    this.promises.demand(site);
    this.note(`crashed ${code}`);
    this.startAfter(site, restartMs);
  }

  /** The disk is gone. @param next puts another in its place @returns once that is done */
  async lose(code: string, restartMs: number, next: (site: Site) => Promise<void>): Promise<void> {
    const site = this.site(code);
    if (site.alive.on) {
      this.#off(site);
      site.disk.crash();
    }
    site.restores += 1;
    this.note(`lost the disk of ${code}`);
    await next(site);
    this.startAfter(site, restartMs);
  }

  startAfter(site: Site, restartMs: number): void {
    const { disk } = site;
    this.time.after(restartMs, () => {
      if (site.disk !== disk || site.station !== null || site.alive.on) return;
      void this.start(site.code).catch((error: unknown) => this.#failedStart(site, restartMs, error));
    });
  }

  #off(site: Site): void {
    site.alive.on = false;
    site.station = null;
    site.disk.faults = {};
    this.network.silence(site.code);
  }

  #failedStart(site: Site, restartMs: number, error: unknown): void {
    const wasCrash = !site.alive.on;
    site.alive.on = false;
    site.station = null;
    this.note(`not started ${site.code} ${String(error)}`);
    if (!wasCrash) site.disk.crash();
    this.startAfter(site, restartMs);
  }

  async #join(station: StationPlan): Promise<void> {
    const entered = await this.registrar.enter(station);
    await this.time.until(() => this.registrar.isIn(entered));
    await this.open(station);
    this.count('join');
  }

  #watch(from: string, to: string, bytes: Uint8Array): void {
    const said: Frame = frame.decode(bytes);
    this.#said.set(bytes, said);
    const [here, there] = [this.sites.get(from), this.sites.get(to)];
    // Whoever knows says nothing to a station that has left; that one may not know, and goes on for a while.
    if (there?.leaving === 'left') this.dealings.push(`${from} said ${said.kind} to ${to}`);
    if (this.#isOverEnded(from, to)) this.dealings.push(`${from} said ${said.kind} to ${to} over a link that has ended`);
    // Who has left calls on and on, and says who it is.
    if (here?.leaving !== 'left') this.frames.set(said.kind, (this.frames.get(said.kind) ?? 0) + 1);
    this.order.went(from, to, said);
    if (said.kind === 'custody') this.promises.add(from, to, said);
    this.note(`${from} ${to} ${said.kind} ${'channel' in said ? said.channel : ''} ${'id' in said ? hex(said.id.subarray(0, 4)) : ''}`);
  }

  /** Whether somebody speaks over such a link who knows; a station that was restored may have forgotten. */
  #isOverEnded(from: string, to: string): boolean {
    return this.endedLinks.has(onPair(from, to)) && this.sites.get(from)?.station?.people.view().neighbours(from).includes(to) !== true;
  }
}

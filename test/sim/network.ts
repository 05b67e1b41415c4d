/**
 * Simulated carriers: frames arrive late but in order, until the connection dies. A lost frame kills the connection, as
 * it would TCP; whoever connects again sends again, which is where duplicates come from.
 */
import { concat, hex } from '#core/bytes.ts';
import type { Carrier, CarrierEvents } from '#station/links/carrier.ts';
import type { SeededRandom } from './seed.ts';
import type { SimulatedTime } from './time.ts';

export interface LinkFaults {
  /** Frames in a thousand whose loss ends the connection. */
  lossPerMille: number;
  /** Frames in a thousand that come changed: what protects a carrier sees it, and ends it. */
  corruptPerMille?: number;
  /** How long the other end may go on, and bring what was under way, before it knows that a connection is dead. */
  lateDeathMs?: number;
  delayMsMin: number;
  delayMsMax: number;
  /** Each way; without it a link is as fast as its delay. */
  bytesPerSecond?: number;
  /** What the machine's own buffers take before a sender has to wait, as TCP's do; half a second of the link's otherwise. */
  bufferBytes?: number;
}

/** What a machine takes before a sender has to wait, where a link has no speed of its own. */
const BUFFER_BYTES = 131_072;

export const QUIET: LinkFaults = { lossPerMille: 0, delayMsMin: 1, delayMsMax: 2 };

/** Sees, and may change or swallow (null), every frame. */
export type Tap = (from: string, to: string, frame: Uint8Array) => Uint8Array | null;

export class SimulatedNetwork {
  readonly faults: LinkFaults;
  readonly #time: SimulatedTime;
  readonly #random: SeededRandom;
  readonly #listeners = new Map<string, (carrier: Carrier) => void>();
  readonly #cut = new Set<string>();
  /** Of single links, where they differ from all others. */
  readonly #weather = new Map<string, LinkFaults>();
  /** Until when nothing comes through a link, though nobody says that it is dead. */
  readonly #stalls = new Map<string, number>();
  readonly #ends = new Set<End>();
  /** Told of every frame that a station is given, in the order in which it is. */
  onArrival: (at: string, frame: Uint8Array, from: string) => void = () => {};
  tap: Tap = (_from, _to, frame) => frame;
  /** What happened, for the trace. */
  onEvent: (word: string) => void = () => {};

  constructor(time: SimulatedTime, random: SeededRandom, faults: LinkFaults = { ...QUIET }) {
    this.#time = time;
    this.#random = random;
    this.faults = faults;
  }

  listen(station: string, accept: (carrier: Carrier) => void): void {
    this.#listeners.set(station, accept);
  }

  silence(station: string): void {
    this.#listeners.delete(station);
    // Whoever has no power says nothing more: the other end finds out by itself.
    for (const end of Array.from(this.#ends)) if (end.owner === station) end.die();
  }

  /** @throws where the other station does not answer */
  async dial(from: string, to: string): Promise<Carrier> {
    await new Promise<void>((resolve) => this.#time.after(this.delayMs(from, to), resolve));
    const accept = this.#listeners.get(to);
    if (accept === undefined || this.isCut(from, to)) throw new Error('nobody answers');
    const binding = this.#random.bytes(32);
    const [near, far] = [new End(this, from, to, binding), new End(this, to, from, binding)];
    near.other = far;
    far.other = near;
    for (const end of [near, far]) this.#ends.add(end);
    this.onEvent(`connected ${from} ${to} ${hex(binding.subarray(0, 4))}`);
    this.#time.after(0, () => accept(far));
    return near;
  }

  isCut(a: string, b: string): boolean {
    return this.#cut.has(onPair(a, b));
  }

  isConnected(a: string, b: string): boolean {
    return this.#ends.values().some((end) => onPair(end.owner, end.peer) === onPair(a, b));
  }

  cut(a: string, b: string): void {
    this.#cut.add(onPair(a, b));
    for (const end of Array.from(this.#ends)) if (onPair(end.owner, end.peer) === onPair(a, b)) end.die();
  }

  mend(a: string, b: string): void {
    this.#cut.delete(onPair(a, b));
  }

  faultsOf(a: string, b: string): LinkFaults {
    return this.#weather.get(onPair(a, b)) ?? this.faults;
  }

  /** Null: as on all other links. */
  setWeather(a: string, b: string, faults: LinkFaults | null): void {
    if (faults === null) this.#weather.delete(onPair(a, b));
    else this.#weather.set(onPair(a, b), faults);
  }

  stall(a: string, b: string, forMs: number): void {
    this.#stalls.set(onPair(a, b), Math.max(this.stalledUntil(a, b), this.now + forMs));
  }

  stalledUntil(a: string, b: string): number {
    return this.#stalls.get(onPair(a, b)) ?? 0;
  }

  /** Everything is as it should be again, on every link. */
  calm(): void {
    Object.assign(this.faults, { ...QUIET, corruptPerMille: 0, lateDeathMs: 0 });
    this.#weather.clear();
    this.#stalls.clear();
    this.#cut.clear();
  }

  /** Whether this frame does not get through. */
  fateOf(a: string, b: string): 'lost' | 'corrupt' | null {
    const { lossPerMille, corruptPerMille = 0 } = this.faultsOf(a, b);
    if (lossPerMille > 0 && this.#random.perMille(lossPerMille)) return 'lost';
    return corruptPerMille > 0 && this.#random.perMille(corruptPerMille) ? 'corrupt' : null;
  }

  get now(): number {
    return this.#time.elapsedMs;
  }

  delayMs(a: string, b: string): number {
    const { delayMsMin, delayMsMax } = this.faultsOf(a, b);
    return delayMsMin === delayMsMax ? delayMsMin : this.#random.between(delayMsMin, delayMsMax + 1);
  }

  /** Until the other end of a dead connection knows. */
  deathMs(a: string, b: string): number {
    const { lateDeathMs = 0 } = this.faultsOf(a, b);
    return this.delayMs(a, b) + (lateDeathMs > 0 ? this.#random.between(0, lateDeathMs) : 0);
  }

  after(delayMs: number, wake: () => void): void {
    this.#time.after(delayMs, wake);
  }

  forget(end: End): void {
    this.#ends.delete(end);
  }
}

class End implements Carrier {
  readonly #network: SimulatedNetwork;
  readonly owner: string;
  readonly peer: string;
  readonly binding: Uint8Array;
  readonly isCounted = true;
  other!: End;
  #events: CarrierEvents | null = null;
  /** What was sent and has not arrived, in its order. */
  readonly #flying: Uint8Array[] = [];
  readonly #inbox: Uint8Array[] = [];
  #delivering = false;
  #dead = false;
  #lastArrival = 0;
  #free = 0;
  #underWay = 0;

  constructor(network: SimulatedNetwork, owner: string, peer: string, binding: Uint8Array) {
    this.#network = network;
    this.owner = owner;
    this.peer = peer;
    this.binding = binding;
  }

  open(events: CarrierEvents): void {
    this.#events = events;
    if (this.#dead) events.closed();
    else void this.#deliver();
  }

  async send(...pieces: readonly Uint8Array[]): Promise<void> {
    if (this.#dead) return;
    const network = this.#network;
    const carried = network.tap(this.owner, this.peer, concat(...pieces));
    if (carried === null) return;
    const fate = network.fateOf(this.owner, this.peer);
    if (fate !== null) {
      network.onEvent(`${fate} ${this.owner} ${this.peer}`);
      return this.die();
    }
    // In order: nothing overtakes what was sent before it.
    const gone = this.#goneAt(carried.length);
    const arrival = Math.max(this.#lastArrival, Math.ceil(gone) + network.delayMs(this.owner, this.peer), network.stalledUntil(this.owner, this.peer));
    this.#lastArrival = arrival;
    this.#underWay += carried.length;
    this.#flying.push(carried);
    const arrived = new Promise<void>((resolve) => {
      network.after(Math.max(0, arrival - network.now), () => {
        // The machine's own timers, on which stories run, may wake the later of two first: what has flown longest lands.
        const landed = this.#flying.shift()!;
        this.#underWay -= landed.length;
        this.other.#arrive(landed);
        resolve();
      });
    });
    if (network.faultsOf(this.owner, this.peer).bytesPerSecond !== undefined) await this.#buffered(gone);
    else if (this.#underWay > BUFFER_BYTES) await arrived;
  }

  /** When the last bit of it has left, behind all that was sent before. */
  #goneAt(bytes: number): number {
    const { bytesPerSecond } = this.#network.faultsOf(this.owner, this.peer);
    if (bytesPerSecond === undefined) return this.#network.now;
    this.#free = Math.max(this.#free, this.#network.now) + (1_000 * bytes) / bytesPerSecond;
    return this.#free;
  }

  async #buffered(gone: number): Promise<void> {
    const { bytesPerSecond = 1, bufferBytes = bytesPerSecond / 2 } = this.#network.faultsOf(this.owner, this.peer);
    const waitMs = gone - this.#network.now - (1_000 * bufferBytes) / bytesPerSecond;
    if (waitMs > 0) await new Promise<void>((resolve) => this.#network.after(Math.ceil(waitMs), resolve));
  }

  close(): void {
    this.die();
  }

  die(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#network.forget(this);
    this.#events?.closed();
    this.#network.after(this.#network.deathMs(this.owner, this.peer), () => this.other.die());
  }

  #arrive(frame: Uint8Array): void {
    if (this.#dead) return;
    this.#network.onArrival(this.owner, frame, this.peer);
    this.#inbox.push(frame);
    void this.#deliver();
  }

  async #deliver(): Promise<void> {
    if (this.#delivering || this.#events === null) return;
    this.#delivering = true;
    while (this.#inbox.length > 0 && !this.#dead) await this.#events.frame(this.#inbox.shift()!);
    this.#delivering = false;
  }
}

export function onPair(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

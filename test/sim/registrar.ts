/**
 * The registrar of a world, who signs what becomes of stations, offices and people, and whose device hands it to the sequencer
 * until the log has it: also what the log had before its disk was lost. Source: docs/protocol/directory.md §Proposing;
 * docs/decisions/0116-given-back-with-the-checkpoint.md.
 */
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import type { LogSigner } from '#model/directory-log.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import type { Station } from '#station/compose.ts';
import type { DirectoryBody } from '#wire/directory.ts';
import type { StationPlan, WorldPlan } from './plan.ts';
import type { MemoryDisk } from '#station/kernel/memory-disk.ts';
import type { SeededRandom } from './seed.ts';
import { goOnFrom, signTerm } from './terms.ts';
import { SIMULATION_START, type SimulatedTime } from './time.ts';

const DAY_MS = 86_400_000;
const AGAIN_MS = 10_000;
/** A request to a station that lost its power is answered by nobody. */
const ANSWERED_MS_MAX = 60_000;
/** After the trouble the log takes in what was decided within this time, or something is wrong. */
const LATE_MS = 60 * 60_000;

/** The machine of a station; null while it has no power. */
type Machine = { readonly station: Station | null; readonly alive: { readonly on: boolean }; readonly disk: Pick<MemoryDisk, 'inspect'> };

/** How many entries the log has with what was decided. */
export type Decision = Readonly<{ size: number }>;

export interface RegistrarWorld {
  readonly plan: WorldPlan;
  readonly time: SimulatedTime;
  readonly random: SeededRandom;
  readonly provider: CryptoProvider;
  readonly sites: ReadonlyMap<string, Machine>;
  note(word: string): void;
  count(kind: 'entries-given-back'): void;
  broken(error: unknown): void;
}

/** A term that no log has: the root has signed it, or is to. */
interface TermToCome {
  readonly keys: LogSigner;
  entry: Uint8Array | null;
}

/** What the device has seen in the log. */
interface Seen {
  readonly size: number;
  readonly checkpoint: Uint8Array;
}

export class Registrar {
  readonly organisation: PracticeOrganisation;
  readonly #world: RegistrarWorld;
  #seen: Seen;
  #deciding: Promise<unknown> = Promise.resolve();
  #isWorking = false;
  #term: TermToCome | null = null;
  readonly #decisions: { size: number }[] = [];
  #take: (entry: Uint8Array) => void = () => {};

  private constructor(world: RegistrarWorld, organisation: PracticeOrganisation, seen: Seen) {
    this.#world = world;
    this.organisation = organisation;
    this.#seen = seen;
  }

  /** Founds the organisation with the stations of the beginning. */
  static async found(world: RegistrarWorld, isCheap: boolean): Promise<Registrar> {
    const { plan, provider, random } = world;
    const organisation = await PracticeOrganisation.found({
      provider, random: random.fork('organisation'), now: SIMULATION_START - DAY_MS, station: plan.stations[0]!.code, cheap: isCheap,
    });
    for (const station of plan.stations) if (station.joinsAt === null) await enter(organisation, station);
    return new Registrar(world, organisation, { size: organisation.entries.length, checkpoint: await organisation.checkpoint() });
  }

  /** What a station that joins now is given on its stick. */
  get admission(): { readonly from: 0; readonly entries: readonly Uint8Array[]; readonly checkpoint: Uint8Array } {
    const { size, checkpoint } = this.#seen;
    return { from: 0, entries: this.organisation.entries.slice(0, size), checkpoint };
  }

  /** Signs, and sees to it that the log has it. @returns how many entries the log has with it, which a term may change; call `isIn` for when */
  decide(change: (organisation: PracticeOrganisation) => Promise<void>): Promise<Decision> {
    const turn = this.#deciding.then(async () => {
      this.organisation.now = SIMULATION_START + this.#world.time.elapsedMs;
      await change(this.organisation);
      this.work();
      const decision = { size: this.organisation.entries.length };
      this.#decisions.push(decision);
      return decision;
    });
    this.#deciding = turn;
    return turn;
  }

  /** Whether the sequencer has so many entries, as far as this device has seen. */
  isIn({ size }: Decision): boolean {
    return this.#term === null && this.#seen.size >= size;
  }

  /** Whether the sequencer has all that was decided. */
  get isAllIn(): boolean {
    return this.isIn({ size: this.organisation.entries.length });
  }

  /** A standby was promoted to be the sequencer, with these keys. @param take gives it the term that the root signed */
  promoted(keys: LogSigner, take: (entry: Uint8Array) => void): void {
    this.#term = { keys, entry: null };
    this.#take = take;
    this.work();
  }

  enter(station: StationPlan): Promise<Decision> {
    return this.decide((organisation) => enter(organisation, station));
  }

  end(...bodies: readonly DirectoryBody<'end'>[]): Promise<Decision> {
    return this.decide((organisation) => organisation.add(bodies.map((body) => ({ kind: 'end', body }))));
  }

  /** Looks at the sequencer now, and again until it has everything. */
  work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    void this.#look();
  }

  async #look(): Promise<void> {
    const { time, note, plan, broken } = this.#world;
    const { station, alive } = this.#sequencer;
    try {
      if (station !== null) await Promise.race([this.#handIn(station.people), tooLate(time)]);
    } catch (error) {
      note.call(this.#world, `not handed in: ${String(error)}`);
      const isLate = time.elapsedMs > plan.troubleMs + LATE_MS;
      if (alive.on && (isLate || !(error instanceof Refusal))) broken.call(this.#world, error);
    }
    this.#isWorking = !this.#hasAll();
    if (this.#isWorking) time.after(AGAIN_MS, () => void this.#look());
  }

  async #handIn(people: Station['people']): Promise<void> {
    const { entries } = this.organisation;
    const held = people.view().point.size;
    if (held < this.#seen.size) {
      const { device } = this.organisation.devices.values().next().value!;
      await people.takeBack(entries.slice(held, this.#seen.size), this.#seen.checkpoint, { device });
      this.#world.count('entries-given-back');
    }
    if (this.#term !== null && !(await this.#begin(people, this.#term))) return;
    const { size } = people.view().point;
    if (size < entries.length) await people.propose(entries.slice(size));
    this.#seen = { size: people.view().point.size, checkpoint: people.checkpoint() };
  }

  /** @returns whether the term has begun */
  async #begin(people: Station['people'], term: TermToCome): Promise<boolean> {
    const { organisation } = this;
    const view = people.view();
    if (view.sequencer.term > organisation.state.sequencer.term) {
      const log = this.#sequencer.disk.inspect('select bytes from directory_entry order by entry_index').map(({ bytes }) => bytes as Uint8Array);
      this.#deciding = this.#deciding.then(() => goOnFrom(organisation, log));
      await this.#deciding;
      for (const decision of this.#decisions) if (decision.size >= log.length) decision.size += 1;
      this.#term = null;
      return true;
    }
    if (term.entry !== null) return false;
    term.entry = await signTerm(organisation, this.#world.plan.stations[0]!.code, term.keys, view.point.size);
    this.#take(term.entry);
    return false;
  }

  #hasAll(): boolean {
    if (this.#term !== null) return false;
    const held = this.#sequencer.station?.people.view().point.size ?? 0;
    return held >= this.organisation.entries.length && this.isAllIn;
  }

  get #sequencer(): Machine {
    return this.#world.sites.values().next().value!;
  }
}

async function tooLate(time: SimulatedTime): Promise<never> {
  await new Promise<void>((resolve) => void time.after(ANSWERED_MS_MAX, resolve));
  throw new Refusal('station-unreachable');
}

async function enter(organisation: PracticeOrganisation, { code, office, neighbour, callsNeighbour }: StationPlan): Promise<void> {
  if (neighbour !== null) {
    await organisation.addStation(code);
    const [caller, answerer] = callsNeighbour ? [code, neighbour] : [neighbour, code];
    await organisation.connect(caller, answerer, `${answerer}:1`);
  }
  await organisation.addOffice(office, code);
  await organisation.addOfficeKey(office, 'transport');
  await organisation.addOfficeKey(office, 'storage');
  await organisation.addPosition(positionOf(office), office);
  await takeOver(organisation, office, 1);
}

/** The n-th person of an office. */
export function personOf(office: string, turn: number): string {
  return `${office}-nguoi-${turn}`;
}

export function positionOf(office: string): string {
  return `${office}-truc`;
}

/** Somebody comes and holds the office's position. */
export async function takeOver(organisation: PracticeOrganisation, office: string, turn: number): Promise<void> {
  await organisation.addPerson(personOf(office, turn));
  await organisation.hold(personOf(office, turn), positionOf(office));
}

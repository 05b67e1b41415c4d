/** What goes wrong in a world, as its plan says, one function a kind. */
import { hex } from '#core/bytes.ts';
import type { Precedence } from '#wire/names.ts';
import { carryStick } from './courier.ts';
import { linkBegins, linkEnds } from './detour.ts';
import { FOLDERS, restoreOnto } from './folders.ts';
import { kindsOfFault } from './kinds.ts';
import { personLeaves, stationLeaves } from './leaving.ts';
import { type LinkFaults, onPair } from './network.ts';
import type { FaultPlan } from './plan.ts';
import { SeededRandom } from './seed.ts';
import { Standing } from './standing.ts';
import { newLogKeys } from './terms.ts';
import { SIMULATION_START } from './time.ts';
import type { Site, World } from './world.ts';

type Of<Kind extends FaultPlan['kind']> = Extract<FaultPlan, { kind: Kind }>;

const URGENT: readonly Precedence[] = ['flash', 'immediate'];
/** A copy is made between two moments of work; where one is in the middle, a little later. */
const COPY_AGAIN_MS = 50;
const TERM_RESTART_MS = 5_000;

export function planFaults(world: World): void {
  const standing = new Standing<FaultPlan>();
  for (const fault of world.plan.faults) {
    if (fault.kind === 'restore') world.time.after(fault.at - fault.ageMs, () => world.undertakings.begin(`${fault.station} is copied`, backUp(world, fault)));
    else world.time.after(fault.at, () => inject(world, standing, fault));
  }
}

function inject(world: World, standing: Standing<FaultPlan>, fault: Exclude<FaultPlan, Of<'restore'>>): void {
  switch (fault.kind) {
    case 'crash': return crash(world, fault);
    case 'full-disk': return world.undertakings.begin(`the disk of ${fault.station} fills up`, fillDisk(world, standing, fault));
    case 'clock': return leap(world, fault);
    case 'cut': return cut(world, standing, fault);
    case 'stall': return stall(world, fault);
    case 'weather': return weather(world, standing, fault);
    case 'stick': return stick(world, fault);
    case 'roll-over': return world.undertakings.begin(`${fault.office} rolls its key over`, rollOver(world, fault));
    case 'leave-person': return world.undertakings.begin(`a person of ${fault.office} leaves`, personLeaves(world, fault.office));
    case 'leave-station': return leaveStation(world, fault);
    case 'link-begins': return world.undertakings.begin(`the link ${fault.link.join(' ')} begins`, linkBegins(world, fault.link));
    case 'link-ends': return world.undertakings.begin(`the link ${fault.link.join(' ')} ends`, linkEnds(world, fault.link));
  }
}

function siteOf(world: World, code: string): Site | null {
  return world.sites.get(code) ?? null;
}

/** By what it does, where it does something. */
function count(world: World, fault: FaultPlan): void {
  for (const kind of kindsOfFault(fault, world.plan.stations[0]!.code)) world.count(kind);
}

/** When its time is over; the end of all trouble ends it before. */
function whenOver({ time, plan }: World, { forMs }: { readonly forMs: number }, end: () => void): void {
  time.after(forMs, () => void (time.elapsedMs < plan.troubleMs && end()));
}

function crash(world: World, fault: Of<'crash'>): void {
  const { station, moment, commits, restartMs } = fault;
  const site = siteOf(world, station);
  if (site === null || !site.alive.on) return;
  let left = commits;
  const now = (): void => {
    if (!site.alive.on || left-- > 0) return;
    count(world, fault);
    world.crash(station, restartMs);
  };
  if (moment === 'now') left = 0;
  if (moment === 'now') return now();
  const { disk } = site;
  const hook = moment === 'before-commit' ? 'beforeCommit' : 'afterCommit';
  const earlier = disk.faults[hook];
  disk.faults = { ...disk.faults, [hook]: () => [earlier, now].forEach((one) => one?.()) };
}

async function backUp(world: World, fault: Of<'restore'>): Promise<void> {
  const site = siteOf(world, fault.station);
  if (site === null) return;
  // Looked at once more where it is copied: between the two something may begin.
  while (isBusy(site.disk)) await world.time.until(() => !isBusy(site.disk), COPY_AGAIN_MS);
  if (site.restores > 0 || site.leaving !== null) return;
  const copy = await site.disk.copy();
  const asOf = SIMULATION_START + world.time.elapsedMs;
  world.note(`backed up ${site.code}`);
  world.time.after(fault.ageMs, () => world.undertakings.begin(`${site.code} has its copy`, restore(world, site, fault, { copy, asOf })));
}

async function restore(world: World, site: Site, fault: Of<'restore'>, { copy, asOf }: { copy: Site['disk']; asOf: number }): Promise<void> {
  if (site.restores > 0 || site.leaving !== null) return;
  const { station, restartMs } = fault;
  const isSequencer = station === world.plan.stations[0]!.code;
  await world.lose(station, restartMs, async () => {
    rememberBrought(world, site);
    const incarnation = world.random.fork(`incarnation ${site.code} ${site.restores}`).bytes(16);
    await restoreOnto(copy, incarnation, asOf, world.depsOf(site, { on: true }), fault.promoted ? 'standby' : 'disk-lost');
    Object.assign(site, { disk: copy, incarnation });
  });
  count(world, fault);
  const known = new Set(site.disk.inspect('select id from outgoing').map(({ id }) => hex(id as Uint8Array)));
  world.desk.recheck(station, (id) => known.has(hex(id)));
  world.promises.forget(site);
  if (fault.promoted) await awaitTerm(world, site);
  else if (isSequencer) world.registrar.work();
}

/** It has keys of its own for the log, which count when the root has signed them; it is started again with what was signed. */
async function awaitTerm(world: World, site: Site): Promise<void> {
  const signer = await newLogKeys(world.provider);
  site.term = { signer };
  world.registrar.promoted(signer, (entry) => {
    site.term = { signer, entry };
    world.crash(site.code, TERM_RESTART_MS);
  });
}

/** What had arrived here: whoever brought it, and heard of it or not, may bring it again, and only marked. */
function rememberBrought(world: World, { code, office, disk }: Site): void {
  const arrived = disk.inspect('select id from delivery where office = ?', [office]).map(({ id }) => id as Uint8Array);
  for (const id of arrived) world.broughtBefore.push({ station: code, office, id: hex(id) });
}

async function fillDisk(world: World, standing: Standing<FaultPlan>, fault: Of<'full-disk'>): Promise<void> {
  const { station, what, left } = fault;
  const site = siteOf(world, station);
  if (site === null || !site.alive.on) return;
  const { disk } = site;
  // A restored station has another disk.
  const where = `${station} ${site.restores} ${what}`;
  standing.begin(where, fault);
  if (what === 'records') disk.shrink(Number(disk.inspect('pragma page_count')[0]!['page_count']) + left);
  else disk.blobs.capacityBytes = await usedBytes(disk) + left * 20_000;
  count(world, fault);
  world.note(`full ${station} ${what}`);
  whenOver(world, fault, () => {
    if (standing.end(where, fault) === null) makeRoom(disk, what);
  });
}

async function usedBytes({ blobs }: Site['disk']): Promise<number> {
  let used = 0;
  for (const folder of FOLDERS) for (const file of await blobs.list(folder)) used += (await blobs.size(`${folder}/${file}`)) ?? 0;
  return used;
}

/** Whether a transaction is open. */
function isBusy(disk: Site['disk']): boolean {
  try {
    disk.inspect('begin');
    disk.inspect('rollback');
    return false;
  } catch {
    return true;
  }
}

export function makeRoom(disk: Site['disk'], what?: Of<'full-disk'>['what']): void {
  if (what !== 'files') disk.shrink(2 ** 28);
  if (what !== 'records') disk.blobs.capacityBytes = Number.MAX_SAFE_INTEGER;
}

function leap(world: World, fault: Of<'clock'>): void {
  const site = siteOf(world, fault.station);
  if (site === null) return;
  count(world, fault);
  site.leapMs += fault.byMs;
}

function cut(world: World, standing: Standing<FaultPlan>, fault: Of<'cut'>): void {
  const { network } = world;
  const [a, b] = fault.link;
  if (network.isConnected(a, b)) count(world, fault);
  const where = `cut ${onPair(a, b)}`;
  standing.begin(where, fault);
  network.cut(a, b);
  whenOver(world, fault, () => {
    if (standing.end(where, fault) === null) network.mend(a, b);
  });
}

function stall(world: World, fault: Of<'stall'>): void {
  const [a, b] = fault.link;
  if (world.network.isConnected(a, b)) count(world, fault);
  world.network.stall(a, b, fault.forMs);
  // What flies by then is as late, however calm it has become: its connection may be given up in that time.
  world.busyUntil = Math.max(world.busyUntil, world.time.elapsedMs + fault.forMs);
}

function weather(world: World, standing: Standing<FaultPlan>, fault: Of<'weather'>): void {
  const where = `weather ${onPair(...fault.link)}`;
  if (fault.link.every((code) => siteOf(world, code)?.alive.on)) count(world, fault);
  const set = (said: FaultPlan | null): void => world.network.setWeather(...fault.link, said?.kind === 'weather' ? faultsOf(said) : null);
  standing.begin(where, fault);
  set(fault);
  whenOver(world, fault, () => set(standing.end(where, fault)));
}

function faultsOf({ weather: { bytesPerSecond, ...rest } }: Of<'weather'>): LinkFaults {
  return { ...rest, ...(bytesPerSecond !== null && { bytesPerSecond }) };
}

function stick(world: World, { from, to, isAgain, onlyUrgent, bytesMax, fate }: Of<'stick'>): void {
  const site = siteOf(world, from);
  if (site === null) return;
  const { alive } = site;
  const order = { peer: to, again: isAgain, ...(onlyUrgent && { precedences: URGENT }), ...(bytesMax !== null && { bytesMax }) };
  carryStick(world, new SeededRandom(`stick ${fate}`), from, order).catch((error: unknown) => {
    if (alive.on && !isRefusal(error)) world.broken(error);
  });
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'Refusal';
}

async function rollOver(world: World, { office }: Of<'roll-over'>): Promise<void> {
  await world.registrar.decide(async (organisation) => {
    const number = organisation.state.officeKeys(office, 'transport').length + 1;
    await organisation.addOfficeKey(office, 'transport', number);
  });
  world.count('roll-over');
}

function leaveStation(world: World, { station }: Of<'leave-station'>): void {
  const site = siteOf(world, station);
  if (site === null || site.leaving !== null) return;
  world.undertakings.begin(`${station} leaves`, stationLeaves(world, site));
}

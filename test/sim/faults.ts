/** What goes wrong in a world, as its plan says, one function a kind. */
import { hex } from '#core/bytes.ts';
import type { Precedence } from '#wire/names.ts';
import { carryStick } from './courier.ts';
import { linkBegins, linkEnds } from './detour.ts';
import { FOLDERS, restoreOnto } from './folders.ts';
import { personLeaves, stationLeaves } from './leaving.ts';
import type { FaultPlan } from './plan.ts';
import { SeededRandom } from './seed.ts';
import { SIMULATION_START } from './time.ts';
import type { Site, World } from './world.ts';

type Of<Kind extends FaultPlan['kind']> = Extract<FaultPlan, { kind: Kind }>;

const URGENT: readonly Precedence[] = ['flash', 'immediate'];
/** A copy is made between two moments of work; where one is in the middle, a little later. */
const COPY_AGAIN_MS = 50;

export function planFaults(world: World): void {
  for (const fault of world.plan.faults) {
    if (fault.kind === 'restore') world.time.after(fault.at - fault.ageMs, () => void backUp(world, fault));
    else world.time.after(fault.at, () => inject(world, fault));
  }
}

function inject(world: World, fault: Exclude<FaultPlan, Of<'restore'>>): void {
  switch (fault.kind) {
    case 'crash': return crash(world, fault);
    case 'full-disk': return void fillDisk(world, fault).catch((error: unknown) => world.broken(error));
    case 'clock': return leap(world, fault);
    case 'cut': return cut(world, fault);
    case 'stall': return stall(world, fault);
    case 'weather': return weather(world, fault);
    case 'stick': return stick(world, fault);
    case 'roll-over': return rollOver(world, fault);
    case 'leave-person': return void personLeaves(world, fault.office).catch((error: unknown) => world.broken(error));
    case 'leave-station': return leaveStation(world, fault);
    case 'link-begins': return void linkBegins(world, fault.link).catch((error: unknown) => world.broken(error));
    case 'link-ends': return void linkEnds(world, fault.link).catch((error: unknown) => world.broken(error));
  }
}

function siteOf(world: World, code: string): Site | null {
  return world.sites.get(code) ?? null;
}

function crash(world: World, { station, moment, commits, restartMs }: Of<'crash'>): void {
  const site = siteOf(world, station);
  if (site === null || !site.alive.on) return;
  let left = commits;
  const now = (): void => {
    if (!site.alive.on || left-- > 0) return;
    world.count(`crash-${moment}`);
    world.crash(station, restartMs);
  };
  if (moment === 'now') left = 0;
  if (moment === 'now') now();
  else site.disk.faults = moment === 'before-commit' ? { beforeCommit: now } : { afterCommit: now };
}

async function backUp(world: World, fault: Of<'restore'>): Promise<void> {
  const site = siteOf(world, fault.station);
  if (site === null || site.restores > 0 || site.leaving !== null) return;
  if (isBusy(site.disk)) return void world.time.after(COPY_AGAIN_MS, () => void backUp(world, fault));
  const copy = await site.disk.copy();
  const asOf = SIMULATION_START + world.time.elapsedMs;
  world.note(`backed up ${site.code}`);
  world.time.after(fault.ageMs, () => void restore(world, site, fault, { copy, asOf }).catch((error: unknown) => world.broken(error)));
}

async function restore(world: World, site: Site, { station, restartMs }: Of<'restore'>, { copy, asOf }: { copy: Site['disk']; asOf: number }): Promise<void> {
  if (site.restores > 0 || site.leaving !== null) return;
  const isSequencer = station === world.plan.stations[0]!.code;
  world.count(isSequencer ? 'restore-sequencer' : 'restore');
  await world.lose(station, restartMs, async () => {
    rememberBrought(world, site);
    const incarnation = world.random.fork(`incarnation ${site.code} ${site.restores}`).bytes(16);
    await restoreOnto(copy, incarnation, asOf, world.depsOf(site, { on: true }));
    Object.assign(site, { disk: copy, incarnation });
  });
  const known = new Set(site.disk.inspect('select id from outgoing').map(({ id }) => hex(id as Uint8Array)));
  world.desk.recheck(station, (id) => known.has(hex(id)));
  const taken = new Set(site.disk.inspect(`select distinct subject from ledger_entry where kind in ('custody-taken', 'duplicate')`)
    .map(({ subject }) => hex(subject as Uint8Array)));
  for (const promise of world.promised) if (promise.station === station && !taken.has(hex(promise.id))) promise.isForgotten = true;
  if (isSequencer) world.registrar.work();
}

/** What had arrived here by a neighbour that has our receipt for it: it may come again, and only marked. */
function rememberBrought(world: World, { code, office, disk }: Site): void {
  const arrived = disk.inspect('select id from delivery where office = ?', [office]).map(({ id }) => id as Uint8Array);
  for (const id of arrived) {
    const isReceipted = world.sites.values().some((other) =>
      other.code !== code && other.disk.inspect(`select 1 from receipt where dispatch = ? and office = ? and kind = 'arrived'`, [id, office]).length > 0);
    if (isReceipted) world.broughtBefore.push({ station: code, office, id: hex(id) });
  }
}

async function fillDisk(world: World, { station, what, left, forMs }: Of<'full-disk'>): Promise<void> {
  const site = siteOf(world, station);
  if (site === null) return;
  world.count(`full-disk-${what}`);
  const { disk } = site;
  if (what === 'records') disk.shrink(Number(disk.inspect('pragma page_count')[0]!['page_count']) + left);
  else disk.blobs.capacityBytes = await usedBytes(disk) + left * 20_000;
  world.note(`full ${station} ${what}`);
  world.time.after(forMs, () => makeRoom(disk));
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

export function makeRoom(disk: Site['disk']): void {
  disk.shrink(2 ** 28);
  disk.blobs.capacityBytes = Number.MAX_SAFE_INTEGER;
}

function leap(world: World, { station, byMs }: Of<'clock'>): void {
  const site = siteOf(world, station);
  if (site === null) return;
  world.count(byMs > 0 ? 'clock-forward' : 'clock-back');
  site.leapMs += byMs;
}

function cut(world: World, { link: [a, b], forMs }: Of<'cut'>): void {
  world.count('cut');
  world.network.cut(a, b);
  world.time.after(forMs, () => world.network.mend(a, b));
}

function stall(world: World, { link: [a, b], forMs }: Of<'stall'>): void {
  world.count('stall');
  world.network.stall(a, b, forMs);
}

function weather(world: World, { link: [a, b], weather: { bytesPerSecond, ...rest }, forMs }: Of<'weather'>): void {
  world.count('weather');
  world.network.setWeather(a, b, { ...rest, ...(bytesPerSecond !== null && { bytesPerSecond }) });
  world.time.after(forMs, () => world.network.setWeather(a, b, null));
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

function rollOver(world: World, { office }: Of<'roll-over'>): void {
  world.count('roll-over');
  void world.registrar.decide(async (organisation) => {
    const number = organisation.state.officeKeys(office, 'transport').length + 1;
    await organisation.addOfficeKey(office, 'transport', number);
  }).catch((error: unknown) => world.broken(error));
}

function leaveStation(world: World, { station }: Of<'leave-station'>): void {
  const site = siteOf(world, station);
  if (site === null || site.leaving !== null) return;
  void stationLeaves(world, site).catch((error: unknown) => world.broken(error));
}

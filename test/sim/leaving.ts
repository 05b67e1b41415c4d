/**
 * Who leaves a world in the middle of it: a person, whose colleague takes over and whose office rolls its key; a station, whose
 * office moves to the neighbour first. What has left stays switched on and goes on trying, and nobody may deal with it.
 */
import { MINUTE_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { SERIES } from './desk.ts';
import { OPEN, WAITING } from './questions.ts';
import { type Decision, positionOf, takeOver } from './registrar.ts';
import type { Attempt } from './staff.ts';
import { LOOK_MS } from './time.ts';
import type { Site, World } from './world.ts';

/** As long as a slow link needs to say what is missing. */
export const SETTLED_MS = 10 * MINUTE_MS;
const HOMEWARD = 'select 1 from receipt where homeward is not null limit 1';

export async function personLeaves(world: World, office: string): Promise<void> {
  const { person, ended } = await world.people.change(office, () => handOver(world, office));
  // The door knows a device that ended whatever the time is; rights, which are asked here, go by the station's clock.
  await world.time.until(() => world.clockOf(world.homeOf(office)).now() >= ended);
  await actAnyway(world, office, person);
}

/** @returns who has left, and since when */
async function handOver(world: World, office: string): Promise<{ readonly person: string; readonly ended: number }> {
  const { registrar } = world;
  const { person, turn } = world.people.of(office);
  const size = await registrar.decide(async (organisation) => {
    await takeOver(organisation, office, turn + 1);
    await organisation.add([
      { kind: 'end', body: { what: 'holder', code: person, other: positionOf(office), reason: 'left' } },
      { kind: 'end', body: { what: 'person', code: person, reason: 'left' } },
    ]);
    await organisation.addOfficeKey(office, 'transport', organisation.state.officeKeys(office, 'transport').length + 1);
  });
  world.count('leave-person');
  const ended = world.registrar.organisation.now;
  await world.time.until(() => knows(world.homeOf(office), size));
  world.people.takeOver(office, turn + 1);
  return { person, ended };
}

/** The device of somebody who has left asks the station that knows it for a number, until it has an answer. */
async function actAnyway(world: World, office: string, person: string): Promise<void> {
  for (let attempt: Attempt | null = null; attempt === null;) {
    const { code, station } = world.homeOf(office);
    attempt = station === null ? null : await station.dispatch.numbers.batch({ person }, office, SERIES, 1).then(
      () => ({ person, station: code, wasRefused: false }),
      (error: unknown) => (isNotEntitled(error) ? { person, station: code, wasRefused: true } : null),
    );
    if (attempt === null) await new Promise<void>((resolve) => void world.time.after(LOOK_MS, resolve));
    else world.attempts.push(attempt);
  }
}

function isNotEntitled(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'not-entitled';
}

/** Its office writes nothing more there, moves, and works on at the neighbour's; when nothing waits any more the station ends. */
export async function stationLeaves(world: World, site: Site): Promise<void> {
  site.leaving = 'moving';
  const { code, office } = site;
  const home = world.site(site.plan.neighbour!);
  world.desk.pause(office);
  await world.time.until(() => site.station !== null && world.sent.every(({ from, accepted, givenUp }) => from !== code || accepted || givenUp));
  const moved = await world.registrar.decide((organisation) => organisation.addOffice(office, home.code));
  await world.time.until(() => knows(site, moved) && knows(home, moved));
  world.homes.set(office, home.code);
  world.desk.goOn(office);
  site.leaving = 'emptying';
  await world.time.until(staying(world, SETTLED_MS, () => isEmpty(world, site) && haveMet(site, home)));
  const ended = await world.registrar.end(
    { what: 'link', code, other: home.code, reason: 'left' }, { what: 'station', code, reason: 'left' },
  );
  world.count('leave-station');
  await world.time.until(() => knows(home, ended));
  site.leaving = 'left';
  world.note(`left ${code}`);
}

/** Nobody ends a station that still owes somebody something, or while a disk may have to be given back what it sent there. */
function isEmpty(world: World, { code, station, disk }: Site): boolean {
  if (station === null || world.time.elapsedMs < world.lastRestoreAt) return false;
  if ([OPEN, WAITING, HOMEWARD].some((question) => disk.inspect(question).length > 0)) return false;
  const others = world.sites.values().filter((site) => site.code !== code);
  return others.every((site) => site.station !== null && site.disk.inspect('select 1 from link_queue where peer = ? limit 1', [code]).length === 0);
}

/** Each as it is now: whose disk was lost since may have to be given back what it had from the other. */
export function haveMet(a: Site, b: Site): boolean {
  return [[a, b], [b, a]].every(([one, other]) =>
    one!.disk.inspect('select 1 from link_state where peer = ? and incarnation = ? and peer_incarnation = ?', [other!.code, one!.incarnation, other!.incarnation]).length > 0);
}

/** Whether it has been so at each look for as long. */
export function staying(world: World, forMs: number, isSo: () => boolean): () => boolean {
  let since: number | null = null;
  return () => {
    since = isSo() ? (since ?? world.time.elapsedMs) : null;
    return since !== null && world.time.elapsedMs - since >= forMs;
  };
}

export function knows({ station }: Site, { size }: Decision): boolean {
  return station !== null && station.people.view().point.size >= size;
}

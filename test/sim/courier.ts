/**
 * Couriers of a world: a person carries sticks along a link, beside connections or while there is none; sticks are lost,
 * late, read twice, out of order, cut off and damaged. What holds is for the same checkers to say.
 */
import type { Courier } from '#station/links/courier/courier.ts';
import { framesOf, readVolumeStart, VOLUME_START_BYTES, volumeStartBytes } from '#wire/bundle.ts';
import { concat } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { SeededRandom } from './seed.ts';
import type { World } from './world.ts';

const VOLUME_BYTES = 2 ** 21;
/** A courier who finds nobody waits so long, so often. */
const WAIT_MS = 20_000;
const WAITS_MAX = 12;

export type StickOrder = Omit<Parameters<Courier['write']>[0], 'volumeBytes'>;

/** Somebody sets out with what waits for a neighbour. */
export async function carryStick(world: World, chance: SeededRandom, from: string, order: StickOrder): Promise<void> {
  const courier = world.sites.get(from)?.station?.links.courier;
  if (courier === undefined) return;
  const { peer: to } = order;
  const { bundle } = courier.write({ ...order, volumeBytes: VOLUME_BYTES });
  await courier.written();
  const { volumes, number, items } = await courier.state(bundle);
  const sticks: Uint8Array[] = [];
  for (const place of volumes.keys()) sticks.push(await bytesOf(courier, bundle, place + 1));
  await courier.drop(bundle, false);
  world.note(`stick ${from} ${to} ${number} ${items} ${volumes.length}`);
  for (const stick of sticks) {
    const offered = watch(world, from, to, stick);
    carry(world, chance, to, stick, () => offered.forEach((one) => world.came(from, to, one)));
  }
}

/** What happens to a stick on its way. */
function carry(world: World, chance: SeededRandom, to: string, stick: Uint8Array, came: () => void): void {
  world.count('stick');
  if (chance.perMille(150)) return world.count('stick-lost');
  const isLate = chance.perMille(200);
  if (isLate) world.count('stick-late');
  const delayMs = isLate ? chance.between(200_000, 900_000) : chance.between(1_000, 60_000);
  const [isCut, isDamaged, isTwice] = [chance.perMille(100), chance.perMille(100), chance.perMille(200)];
  if (isCut) world.count('stick-cut');
  if (isDamaged) world.count('stick-damaged');
  if (isTwice) world.count('stick-twice');
  const start = volumeStartBytes(stick.subarray(0, VOLUME_START_BYTES));
  const left = isCut ? stick.slice(0, chance.between(start, stick.length)) : stick.slice();
  if (isDamaged) left[chance.between(0, left.length)]! ^= 1;
  world.busyUntil = Math.max(world.busyUntil, world.time.elapsedMs + delayMs + 100_000);
  world.time.after(delayMs, () => arrive(world, to, left, WAITS_MAX, came));
  if (isTwice) world.time.after(delayMs + chance.between(0, 100_000), () => arrive(world, to, left, WAITS_MAX, came));
}

function arrive(world: World, to: string, stick: Uint8Array, waits: number, came: () => void): void {
  const site = world.sites.get(to);
  const courier = site?.station?.links.courier;
  const again = (): void => void (waits > 0 && world.time.after(WAIT_MS, () => arrive(world, to, stick, waits - 1, came)));
  if (site === undefined || courier === undefined) return again();
  const { alive } = site;
  read(world, courier, to, stick, came).catch((error: unknown) => {
    if (alive.on && !(error instanceof Refusal)) return world.broken(error);
    if (!alive.on) return again();
    if (error instanceof Refusal && error.code === 'bundle-busy') again();
  });
}

async function read(world: World, courier: Courier, to: string, stick: Uint8Array, came: () => void): Promise<void> {
  const start = startOf(stick);
  const { reading, volume } = await courier.begin(stick.subarray(0, start));
  if (!volume.wasRead) await courier.feed(reading, 0, once(stick.subarray(start)));
  const { isRead, taken, held, unfinished, settled } = await courier.end(reading);
  if (isRead) came();
  world.note(`read ${to} ${isRead} ${taken} ${held} ${unfinished} ${settled}`);
}

/** A custody that leaves on a stick is a promise as on a connection. @returns the numbers of what it offers */
function watch(world: World, from: string, to: string, stick: Uint8Array): number[] {
  const numbers: number[] = [];
  const start = startOf(stick);
  const { statement: { segments } } = readVolumeStart(stick.subarray(0, start));
  let at = start;
  for (const { length } of segments) {
    for (const said of framesOf(stick.subarray(at, at + length))) {
      if (said.kind === 'custody') world.promises.add(from, to, said);
      if (said.kind === 'offer') numbers.push(said.channel);
    }
    at += length;
  }
  return numbers;
}

/** Where a damaged stick says nothing of its own, as far as it goes. */
function startOf(stick: Uint8Array): number {
  try {
    return volumeStartBytes(stick.subarray(0, VOLUME_START_BYTES));
  } catch {
    return stick.length;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

async function bytesOf(courier: Courier, bundle: string, volume: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await courier.volume(bundle, volume, 0)).source) pieces.push(piece);
  return concat(...pieces);
}

/**
 * Couriers of a world: in some worlds a person carries sticks along a link, beside connections or instead of them; sticks
 * are lost, late, read twice, cut off and damaged. What holds is for the same checkers to say.
 */
import type { Courier } from '#station/links/courier/courier.ts';
import { framesOf, readVolumeStart, VOLUME_START_BYTES, volumeStartBytes } from '#wire/bundle.ts';
import { concat } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { Precedence } from '#wire/names.ts';
import { type Code, LINKS } from './places.ts';
import type { SeededRandom } from './seed.ts';
import type { World } from './world.ts';

const VOLUME_BYTES = 2 ** 21;
const URGENT: readonly Precedence[] = ['flash', 'immediate'];
/** A courier who finds nobody waits so long, so often. */
const WAIT_MS = 20_000;
const WAITS_MAX = 12;

/** @param untilMs the last of them sets out before */
export function planCouriers(world: World, untilMs: number): void {
  const plan = world.random.fork('couriers');
  if (!plan.perMille(400)) return;
  const [a, b] = plan.pick(LINKS);
  // Then nothing else connects the two until everything is calm.
  const isAlone = plan.perMille(500);
  const cuts = isAlone ? Math.ceil(untilMs / 10_000) : 0;
  for (let at = 0; at < cuts; at++) world.time.after(at * 10_000, () => world.network.cut(a, b));
  for (let i = plan.between(3, 9); i > 0; i--) {
    const [from, to] = plan.perMille(600) ? [a, b] : [b, a];
    const chance = world.random.fork(`courier ${i}`);
    world.time.after(plan.between(0, untilMs * 0.9), () => {
      const { alive } = world.site(from);
      setOut(world, chance, from, to).catch((error: unknown) => demandRefusal(error, alive.on));
    });
  }
}

async function setOut(world: World, chance: SeededRandom, from: Code, to: Code): Promise<void> {
  const courier = world.site(from).station?.links.courier;
  if (courier === undefined) return;
  const order = {
    peer: to, volumeBytes: VOLUME_BYTES, again: chance.perMille(300),
    ...(chance.perMille(200) && { precedences: URGENT }), ...(chance.perMille(200) && { bytesMax: 300_000 }),
  };
  const { bundle } = courier.write(order);
  await courier.written();
  const { volumes, number, items } = await courier.state(bundle);
  const sticks: Uint8Array[] = [];
  for (const place of volumes.keys()) sticks.push(await bytesOf(courier, bundle, place + 1));
  await courier.drop(bundle, false);
  world.note(`stick ${from} ${to} ${number} ${items} ${volumes.length}`);
  for (const stick of sticks) {
    watch(world, from, to, stick);
    carry(world, chance, to, stick);
  }
}

/** What happens to a stick on its way. */
function carry(world: World, chance: SeededRandom, to: Code, stick: Uint8Array): void {
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
  world.time.after(delayMs, () => arrive(world, to, left, WAITS_MAX));
  if (isTwice) world.time.after(delayMs + chance.between(0, 100_000), () => arrive(world, to, left, WAITS_MAX));
}

function arrive(world: World, to: Code, stick: Uint8Array, waits: number): void {
  const courier = world.site(to).station?.links.courier;
  const again = (): void => void (waits > 0 && world.time.after(WAIT_MS, () => arrive(world, to, stick, waits - 1)));
  const { alive } = world.site(to);
  if (courier === undefined) return again();
  read(world, courier, to, stick).catch((error: unknown) => {
    demandRefusal(error, alive.on);
    if (!alive.on) return again();
    if (error instanceof Refusal && error.code === 'bundle-busy') again();
  });
}

async function read(world: World, courier: Courier, to: Code, stick: Uint8Array): Promise<void> {
  const start = startOf(stick);
  const { reading, volume } = await courier.begin(stick.subarray(0, start));
  if (!volume.wasRead) await courier.feed(reading, 0, once(stick.subarray(start)));
  const { isRead, taken, held, unfinished, settled } = await courier.end(reading);
  world.note(`read ${to} ${isRead} ${taken} ${held} ${unfinished} ${settled}`);
}

/** A custody that leaves on a stick is a promise as on a connection. */
function watch(world: World, from: Code, to: Code, stick: Uint8Array): void {
  const start = startOf(stick);
  const { statement: { segments } } = readVolumeStart(stick.subarray(0, start));
  let at = start;
  for (const { length } of segments) {
    for (const said of framesOf(stick.subarray(at, at + length))) {
      if (said.kind === 'custody') world.promised.push({ station: from, peer: to, id: said.id, channel: said.channel, lost: false });
    }
    at += length;
  }
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

/** A station may say no, or lose its power in the middle; anything else is a fault of the courier's code. */
function demandRefusal(error: unknown, hasPower: boolean): void {
  if (hasPower && !(error instanceof Refusal)) throw error;
}

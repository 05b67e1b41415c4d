/**
 * One story from end to end, with everything real: a hub on a small disk and a post on a disk that loses power, in network
 * namespaces, over a lossy narrow fibre and a radio. Kills at every step; the fibre dies and mail goes by radio; the power
 * goes; the disk fills; then both lines are silent for 72 hours, which clocks pass in moments, while mail heaps up and half
 * of it goes by stick. At the end every dispatch must be there once, by the registers and ledgers that both kept.
 */
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CliContext } from '#cli/context.ts';
import { readVolume, volumeBytes, writeBundle } from '#client/bundles.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { concat } from '#core/bytes.ts';
import { HOUR_MS, SECOND_MS } from '#core/clock.ts';
import { quietContext } from '../scenario/command-line.ts';
import { atTheHub } from './full-disk.ts';
import { killLoop } from './kill.ts';
import { Lines, PORTS, within } from './lines.ts';
import { LoopImage, run } from './loop-image.ts';
import { strike } from './power-cut.ts';
import { begin, type Desk, type Errand, newErrand, persist, STEPS } from './traffic.ts';
import type { Mischief, World } from './world.ts';

const DISK_MEBIBYTES = 128;
const RESERVE_MEBIBYTES = 16;
const OUTAGE_HOURS = 72;
/** Of one step of the clocks, and how long the stations have to see it. */
const STEP_HOURS = 6;
const SEEN_MS = 150;
const HEAPED_UP = 8;
const CARRIED = ['carry', 'open', 'receipts home'];

export interface Story extends World {
  readonly kills: number;
  readonly chance: () => number;
}

export async function tellStory({ folder, kills, chance, progress, world }: Story): Promise<void> {
  const lines = await Lines.lay();
  const image = new LoopImage(folder, 'story-post', DISK_MEBIBYTES);
  const small = path.join(folder, 'story-hub');
  mkdirSync(small);
  run('mount', '-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'tmpfs', small);
  const clocks = new Clocks(path.join(folder, 'clock'));
  const configuration = { diskReserveMebibytes: RESERVE_MEBIBYTES };
  const place = (station: 'hub' | 'post') => ({ through: within(station), environment: clocks.environment });
  const [fibre, radio] = lines.hubAddresses;
  try {
    await world('story', {
      data: { hub: path.join(small, 'station'), post: path.join(image.mounted, 'station') },
      configuration: { hub: configuration, post: { ...configuration, neighbourAddresses: { hub: [radio] } } },
      ports: PORTS, place: { hub: place('hub'), post: place('post') }, hubAddress: fibre,
    }, kills, async (desk) => {
      const mischief = await killLoop(desk, { rounds: kills, chance, cluster: null, progress });
      return chapters(desk, { lines, image, small, clocks, tell: (what) => progress(kills, what) }, mischief);
    }, clocks.context);
  } finally {
    run('umount', small);
    image.close();
    lines.close();
  }
}

interface Stage {
  readonly lines: Lines;
  readonly image: LoopImage;
  readonly small: string;
  readonly clocks: Clocks;
  readonly tell: (what: string) => void;
}

async function chapters(desk: Desk, { lines, image, small, clocks, tell }: Stage, { errands, struck }: Mischief): Promise<Mischief> {
  const all = [...errands];
  const chapter = async (name: string, bytes: number, play: (errand: Errand) => Promise<void>): Promise<void> => {
    const errand = newErrand(`Chương: ${name}`, bytes);
    all.push(errand);
    await play(errand);
    struck[name] = 1;
    tell(name);
  };
  await chapter('the fibre dies, the radio carries', 20_000, async (errand) => {
    await lines.cutFibre();
    await through(desk, errand);
    await lines.mendFibre();
  });
  await chapter('the post loses its power while it receives', 150_000, async (errand) => {
    for (const step of STEPS) {
      const cut = step.name === 'carry' ? delay(40).then(() => strike(desk, { victim: 'post', image, cluster: null })) : Promise.resolve();
      await persist(step, desk, errand, () => cut);
      await cut;
    }
  });
  await chapter('the hub\'s disk is full', 600_000, (errand) => atTheHub(desk, errand, small, 0).then(() => undefined));
  all.push(...(await outage(desk, lines, clocks)));
  struck[`${OUTAGE_HOURS} hours without a line, half of what heaped up by stick`] = 1;
  tell('72 hours');
  return { errands: all, struck };
}

async function through(desk: Desk, errand: Errand, which: (step: string) => boolean = () => true): Promise<void> {
  for (const step of STEPS.filter(({ name }) => which(name))) await persist(step, desk, errand, async () => {});
}

/** Mail heaps up; a courier takes half of it in the middle; what is left goes when the lines are back. */
async function outage(desk: Desk, lines: Lines, clocks: Clocks): Promise<Errand[]> {
  lines.silence();
  const began = clocks.now();
  const heap = Array.from({ length: HEAPED_UP }, (_, i) => newErrand(`Trong bão, điện thứ ${i + 1}`, i % 4 === 0 ? 60_000 : 0));
  for (const [at, errand] of heap.entries()) {
    await clocks.pass((OUTAGE_HOURS / HEAPED_UP) * HOUR_MS);
    await begin(desk, ['hub']);
    await through(desk, errand, (name) => !CARRIED.includes(name));
    if (at === HEAPED_UP / 2 - 1) await byStick(desk);
  }
  lines.speak();
  await begin(desk, ['hub', 'post']);
  for (const errand of heap) await through(desk, errand, (name) => CARRIED.includes(name));
  await demandLate(desk, heap.at(-1)!, began + OUTAGE_HOURS * HOUR_MS);
  return heap;
}

/** Both stations' own words bear times after the outage: clocks that stood still would have shown nothing. */
async function demandLate({ stations: { drafter } }: Desk, { dispatch }: Errand, at: number): Promise<void> {
  const { accepted, receipts } = await traceDispatch(drafter, dispatch!);
  const times = [accepted ?? 0, ...receipts.map(({ time }) => time)];
  if (times.length < 2 || Math.min(...times) < at) throw new Error('the stations did not see the time pass');
}

/** From the hub's device to the post's, and back with what the post answers. */
async function byStick(desk: Desk): Promise<void> {
  const [hub, post] = [desk.stations.drafter, await desk.post()];
  await begin(desk, ['post']);
  for (const [from, to, peer] of [[hub, post, 'post'], [post, hub, 'hub']] as const) {
    const record = await writeBundle({ api: from.api, clock: from.clock }, { peer }, () => {});
    for (const volume of record.volumes.keys()) {
      const pieces: Uint8Array[] = [];
      for await (const piece of await volumeBytes(from, record, volume + 1)) pieces.push(Uint8Array.from(piece));
      const bytes = concat(...pieces);
      const { report } = await readVolume(to, { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) });
      const isLacking = !report.isRead || (from === hub && report.taken < HEAPED_UP / 2);
      if (isLacking) throw new Error(`a stick did not carry what waited: ${JSON.stringify(report)}`);
    }
  }
}

/** The stations' clocks by libfaketime, whose time stands in a file, and the devices' beside them. */
class Clocks {
  readonly environment: Readonly<Record<string, string>>;
  readonly context: CliContext;
  readonly #file: string;
  #aheadMs = 0;

  constructor(file: string) {
    this.#file = file;
    this.#write();
    this.environment = { LD_PRELOAD: faketimeLibrary(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    const context = quietContext();
    const { clock } = context;
    this.context = { ...context, clock: { ...clock, now: () => clock.now() + this.#aheadMs, monotonicMs: () => clock.monotonicMs(), uncertaintyMs: () => clock.uncertaintyMs(), after: (...args) => clock.after(...args) } };
  }

  now(): number {
    return this.context.clock.now();
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_HOURS * HOUR_MS) {
      this.#aheadMs += Math.min(STEP_HOURS * HOUR_MS, ms - passed);
      this.#write();
      await delay(SEEN_MS);
    }
  }

  #write(): void {
    writeFileSync(this.#file, `+${this.#aheadMs / SECOND_MS}\n`);
  }
}

function faketimeLibrary(): string {
  const [found] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
  if (found === undefined) throw new Error('faketime is not installed');
  return found;
}

/**
 * Full disks: one station's folder stands on a small tmpfs that is filled, first into the reserve that is kept for
 * records, then to the last byte. What is new is refused with `disk-full`; what was accepted waits, and arrives when
 * there is room again.
 */
import { closeSync, openSync, rmSync, statfsSync, writeSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '#core/refusals.ts';
import type { StationName } from '../fixtures/two-stations.ts';
import { run } from './loop-image.ts';
import { begin, type Desk, type Errand, newErrand, persist, STEPS } from './traffic.ts';
import type { Mischief, World } from './world.ts';

const MEBIBYTE = 2 ** 20;
const DISK_MEBIBYTES = 128;
/** The least that a station may be told to keep. */
const RESERVE_MEBIBYTES = 16;
const ATTACHMENT_BYTES = 600_000;
/** Long enough for a link to try, and to be told that there is no room. */
const FULL_MS = 1_500;

export async function fillDisks({ folder, times, progress, world }: World & { readonly times: number }): Promise<void> {
  for (const victim of ['hub', 'post'] as const) {
    if (times === 0) continue;
    const mounted = path.join(folder, `small-${victim}`);
    mkdirSync(mounted);
    run('mount', '-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'tmpfs', mounted);
    try {
      const options = {
        data: { [victim]: path.join(mounted, 'station') }, configuration: { [victim]: { diskReserveMebibytes: RESERVE_MEBIBYTES } },
      };
      await world(`full disk at the ${victim}`, options, times, (desk) => fillLoop(desk, victim, mounted, times, progress));
    } finally {
      run('umount', mounted);
    }
  }
}

async function fillLoop(desk: Desk, victim: StationName, mounted: string, times: number, progress: World['progress']): Promise<Mischief> {
  const errands: Errand[] = [];
  const struck: Record<string, number> = {};
  for (let time = 0; time < 2 * times; time++) {
    const left = time % 2 === 0 ? RESERVE_MEBIBYTES * MEBIBYTE : 0;
    const errand = newErrand(`Điện thứ ${time + 1}`, ATTACHMENT_BYTES);
    errands.push(errand);
    const refusals = victim === 'hub' ? await atTheHub(desk, errand, mounted, left) : await atThePost(desk, errand, mounted, left);
    const name = left === 0 ? 'to the last byte' : 'into the reserve';
    struck[`${name}: ${refusals}`] = (struck[`${name}: ${refusals}`] ?? 0) + 1;
    progress(time + 1, `${name} / ${victim}`);
  }
  return { errands, struck };
}

/** Writing is refused; with room again the same errand goes all the way. */
export async function atTheHub(desk: Desk, errand: Errand, mounted: string, left: number): Promise<string> {
  fill(mounted, left);
  const refused = await STEPS[0]!.run(desk, errand).then(() => 'nothing refused', (error: unknown) => (error instanceof Refusal ? error.code : String(error)));
  rmSync(path.join(mounted, 'ballast'));
  if (refused !== 'disk-full') throw new Error(`with a full disk: ${refused}`);
  await begin(desk, ['hub']);
  for (const step of STEPS) await persist(step, desk, errand, async () => {});
  return refused;
}

/** The sender is accepted and its dispatch waits; with room again it arrives. */
async function atThePost(desk: Desk, errand: Errand, mounted: string, left: number): Promise<string> {
  fill(mounted, left);
  let arrived = false;
  for (const step of STEPS) {
    if (step.name !== 'carry') {
      await persist(step, desk, errand, async () => {});
      continue;
    }
    const carrying = persist(step, desk, errand, async () => {}).then(() => (arrived = true));
    await delay(FULL_MS);
    if (arrived) throw new Error('what needs room arrived where there is none');
    rmSync(path.join(mounted, 'ballast'));
    await carrying;
  }
  return 'waited at the hub';
}

/** Leaves so many bytes free. */
function fill(mounted: string, left: number): void {
  const ballast = openSync(path.join(mounted, 'ballast'), 'w');
  try {
    const { bavail, bsize } = statfsSync(mounted);
    let rest = Math.max(0, bavail * bsize - left);
    const piece = Buffer.alloc(MEBIBYTE, 1);
    while (rest > 0) rest -= writeSync(ballast, piece, 0, Math.min(rest, piece.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(ballast);
  }
}

/**
 * Power cuts: one station's folder stands on an ext4 image. In the middle of a step the station is halted, the image is
 * copied as it is, the station is killed, and goes on from the copy: what it had acknowledged must be there.
 */
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import type { StationName } from '../fixtures/two-stations.ts';
import { LoopImage } from './loop-image.ts';
import { type Desk, type Errand, newErrand, persist, STEPS } from './traffic.ts';
import type { World } from './world.ts';

const IMAGE_MEBIBYTES = 128;
/** The least that a station may be told to keep: the image is small, since it is copied at each cut. */
const RESERVE_MEBIBYTES = 16;
const STRIKE_MS_MAX = 60;

export async function cutPower({ folder, cuts, chance, progress, world }: World & { readonly cuts: number; readonly chance: () => number }): Promise<void> {
  for (const victim of ['hub', 'post'] as const) {
    const times = victim === 'hub' ? Math.ceil(cuts / 2) : Math.floor(cuts / 2);
    if (times === 0) continue;
    const image = new LoopImage(folder, `image-${victim}`, IMAGE_MEBIBYTES);
    try {
      const data = { [victim]: path.join(image.mounted, 'station') };
      const configuration = { [victim]: { diskReserveMebibytes: RESERVE_MEBIBYTES } };
      await world(`power cut at the ${victim}`, { data, configuration }, times, (desk) => cutLoop(desk, victim, image, times, chance, progress));
    } finally {
      image.close();
    }
  }
}

async function cutLoop(desk: Desk, victim: StationName, image: LoopImage, times: number, chance: () => number, progress: World['progress']) {
  const errands: Errand[] = [];
  const struck: Record<string, number> = {};
  const steps = STEPS.filter(({ at }) => at.includes(victim));
  for (let time = 0; time < times; time++) {
    const target = steps[time % steps.length]!;
    const errand = newErrand(`Điện thứ ${time + 1}`, chance() < 0.5 ? Math.floor(chance() * 200_000) : 0);
    errands.push(errand);
    for (const step of STEPS) {
      if (step !== target) {
        await persist(step, desk, errand, async () => {});
        continue;
      }
      const cut = delay(chance() * STRIKE_MS_MAX).then(() => strike(desk, victim, image));
      await persist(step, desk, errand, () => cut);
      await cut;
      await persist(step, desk, errand, async () => {});
    }
    struck[target.name] = (struck[target.name] ?? 0) + 1;
    progress(time + 1, `${target.name} / ${victim}`);
  }
  return { errands, struck };
}

async function strike({ stations }: Desk, victim: StationName, image: LoopImage): Promise<void> {
  process.kill(stations.pid(victim), 'SIGSTOP');
  const snapshot = image.snapshot();
  await stations.kill(victim);
  image.restart(snapshot);
  await stations.start(victim);
}

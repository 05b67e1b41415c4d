/**
 * Power cuts: one station's folder stands on an ext4 image. In the middle of a step the station is halted, the image is
 * copied as it is, the station is killed, and goes on from the copy: what it had acknowledged must be there.
 */
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import { type Cluster, startCluster } from '../fixtures/postgresql.ts';
import type { StationName, TwoStationsOptions } from '../fixtures/two-stations.ts';
import { LoopImage } from './loop-image.ts';
import { type Desk, type Errand, newErrand, persist, STEPS } from './traffic.ts';
import type { World } from './world.ts';

const IMAGE_MEBIBYTES = 128;
/** A server's own files and its log of what is to be written. */
const CLUSTER_MEBIBYTES = 512;
/** The least that a station may be told to keep: the image is small, since it is copied at each cut. */
const RESERVE_MEBIBYTES = 16;
const STRIKE_MS_MAX = 60;

export interface PowerCuts extends World {
  readonly cuts: number;
  readonly chance: () => number;
  /** Where the station that is not cut keeps its database, where the engine is PostgreSQL. */
  readonly elsewhere: Cluster | null;
}

export async function cutPower({ folder, cuts, chance, progress, world, elsewhere }: PowerCuts): Promise<void> {
  for (const victim of ['hub', 'post'] as const) {
    const times = victim === 'hub' ? Math.ceil(cuts / 2) : Math.floor(cuts / 2);
    if (times === 0) continue;
    const image = new LoopImage(folder, `image-${victim}`, elsewhere === null ? IMAGE_MEBIBYTES : CLUSTER_MEBIBYTES);
    let cluster: Cluster | null = null;
    try {
      cluster = elsewhere === null ? null : startCluster({ below: image.mounted });
      const data = { [victim]: path.join(image.mounted, 'station') };
      const configuration = { [victim]: { diskReserveMebibytes: RESERVE_MEBIBYTES } };
      const site: Struck = { victim, image, cluster };
      const database = await databasesOf(victim, cluster, elsewhere);
      await world(`power cut at the ${victim}`, { data, configuration, ...database }, times, (desk) => cutLoop(desk, site, times, chance, progress));
    } catch (error) {
      // Before the image is taken away, which fails where a station still stands on it.
      console.error(error);
      throw error;
    } finally {
      cluster?.stop();
      image.close();
    }
  }
}

async function databasesOf(victim: StationName, cluster: Cluster | null, elsewhere: Cluster | null): Promise<Pick<TwoStationsOptions, 'database'>> {
  if (cluster === null || elsewhere === null) return {};
  const other = victim === 'hub' ? 'post' : 'hub';
  return { database: { [victim]: await cluster.newDatabase(), [other]: await elsewhere.newDatabase() } };
}

interface Struck {
  readonly victim: StationName;
  /** Holds the station's folder, and its server's. */
  readonly image: LoopImage;
  readonly cluster: Cluster | null;
}

async function cutLoop(desk: Desk, site: Struck, times: number, chance: () => number, progress: World['progress']) {
  const errands: Errand[] = [];
  const struck: Record<string, number> = {};
  const { victim } = site;
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
      const cut = delay(chance() * STRIKE_MS_MAX).then(() => strike(desk, site));
      await persist(step, desk, errand, () => cut);
      await cut;
      await persist(step, desk, errand, async () => {});
    }
    struck[target.name] = (struck[target.name] ?? 0) + 1;
    progress(time + 1, `${target.name} / ${victim}`);
  }
  return { errands, struck };
}

export async function strike({ stations }: Desk, { victim, image, cluster }: Struck): Promise<void> {
  process.kill(stations.pid(victim), 'SIGSTOP');
  cluster?.halt();
  const snapshot = image.snapshot();
  await stations.kill(victim);
  await cluster?.kill();
  image.restart(snapshot);
  await cluster?.start();
  await stations.start(victim);
}

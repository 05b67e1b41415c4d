/** `npm run chaos`: two real stations under kill -9, power cuts and full disks. Source: docs/operating/chaos.md. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CliContext } from '#cli/context.ts';
import type { Session } from '#client/session.ts';
import { askedOf } from '../asked.ts';
import { chanceOf } from '../fixtures/chance.ts';
import { startCluster } from '../fixtures/postgresql.ts';
import { twoStations, type TwoStationsOptions } from '../fixtures/two-stations.ts';
import { quietContext } from '../scenario/command-line.ts';
import { checkFolders, checkRegisters } from './checker.ts';
import { fillDisks } from './full-disk.ts';
import { killLoop } from './kill.ts';
import { cutPower } from './power-cut.ts';
import { againApart, isApart } from './lines.ts';
import { tellStory } from './story.ts';
import { begin, type Desk } from './traffic.ts';
import type { Mischief } from './world.ts';

const USAGE = `
Two real stations under kill -9, power cuts and full disks. What was accepted must arrive once, be registered once, and both
folders must prove themselves. It ends with 1 where anything was lost, doubled or wrong.

npm run chaos -- --rounds 200 --power-cuts 20 --full-disks 3 --database sqlite|postgresql --seed 1 --folder DIR
npm run chaos -- --story --rounds 21    all in one story over lines that lose and delay; rounds are its kills

As root: power cuts have an ext4 image on a loop device, full disks a small tmpfs, the story both and namespaces of its own.
`;

const asked = askedOf(USAGE, { rounds: 200, 'power-cuts': 20, 'full-disks': 3, seed: 1, story: false, database: 'sqlite', folder: tmpdir() });

if (asked.story && asked.database !== 'sqlite') throw new Error('the story is told on SQLite: its power cut takes a folder, and no server');
if (asked.story && !isApart()) process.exit(againApart());
const folder = mkdtempSync(path.join(asked.folder, 'tram-chaos-'));
// A server that refuses to run as root must be able to pass through.
chmodSync(folder, 0o711);
const chance = chanceOf(asked.seed);
const cluster = asked.database === 'postgresql' ? startCluster({ onDisk: true }) : null;
let faults = 0;
try {
  if (asked.story) await tellStory({ folder, kills: asked.rounds, chance, progress: told('story', asked.rounds), world: inWorld });
  else await apart();
} catch (error) {
  // Before what is left behind is cleared away, which may fail for it.
  console.error(error);
  faults += 1;
} finally {
  cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = faults === 0 ? 0 : 1;

/** Each kind of mischief in a world of its own. */
async function apart(): Promise<void> {
  await inWorld('kill -9', {}, asked.rounds, (desk, rounds) => killLoop(desk, { rounds, chance, cluster, progress: told('kill -9', rounds) }));
  await cutPower({ folder, cuts: asked['power-cuts'], chance, elsewhere: cluster, progress: told('power cut', asked['power-cuts']), world: inWorld });
  await fillDisks({ folder, times: asked['full-disks'], progress: told('full disk', asked['full-disks']), world: inWorld });
}

/** Founds two stations, lets `work` at them, and checks what is left. */
async function inWorld(
  name: string, options: TwoStationsOptions, times: number, work: (desk: Desk, times: number) => Promise<Mischief>, context: CliContext = quietContext(),
): Promise<void> {
  if (times === 0) return;
  const database = cluster === null ? {} : { hub: await cluster.newDatabase(), post: await cluster.newDatabase() };
  const stations = await twoStations(context, path.join(folder, name.replaceAll(/\W+/g, '-')), { database, ...options });
  let post: Session | null = null;
  const desk: Desk = { stations, post: async () => (post ??= await stations.openPost()) };
  try {
    await stations.start('post');
    const { errands, struck } = await work(desk, times);
    await begin(desk, ['hub', 'post']);
    const { lost, doubled, other } = await checkRegisters(stations.drafter, await desk.post(), errands);
    for (const station of ['hub', 'post'] as const) await stations.stop(station);
    other.push(...(await checkFolders(stations.data)));
    faults += lost.length + doubled.length + other.length;
    for (const said of [...lost, ...doubled, ...other].slice(0, 20)) console.error(`  ${said}`);
    console.log(`${name}: ${times} times, ${errands.length} dispatches, ${lost.length} lost, ${doubled.length} doubled, ${other.length} otherwise wrong`);
    for (const [where, count] of Object.entries(struck)) console.log(`  ${where}: ${count}`);
  } finally {
    await stations.close().catch(() => {});
  }
}

function told(name: string, times: number): (done: number, what: string) => void {
  return (done, what) => {
    if (process.stderr.isTTY || done % 20 === 0 || done === times) console.error(`${name} ${done}/${times}: ${what}`);
  };
}

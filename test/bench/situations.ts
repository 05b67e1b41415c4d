/**
 * What goes wrong on the way, Trạm's and NNCP's answers in one run: many messages on one link in their order, a stick that
 * is read twice, one of five sticks that is lost, a receiver whose disk is full. Counts, not times.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type BundleDesk, dropBundle, readVolume, type VolumeFile, volumeBytes, writeBundle } from '#client/bundles.ts';
import type { Composition } from '#client/dispatch/compose.ts';
import { approveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import type { Session } from '#client/session.ts';
import { concat } from '#core/bytes.ts';
import { nodeClock } from '#platform/node/clock.ts';
import type { Precedence } from '#wire/names.ts';
import { HUB_OFFICE, POST_OFFICE, twoStations, type TwoStations } from '../fixtures/two-stations.ts';
import { until } from '../fixtures/until.ts';
import { quietContext } from '../scenario/command-line.ts';
import { FILE_BYTES, inversions, LOST, MANY, type Situations, STICKS } from './situation.ts';
import { nncpSituations } from './situations-nncp.ts';
import { type Ballast, smallDisk } from './small-disk.ts';

const IN_TURN: readonly Precedence[] = ['routine', 'priority', 'immediate'];

export interface SituationFigures {
  readonly tram: Situations;
  /** Null where NNCP is not installed. */
  readonly nncp: Situations | null;
}

/** Needs a network and mounts of its own, for the stations' ports and a small disk. */
export async function measureSituations(folder: string, hasNncp: boolean): Promise<SituationFigures> {
  mkdirSync(folder, { recursive: true });
  return { tram: await ours(folder), nncp: hasNncp ? await nncpSituations(path.join(folder, 'nncp')) : null };
}

async function ours(folder: string): Promise<Situations> {
  return { ...(await linkAndSticks(path.join(folder, 'stations'))), ...(await fullReceiver(path.join(folder, 'full'))) };
}

async function linkAndSticks(folder: string): Promise<Omit<Situations, 'senderTold' | 'cameAfterwards'>> {
  const stations = await twoStations(quietContext(), folder);
  try {
    const order = await inOrder(stations);
    return { ...order, ...(await bySticks(stations)) };
  } finally {
    await stations.close();
  }
}

async function sent({ drafter, signatory }: TwoStations, precedence: Precedence, more: Partial<Composition> = {}): Promise<string> {
  const { id } = await writeDraft(drafter, {
    office: HUB_OFFICE, documentType: 'Công điện', subject: 'Đo tình huống', text: 'Diễn tập.', classification: 'none', exercise: true, attachments: [],
    recipients: [{ to: { office: POST_OFFICE }, role: 'action', precedence }], ...more,
  });
  await approveDraft(signatory, id);
  await signDraft(signatory, id);
  return (await sendDraft(drafter, id)).dispatch;
}

/** Oldest first. */
async function came(post: Session): Promise<string[]> {
  const { lines } = await post.api.call('register', { path: { office: POST_OFFICE, direction: 'in' }, query: { limit: 100 } });
  return lines.map(({ dispatch }) => dispatch).toReversed();
}

async function inOrder(stations: TwoStations): Promise<Pick<Situations, 'inverted' | 'pairs'>> {
  const order: string[] = [];
  for (let i = 0; i < MANY; i++) order.push(await sent(stations, IN_TURN[i % IN_TURN.length]!));
  await stations.start('post');
  const post = await stations.openPost();
  await until(async () => (await came(post)).length === MANY, `${MANY} dispatches`);
  const places = await came(post);
  await stations.stop('post');
  return inversions(order.map((dispatch, i) => ({ rank: i % IN_TURN.length, place: places.indexOf(dispatch) })));
}

/** The two stations never run at the same time: only sticks are between them. */
async function bySticks(stations: TwoStations): Promise<Pick<Situations, 'deliveredTwiceRead' | 'cameOfFive' | 'isMissed' | 'afterRepair'>> {
  const { drafter } = stations;
  const hub = async (): Promise<BundleDesk> => {
    await stations.stop('post');
    await stations.start('hub');
    await drafter.begin();
    await stations.signatory.begin();
    return { api: drafter.api, clock: nodeClock };
  };
  let clerk: Session | null = null;
  const post = async (): Promise<Session> => {
    await stations.stop('hub');
    await stations.start('post');
    clerk ??= await stations.openPost();
    await clerk.begin();
    return clerk;
  };
  const first = await sent(stations, 'routine');
  const stick = await written({ api: drafter.api, clock: nodeClock }, 'post');
  let there = await post();
  for (let time = 0; time < 2; time++) await read(there, stick);
  const deliveredTwiceRead = (await came(there)).filter((dispatch) => dispatch === first).length;

  let here = await hub();
  const five: string[] = [];
  const sticks: Uint8Array[][] = [];
  for (let i = 0; i < STICKS; i++) {
    five.push(await sent(stations, 'routine'));
    sticks.push(await written(here, 'post'));
  }
  there = await post();
  const ofFive = async (): Promise<number> => (await came(there)).filter((dispatch) => five.includes(dispatch)).length;
  for (const [i, one] of sticks.entries()) if (i !== LOST - 1) await read(there, one);
  const cameOfFive = await ofFive();
  const isMissed = (await there.api.call('bundles', {})).lacking.length > 0;
  const home = await written({ api: there.api, clock: nodeClock }, 'hub');
  here = await hub();
  await read(drafter, home);
  const again = await written(here, 'post');
  there = await post();
  await read(there, again);
  return { deliveredTwiceRead, cameOfFive, isMissed, afterRepair: await ofFive() };
}

/** @returns its volumes */
async function written(desk: BundleDesk, peer: string): Promise<Uint8Array[]> {
  const record = await writeBundle(desk, { peer }, () => {});
  const volumes: Uint8Array[] = [];
  for (let volume = 1; volume <= record.volumes.length; volume++) volumes.push(concat(...(await Array.fromAsync(await volumeBytes(desk, record, volume)))));
  await dropBundle(desk, record, 'fetched');
  return volumes;
}

async function read({ api }: Session, volumes: readonly Uint8Array[]): Promise<void> {
  for (const bytes of volumes) {
    const file: VolumeFile = { size: bytes.length, read: async (from, to) => bytes.subarray(from, to) };
    await readVolume({ api }, file);
  }
}

async function fullReceiver(folder: string): Promise<Pick<Situations, 'senderTold' | 'cameAfterwards'>> {
  const disk: Ballast = smallDisk(path.join(folder, 'disk'));
  const stations = await twoStations(quietContext(), path.join(folder, 'stations'), {
    data: { post: path.join(disk.mounted, 'station') }, configuration: { post: { diskReserveMebibytes: 16 } },
  });
  try {
    await stations.start('post');
    const post = await stations.openPost();
    disk.leave(12);
    const bytes = new Uint8Array(FILE_BYTES);
    const file = { name: 'Công điện số 12.pdf', sizeBytes: bytes.length, read: async function* (from: number) { yield bytes.subarray(from); } };
    const dispatch = await sent(stations, 'routine', { attachments: [{ file }] });
    const { drafter } = stations;
    await until(async () => (await drafter.api.call('trace', { path: { dispatch } })).queued.some(({ state }) => state === 'no-room'), 'word that there is no room');
    const senderTold = (await drafter.api.call('links', {})).links.some(({ noRoomSince }) => noRoomSince !== undefined) && (await came(post)).length === 0;
    disk.clear();
    await until(async () => (await came(post)).includes(dispatch), 'the dispatch, once there is room');
    return { senderTold, cameAfterwards: true };
  } finally {
    await stations.close();
    disk.release();
  }
}

export function situationsTable({ tram, nncp }: SituationFigures): string {
  const row = (what: string, said: (one: Situations) => string): string => `| ${what} | ${said(tram)} | ${nncp === null ? '' : said(nncp)} |`;
  return [
    '| situation | Trạm | NNCP |', '| --- | --- | --- |',
    row(`${MANY} messages of three precedences on one link: pairs of one precedence out of order`, ({ inverted, pairs }) => `${inverted} of ${pairs}`),
    row('a stick read twice: deliveries', ({ deliveredTwiceRead }) => String(deliveredTwiceRead)),
    row(`stick ${LOST} of ${STICKS} lost: came; the receiver says one is missing; after one more stick each way`,
      ({ cameOfFive, isMissed, afterRepair }) => `${cameOfFive}; ${yes(isMissed)}; ${afterRepair}`),
    row('the receiver\'s disk is full: the sender is told why; it comes once there is room', ({ senderTold, cameAfterwards }) => `${yes(senderTold)}; ${yes(cameAfterwards)}`),
  ].join('\n');
}

function yes(holds: boolean): string {
  return holds ? 'yes' : 'no';
}

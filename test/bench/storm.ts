/**
 * A storm's day at one hub, many times over (DOMAIN.md §6: 600 dispatches, 70/20/8/2 % of the four precedences, text of 1 to
 * 8 kB, 15 % with a file of 0.2 to 2 MB): sent by clerks beside one another as fast as the machine takes them, then small
 * ones at the pace of such a day's worst hour. Writers, hub and post share one machine.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endorseAll, sendMany, writeMany } from '#client/dispatch/batch.ts';
import type { Composition } from '#client/dispatch/compose.ts';
import type { OpenDraft } from '#client/dispatch/draft.ts';
import { approveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import type { SourceFile } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import type { Precedence } from '#wire/names.ts';
import { chanceOf } from '../fixtures/chance.ts';
import { type Cluster, findPostgresql, startCluster } from '../fixtures/postgresql.ts';
import { HUB_OFFICE, POST_OFFICE, type StationName, twoStations, type TwoStations } from '../fixtures/two-stations.ts';
import { quietContext } from '../scenario/command-line.ts';
import { percentile } from './measure.ts';

/** Of the hub, in a storm, a day. */
const REAL_DAY = 600;
const TIMES_REAL = 100;
export const STORM_DISPATCHES = REAL_DAY * TIMES_REAL;
/** The worst hour of a day brings ten times the mean of that day: seven a second. */
const PACED_A_SECOND = Math.round((10 * STORM_DISPATCHES) / 86_400);
const PACED_SECONDS = 30;
const CLERKS = 8;
/** Endorsed together; each is sent by itself. */
const SIGNED_TOGETHER = 32;
const SEED = 1;
/** Whose trace is asked for; asking all would be another load. */
const TRACED_MAX = 600;
/** Of /proc, on Linux (proc(5)). */
const TICKS_A_SECOND = 100;
const KB = 1_000;

export interface StormFigures {
  readonly engine: 'SQLite' | 'PostgreSQL';
  readonly dispatches: number;
  readonly bytes: number;
  /** From the first written until the last accepted, and until nothing is queued. */
  readonly acceptedSeconds: number;
  readonly carriedSeconds: number;
  /** Milliseconds, of each: from a clerk's order to send until the station says accepted; from acceptance until the post's `arrived`. */
  readonly acceptMs: readonly number[];
  readonly arriveMs: readonly number[];
  readonly paced: { readonly acceptMs: readonly number[]; readonly arriveMs: readonly number[] };
  readonly peakMib: Readonly<Record<string, number>>;
  /** Seconds of processor time, until all was carried. */
  readonly cpu: Readonly<Record<'hub' | 'post' | 'clerks', number>>;
  /** What the folder (and its database) grew by. */
  readonly grewBytes: Readonly<Record<StationName, number>>;
}

interface Sent {
  readonly dispatch: string;
  readonly accepted: number;
}

/** @param count dispatches of the storm */
export async function measureStorm(folder: string, count: number): Promise<StormFigures[]> {
  const figures = [await ofEngine('SQLite', path.join(folder, 'sqlite'), count, null)];
  if (findPostgresql() === null) return figures;
  const cluster = startCluster({ onDisk: true });
  try {
    return [...figures, await ofEngine('PostgreSQL', path.join(folder, 'postgresql'), count, cluster)];
  } finally {
    cluster.stop();
  }
}

async function ofEngine(engine: StormFigures['engine'], folder: string, count: number, cluster: Cluster | null): Promise<StormFigures> {
  const database = cluster === null ? {} : { hub: await cluster.newDatabase(), post: await cluster.newDatabase() };
  const stations = await twoStations(quietContext(), folder, { database });
  try {
    await stations.start('post');
    const size = (): Promise<Record<StationName, number>> => sizes(stations, database, cluster);
    const before = await size();
    const plan = planned(count);
    const worked = cpuOf(stations);
    const began = performance.now();
    const [sent, acceptMs]: [Sent[], number[]] = [[], []];
    await Promise.all(Array.from({ length: CLERKS }, () => clerk(stations, plan, sent, acceptMs)));
    const acceptedSeconds = (performance.now() - began) / 1_000;
    await carried(stations);
    const carriedSeconds = (performance.now() - began) / 1_000;
    const after = await size();
    const cpu = cpuOf(stations);
    const peakMib = stations.peakMib();
    return {
      engine, dispatches: sent.length, bytes: plan.bytes, acceptedSeconds, carriedSeconds, acceptMs, arriveMs: await arrivals(stations, sent),
      cpu: { hub: cpu.hub - worked.hub, post: cpu.post - worked.post, clerks: cpu.clerks - worked.clerks }, paced: await paced(stations), peakMib, grewBytes: { hub: after.hub - before.hub, post: after.post - before.post },
    };
  } finally {
    await stations.close();
  }
}

interface Plan {
  /** Those without a file, and those with one, still to be sent. */
  readonly plain: Composition[];
  readonly filed: Composition[];
  readonly bytes: number;
}

function planned(count: number): Plan {
  const chance = chanceOf(SEED);
  const plan: { plain: Composition[]; filed: Composition[]; bytes: number } = { plain: [], filed: [], bytes: 0 };
  for (let i = 0; i < count; i++) {
    const fileBytes = chance() < 0.15 ? Math.floor((200 + 1_800 * chance()) * KB) : 0;
    const textBytes = Math.floor((1 + 7 * chance()) * KB);
    plan.bytes += fileBytes + textBytes;
    (fileBytes === 0 ? plan.plain : plan.filed).push(composition(textBytes, fileBytes, precedenceAt(chance())));
  }
  return plan;
}

function precedenceAt(chance: number): Precedence {
  if (chance < 0.7) return 'routine';
  if (chance < 0.9) return 'priority';
  return chance < 0.98 ? 'immediate' : 'flash';
}

function composition(textBytes: number, fileBytes: number, precedence: Precedence): Composition {
  return {
    office: HUB_OFFICE, documentType: 'Công điện', subject: 'Ứng phó mưa lũ', text: Buffer.from(nodeRandom.bytes(textBytes >> 1)).toString('hex'),
    classification: 'none', exercise: true, recipients: [{ to: { office: POST_OFFICE }, role: 'action', precedence }],
    attachments: fileBytes === 0 ? [] : [{ file: fileOf(fileBytes), mediaType: 'application/pdf' }],
  };
}

/** The same bytes each time it is read, and none of them kept. */
function fileOf(sizeBytes: number): SourceFile {
  const piece = nodeRandom.bytes(65_536);
  return {
    name: 'Bản đồ ngập.pdf', sizeBytes,
    async *read(fromByte: number) {
      for (let at = fromByte; at < sizeBytes; ) {
        const start = at % piece.length;
        const some = piece.subarray(start, Math.min(piece.length, start + sizeBytes - at));
        yield some;
        at += some.length;
      }
    },
  };
}

/** Takes what is left of the plan, some with a file between those without, until nothing is. */
async function clerk(stations: TwoStations, { plain, filed }: Plan, sent: Sent[], acceptMs: number[]): Promise<void> {
  while (plain.length + filed.length > 0) {
    for (const open of await signed(stations, plain.splice(0, SIGNED_TOGETHER))) await sendTimed(() => sendPlain(stations, open), sent, acceptMs);
    for (const one of filed.splice(0, Math.ceil(SIGNED_TOGETHER * 0.18))) {
      const { id } = await writeDraft(stations.drafter, one);
      await approveDraft(stations.signatory, id);
      await signDraft(stations.signatory, id);
      await sendTimed(() => sendDraft(stations.drafter, id), sent, acceptMs);
    }
  }
}

async function signed({ drafter, signatory }: TwoStations, compositions: readonly Composition[]): Promise<OpenDraft[]> {
  if (compositions.length === 0) return [];
  const approved = await endorseAll(signatory, HUB_OFFICE, await writeMany(drafter, HUB_OFFICE, compositions), 'approve');
  return endorseAll(signatory, HUB_OFFICE, approved, 'sign');
}

/** Numbered, sealed, submitted and accepted by itself. */
async function sendPlain({ drafter }: TwoStations, open: OpenDraft): Promise<Sent> {
  const [outcome] = await sendMany(drafter, HUB_OFFICE, [open]);
  if (outcome instanceof Refusal) throw outcome;
  return outcome!;
}

async function sendTimed(send: () => Promise<Sent>, sent: Sent[], acceptMs: number[]): Promise<void> {
  const began = performance.now();
  sent.push(await send());
  acceptMs.push(performance.now() - began);
}

/** Small ones, each at its time, however long those before it take. */
async function paced(stations: TwoStations): Promise<StormFigures['paced']> {
  const opens = await signed(stations, Array.from({ length: PACED_A_SECOND * PACED_SECONDS }, () => composition(4 * KB, 0, 'routine')));
  const [sent, acceptMs]: [Sent[], number[]] = [[], []];
  const began = performance.now();
  await Promise.all(opens.map(async (open, i) => {
    await delay(Math.max(0, began + (1_000 * i) / PACED_A_SECOND - performance.now()));
    await sendTimed(() => sendPlain(stations, open), sent, acceptMs);
  }));
  await carried(stations);
  return { acceptMs, arriveMs: await arrivals(stations, sent) };
}

/** Until nothing is queued towards the post. */
async function carried({ drafter }: TwoStations): Promise<void> {
  for (;;) {
    const { links } = await drafter.api.call('links', {});
    if (links.every(({ queued }) => Object.values(queued).every((count) => count === 0))) return;
    await delay(100);
  }
}

/** By the post's signed word; both stations have one clock here. */
async function arrivals({ drafter }: TwoStations, sent: readonly Sent[]): Promise<number[]> {
  const every = Math.max(1, Math.ceil(sent.length / TRACED_MAX));
  const waited: number[] = [];
  for (const { dispatch, accepted } of sent.filter((_, i) => i % every === 0)) {
    const arrived = (await traceDispatch(drafter, dispatch)).receipts.find(({ kind }) => kind === 'arrived');
    if (arrived === undefined) throw new Error('what was carried did not arrive');
    waited.push(arrived.time - accepted);
  }
  return waited;
}

/** A station's process alone: a database server works beside it. */
function cpuOf(stations: TwoStations): StormFigures['cpu'] {
  const of = (station: StationName): number => {
    const fields = readFileSync(`/proc/${stations.pid(station)}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  };
  const { user, system } = process.cpuUsage();
  return { hub: of('hub'), post: of('post'), clerks: (user + system) / 1e6 };
}

async function sizes({ data }: TwoStations, database: Partial<Record<StationName, string>>, cluster: Cluster | null): Promise<Record<StationName, number>> {
  const of = async (station: StationName): Promise<number> => {
    const folder = Number(execFileSync('du', ['-s', '--block-size=1', data[station]], { encoding: 'utf8' }).split('\t')[0]);
    const url = database[station];
    if (cluster === null || url === undefined) return folder;
    const [row] = await cluster.run('select pg_database_size(current_database()) as size', url);
    return folder + Number(row!['size']);
  };
  return { hub: await of('hub'), post: await of('post') };
}

export function stormTable(figures: readonly StormFigures[]): string {
  const p = (all: readonly number[]): string => `${percentile(all, 0.5).toFixed(0)} / ${percentile(all, 0.99).toFixed(0)}`;
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(0);
  const rows: readonly (readonly [string, (one: StormFigures) => string])[] = [
    ['dispatches; MB of text and files', (one) => `${one.dispatches}; ${mb(one.bytes)}`],
    ['written, signed and accepted, a second', (one) => (one.dispatches / one.acceptedSeconds).toFixed(1)],
    ['carried and in custody, a second', (one) => (one.dispatches / one.carriedSeconds).toFixed(1)],
    [`order to send until durably accepted, ${CLERKS} clerks at once, p50 / p99 ms`, (one) => p(one.acceptMs)],
    ['of the first tenth and of the last, p50 ms', (one) => tenths(one.acceptMs).map((all) => percentile(all, 0.5).toFixed(0)).join('; ')],
    ['accepted until arrived, p50 / p99 ms', (one) => p(one.arriveMs)],
    [`the same at ${PACED_A_SECOND} a second: until accepted`, (one) => p(one.paced.acceptMs)],
    [`the same at ${PACED_A_SECOND} a second: until arrived`, (one) => p(one.paced.arriveMs)],
    ['processor time, ms a dispatch: hub; post; all clerks', (one) => (['hub', 'post', 'clerks'] as const).map((who) => ((1_000 * one.cpu[who]) / one.dispatches).toFixed(1)).join('; ')],
    ['greatest memory, MiB: hub; post; all clerks', (one) => ['hub', 'post', 'device'].map((who) => one.peakMib[who]!.toFixed(0)).join('; ')],
    ['disk grew by, MB: hub; post', (one) => `${mb(one.grewBytes.hub)}; ${mb(one.grewBytes.post)}`],
    ['of it beyond text and files, kB a dispatch: hub; post', (one) => (['hub', 'post'] as const).map((who) => ((one.grewBytes[who] - one.bytes) / KB / one.dispatches).toFixed(1)).join('; ')],
  ];
  return [
    `| ${(figures[0]!.dispatches / REAL_DAY).toFixed(1)} storm days | ${figures.map(({ engine }) => engine).join(' | ')} |`, `| --- |${' --- |'.repeat(figures.length)}`,
    ...rows.map(([name, of]) => `| ${name} | ${figures.map(of).join(' | ')} |`),
  ].join('\n');
}

/** What grows with what is there already shows in the last. */
function tenths(all: readonly number[]): readonly number[][] {
  const size = Math.max(1, Math.floor(all.length / 10));
  return [all.slice(0, size), all.slice(-size)];
}

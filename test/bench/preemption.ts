/**
 * A telegram behind 6 MiB on a link of 2 Mbit/s, Trạm's and NNCP's, on the same link in one run: two processes of each, in a
 * network namespace of their own whose loopback is narrowed for the port of the link alone, each way by itself (`tc tbf`).
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Composition } from '#client/dispatch/compose.ts';
import { approveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { nodeFiles } from '#platform/node/files.ts';
import type { Precedence } from '#wire/names.ts';
import { HUB_OFFICE, POST_OFFICE, twoStations, type TwoStations } from '../fixtures/two-stations.ts';
import { quietContext } from '../scenario/command-line.ts';
import { median } from './measure.ts';
import { listening, nncpNodes } from './peers.ts';

const BULK_BYTES = 6 * 2 ** 20;
const TELEGRAM_BYTES = 2_048;
/** Known before anything listens, for the loopback is narrowed by them; this namespace has no other connections. */
const STATION_PORTS = { hub: { api: 20_101, link: 20_102 }, post: { api: 20_103, link: 20_104 } };
const NNCP_PORT = 20_105;
const LINK_PORTS = [STATION_PORTS.hub.link, STATION_PORTS.post.link, NNCP_PORT];
/** Into the bulk, which takes 25 s by itself: after that telegrams follow one another. */
const FIRST_AFTER_MS = 5_000;
const TELEGRAMS = 3;

export interface PreemptionFigures {
  /** Milliseconds from acceptance until the other end has it, of each telegram. */
  readonly tram: readonly number[];
  /** Null where NNCP is not installed. */
  readonly nncp: readonly number[] | null;
}

/** Narrows what goes to and from a port. The bucket holds three packets, the queue half a second. */
export function narrowLoopback(): void {
  const run = (line: string): void => void execFileSync('/bin/sh', ['-c', line], { stdio: 'pipe' });
  run('ip link set lo up mtu 1500 && tc qdisc add dev lo root handle 1: htb default 1 r2q 10000 && tc class add dev lo parent 1: classid 1:1 htb rate 10gbit');
  for (const [place, end] of [[2, 'dport'], [3, 'sport']] as const) {
    run(`tc class add dev lo parent 1: classid 1:${place} htb rate 10gbit && tc qdisc add dev lo parent 1:${place} handle ${place}0: tbf rate 2mbit burst 4500 latency 500ms`);
    for (const port of LINK_PORTS) run(`tc filter add dev lo parent 1: protocol ip u32 match ip ${end} ${port} 0xffff flowid 1:${place}`);
  }
}

export async function measurePreemption(folder: string, hasNncp: boolean): Promise<PreemptionFigures> {
  mkdirSync(folder, { recursive: true });
  return { tram: await ours(path.join(folder, 'tram')), nncp: hasNncp ? await theirs(path.join(folder, 'nncp')) : null };
}

async function ours(folder: string): Promise<number[]> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'bulk'), randomBytes(BULK_BYTES));
  const stations = await twoStations(quietContext(), path.join(folder, 'stations'), { ports: STATION_PORTS });
  try {
    const { drafter } = stations;
    const attachments = [{ file: await nodeFiles(folder).open(path.join(folder, 'bulk')), mediaType: 'application/octet-stream' }];
    const bulk = await drafted(stations, 'routine', { attachments });
    const telegrams: string[] = [];
    for (let i = 0; i < TELEGRAMS; i++) telegrams.push(await drafted(stations, 'flash', { text: randomBytes(TELEGRAM_BYTES / 2).toString('hex') }));
    await sendDraft(drafter, bulk);
    await stations.start('post');
    await delay(FIRST_AFTER_MS);
    const waited: number[] = [];
    for (const telegram of telegrams) {
      const { dispatch, accepted } = await sendDraft(drafter, telegram);
      waited.push((await arrivedAt(stations, dispatch)) - accepted);
    }
    const { links } = await drafter.api.call('links', {});
    if (links.every(({ queued }) => queued.routine === 0)) throw new Error('the bulk was through before the telegrams');
    return waited;
  } finally {
    await stations.close();
  }
}

async function drafted({ drafter, signatory }: TwoStations, precedence: Precedence, more: Partial<Composition>): Promise<string> {
  const { id } = await writeDraft(drafter, {
    office: HUB_OFFICE, documentType: 'Công điện', subject: 'Đo chen ngang', text: 'Kèm tệp', classification: 'none', exercise: true, attachments: [],
    recipients: [{ to: { office: POST_OFFICE }, role: 'action', precedence }], ...more,
  });
  await approveDraft(signatory, id);
  await signDraft(signatory, id);
  return id;
}

/** As the post's receipt says it; both stations have one clock here. */
async function arrivedAt({ drafter }: TwoStations, dispatch: string): Promise<number> {
  for (;;) {
    const arrived = (await traceDispatch(drafter, dispatch)).receipts.find(({ kind }) => kind === 'arrived');
    if (arrived !== undefined) return arrived.time;
    await delay(20);
  }
}

async function theirs(home: string): Promise<number[]> {
  const config = (node: 'a' | 'b') => path.join(home, `${node}.hjson`);
  nncpNodes(home, config, NNCP_PORT);
  const file = (name: string, bytes: number): string => {
    writeFileSync(path.join(home, name), randomBytes(bytes));
    return path.join(home, name);
  };
  const queue = (name: string, nice: string): void =>
    void execFileSync('nncp-file', ['-cfg', config('a'), '-quiet', '-noprogress', '-nice', nice, name, 'b:'], { stdio: 'pipe' });
  queue(file('bulk', BULK_BYTES), 'B');
  const quiet = ['-quiet', '-noprogress'];
  const daemon = spawn('nncp-daemon', ['-cfg', config('b'), ...quiet, '-bind', `127.0.0.1:${NNCP_PORT}`], { stdio: 'ignore' });
  const caller = await listening(NNCP_PORT).then(() =>
    spawn('nncp-call', ['-cfg', config('a'), ...quiet, '-onlinedeadline', '60', 'b'], { stdio: 'ignore', cwd: home }));
  try {
    await delay(FIRST_AFTER_MS);
    const waited: number[] = [];
    for (let i = 0; i < TELEGRAMS; i++) {
      queue(file(`telegram-${i}`, TELEGRAM_BYTES), 'F');
      const queuedAt = Date.now();
      while (stored(path.join(home, 'b/spool')) <= i) await delay(20);
      waited.push(Date.now() - queuedAt);
    }
    return waited;
  } finally {
    caller.kill();
    daemon.kill();
  }
}

/** Packets that came whole. */
function stored(spool: string): number {
  if (!existsSync(spool)) return 0;
  const files = readdirSync(spool, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.filter(({ parentPath, name }) => /\/[A-Z2-7]{52}\/rx$/.test(parentPath) && /^[A-Z2-7]{52}$/.test(name)).length;
}

export function preemptionTable({ tram, nncp }: PreemptionFigures): string {
  const row = (name: string, all: readonly number[]): string =>
    `| ${name} | ${(median(all) / 1_000).toFixed(2)} | ${(Math.max(...all) / 1_000).toFixed(2)} | ${nncp === null ? '' : (median(nncp) / median(all)).toFixed(1)} |`;
  return [
    `| a FLASH of 2 KiB behind 6 MiB at 2 Mbit/s, ${tram.length} times | s (median) | s (longest) | x NNCP |`, '| --- | --- | --- | --- |',
    row('tram', tram), ...(nncp === null ? [] : [row('nncp', nncp)]),
  ].join('\n');
}

/**
 * Trạm's own figures: the same messages written, endorsed by two persons, numbered, sealed and durably accepted; carried over
 * TLS with custody and receipts; opened with every check, numbered and receipted. One at a time, and in batches.
 */

import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '#core/refusals.ts';
import { endorseAll, sendMany, writeMany } from '#client/dispatch/batch.ts';
import type { Composition } from '#client/dispatch/compose.ts';
import type { OpenDraft } from '#client/dispatch/draft.ts';
import { openDispatch } from '#client/dispatch/incoming.ts';
import { openMany } from '#client/dispatch/open-many.ts';
import { approveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import type { Session } from '#client/session.ts';
import { nodeFiles } from '#platform/node/files.ts';
import { quietContext } from '../scenario/command-line.ts';
import { timed, type Row } from './measure.ts';
import type { Inputs } from './peers.ts';
import { HUB_OFFICE, POST_OFFICE, twoStations, type TwoStations } from '../fixtures/two-stations.ts';

export interface ProductFigures {
  readonly rows: Row[];
  readonly startSeconds: number[];
  /** Greatest memory of each process, by mode; the device's is of all modes so far. */
  readonly peakMib: Readonly<Record<string, Record<string, number>>>;
}

export async function product(inputs: Inputs): Promise<ProductFigures> {
  const figures: Record<string, number[]> = {};
  const overheads: Record<string, number> = {};
  const startSeconds: number[] = [];
  const peakMib: Record<string, Record<string, number>> = {};
  for (let run = 0; run < inputs.runs; run++) {
    for (const mode of ['one at a time', 'batched', 'big'] as const) {
      const folder = path.join(inputs.folder, 'tram');
      rmSync(folder, { recursive: true, force: true });
      const stations = await twoStations(quietContext(), folder);
      try {
        const { seconds: took, overheadBytes } = await journey(stations, inputs, mode);
        for (const [task, seconds] of Object.entries(took)) (figures[`${TOOL[mode]}|${task}`] ??= []).push(seconds);
        overheads[TOOL[mode]] ??= overheadBytes;
        peakMib[mode] = greater(peakMib[mode], stations.peakMib());
        startSeconds.push(await restartSeconds(stations));
      } finally {
        await stations.close();
      }
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { startSeconds, peakMib, rows: Object.entries(figures).map(([name, seconds]) => rowOf(name, seconds, overheads, inputs)) };
}

function greater(before: Record<string, number> | undefined, now: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(now).map(([who, mib]) => [who, Math.max(mib, before?.[who] ?? 0)]));
}

/** Dispatches under one pair of signatures. */
const BATCH = 256;

type Mode = 'one at a time' | 'batched' | 'big';

const TOOL: Record<Mode, string> = { 'one at a time': 'tram', batched: 'tram batched', big: 'tram' };

interface Journey {
  readonly seconds: Readonly<Record<string, number>>;
  /** Of a small dispatch's envelope. */
  readonly overheadBytes: number;
}

async function journey(stations: TwoStations, inputs: Inputs, mode: Mode): Promise<Journey> {
  const sealed: string[] = [];
  const seal = await timed(async () => void sealed.push(...(await SEAL[mode](stations, inputs))));
  await stations.start('post');
  const transfer = await timed(() => delivered(stations.drafter));
  const post = await stations.openPost();
  const open = await timed(() => (mode === 'big' ? openBig(post, sealed[0]!, inputs.folder) : openSmall(post, sealed, mode)));
  const home = await timed(() => receiptsHome(stations.drafter, sealed));
  if (mode === 'big') await compareBig(inputs);
  const size = mode === 'big' ? 'big' : 'small';
  return {
    seconds: { [`${size}-seal`]: seal, [`${size}-transfer`]: transfer, [`${size}-open`]: open, [`${size}-receipts-home`]: home },
    overheadBytes: (await post.api.bytes('envelope', { path: { dispatch: sealed[0]! }, query: { office: POST_OFFICE } })).length - textBytes(inputs),
  };
}

async function restartSeconds(stations: TwoStations): Promise<number> {
  await stations.stop('post');
  return timed(() => stations.start('post'));
}

/** What a small file is as text: base64. */
function textBytes({ smallBytes }: Inputs): number {
  return 4 * Math.ceil(smallBytes / 3);
}

const SEAL: Record<Mode, (stations: TwoStations, inputs: Inputs) => Promise<string[]>> = {
  'one at a time': async (stations, inputs) => {
    const sent: string[] = [];
    for (const file of inputs.small) sent.push(...(await sealTogether(stations, [file])));
    return sent;
  },
  batched: (stations, inputs) => sealTogether(stations, inputs.small),
  big: async ({ drafter, signatory }, { folder, big }) => {
    const file = await nodeFiles(folder).open(big);
    const attachments = [{ file, mediaType: 'application/octet-stream' }];
    const { id } = await writeDraft(drafter, { ...compositionOf('Tệp lớn'), attachments });
    await approveDraft(signatory, id);
    await signDraft(signatory, id);
    return [(await sendDraft(drafter, id)).dispatch];
  },
};

/** The text is the file in base64: as incompressible as what the peers were given, a third longer. */
export async function sealTogether({ drafter, signatory }: TwoStations, files: readonly string[]): Promise<string[]> {
  const signed: OpenDraft[] = [];
  for (let at = 0; at < files.length; at += BATCH) {
    const compositions = files.slice(at, at + BATCH).map((file) => compositionOf(readFileSync(file).toString('base64')));
    const written = await writeMany(drafter, HUB_OFFICE, compositions);
    const approved = await endorseAll(signatory, HUB_OFFICE, written, 'approve');
    signed.push(...(await endorseAll(signatory, HUB_OFFICE, approved, 'sign')));
  }
  return (await sendMany(drafter, HUB_OFFICE, signed)).map((outcome) => {
    if (outcome instanceof Refusal) throw outcome;
    return outcome.dispatch;
  });
}

function compositionOf(text: string): Composition {
  return {
    office: HUB_OFFICE, documentType: 'Công điện', subject: 'Đo tốc độ', text, classification: 'none', exercise: true, attachments: [],
    recipients: [{ to: { office: POST_OFFICE }, role: 'action', precedence: 'routine' }],
  };
}

/** From the post's ready line until its custody receipt for the last dispatch is durable at the hub. */
async function delivered(hub: Session): Promise<void> {
  for (;;) {
    const { links } = await hub.api.call('links', {});
    if (links.every(({ queued }) => Object.values(queued).every((count) => count === 0))) return;
    await delay(10);
  }
}

async function openSmall(post: Session, dispatches: readonly string[], mode: Mode): Promise<void> {
  if (mode === 'batched') return checkOpened(await openMany(post, dispatches, POST_OFFICE), dispatches.length);
  for (const dispatch of dispatches) await openDispatch(post, dispatch, POST_OFFICE);
}

function checkOpened(outcomes: readonly unknown[], count: number): void {
  const refused = outcomes.find((outcome) => outcome instanceof Refusal);
  if (refused !== undefined || outcomes.length !== count) throw refused ?? new Error('some were not opened');
}

async function openBig(post: Session, dispatch: string, folder: string): Promise<void> {
  const sink = await nodeFiles(folder).create('opened.bin');
  await openDispatch(post, dispatch, POST_OFFICE, { sink: async () => sink });
}

/** Outside the measured time: opening has compared the file's digest with the signed one already. */
async function compareBig({ folder, big }: Inputs): Promise<void> {
  const same = (await sha256(path.join(folder, 'opened.bin'))) === (await sha256(big));
  rmSync(path.join(folder, 'opened.bin'));
  if (!same) throw new Error('opened file differs');
}

async function receiptsHome(hub: Session, dispatches: readonly string[]): Promise<void> {
  const isHome = async (dispatch: string) => {
    const { receipts } = await hub.api.call('trace', { path: { dispatch } });
    return receipts.length >= 2;
  };
  for (const dispatch of [dispatches.at(-1)!, ...dispatches.slice(0, 1)]) while (!(await isHome(dispatch))) await delay(10);
}

function rowOf(name: string, seconds: number[], overheads: Record<string, number>, { small, smallBytes, bigBytes }: Inputs): Row {
  const [tool, task] = name.split('|') as [string, string];
  const isSmall = task.startsWith('small');
  return { tool, task, seconds, items: isSmall ? small.length : 1, payloadBytes: isSmall ? small.length * smallBytes : bigBytes, ...(task === 'small-seal' ? { overheadBytes: overheads[tool]! } : {}) };
}

/** Piece by piece: this process's memory is measured. */
async function sha256(file: string): Promise<string> {
  const running = createHash('sha256');
  for await (const piece of createReadStream(file)) running.update(piece as Buffer);
  return running.digest('hex');
}

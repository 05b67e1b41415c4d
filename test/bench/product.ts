/**
 * Trạm's own figures: the same messages written, endorsed by two persons, numbered, sealed and durably accepted; carried over
 * TLS with custody and receipts; opened with every check, numbered and receipted. One at a time, and in batches.
 */

import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '#core/refusals.ts';
import { endorseAll, sendMany, writeMany } from '#client/batch.ts';
import type { Composition } from '#client/compose.ts';
import { openDispatch } from '#client/incoming.ts';
import { openMany } from '#client/open-many.ts';
import { approveDraft, sendDraft, signDraft, writeDraft } from '#client/outgoing.ts';
import type { Session } from '#client/session.ts';
import { nodeFiles } from '#platform/node/files.ts';
import { quietContext } from '../scenario/command-line.ts';
import { timed, type Row } from './measure.ts';
import type { Inputs } from './peers.ts';
import { HUB_OFFICE, POST_OFFICE, twoStations, type TwoStations } from './two-stations.ts';

export interface ProductFigures {
  readonly rows: Row[];
  readonly startSeconds: number[];
}

export async function product(inputs: Inputs): Promise<ProductFigures> {
  const figures: Record<string, number[]> = {};
  const startSeconds: number[] = [];
  for (let run = 0; run < inputs.runs; run++) {
    for (const mode of ['one at a time', 'batched', 'big'] as const) {
      const folder = path.join(inputs.folder, 'tram');
      rmSync(folder, { recursive: true, force: true });
      const stations = await twoStations(quietContext(), folder);
      try {
        for (const [task, seconds] of Object.entries(await journey(stations, inputs, mode))) (figures[task] ??= []).push(seconds);
        startSeconds.push(await stations.startSeconds());
      } finally {
        await stations.close();
      }
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { startSeconds, rows: Object.entries(figures).map(([name, seconds]) => rowOf(name, seconds, inputs)) };
}

type Mode = 'one at a time' | 'batched' | 'big';

async function journey(stations: TwoStations, inputs: Inputs, mode: Mode): Promise<Record<string, number>> {
  const sealed: string[] = [];
  const seal = await timed(async () => void sealed.push(...(await SEAL[mode](stations, inputs))));
  const post = await stations.startPost();
  const transfer = await timed(() => arrived(post, sealed.length));
  const open = await timed(() => (mode === 'big' ? openBig(post, sealed[0]!, inputs) : openSmall(post, sealed, mode)));
  const home = await timed(() => receiptsHome(stations.drafter, sealed));
  const size = mode === 'big' ? 'big' : 'small';
  const tool = mode === 'batched' ? 'tram batched' : 'tram';
  return { [`${tool}|${size}-seal`]: seal, [`${tool}|${size}-transfer`]: transfer, [`${tool}|${size}-open`]: open, [`${tool}|${size}-receipts-home`]: home };
}

const SEAL: Record<Mode, (stations: TwoStations, inputs: Inputs) => Promise<string[]>> = {
  'one at a time': async (stations, inputs) => {
    const sent: string[] = [];
    for (const file of inputs.small) sent.push(...(await sealTogether(stations, [file])));
    return sent;
  },
  batched: async (stations, inputs) => {
    const sent: string[] = [];
    for (let at = 0; at < inputs.small.length; at += 256) sent.push(...(await sealTogether(stations, inputs.small.slice(at, at + 256))));
    return sent;
  },
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
async function sealTogether({ drafter, signatory }: TwoStations, files: readonly string[]): Promise<string[]> {
  const written = await writeMany(drafter, HUB_OFFICE, files.map((file) => compositionOf(readFileSync(file).toString('base64'))));
  const approved = await endorseAll(signatory, HUB_OFFICE, written, 'approve');
  const signed = await endorseAll(signatory, HUB_OFFICE, approved, 'sign');
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

async function arrived(post: Session, count: number): Promise<void> {
  for (;;) {
    const { links } = await post.api.call('links', {});
    if ((links[0]?.lastReceived ?? 0) >= count) return;
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

async function openBig(post: Session, dispatch: string, { folder, big }: Inputs): Promise<void> {
  const sink = await nodeFiles(folder).create('opened.bin');
  await openDispatch(post, dispatch, POST_OFFICE, { sink: async () => sink });
  const same = sha256(path.join(folder, 'opened.bin')) === sha256(big);
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

function rowOf(name: string, seconds: number[], { small, smallBytes, bigBytes }: Inputs): Row {
  const [tool, task] = name.split('|') as [string, string];
  const isSmall = task.startsWith('small');
  return { tool, task, seconds, items: isSmall ? small.length : 1, payloadBytes: isSmall ? small.length * smallBytes : bigBytes };
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

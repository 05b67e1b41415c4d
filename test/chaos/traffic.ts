/**
 * One dispatch after another between two real stations, step by step, each step done as a person does it: what has no
 * answer is looked up, and done again where it did not take place. Nothing here knows who kills what.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openDispatch } from '#client/dispatch/incoming.ts';
import { approveDraft, readDrafts, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import type { Session } from '#client/session.ts';
import { concat } from '#core/bytes.ts';
import type { FileSink } from '#core/outside.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import { HUB_OFFICE, POST_OFFICE, type StationName, type TwoStations } from '../fixtures/two-stations.ts';

/** A dispatch and how far it has come. */
export interface Errand {
  readonly subject: string;
  readonly attachment: Uint8Array;
  draft: string | null;
  dispatch: string | null;
  /** As the station gave them. */
  number: number | null;
  incoming: number | null;
}

/** Who is at work: sessions end with their station and are begun again. */
export interface Desk {
  readonly stations: TwoStations;
  post(): Promise<Session>;
}

export interface Step {
  readonly name: string;
  /** Stations that have a part in it. */
  readonly at: readonly StationName[];
  run(desk: Desk, errand: Errand): Promise<void>;
}

export const STEPS: readonly Step[] = [
  { name: 'write', at: ['hub'], run: write },
  { name: 'approve', at: ['hub'], run: ({ stations }, { draft }) => done(approveDraft(stations.signatory, draft!)) },
  { name: 'sign', at: ['hub'], run: ({ stations }, { draft }) => done(signDraft(stations.signatory, draft!)) },
  { name: 'send', at: ['hub'], run: send },
  { name: 'carry', at: ['hub', 'post'], run: carried },
  { name: 'open', at: ['post'], run: openAtPost },
  { name: 'receipts home', at: ['post', 'hub'], run: receipted },
];

const ATTEMPTS_MAX = 40;
const POLL_MS = 15;
/** A station that starts again on a busy machine takes its time; what was lost never comes. */
const WAIT_MS_MAX = 240_000;
/** What a person who was interrupted meets; anything else is a finding. */
const TRANSIENT: readonly RefusalCode[] = ['station-unreachable', 'download-unrecorded', 'database-unreachable', 'session-expired', 'session-missing', 'stopping', 'store-failed', 'disk-full'];

export function newErrand(subject: string, attachmentBytes: number): Errand {
  const pieces = Array.from({ length: Math.ceil(attachmentBytes / 65_536) }, (_, i) => nodeRandom.bytes(Math.min(65_536, attachmentBytes - 65_536 * i)));
  return { subject, attachment: concat(...pieces), draft: null, dispatch: null, number: null, incoming: null };
}

/** Runs a step until it is done, whatever breaks meanwhile; `again` is awaited before each new attempt. */
export async function persist(step: Step, desk: Desk, errand: Errand, again: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step.run(desk, errand);
    } catch (error) {
      const isTransient = error instanceof Refusal && TRANSIENT.includes(error.code);
      if (!isTransient || attempt === ATTEMPTS_MAX) throw error;
      await again();
      await begin(desk, step.at);
    }
  }
}

/** Begins the sessions of these stations' devices again, once the stations answer. */
export async function begin(desk: Desk, at: readonly StationName[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (at.includes('hub')) for (const session of [desk.stations.drafter, desk.stations.signatory]) await session.begin();
      if (at.includes('post')) await (await desk.post()).begin();
      return;
    } catch (error) {
      const isTransient = error instanceof Refusal && TRANSIENT.includes(error.code);
      if (!isTransient || attempt === ATTEMPTS_MAX) throw error;
      await delay(50);
    }
  }
}

async function write({ stations: { drafter } }: Desk, errand: Errand): Promise<void> {
  const { subject, attachment } = errand;
  const written = (await readDrafts(drafter, HUB_OFFICE)).find(({ open, record }) => open?.core.subject === subject && record.step === 'saved');
  errand.draft = written?.record.draft ?? (await writeDraft(drafter, {
    office: HUB_OFFICE, documentType: 'Công điện', subject, text: `DIỄN TẬP. ${subject}`, classification: 'none', exercise: true,
    recipients: [{ to: { office: POST_OFFICE }, role: 'action', precedence: 'routine' }],
    attachments: attachment.length === 0 ? [] : [{ file: fileOf('Công điện số 12.pdf', attachment) }],
  })).id;
}

/** An approval whose answer was lost was given all the same. */
async function done(step: Promise<unknown>): Promise<void> {
  await step.catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.code !== 'step-done') throw error;
  });
}

async function send({ stations: { drafter } }: Desk, errand: Errand): Promise<void> {
  const { dispatch, number } = await sendDraft(drafter, errand.draft!);
  if (errand.number !== null && errand.number !== number.number) throw new Error(`sent as ${errand.number} and as ${number.number}`);
  errand.dispatch = dispatch;
  errand.number = number.number;
}

async function carried(desk: Desk, { dispatch }: Errand): Promise<void> {
  const post = await desk.post();
  await until(async () => {
    const { lines } = await post.api.call('register', { path: { office: POST_OFFICE, direction: 'in' }, query: { limit: 20 } });
    return lines.some((line) => line.dispatch === dispatch);
  });
}

async function openAtPost(desk: Desk, errand: Errand): Promise<void> {
  const pieces: Uint8Array[] = [];
  const sink: FileSink = { write: async (bytes) => void pieces.push(bytes.slice()), commit: async () => '', abandon: async () => {} };
  const { number, core } = await openDispatch(await desk.post(), errand.dispatch!, POST_OFFICE, { sink: async () => sink });
  if (core.subject !== errand.subject) throw new Error(`opened "${core.subject}" for "${errand.subject}"`);
  if (Buffer.compare(concat(...pieces), errand.attachment) !== 0) throw new Error('an attachment came out otherwise than it went in');
  if (errand.incoming !== null && errand.incoming !== number.number) throw new Error(`registered as ${errand.incoming} and as ${number.number}`);
  errand.incoming = number.number;
}

async function receipted({ stations: { drafter } }: Desk, { dispatch }: Errand): Promise<void> {
  await until(async () => (await drafter.api.call('trace', { path: { dispatch: dispatch! } })).receipts.length >= 2);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const began = performance.now(); !(await holds()); await delay(POLL_MS)) {
    if (performance.now() - began > WAIT_MS_MAX) throw new Error('what was accepted does not come');
  }
}

function fileOf(name: string, bytes: Uint8Array) {
  return {
    name, sizeBytes: bytes.length,
    async *read(fromByte: number) {
      for (let at = fromByte; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    },
  };
}

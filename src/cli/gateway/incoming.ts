/**
 * From an office's register into a folder. A dispatch is written whole beside its place, synced, renamed, and only then
 * is `opened` said: what a receipt promises stands on the disk.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openDispatch } from '#client/dispatch/incoming.ts';
import type { Session } from '#client/session.ts';
import { openedJson } from '../commands/open.ts';
import type { CliContext } from '../context.ts';
import { numberText } from '../showing.ts';
import type { GatewayConfiguration } from './configuration.ts';
import { noteWaiting, type Waiting } from './waiting.ts';

export interface ReceivedDispatch {
  readonly dispatch: string;
  readonly number: string;
  readonly folder: string;
}

const PARTIAL = '.partial-';
const ATTACHMENTS = 'tep';
const PAGE = 500;

/** What has arrived and nobody has opened yet, oldest first. One that cannot be opened does not hold up the others. */
export async function receiveFolder(context: CliContext, { office, folders }: GatewayConfiguration, session: Session): Promise<{ received: ReceivedDispatch[]; waiting: Waiting[] }> {
  const [received, waiting]: [ReceivedDispatch[], Waiting[]] = [[], []];
  for (const dispatch of (await arrivedAt(session, office)).toReversed()) {
    if (context.stop.aborted) break;
    try {
      received.push(await receiveOne(context, session, { dispatch, office, root: folders.in }));
    } catch (error) {
      noteWaiting(waiting, dispatch, error);
    }
  }
  return { received, waiting };
}

async function arrivedAt({ api }: Session, office: string): Promise<string[]> {
  const arrived: string[] = [];
  for (let before: number | undefined; ;) {
    const { lines, next } = await api.call('register', { path: { office, direction: 'in' }, query: { limit: PAGE, ...(before !== undefined && { before }) } });
    arrived.push(...lines.filter(({ state }) => state === 'arrived').map(({ dispatch }) => dispatch));
    if (next === null) return arrived;
    before = next;
  }
}

async function receiveOne(context: CliContext, session: Session, { dispatch, office, root }: { dispatch: string; office: string; root: string }): Promise<ReceivedDispatch> {
  const { durable } = context.host;
  // Filed before, and killed before the receipt: only the receipt is left to do, once the name is there to stay.
  const filed = (await readdir(root)).find((name) => name.endsWith(`-${dispatch}`) && !name.startsWith('.'));
  if (filed !== undefined) durable.syncFolder(root);
  const partial = path.join(root, `${PARTIAL}${dispatch}`);
  await rm(partial, { recursive: true, force: true });
  let folder = filed ?? '';
  const files = context.host.files(path.join(partial, ATTACHMENTS));
  const opened = await openDispatch(session, dispatch, office, {
    signal: context.stop,
    ...(filed === undefined && {
      sink: async ({ name }) => files.create(name),
      filed: async (read) => {
        folder = `${numberText(read.number)}-${dispatch}`;
        await mkdir(path.join(partial, ATTACHMENTS), { recursive: true, mode: 0o700 });
        const { signatures, ...json } = openedJson(session, {
          ...read, opened: session.now(), files: read.files.map((file) => (file === null ? null : path.join(ATTACHMENTS, path.basename(file)))),
        }) as Record<string, unknown>;
        durable.write(path.join(partial, 'text.txt'), read.core.text);
        durable.write(path.join(partial, 'dispatch.json'), `${JSON.stringify({ ...json, signatures }, null, 2)}\n`);
        for (const one of [path.join(partial, ATTACHMENTS), partial]) durable.syncFolder(one);
        durable.move(partial, path.join(root, folder));
      },
    }),
  });
  return { dispatch, number: numberText(opened.number), folder };
}

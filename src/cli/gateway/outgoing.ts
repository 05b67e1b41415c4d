/**
 * From a folder to an office, each file one dispatch, exactly once. A file is claimed by moving it into a folder that bears
 * the draft's id, before anything is uploaded; every later step can be done again under that id, and the last is one
 * rename into `sent` or `refused`. So a gateway killed at any point goes on where it was, and no file is ever lost.
 */
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fromHex, hex } from '#core/bytes.ts';
import { SECOND_MS } from '#core/clock.ts';
import { refusalSentence } from '#core/refusal-words.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { Composition } from '#client/compose.ts';
import { DRAFT_ID_BYTES } from '#client/draft.ts';
import { type Accepted, approveDraft, sendDraft, signDraft, writeDraft } from '#client/outgoing.ts';
import type { Session } from '#client/session.ts';
import { USUAL_CLASSIFICATION, USUAL_PRECEDENCE, USUAL_TYPE } from '#model/usual.ts';
import { z } from 'zod';
import { attachmentsFrom } from '../composing.ts';
import type { CliContext } from '../context.ts';
import { checkCode } from '../names.ts';
import { numberText } from '../showing.ts';
import type { GatewayConfiguration } from './configuration.ts';
import { makeFolder, moveDurably, writeDurably } from './durable.ts';
import { noteWaiting, type Waiting } from './waiting.ts';

export interface GatewaySessions {
  readonly author: Session;
  readonly signer: Session;
}

export interface SentFile {
  readonly file: string;
  readonly to: string;
  readonly number: string;
  readonly dispatch: string;
}

export interface RefusedFile {
  readonly file: string;
  readonly to: string;
  readonly code: RefusalCode;
}

export interface Sendings {
  readonly sent: SentFile[];
  readonly refused: RefusedFile[];
  readonly waiting: Waiting[];
}

const CLAIMED = '.dang-gui';
const ORDER = 'order.json';
const SIDECAR_END = '.json';
const UNFINISHED = /^\.|(?:\.tmp|\.part|\.partial|\.new|~)$/u;
/** More is no sidecar. */
const SIDECAR_BYTES_MAX = 512 * 1024;

const claimOrder = z.strictObject({ to: z.string(), file: z.string(), claimed: z.number() });
type ClaimOrder = z.infer<typeof claimOrder>;

const sidecar = z.strictObject({
  subject: z.string().optional(),
  text: z.string().default(''),
  documentType: z.string().default(USUAL_TYPE),
  precedence: z.enum(['routine', 'priority', 'immediate', 'flash']).default(USUAL_PRECEDENCE),
  classification: z.enum(['none', 'confidential', 'secret', 'top-secret']).default(USUAL_CLASSIFICATION),
  exercise: z.boolean().default(false),
});

/** What no second attempt would change: the file goes to `refused` with the reason in words. Everything else is tried again. */
const FINAL: readonly RefusalCode[] = [
  'office-unknown', 'list-unknown', 'no-recipients', 'too-many-recipients', 'subject-too-long', 'text-too-long', 'name-empty', 'name-too-long',
  'name-not-nfc', 'text-malformed', 'path-in-file-name', 'file-too-large', 'too-many-parts', 'date-out-of-range', 'dispatch-expired',
  'precedence-not-permitted', 'configuration-malformed', 'code-malformed', 'draft-closed', 'file-missing', 'not-entitled',
];

/** @throws Refusal where the folders are on different disks: then a rename is no rename */
export async function prepareFolders({ folders }: GatewayConfiguration): Promise<void> {
  for (const folder of Object.values(folders)) await makeFolder(folder);
  await makeFolder(path.join(folders.out, CLAIMED));
  const { dev } = await stat(folders.out);
  for (const field of ['sent', 'refused'] as const) {
    if ((await stat(folders[field])).dev !== dev) throw new Refusal('configuration-malformed', { field: `folders.${field}`, reason: 'other-disk' });
  }
}

/** Everything that was claimed before, then everything that has settled. What can be tried again stays claimed. */
export async function sendFolder(context: CliContext, configuration: GatewayConfiguration, sessions: GatewaySessions): Promise<Sendings> {
  const done: Sendings = { sent: [], refused: [], waiting: [] };
  const attempt = async (id: string): Promise<void> => {
    try {
      await sendClaim(context, configuration, sessions, id, done);
    } catch (error) {
      noteWaiting(done.waiting, id, error);
    }
  };
  for (const id of await claimsOf(configuration)) await attempt(id);
  for (const { to, file } of await settledFiles(context, configuration)) {
    if (context.stop.aborted) break;
    await attempt(await claim(context, configuration, to, file));
  }
  return done;
}

async function claimsOf({ folders }: GatewayConfiguration): Promise<string[]> {
  return (await readdir(path.join(folders.out, CLAIMED))).filter((name) => fromHex(name)?.length === DRAFT_ID_BYTES).toSorted();
}

async function settledFiles({ clock }: CliContext, { folders, settleSeconds }: GatewayConfiguration): Promise<{ to: string; file: string }[]> {
  const found: { to: string; file: string }[] = [];
  for (const folder of await readdir(folders.out, { withFileTypes: true })) {
    if (!folder.isDirectory() || UNFINISHED.test(folder.name)) continue;
    const names = (await readdir(path.join(folders.out, folder.name))).toSorted();
    for (const file of names) {
      if (UNFINISHED.test(file) || isSidecar(file)) continue;
      const { mtimeMs, ctimeMs, ...about } = await lstat(path.join(folders.out, folder.name, file));
      // A copy that keeps the old time of change still has a new one of its own (ctime). Links are not followed.
      const rested = clock.now() - Math.max(mtimeMs, ctimeMs) >= settleSeconds * SECOND_MS;
      if ((about.mode & 0o170_000) === 0o100_000 && rested) found.push({ to: folder.name, file });
    }
  }
  return found;
}

/** `a.pdf.json` tells about `a.pdf`; `so-lieu.json` is a file like any other. */
function isSidecar(file: string): boolean {
  return file.endsWith(SIDECAR_END) && path.extname(file.slice(0, -SIDECAR_END.length)) !== '';
}

/** The order is written before the file moves, so that a claim always says whose it is. */
async function claim({ random, clock }: CliContext, { folders }: GatewayConfiguration, to: string, file: string): Promise<string> {
  const id = hex(random.bytes(DRAFT_ID_BYTES));
  const folder = path.join(folders.out, CLAIMED, id);
  await makeFolder(folder);
  const order: ClaimOrder = { to, file, claimed: clock.now() };
  await writeDurably(path.join(folder, ORDER), `${JSON.stringify(order)}\n`);
  return id;
}

/** Takes the file and its sidecar over; again after a crash in between. False where the file is gone: somebody took it back. */
async function takeFiles({ folders }: GatewayConfiguration, folder: string, { to, file }: ClaimOrder): Promise<boolean> {
  for (const [name, as] of [[`${file}${SIDECAR_END}`, 'sidecar.json'], [file, path.join('tep', file)]] as const) {
    await makeFolder(path.dirname(path.join(folder, as)));
    // Where it was taken before, one of the same name in the folder is another dispatch.
    if (await isThere(path.join(folder, as)) || await isThere(path.join(folder, 'tep', file))) continue;
    const source = path.join(folders.out, to, name);
    if (await isThere(source)) await moveDurably(source, path.join(folder, as));
  }
  return isThere(path.join(folder, 'tep', file));
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(() => true, () => false);
}

async function sendClaim(context: CliContext, configuration: GatewayConfiguration, sessions: GatewaySessions, id: string, done: Sendings): Promise<void> {
  const { folders } = configuration;
  const folder = path.join(folders.out, CLAIMED, id);
  const order = await orderOf(folder);
  // Killed before the order was written: nothing was taken yet.
  if (order === null) return;
  try {
    if (!(await takeFiles(configuration, folder, order))) throw new Refusal('file-missing', { file: order.file });
    const accepted = await sendOnce(context, configuration, sessions, id, folder, order);
    const number = numberText(accepted.number, accepted.symbol);
    const receipt = { ...order, draft: id, dispatch: accepted.dispatch, number, accepted: new Date(accepted.accepted).toISOString() };
    await writeDurably(path.join(folder, 'receipt.json'), `${JSON.stringify(receipt, null, 2)}\n`);
    await moveDurably(folder, path.join(folders.sent, `${number.replaceAll(/[/\\]/gu, '-')}-${id.slice(0, 8)}`));
    done.sent.push({ file: order.file, to: order.to, number, dispatch: accepted.dispatch });
  } catch (error) {
    if (!(error instanceof Refusal) || !FINAL.includes(error.code)) throw error;
    await refuse(context, folder, path.join(folders.refused, `${order.to}-${id.slice(0, 8)}`), error);
    done.refused.push({ file: order.file, to: order.to, code: error.code });
  }
}

async function refuse({ locale }: CliContext, folder: string, to: string, { code, detail }: Refusal): Promise<void> {
  await writeDurably(path.join(folder, 'ly-do.txt'), `${code}: ${refusalSentence(code, detail, locale)}\n`);
  await moveDurably(folder, to);
}

async function orderOf(folder: string): Promise<ClaimOrder | null> {
  const text = await readFile(path.join(folder, ORDER), 'utf8').catch(() => null);
  return text === null ? null : claimOrder.parse(JSON.parse(text));
}

/** Writes, approves, signs and sends under that id; goes on from whatever step the station has. */
async function sendOnce(
  context: CliContext, { office }: GatewayConfiguration, { author, signer }: GatewaySessions, id: string, folder: string, order: ClaimOrder,
): Promise<Accepted> {
  const step = await stepOf(author, id);
  if (step === 'discarded') throw new Refusal('draft-closed', { draft: id });
  if (step === null) await writeDraft(author, await compositionOf(context, office, folder, order), { signal: context.stop, id });
  if (step === null || step === 'saved') await approveDraft(signer, id);
  if (step === null || step === 'saved' || step === 'approved') await signDraft(signer, id);
  return sendDraft(author, id);
}

async function stepOf(session: Session, id: string) {
  try {
    return (await session.api.call('draft', { path: { draft: id } })).step;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'draft-unknown') return null;
    throw error;
  }
}

async function compositionOf(context: CliContext, office: string, folder: string, { to, file }: ClaimOrder): Promise<Composition> {
  const { precedence, subject, ...said } = await sidecarOf(folder);
  const recipient = to.startsWith('@') ? { list: checkCode(to.slice(1)) } : { office: checkCode(to) };
  const name = file.normalize('NFC');
  return {
    office, recipients: [{ to: recipient, role: 'action', precedence }],
    subject: subject ?? name.slice(0, name.length - path.extname(name).length), ...said,
    attachments: await attachmentsFrom(context, [path.join(folder, 'tep', file)]),
  };
}

async function sidecarOf(folder: string): Promise<z.infer<typeof sidecar>> {
  const file = path.join(folder, 'sidecar.json');
  const found = await lstat(file).catch(() => null);
  if (found === null) return sidecar.parse({});
  const malformed = (reason: string) => new Refusal('configuration-malformed', { field: 'NAME.json', reason });
  if (!found.isFile() || found.size > SIDECAR_BYTES_MAX) throw malformed('size');
  try {
    return sidecar.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw malformed(error instanceof z.ZodError ? error.issues[0]?.path.join('.') ?? 'json' : 'json');
  }
}

/**
 * From a folder to an office, each file one dispatch, exactly once. A file is claimed by moving it into a folder that bears
 * the draft's id, before anything is uploaded; every later step can be done again under that id, and the last is one
 * rename into `sent` or `refused`. So a gateway killed at any point goes on where it was, and no file is ever lost.
 */
import { existsSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { refusalSentence } from '#core/refusal-words.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { Composition } from '#client/dispatch/compose.ts';
import { type Accepted, approveDraft, discardDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import type { Session } from '#client/session.ts';
import { actorOf } from '#client/signers.ts';
import { mayGive } from '#model/rights.ts';
import { USUAL_CLASSIFICATION, USUAL_PRECEDENCE, USUAL_TYPE } from '#model/usual.ts';
import { z } from 'zod';
import { attachmentOf } from '../composing.ts';
import type { CliContext } from '../context.ts';
import { checkCode } from '../names.ts';
import { numberText } from '../showing.ts';
import { claim, claimFolder, type ClaimOrder, claimsOf, filePath, orderOf, settledFiles, sidecarPath, takeFiles, untakenFiles } from './claims.ts';
import type { GatewayConfiguration } from './configuration.ts';
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
  /** What the refusal says beside its code. */
  readonly detail?: Refusal['detail'];
}

export interface Sendings {
  readonly sent: SentFile[];
  readonly refused: RefusedFile[];
  readonly waiting: Waiting[];
}

/** Of a folder's name in `refused`: whoever writes `out` may give one as long as a name can be, and ours is longer. */
const TO_SHOWN = 60;
/** More is no sidecar. */
const SIDECAR_BYTES_MAX = 512 * 1024;

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
  'precedence-not-permitted', 'configuration-malformed', 'code-malformed', 'draft-closed', 'file-missing', 'file-is-link', 'not-entitled',
];

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
  const isClaimed = await untakenFiles(configuration);
  for (const settled of await settledFiles(context, configuration, done.waiting)) {
    if (context.stop.aborted) break;
    if (!isClaimed(settled)) await attempt(await claim(context, configuration, settled));
  }
  return done;
}

async function sendClaim(context: CliContext, configuration: GatewayConfiguration, sessions: GatewaySessions, id: string, done: Sendings): Promise<void> {
  const { folders } = configuration;
  const { host } = context;
  const { durable } = host;
  const folder = claimFolder(configuration, id);
  const order = await orderOf(folder);
  // Killed before the order was written: nothing was taken yet.
  if (order === null) return;
  try {
    await takeFiles(host, configuration, folder, order);
    const accepted = await sendOnce(context, configuration, sessions, id, folder, order);
    const number = numberText(accepted.number, accepted.symbol);
    const receipt = { ...order, draft: id, dispatch: accepted.dispatch, number, accepted: new Date(accepted.accepted).toISOString() };
    durable.write(path.join(folder, 'receipt.json'), `${JSON.stringify(receipt, null, 2)}\n`);
    durable.move(folder, path.join(folders.sent, `${number.replaceAll(/[/\\]/gu, '-')}-${id.slice(0, 8)}`));
    done.sent.push({ file: order.file, to: order.to, number, dispatch: accepted.dispatch });
  } catch (error) {
    if (!(error instanceof Refusal) || !FINAL.includes(error.code)) throw error;
    const { code, detail } = error;
    await refuse(context, sessions.author, id, folder, error);
    durable.move(folder, path.join(folders.refused, `${order.to.slice(0, TO_SHOWN)}-${id.slice(0, 8)}`));
    done.refused.push({ file: order.file, to: order.to, code, ...(Object.keys(detail).length > 0 && { detail }) });
  }
}

/** The draft goes with the file, or somebody sends it by hand and the file once more; one that was given back stays for whoever did. The first reason is the true one: whoever was killed here finds the draft discarded. */
async function refuse({ locale, host }: CliContext, author: Session, id: string, folder: string, { code, detail }: Refusal): Promise<void> {
  const reason = path.join(folder, 'ly-do.txt');
  if (!existsSync(reason)) host.durable.write(reason, `${code}: ${refusalSentence(code, detail, locale)}\n`);
  const step = await stepOf(author, id);
  if (step === 'saved' || step === 'approved' || step === 'signed') await discardDraft(author, id);
}

/** Writes, approves, signs and sends under that id; goes on from whatever step the station has. */
async function sendOnce(
  context: CliContext, { office }: GatewayConfiguration, { author, signer }: GatewaySessions, id: string, folder: string, order: ClaimOrder,
): Promise<Accepted> {
  const step = await stepOf(author, id);
  // A person of the office may give back what the machine wrote; it is not written again.
  if (step === 'discarded' || step === 'returned') throw new Refusal('draft-closed', { draft: id });
  if (step === null) {
    const composition = await compositionOf(context, office, folder, order);
    // Before anything is uploaded that could not be sent.
    const mayAll = composition.recipients.every(({ precedence }) => mayGive(author.view, actorOf(author.ring).person, precedence, office, author.now()));
    if (!mayAll) throw new Refusal('precedence-not-permitted', { office });
    await writeDraft(author, composition, { signal: context.stop, id });
  }
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

async function compositionOf(context: CliContext, office: string, folder: string, order: ClaimOrder): Promise<Composition> {
  const { to, file } = order;
  const { precedence, subject, ...said } = await sidecarOf(folder);
  const recipient = to.startsWith('@') ? { list: checkCode(to.slice(1)) } : { office: checkCode(to) };
  const name = file.normalize('NFC');
  return {
    office, recipients: [{ to: recipient, role: 'action', precedence }],
    subject: subject ?? name.slice(0, name.length - path.extname(name).length), ...said,
    attachments: [attachmentOf(await context.host.files('.').open(filePath(folder, order), 'alone'))],
  };
}

async function sidecarOf(folder: string): Promise<z.infer<typeof sidecar>> {
  const file = sidecarPath(folder);
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

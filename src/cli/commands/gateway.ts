/** A gateway: files of a folder become dispatches, dispatches become files, with nobody at a desk (decision 0043). */
import { HOUR_MS, SECOND_MS } from '#core/clock.ts';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type OpenedDevice, openDevice } from '../device.ts';
import { prepareFolders } from '../gateway/claims.ts';
import { type GatewayConfiguration, readGatewayFile } from '../gateway/configuration.ts';
import { receiveFolder, type ReceivedDispatch } from '../gateway/incoming.ts';
import { sendFolder, type Sendings } from '../gateway/outgoing.ts';
import { readIfThere } from '../homes.ts';
import { pause } from '../pause.ts';
import { shortId } from '../showing.ts';
import type { Values } from '../values.ts';

/** Devices are opened anew this often: their keys roll when they begin. */
const REOPEN_MS = HOUR_MS;
const WAIT_MS_MAX = 300 * SECOND_MS;

/** A setting that is wrong stays wrong; whoever supervises this reads why. */
const HOPELESS: readonly RefusalCode[] = ['passphrase-wrong', 'keyring-missing', 'organisation-unknown'];

interface Round extends Sendings {
  readonly received: ReceivedDispatch[];
}

interface Desk {
  readonly author: OpenedDevice;
  readonly signer: OpenedDevice;
  readonly openedAt: number;
}

export async function gateway(context: CliContext, values: Values): Promise<Outcome> {
  const configuration = readGatewayFile(values.need('config'));
  await prepareFolders(context.host, configuration);
  if (values.flag('once')) {
    const desk = await openDesk(context, configuration);
    try {
      const round = await runRound(context, configuration, desk);
      return { json: round, lines: linesOf(context, round), ok: round.refused.length === 0 };
    } finally {
      await closeDesk(desk);
    }
  }
  await runForEver(context, configuration, values.flag('json'));
  return { json: { stopped: true }, lines: [context.words.said.stopped] };
}

async function runForEver(context: CliContext, configuration: GatewayConfiguration, isJson: boolean): Promise<void> {
  const { clock, output, stop, words } = context;
  let desk: Desk | null = null;
  let failures = 0;
  let said = new Map<string, RefusalCode>();
  while (!stop.aborted) {
    try {
      if (desk !== null && clock.monotonicMs() - desk.openedAt > REOPEN_MS) {
        await closeDesk(desk);
        desk = null;
      }
      desk ??= await openDesk(context, configuration);
      const whole = await runRound(context, configuration, desk);
      failures = 0;
      // What waits for the same reason as before was said before.
      const round = { ...whole, waiting: whole.waiting.filter(({ what, code }) => said.get(what) !== code) };
      said = new Map(whole.waiting.map(({ what, code }) => [what, code]));
      if (isJson && round.waiting.length + round.sent.length + round.refused.length + round.received.length > 0) output.emit(round);
      else if (!isJson) for (const line of linesOf(context, round)) output.say(line);
    } catch (error) {
      const reason = reasonOf(error, context);
      if (desk !== null) await closeDesk(desk);
      desk = null;
      failures += 1;
      if (error instanceof Refusal && HOPELESS.includes(error.code)) throw error;
      if (!stop.aborted) output.say(fill(words.service.again, { reason }));
    }
    await pause(context, Math.min(WAIT_MS_MAX, configuration.pollSeconds * SECOND_MS * 2 ** Math.min(failures, 6)));
  }
  if (desk !== null) await closeDesk(desk);
}

/** A disk that is full or a folder that is closed may be mended while this runs; what is no such thing is a fault of the program. */
function reasonOf(error: unknown, { locale }: CliContext): string {
  if (error instanceof Refusal) return refusalSentence(error.code, error.detail, locale);
  if (error instanceof Error && 'errno' in error && 'code' in error) return String(error.code);
  throw error;
}

/** What came is filed even where something that should go cannot. */
async function runRound(context: CliContext, configuration: GatewayConfiguration, { author, signer }: Desk): Promise<Round> {
  for (const { session } of [author, signer]) await session.directory.sync(context.stop);
  const { received, waiting } = await receiveFolder(context, configuration, author.session);
  const sendings = await sendFolder(context, configuration, { author: author.session, signer: signer.session });
  return { ...sendings, received, waiting: [...waiting, ...sendings.waiting] };
}

async function openDesk(context: CliContext, { homes, passphraseFiles }: GatewayConfiguration): Promise<Desk> {
  const open = (which: 'author' | 'signer') => openDevice(context, homes[which], passphraseOf(passphraseFiles[which]));
  const author = await open('author');
  try {
    return { author, signer: await open('signer'), openedAt: context.clock.monotonicMs() };
  } catch (error) {
    await author.close();
    throw error;
  }
}

async function closeDesk({ author, signer }: Desk): Promise<void> {
  await author.close();
  await signer.close();
}

function passphraseOf(file: string): string {
  const text = readIfThere(file);
  if (text === null) throw new Refusal('file-missing', { file });
  return text.replace(/\r?\n$/, '');
}

function linesOf({ words: { service }, locale }: CliContext, { sent, refused, received, waiting }: Round): string[] {
  return [
    ...received.map(({ number, folder }) => fill(service.received, { number, folder })),
    ...sent.map(({ file, to, number }) => fill(service.sent, { file, to, number })),
    ...waiting.map(({ what, code, detail = {} }) => {
      const reason = `${code}: ${refusalSentence(code, detail, locale)}`;
      return code === 'file-misplaced' ? reason : fill(service.waiting, { what: shortId(what), reason });
    }),
    ...refused.map(({ file, to, code, detail = {} }) => fill(service.refused, { file, to, reason: `${code}: ${refusalSentence(code, detail, locale)}` })),
  ];
}

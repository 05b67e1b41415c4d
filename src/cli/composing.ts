/** A dispatch as options describe it, ready for the client to check. */
import { statSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fromUtf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { SourceFile } from '#core/outside.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { type Attachment, type Composition, DATE_AHEAD_MS_MAX, type Recipient } from '#client/dispatch/compose.ts';
import { USUAL_CLASSIFICATION, USUAL_PRECEDENCE, USUAL_TYPE } from '#model/usual.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Precedence, Role } from '#wire/names.ts';
import type { CliContext, Input } from './context.ts';
import { resolved } from './homes.ts';
import { formatInstant, parseInstant } from './locale.ts';
import { checkCode, checkOfficeName } from './names.ts';
import { CLASSIFICATION_MARKS, markFrom, markOf, PRECEDENCE_MARKS } from './marks.ts';
import type { OptionName } from './options.ts';
import type { Values } from './values.ts';


/** What most files of an office are, by the end of their name. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.txt': 'text/plain',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.zip': 'application/zip',
};

type Draftable = Omit<Composition, 'office'>;

/** @throws Refusal `option-unknown`, `file-missing`, `text-malformed`, `text-too-long`, `date-out-of-range` … */
export async function compositionFrom(context: CliContext, values: Values, office: string): Promise<Composition> {
  demandWhoFromExempt(values);
  const precedence = markFrom(values, 'precedence', PRECEDENCE_MARKS, USUAL_PRECEDENCE);
  return {
    office,
    recipients: [...recipientsFrom(values, 'to', 'action', precedence), ...recipientsFrom(values, 'info', 'info', precedence)],
    documentType: values.text('type') ?? USUAL_TYPE,
    subject: values.need('subject'),
    text: textFrom(context, values.text('text')),
    classification: markFrom(values, 'classification', CLASSIFICATION_MARKS, USUAL_CLASSIFICATION),
    exercise: values.flag('exercise'),
    attachments: await attachmentsFrom(context, values.files('attach')),
    ...datesFrom(context, values),
  };
}

/** What options change of an existing draft. */
export async function changesFrom(context: CliContext, values: Values): Promise<Partial<Draftable>> {
  demandWhoFromExempt(values);
  const precedence = markFrom(values, 'precedence', PRECEDENCE_MARKS, USUAL_PRECEDENCE);
  const recipients = [...recipientsFrom(values, 'to', 'action', precedence), ...recipientsFrom(values, 'info', 'info', precedence)];
  const [type, subject, text] = [values.text('type'), values.text('subject'), values.text('text')];
  const attachments = await attachmentsFrom(context, values.files('attach'));
  return {
    ...(recipients.length > 0 && { recipients }),
    ...(type !== null && { documentType: type }),
    ...(subject !== null && { subject }),
    ...(text !== null && { text: textFrom(context, text) }),
    ...(values.text('classification') !== null && { classification: markFrom(values, 'classification', CLASSIFICATION_MARKS, USUAL_CLASSIFICATION) }),
    ...(values.flag('exercise') && { exercise: true }),
    ...(attachments.length > 0 && { attachments }),
    ...datesFrom(context, values),
  };
}

/**
 * What was piped in and not asked for: refused where nothing else would be said, and otherwise told, beside a text of a
 * file too. Nothing that somebody meant to send is dropped silently. A passphrase may be what was piped in.
 * @throws Refusal `input-unread`
 */
export function demandInputRead({ input, output, words, environment }: CliContext, values: Values, isEmpty: boolean): void {
  const file = values.text('text');
  const isTaken = file === '-' || (values.text('passphrase-file') ?? environment['TRAM_PASSPHRASE_FILE']) === '-';
  if (isTaken || !input.isPiped()) return;
  if (isEmpty && file === null) throw new Refusal('input-unread');
  output.say(fill(words.said.inputUnread, file === null ? {} : { file }));
}

/** Whom an exemption is from has to be named with it: it would change nothing else. @throws Refusal `option-missing` */
function demandWhoFromExempt(values: Values): void {
  const isNamed = [...values.list('to'), ...values.list('info')].length > 0;
  if (values.list('except').length > 0 && !isNamed) throw new Refusal('option-missing', { option: '--to' });
}

/** `don`, `bo-doi/don`, `don:flash`, or a list `@bien-gioi:flash`, less the offices of `--except`, which do not receive in another's stead either. */
function recipientsFrom(values: Values, option: 'to' | 'info', role: Role, usual: Precedence): Recipient[] {
  const except = values.list('except').map(checkOfficeName);
  return values.list(option).map((given) => {
    const [name = '', word = usual, ...more] = given.split(':');
    const precedence = markOf(PRECEDENCE_MARKS, word, `--${option} ${name}`);
    if (more.length > 0) throw new Refusal('option-unknown', { option: `--${option}`, value: given.slice(0, 60) });
    const to = name.startsWith('@') ? { list: checkCode(name.slice(1)), except } : { office: checkOfficeName(name), except };
    return { to, role, precedence };
  });
}

/**
 * The text of a file, or of standard input for `-`; none gives an empty text.
 * @throws Refusal `file-missing` | `text-too-long` | `text-malformed`
 */
export function textFrom({ input }: Pick<CliContext, 'input'>, file: string | null): string {
  if (file === null) return '';
  const bytes = readText(input, file);
  if (bytes.length > LIMITS.textBytes) throw new Refusal('text-too-long', { bytesMax: LIMITS.textBytes });
  const text = fromUtf8(bytes);
  if (text === null) throw new Refusal('text-malformed', { field: 'text', textFile: file });
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
}

function readText(input: Input, file: string): Uint8Array {
  try {
    if (file === '-') return input.read();
    const found = statSync(resolved(file));
    if (found.isDirectory()) throw new Refusal('file-is-folder', { file: path.basename(file) });
    if (!found.isFile()) throw new Refusal('file-missing', { file, reason: 'no-file' });
    if (found.size > LIMITS.textBytes) throw new Refusal('text-too-long', { bytesMax: LIMITS.textBytes });
    return readFileSync(resolved(file));
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw unreadable(file, cause);
  }
}

/** By the path that was typed: its last part alone may say nothing, as of /dev/null. */
function unreadable(file: string, cause: unknown): Refusal {
  const code = ((cause instanceof Refusal ? cause.cause : cause) as NodeJS.ErrnoException | undefined)?.code;
  return new Refusal('file-missing', { file, ...(code !== undefined && { reason: code }) }, { cause });
}

export async function attachmentsFrom({ host }: CliContext, files: readonly string[]): Promise<Attachment[]> {
  const opened: Attachment[] = [];
  for (const given of files) {
    if (isFolder(resolved(given))) throw new Refusal('file-is-folder', { file: path.basename(given) });
    const file = await host.files('.').open(resolved(given)).catch((cause: unknown) => {
      throw unreadable(given, cause);
    });
    opened.push(attachmentOf(file));
  }
  return opened;
}

export function attachmentOf(file: SourceFile): Attachment {
  return { file, mediaType: MEDIA_TYPES[path.extname(file.name).toLowerCase()] ?? 'application/octet-stream' };
}

export function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

function datesFrom(context: CliContext, values: Values): Pick<Composition, 'expires' | 'deliverBy' | 'replyBy'> {
  return { expires: dateFrom(context, values, 'expires'), deliverBy: dateFrom(context, values, 'deliver-by'), replyBy: dateFrom(context, values, 'reply-by') };
}

/** @throws Refusal `date-malformed` | `date-not-in-calendar` | `date-past` | `date-too-far` */
export function dateFrom({ timeZone, clock, output, words }: CliContext, values: Values, name: OptionName): Instant | undefined {
  const text = values.text(name);
  if (text === null) return undefined;
  const option = `--${name}`;
  const { instant, isWholeDay } = parseInstant(text, timeZone, option);
  const shown = formatInstant(instant, timeZone);
  if (instant <= clock.now()) throw new Refusal('date-past', { option, text: shown });
  if (instant > clock.now() + DATE_AHEAD_MS_MAX) throw new Refusal('date-too-far', { option, text: shown });
  if (isWholeDay) output.say(fill(words.said.wholeDay, { option, time: shown }));
  return instant;
}

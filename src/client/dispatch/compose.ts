/**
 * What a person wants to send, checked before anything is made or leaves the device: every refusal here costs nothing
 * and changes nothing. Source: docs/protocol/core.md, docs/protocol/cbor.md §Limits.
 */
import { utf8 } from '#core/bytes.ts';
import { DAY_MS, type Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { SourceFile } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { demandCrossings } from '#model/directories.ts';
import { checkFileName as demandBareName } from '#model/dispatch-checks.ts';
import { directoryNamed, type Known, officeText, shown } from '#model/peer-names.ts';
import { MEDIA_TYPE_SHAPE } from '#wire/core.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Addressee, Classification, OfficeRef, Relation, StandIn } from '#wire/names.ts';
import { addressedTo, type Recipient } from './addressees.ts';
import { checkLine } from '../one-line.ts';

export type { Recipient } from './addressees.ts';

export interface Attachment {
  readonly file: SourceFile;
  /** A bare file name; the file's own where absent. */
  readonly name?: string;
  readonly mediaType?: string;
}

export interface Composition {
  /** The office that sends. */
  readonly office: string;
  readonly recipients: readonly Recipient[];
  readonly documentType: string;
  readonly subject: string;
  readonly text: string;
  readonly classification: Classification;
  readonly exercise: boolean;
  readonly expires?: Instant | undefined;
  readonly deliverBy?: Instant | undefined;
  readonly replyBy?: Instant | undefined;
  /** The dispatch that this one speaks of. */
  readonly reference?: Uint8Array | undefined;
  /** What it says of that; absent where it answers it. */
  readonly relation?: Relation | undefined;
  readonly attachments: readonly Attachment[];
}

export interface CheckedPart {
  readonly file: SourceFile;
  readonly name: string;
  readonly mediaType: string;
}

/** A composition in which nothing is left to refuse. */
export interface CheckedComposition extends Omit<Composition, 'recipients' | 'attachments'> {
  readonly to: readonly Addressee[];
  readonly standIns: readonly StandIn[] | undefined;
  readonly parts: readonly CheckedPart[];
}

const EARLIEST: Instant = Date.UTC(2020, 0, 1);
/** No date of a dispatch is further away than five years. */
export const DATE_AHEAD_MS_MAX = 5 * 366 * DAY_MS;
const DEFAULT_MEDIA_TYPE = 'application/octet-stream';
/** Tab and line ends are text; every other control character only hides something. */
const CONTROL_IN_TEXT = /[^\P{Cc}\t\n\r]/u;

/** What a composition is checked against. */
export interface Composing extends Known {
  readonly crypto: Pick<CryptoProvider, 'suite'>;
}

/**
 * Checks a composition, expands its lists and adds who receives in another's stead.
 * @throws Refusal `office-unknown`, `list-unknown`, `exempt-not-listed`, `no-recipients`, `too-many-recipients`, `recipient-key-missing`,
 *   `subject-too-long`, `text-too-long`, `name-empty`, `name-too-long`, `name-not-nfc`, `text-malformed`,
 *   `path-in-file-name`, `name-taken`, `file-too-large`, `too-many-parts`, `date-out-of-range`, `peer-not-shown`, and those of demandCrossings
 */
export function checkComposition(composition: Composition, desk: Composing, now: Instant): CheckedComposition {
  const { recipients, attachments, ...rest } = composition;
  const { view, peers, crypto: { suite } } = desk;
  checkLine(composition.subject, 'subject', LIMITS.subjectBytes, 'subject-too-long');
  checkText(composition.text);
  checkLine(composition.documentType, 'documentType', LIMITS.symbolBytes);
  checkDates(composition, now);
  const { reference, relation } = composition;
  if (reference === undefined ? relation !== undefined : reference.length !== 32) throw new Refusal('dispatch-unknown');
  const origin = view.office(composition.office);
  if (origin === null || origin.endedBy !== null) throw new Refusal('office-unknown', { office: shown(composition.office) });
  const from = { organisation: view.organisation.id, office: composition.office };
  const { to, standIns } = addressedTo(recipients, desk, from);
  demandCrossings(view, peers, { from, to, suite }, now);
  for (const { office } of to) checkRecipient(office, desk, now);
  return { ...rest, to, standIns, parts: checkAttachments(attachments) };
}

function checkRecipient(office: OfficeRef, desk: Known, now: Instant): void {
  const key = directoryNamed(desk, office).currentKey(office.office, 'transport', now);
  if (key === null) throw new Refusal('recipient-key-missing', { office: officeText(desk.view, office) });
}

function checkDates({ expires, deliverBy, replyBy }: Composition, now: Instant): void {
  for (const [field, at] of Object.entries({ expires, deliverBy, replyBy })) {
    if (at === undefined) continue;
    const isGood = Number.isSafeInteger(at) && at >= EARLIEST && at > now && at <= now + DATE_AHEAD_MS_MAX;
    if (!isGood) throw new Refusal('date-out-of-range', { field });
  }
}

/** The device's own clock, before it dates anything. @throws Refusal `date-out-of-range` before 2020 */
export function checkClock(now: Instant): void {
  if (now < EARLIEST) throw new Refusal('date-out-of-range', { field: 'clock' });
}

function checkAttachments(attachments: readonly Attachment[]): CheckedPart[] {
  if (attachments.length > LIMITS.parts) throw new Refusal('too-many-parts', { most: LIMITS.parts });
  const taken = new Set<string>();
  return attachments.map(({ file, name = file.name, mediaType = DEFAULT_MEDIA_TYPE }) => {
    checkFileName(name);
    if (taken.has(name)) throw new Refusal('name-taken', { what: 'attachment' });
    taken.add(name);
    if (file.sizeBytes > LIMITS.partPlainBytes) throw new Refusal('file-too-large', { bytesMax: LIMITS.partPlainBytes });
    const isMediaType = mediaType.length <= LIMITS.mediaTypeBytes && MEDIA_TYPE_SHAPE.test(mediaType);
    if (!isMediaType) throw new Refusal('text-malformed', { field: 'mediaType' });
    return { file, name, mediaType };
  });
}

/**
 * A bare file name that is safe to create anywhere. Names of received parts pass here too.
 * @throws Refusal `name-empty`, `path-in-file-name`, `text-malformed`, `name-not-nfc`, `name-too-long`
 */
export function checkFileName(name: string): void {
  if (name.length > LIMITS.fileNameBytes) throw new Refusal('name-too-long', { field: 'file' });
  if (/[/\\]/.test(name) || name === '.' || name === '..') throw new Refusal('path-in-file-name');
  checkLine(name, 'file', LIMITS.fileNameBytes);
  // What recipients would refuse is refused here, before it is sent.
  demandBareName(name);
}

/** Lines of text, never silently changed. @throws Refusal `text-too-long`, `text-malformed`, `name-not-nfc` */
export function checkText(text: string, field = 'text', bytesMax: number = LIMITS.textBytes): void {
  if (text.length > bytesMax || utf8(text).length > bytesMax) throw new Refusal('text-too-long', { bytesMax });
  if (!text.isWellFormed() || CONTROL_IN_TEXT.test(text)) throw new Refusal('text-malformed', { field });
  if (text.normalize('NFC') !== text) throw new Refusal('name-not-nfc', { field });
}

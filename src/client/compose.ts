/**
 * What a person wants to send, checked before anything is made or leaves the device: every refusal here costs nothing
 * and changes nothing. Source: docs/protocol/core.md, docs/protocol/cbor.md §Limits.
 */
import { equal, utf8 } from '#core/bytes.ts';
import { DAY_MS, type Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { SourceFile } from '#core/outside.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { demandCrossings } from '#model/directories.ts';
import { checkFileName as demandBareName } from '#model/dispatch-checks.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { directoryNamed, type Known, officeNamed, officeText, shown } from '#model/peer-names.ts';
import { MEDIA_TYPE_SHAPE } from '#wire/core.ts';
import { LIMITS } from '#wire/limits.ts';
import { type Addressee, type Classification, type OfficeRef, type Precedence, PRECEDENCE_RANK, type Role } from '#wire/names.ts';

/** An addressee as a person names it: an office (`don`, `bo-doi/don`, or by its organisation) or a list of own offices. */
export interface Recipient {
  readonly to: { readonly office: string | OfficeRef } | { readonly list: string; readonly except?: readonly string[] };
  readonly role: Role;
  readonly precedence: Precedence;
}

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
  /** The dispatch answered. */
  readonly reference?: Uint8Array | undefined;
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
  readonly parts: readonly CheckedPart[];
}

const EARLIEST: Instant = Date.UTC(2020, 0, 1);
/** No date of a dispatch is further away than five years. */
export const DATE_AHEAD_MS_MAX = 5 * 366 * DAY_MS;
const DEFAULT_MEDIA_TYPE = 'application/octet-stream';
const DOCUMENT_TYPE_BYTES = 120;
/** Tab and line ends are text; every other control character only hides something. */
const CONTROL_IN_TEXT = /[^\P{Cc}\t\n\r]/u;
const CONTROL = /\p{Cc}/u;

/** What a composition is checked against. */
export interface Composing extends Known {
  readonly crypto: Pick<CryptoProvider, 'suite'>;
}

/**
 * Checks a composition and expands its lists.
 * @throws Refusal `office-unknown`, `list-unknown`, `exempt-not-listed`, `no-recipients`, `too-many-recipients`, `recipient-key-missing`,
 *   `subject-too-long`, `text-too-long`, `name-empty`, `name-too-long`, `name-not-nfc`, `text-malformed`,
 *   `path-in-file-name`, `name-taken`, `file-too-large`, `too-many-parts`, `date-out-of-range`, `peer-not-shown`, and those of demandCrossings
 */
export function checkComposition(composition: Composition, desk: Composing, now: Instant): CheckedComposition {
  const { recipients: _, attachments, ...rest } = composition;
  const { view, peers, crypto: { suite } } = desk;
  checkLine(composition.subject, 'subject', LIMITS.subjectBytes, 'subject-too-long');
  checkText(composition.text);
  checkLine(composition.documentType, 'documentType', DOCUMENT_TYPE_BYTES, 'name-too-long');
  checkDates(composition, now);
  if (composition.reference !== undefined && composition.reference.length !== 32) throw new Refusal('dispatch-unknown');
  const origin = view.office(composition.office);
  if (origin === null || origin.endedBy !== null) throw new Refusal('office-unknown', { office: shown(composition.office) });
  const from = { organisation: view.organisation.id, office: composition.office };
  const to = expand(composition, desk, from);
  demandCrossings(view, peers, { from, to, suite }, now);
  for (const { office } of to) checkRecipient(office, desk, now);
  return { ...rest, to, parts: checkAttachments(attachments) };
}

/** Office by office, each once: where several lines name it, the strongest role and precedence count. */
function expand({ recipients }: Composition, desk: Known, origin: OfficeRef): Addressee[] {
  const { view } = desk;
  const byOffice = new Map<string, Addressee>();
  demandExemptListed(recipients, view);
  for (const recipient of recipients) {
    for (const office of officesOf(recipient, view)) {
      const name = officeText(view, office);
      if (sameOffice(office, origin)) {
        // A list may name its own sender; a person who does so by hand made a mistake.
        if ('list' in recipient.to) continue;
        throw new Refusal('recipient-is-sender', { office: name });
      }
      demandOffice(office, name, desk);
      const { role, precedence } = recipient;
      byOffice.set(name, stronger(byOffice.get(name), { office, role, precedence }));
    }
  }
  if (byOffice.size === 0) throw new Refusal('no-recipients');
  if (byOffice.size > LIMITS.recipients) throw new Refusal('too-many-recipients', { most: LIMITS.recipients });
  return [...byOffice.values()];
}

function officesOf({ to }: Recipient, view: DirectoryView): readonly OfficeRef[] {
  if ('office' in to) return [typeof to.office === 'string' ? officeNamed(view, to.office) : to.office];
  const list = view.list(to.list);
  if (list === null) throw new Refusal('list-unknown', { list: shown(to.list) });
  const { id: organisation } = view.organisation;
  return list.offices.filter((office) => !(to.except ?? []).includes(office)).map((office) => ({ organisation, office }));
}

/** Of another organisation only agreed offices are shown: what is not among them is said to be that, by demandCrossings. */
function demandOffice(office: OfficeRef, name: string, desk: Known): void {
  const found = directoryNamed(desk, office).office(office.office);
  const isForeign = !equal(office.organisation, desk.view.organisation.id);
  if (isForeign ? found !== null && found.endedBy !== null : found?.endedBy !== null) throw new Refusal('office-unknown', { office: shown(name) });
}

/** An office exempted from lists that do not name it is a slip of the pen, and the one that was meant would get the dispatch. */
function demandExemptListed(recipients: readonly Recipient[], view: DirectoryView): void {
  const lists = recipients.map(({ to }) => to).filter((to) => 'list' in to);
  const exempt = new Set(lists.flatMap(({ except }) => except ?? []));
  for (const office of exempt) {
    const isListed = lists.some(({ list }) => view.list(list)?.offices.includes(office) === true);
    if (!isListed) throw new Refusal('exempt-not-listed', { office: shown(office) });
  }
}

function checkRecipient(office: OfficeRef, desk: Known, now: Instant): void {
  const key = directoryNamed(desk, office).currentKey(office.office, 'transport', now);
  if (key === null) throw new Refusal('recipient-key-missing', { office: officeText(desk.view, office) });
}

function stronger(held: Addressee | undefined, next: Addressee): Addressee {
  if (held === undefined) return next;
  const role = held.role === 'action' ? held.role : next.role;
  const precedence = PRECEDENCE_RANK[held.precedence] >= PRECEDENCE_RANK[next.precedence] ? held.precedence : next.precedence;
  return { office: held.office, role, precedence };
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
  checkLine(name, 'file', LIMITS.fileNameBytes, 'name-too-long');
  // What recipients would refuse is refused here, before it is sent.
  demandBareName(name);
}

/** One line of text: not empty, well-formed, NFC, no control characters, at most so many bytes. */
function checkLine(line: string, field: string, bytesMax: number, tooLong: RefusalCode): void {
  // A string has at least as many bytes as characters: ten megabytes are refused without looking at them.
  if (line.length > bytesMax) throw new Refusal(tooLong, { field, bytesMax });
  if (line.trim() === '') throw new Refusal('name-empty', { field });
  if (!line.isWellFormed() || CONTROL.test(line)) throw new Refusal('text-malformed', { field });
  if (line.normalize('NFC') !== line) throw new Refusal('name-not-nfc', { field });
  if (utf8(line).length > bytesMax) throw new Refusal(tooLong, { field, bytesMax });
}

function checkText(text: string): void {
  const bytesMax = LIMITS.textBytes;
  if (text.length > bytesMax || utf8(text).length > bytesMax) throw new Refusal('text-too-long', { bytesMax });
  if (!text.isWellFormed() || CONTROL_IN_TEXT.test(text)) throw new Refusal('text-malformed', { field: 'text' });
  if (text.normalize('NFC') !== text) throw new Refusal('name-not-nfc', { field: 'text' });
}

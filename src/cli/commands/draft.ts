/** Drafts: written, listed, shown, changed, discarded; and answers, which are drafts that refer to a dispatch. */
import { actedFor } from '#model/delegations.ts';
import { hex } from '#core/bytes.ts';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { Composition } from '#client/dispatch/compose.ts';
import { type ReadDispatch, readDispatch } from '#client/dispatch/incoming.ts';
import { coreOf, type Errand, discardDraft, type HeldDraft, type ListedDraft, readDraft, readDrafts, SEEN_DIGITS, writeDraft } from '#client/dispatch/outgoing.ts';
import { followUp } from '#client/dispatch/follow-up.ts';
import { returnDraft, returnOf } from '#client/dispatch/returning.ts';
import { replyTo } from '#client/dispatch/reply.ts';
import { compositionOf, rewriteDraft } from '#client/dispatch/rewriting.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { type Known, officeLabel } from '#model/peer-names.ts';
import { type Core, endorsementStatement } from '#wire/core.ts';
import { type Addressee, type Precedence, PRECEDENCE_RANK } from '#wire/names.ts';
import type { Outcome } from '../command.ts';
import { changesFrom, compositionFrom, demandInputRead } from '../composing.ts';
import type { CliContext } from '../context.ts';
import { type Device, officeOf, withDevice } from '../device.ts';
import { findDispatch, findDraft, onDraft } from '../finding.ts';
import { flashLines } from '../flash-senders.ts';
import { listing, marksOf, type Row } from '../listing.ts';
import { formatInstant, formatSize } from '../locale.ts';
import { markFrom, markOf, PRECEDENCE_MARKS, RELATION_MARKS } from '../marks.ts';
import { lacksKeysText } from '../next-keys.ts';
import { nextStepLine, noContentLines } from '../next-step.ts';
import { nobodyOpensLines } from '../nobody-opens.ts';
import { demandYes } from '../passphrases.ts';
import { placedLine } from '../placed.ts';
import { addresseesJson, columns, coreLines, isoOrNull, numberText, officeName, personName, signedBy, precedenceText, shortId, withoutStandInLines } from '../showing.ts';
import type { Values } from '../values.ts';

export function draft(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const composition = await compositionFrom(context, values, officeOf(values, device, 'from'));
    demandInputRead(context, values, isEmpty(composition));
    return draftedOutcome(context, device, await writeDraft(device.session, composition, uploading(context)));
  });
}

/** An answer goes to the office that wrote, unless other recipients are named. */
export function reply(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const given = values.operand(0, 'DISPATCH');
    const { dispatch, office } = await findDispatch(device, given, values.text('from'), 'in');
    const read = await readDispatch(device.session, dispatch, office, context.stop);
    const composition = await compositionFrom(context, values, office);
    demandInputRead(context, values, isEmpty(composition));
    const answer = answerTo(values, read, composition);
    return draftedOutcome(context, device, await writeDraft(device.session, answer, uploading(context)));
  });
}

/** A service message about what this office sent, or about what came to it by mistake. */
export function followUpDispatch(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const relation = markOf(RELATION_MARKS, values.need('as'), '--as');
    const { dispatch, office } = await findDispatch(device, values.operand(0, 'DISPATCH'), values.text('from'), relation === 'misrouted' ? 'in' : 'out');
    const read = await readDispatch(device.session, dispatch, office, context.stop);
    const said = followUp(device.session, read, relation, await changesFrom(context, values));
    demandInputRead(context, values, isEmpty(said));
    return draftedOutcome(context, device, await writeDraft(device.session, said, uploading(context)));
  });
}

function isEmpty({ text, attachments }: Composition): boolean {
  return text === '' && attachments.length === 0;
}

/** What the options say, on top of what the question settles: marks never fall below it. */
function answerTo(values: Values, read: ReadDispatch, { recipients, ...composition }: Composition): Composition {
  const { office: _, reference: _reference, exercise: _exercise, classification, ...asked } = composition;
  const precedence = values.text('precedence') === null ? {} : { precedence: markFrom(values, 'precedence', PRECEDENCE_MARKS, 'routine') };
  const answer = replyTo(read, { ...asked, classification, ...precedence });
  return recipients.length > 0 ? { ...answer, recipients } : answer;
}

export function draftList(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const offices = values.text('office') === null ? session.offices() : [officeOf(values, device)];
    const lines: string[] = [];
    const drafts: object[] = [];
    const { words: { title, field } } = context;
    for (const office of offices) {
      const listed = await readDrafts(session, office);
      drafts.push(...listed.map((one) => listedJson(session, one)));
      if (listed.length === 0) continue;
      if (lines.length > 0) lines.push('');
      const rows = listed.map((one) => listedRow(context, device, one));
      const headings = [field.draft, field.changed, field.to, field.state, field.number];
      lines.push(...listing(fill(title.drafts, { office: officeName(session.view, office) }), headings, rows));
    }
    return { json: { drafts }, lines: lines.length === 0 ? emptyLines(context, session, offices) : lines };
  });
}

function emptyLines(context: CliContext, session: Device['session'], offices: readonly string[]): string[] {
  const { said } = context.words;
  const empty = fill(said.draftsEmpty, { offices: offices.map((one) => officeName(session.view, one)).join(', ') || '–' });
  return [offices.some((one) => session.may('save a draft', one)) ? `${empty} ${placedLine(context, said.draftsEmptyNext)}` : empty];
}

function listedRow(context: CliContext, device: Device, { record, open, sealed }: ListedDraft): Row {
  const { session } = device;
  const { draft: id, office, step, changed, number } = record;
  const to = open?.core.to ?? [];
  const precedence = highest(to);
  const returned = open === null ? null : returnOf(open);
  const marks = marksOf(context, {
    exercise: open?.core.exercise ?? false, classification: open?.core.classification ?? null,
    precedence: precedence === 'routine' ? null : precedenceText(context, precedence, open?.core.deliverBy),
  });
  const cells = [
    shortId(id), formatInstant(changed, context.timeZone), to.map((one) => officeLabel(session, one.office)).join(', ') || '–',
    context.words.step[step], number === null ? '–' : numberText(number, session.view.office(office)?.symbol),
  ];
  const back = returned === null ? [] : [fill(context.words.said.returnedMark, { reason: inOneLine(returned.reason) })];
  return { cells, marks: [...back, ...marks], subject: open?.core.subject ?? whySealed(context, device, office, sealed) };
}

/** What was discarded or sent is gone, and its line says so already. */
function whySealed(context: CliContext, device: Device, office: string, sealed: RefusalCode | null): string {
  if (sealed === null || sealed === 'draft-closed') return '';
  return `(${sealed === 'key-missing' ? lacksKeysText(context, device, office) : refusalSentence(sealed, {}, context.locale)})`;
}

function listedJson(known: Known, { record: { sealed: _, ...rest }, open, sealed }: ListedDraft): object {
  const content = open === null ? { subject: null, to: null, sealed } : {
    subject: open.core.subject, to: addresseesJson(known, open.core), returned: returnedJson(open),
  };
  return { ...rest, ...content, changed: isoOrNull(rest.changed) };
}

function highest(to: readonly Addressee[]): Precedence {
  return to.reduce<Precedence>((most, { precedence }) => (PRECEDENCE_RANK[precedence] > PRECEDENCE_RANK[most] ? precedence : most), 'routine');
}

export function draftShow(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const held = await onDraft(device, await findDraft(device, values.operand(0, 'DRAFT')), (id) => readDraft(device.session, id));
    return { json: draftJson(device.session, held), lines: draftLines(context, device, held) };
  });
}

export function draftEdit(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const held = await onDraft(device, await findDraft(device, values.operand(0, 'DRAFT')), (id) => readDraft(device.session, id));
    const changes = await changesFrom(context, values);
    demandInputRead(context, values, Object.values(changes).every((one) => one === undefined));
    const { core } = held.open;
    if (core.parts.length > 0 && changes.attachments === undefined) {
      throw new Refusal('option-missing', { option: '--attach' });
    }
    const before = compositionOf(device.session, core);
    const composition: Composition = {
      ...before, ...changes,
      expires: changes.expires ?? before.expires, deliverBy: changes.deliverBy ?? before.deliverBy, replyBy: changes.replyBy ?? before.replyBy,
    };
    const written = await rewriteDraft(device.session, held.id, composition, uploading(context));
    const outcome = draftedOutcome(context, device, written);
    return { ...outcome, json: { ...(outcome.json as object), replaces: held.id } };
  });
}

/** To whoever wrote it, who reads why. */
export function draftReturn(context: CliContext, values: Values): Promise<Outcome> {
  const reason = values.need('reason').normalize('NFC').trim();
  const content = contentFrom(values);
  return withDevice(context, values, async (device) => {
    const held = await onDraft(device, await findDraft(device, values.operand(0, 'DRAFT')), (id) => returnDraft(device.session, id, reason, content));
    return { json: draftJson(device.session, held), lines: [fill(context.words.said.returned, { draft: shortId(held.id) })] };
  });
}

export function draftDiscard(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const id = await findDraft(device, values.operand(0, 'DRAFT'));
    const { prompt, words: { said } } = context;
    const subject = await subjectOf(device, id);
    const told = { draft: shortId(id), ...(subject !== null && { subject }) };
    const typed = values.flag('yes') ? null : await prompt.ask(fill(said.askDiscard, told), 'shown');
    if (typed !== null) demandYes(context, typed);
    await discardDraft(device.session, id);
    return { json: { draft: id, step: 'discarded' }, lines: [fill(said.discarded, told)] };
  });
}

/** Null where this device cannot read it: who may discard it does so all the same. */
async function subjectOf({ session }: Device, id: string): Promise<string | null> {
  try {
    return (await readDraft(session, id)).open.core.subject;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Progress of measuring and uploading, one line on a terminal. */
export function uploading(context: CliContext): Errand {
  const { words, locale, output, stop } = context;
  return {
    signal: stop,
    progress: ({ step, bytes, bytesAll }) => {
      if (step !== 'upload') return;
      output.progress(fill(words.said.uploading, { done: formatSize(bytes, locale), total: formatSize(bytesAll, locale) }));
    },
  };
}

function draftedOutcome(context: CliContext, device: Device, held: HeldDraft): Outcome {
  return { json: draftJson(device.session, held), lines: [`${fill(context.words.said.drafted, { draft: shortId(held.id), to: sentTo(context, device, held.open.core) })} ${nextStepLine(context, device, held)}`, ...noContentLines(context, held), ...standInLines(context, device.session, held.open.core), ...flashLines(context, device, held), ...nobodyOpensLines(context, device, held.open.core)] };
}

/** Of a list's offices the first few are named. */
const NAMED_MAX = 4;

/** `Đồn Sốp Cộp (Hỏa tốc)`: an answer to what was urgent is as urgent, and nobody should learn that later. */
function sentTo(context: CliContext, { session }: Device, { to, deliverBy }: Core): string {
  const named = to.map(({ office, precedence }) => `${officeLabel(session, office)}${precedence === 'routine' ? '' : ` (${precedenceText(context, precedence, deliverBy)})`}`);
  return named.length <= NAMED_MAX ? named.join(', ') : `${named.slice(0, NAMED_MAX).join(', ')}, … (${named.length})`;
}

/** Who was added, and who was not: nobody sends to an office that they did not name without knowing it. */
function standInLines(context: CliContext, known: Known, core: Core): string[] {
  const added = (core.standIns ?? []).map(({ of, at }) => fill(context.words.rights.standInAdded, {
    office: officeLabel(known, core.to[of]!.office), alternate: officeLabel(known, core.to[at]!.office),
  }));
  return [...added, ...withoutStandInLines(context, known, core)];
}

export function draftJson(session: Device['session'], held: HeldDraft): object {
  const { id, version, step, office, open } = held;
  const { core } = open;
  return {
    draft: id, version, step, office, content: contentMark(session, held), subject: core.subject, text: core.text,
    to: addresseesJson(session, core),
    classification: core.classification, exercise: core.exercise,
    created: isoOrNull(core.created), expires: isoOrNull(core.expires), deliverBy: isoOrNull(core.deliverBy), replyBy: isoOrNull(core.replyBy),
    reference: core.reference === undefined ? null : hex(core.reference), relation: core.relation ?? null,
    parts: core.parts.map(({ name, mediaType, size, digest }) => ({ name, mediaType, size, digest: hex(digest) })),
    returned: returnedJson(open),
    endorsements: endorsementsOf(open).map(({ purpose, person, time }) => ({ purpose, person, time: isoOrNull(time) })),
  };
}

function draftLines(context: CliContext, { session }: Device, held: HeldDraft): string[] {
  const { words, timeZone } = context;
  return [
    ...columns([[words.field.draft, shortId(held.id)], [words.field.state, words.step[held.step]], [words.field.content, contentMark(session, held)]]),
    ...returnedLines(context, session.view, held.open),
    ...held.exposed.map((who) => fill(words.said.draftExposed, { who })),
    ...coreLines(context, session, held.open.core),
    ...withoutStandInLines(context, session, held.open.core),
    '',
    ...endorsementsOf(held.open).map(({ purpose, person, position, time }) =>
      `${words.purpose[purpose]}: ${signedBy(context, session.view, person, actedFor(session.view, person, position, time))}, ${formatInstant(time, timeZone)}`),
  ];
}

function returnedJson(open: HeldDraft['open']): object | null {
  const returned = returnOf(open);
  return returned && { person: returned.person, time: isoOrNull(returned.time), reason: returned.reason };
}

function returnedLines({ words: { said }, timeZone }: CliContext, view: DirectoryView, open: HeldDraft['open']): string[] {
  const returned = returnOf(open);
  return returned === null ? [] : [fill(said.returnedBy, { name: personName(view, returned.person), time: formatInstant(returned.time, timeZone), reason: inOneLine(returned.reason) })];
}

/** A reason may have lines of its own; none of them may pass for one of ours. */
function inOneLine(reason: string): string {
  return reason.trim().replaceAll(/\s*\n\s*/g, ' ');
}

/** What approve, sign, send and draft return are told, so that they take nothing else. */
function contentMark(session: Device['session'], held: HeldDraft): string {
  return coreOf(session, held).slice(0, SEEN_DIGITS);
}

const CONTENT_MARK = new RegExp(`^[0-9a-f]{${SEEN_DIGITS},64}$`);

/** What the person has looked at, where they say so. @throws Refusal `option-unknown` for what is no mark */
export function contentFrom(values: Values): string | undefined {
  const mark = values.text('content')?.toLowerCase();
  if (mark !== undefined && !CONTENT_MARK.test(mark)) throw new Refusal('option-unknown', { option: '--content', value: mark.slice(0, 40) });
  return mark;
}

function endorsementsOf({ draft: { endorsements } }: HeldDraft['open']) {
  return endorsements.map(({ statement }) => endorsementStatement.decode(statement));
}

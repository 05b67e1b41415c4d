/** How things are written for people: numbers, marks, lines of a dispatch. */
import type { Instant } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';
import { printable } from '#core/printable.ts';
import { RELATION_WORDS } from '#core/relation-words.ts';
import { hex } from '#core/bytes.ts';
import type { Awaited } from '#client/directory/registrar-desk.ts';
import type { Trace } from '#client/dispatch/trace.ts';
import { exposedSigners } from '#client/dispatch/witnessed.ts';
import type { CheckedDispatch } from '#model/dispatch-checks.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { directoryNamed, type Known, officeLabel, officeText } from '#model/peer-names.ts';
import { inStead, standInOf, withoutStandIn } from '#model/stand-ins.ts';
import { USUAL_TYPE } from '#model/usual.ts';
import type { Core } from '#wire/core.ts';
import type { Header } from '#wire/envelope.ts';
import { type Addressee, HIGHEST_FIRST, type OfficeRef, type Precedence, type RegisterNumber } from '#wire/names.ts';
import type { CliContext } from './context.ts';
import { formatInstant, formatMoment, formatSize } from './locale.ts';

/** `12/UBND-VP`: a name, never formatted as a number. */
export function numberText({ number }: RegisterNumber, symbol?: string): string {
  return symbol === undefined ? String(number) : `${number}/${symbol}`;
}

/** Enough of an id to name it. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}

export function isoOrNull(instant: Instant | null | undefined): string | null {
  return instant === null || instant === undefined ? null : new Date(instant).toISOString();
}

/** Thường is the rule and goes without saying. */
export function precedenceText({ words }: CliContext, precedence: Precedence, deliverBy?: Instant | null): string {
  if (precedence === 'flash' && deliverBy !== null && deliverBy !== undefined) return words.precedence['flash-timed'];
  return words.precedence[precedence];
}

/** How many of each precedence, the most urgent first. */
export function heldText({ words }: Pick<CliContext, 'words'>, held: Readonly<Record<Precedence, number>>): string {
  return HIGHEST_FIRST.filter((one) => held[one] > 0).map((one) => `${held[one]} ${words.precedence[one]}`).join(', ');
}

export function officeName(view: DirectoryView, code: string): string {
  return view.office(code)?.name ?? code;
}

/** With the code where another person in force has the same name; the two accounts of a pair of machines are one name's. */
export function personName(view: DirectoryView, code: string): string {
  const known = view.person(code);
  if (known === null) return code;
  const isShared = known.kind === 'person' && view.persons().some(({ person, name }) => person !== code && name === known.name);
  return isShared ? `${known.name} [${code}]` : known.name;
}

/** Who did something; a machine is told apart from a person whatever it is called. */
export function actorName({ words }: Pick<CliContext, 'words'>, view: DirectoryView, code: string): string {
  const name = personName(view, code);
  return view.person(code)?.kind === 'service' ? `${name} (${words.service.account})` : name;
}

/** With the code always, as lists show people. */
export function listedName({ words }: Pick<CliContext, 'words'>, view: DirectoryView, code: string): string {
  const { name, kind } = view.person(code) ?? { name: code, kind: 'person' };
  return `${name}${kind === 'service' ? ` (${words.service.account})` : ''} [${code}]`;
}

/** Who is to act next: without a device they cannot. */
export function actingName({ words }: Pick<CliContext, 'words'>, view: DirectoryView, code: string): string {
  const name = personName(view, code);
  return view.devices(code).length === 0 ? `${name} (${words.rights.noDevice})` : name;
}

/** Who signed, and in whose place where it was by delegation. */
export function signedBy({ words }: CliContext, view: DirectoryView, person: string, acting: { readonly by: string; readonly delegation: string } | null): string {
  const name = actorName({ words }, view, person);
  return acting === null ? name : `${name}, ${fill(words.rights.actedFor, { name: personName(view, acting.by), delegation: acting.delegation })}`;
}

/** Two columns, the left as wide as it must be. What stands on the right may have come from anybody. */
export function columns(rows: readonly (readonly [left: string, right: string | null])[]): string[] {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== null && row[1] !== '');
  const width = Math.max(0, ...shown.map(([left]) => left.length));
  return shown.map(([left, right]) => `${left.padEnd(width)}  ${printable(right)}`);
}

/** The marks and the content of a core, as it would be read out. @param first what stands above it in the same columns */
export function coreLines(context: CliContext, known: Known, core: Core, first: readonly (readonly [left: string, right: string])[] = []): string[] {
  const { words, timeZone, locale } = context;
  const { field } = words;
  const at = (instant: Instant | undefined): string | null => (instant === undefined ? null : formatInstant(instant, timeZone));
  const marks = [core.exercise ? words.exercise : null, core.classification === 'none' ? null : words.classification[core.classification]];
  return [
    ...marks.filter((mark) => mark !== null).map((mark) => `[ ${mark} ]`),
    ...columns([
      ...first,
      [field.from, officeLabel(known, core.from)],
      ...core.to.map((to) => [field.to, addresseeText(context, known, core, to)] as const),
      [field.date, formatInstant(core.created, timeZone)],
      [field.type, core.documentType === USUAL_TYPE ? field.usualType : core.documentType],
      [field.subject, core.subject],
      [field.expires, at(core.expires)],
      [field.deliverBy, at(core.deliverBy)],
      [field.replyBy, at(core.replyBy)],
      [core.relation === undefined ? field.reference : RELATION_WORDS[locale][core.relation].name, core.reference === undefined ? null : shortId(hex(core.reference))],
      [field.author, actorName(context, directoryNamed(known, core.from), core.author)],
      ...core.parts.map((part) => [field.attachments, `${part.name} (${formatSize(part.size, locale)})`] as const),
    ]),
    '',
    ...core.text.split('\n').map(printable),
  ];
}

function addresseeText(context: CliContext, known: Known, core: Core, { office, role, precedence }: Addressee): string {
  const mark = precedence === 'routine' ? '' : `, ${precedenceText(context, precedence, core.deliverBy)}`;
  const instead = inSteadText(context, known, core, office);
  return `${officeLabel(known, office)} (${context.words.role[role]}${mark}${instead === null ? '' : `, ${instead}`})`;
}

/** In whose stead an office receives a dispatch, or who receives in its stead; null where everybody receives for themselves. */
export function inSteadText({ words: { rights } }: CliContext, known: Known, addressed: Pick<Header, 'to' | 'standIns'>, office: OfficeRef): string | null {
  const { of } = inStead(addressed, office);
  const present = standInOf(addressed, office);
  const said = [
    ...(of.length === 0 ? [] : [fill(rights.inStead, { offices: of.map((one) => officeLabel(known, one)).join(', ') })]),
    ...(present === null ? [] : [fill(rights.standIn, { office: officeLabel(known, present) })]),
  ];
  return said.length === 0 ? null : said.join('; ');
}

/** Addressees for programs. */
export function addresseesJson({ view }: Known, addressed: Pick<Header, 'to' | 'standIns'>): object[] {
  return addressed.to.map(({ office, role, precedence }) => ({ office: officeText(view, office), role, precedence, ...inSteadJson({ view }, addressed, office) }));
}

export function inSteadJson({ view }: Known, addressed: Pick<Header, 'to' | 'standIns'>, office: OfficeRef): { inSteadOf: string[]; standIn: string | null } {
  const present = standInOf(addressed, office);
  return { inSteadOf: inStead(addressed, office).of.map((one) => officeText(view, one)), standIn: present === null ? null : officeText(view, present) };
}

/** Addressees that are shut and whose alternate does not get this dispatch, each in a sentence. */
export function withoutStandInLines({ words: { rights } }: CliContext, known: Known, core: Pick<Core, 'from' | 'to' | 'standIns'>): string[] {
  return withoutStandIn(known, core).map(({ office, alternate }) => fill(rights.standInLeft, { office: officeLabel(known, office), alternate: officeLabel(known, alternate) }));
}

/** Of each whose signature stands though others may have their key. */
export function exposedLines({ words: { rights }, timeZone }: CliContext, known: Known, read: Pick<CheckedDispatch, 'checks' | 'core'>): string[] {
  return exposedSigners(known, read).map(({ who, at }) => fill(rights.exposedSigner, { who, time: formatInstant(at, timeZone) }));
}

/** Whose signature something waits for. */
export function awaitedNames(persons: readonly Awaited[]): string {
  return persons.map(({ name, person }) => `${name} [${person}]`).join(', ');
}

/** `Đã hủy: 14/UBND-VP, 23/11/2026 05:21`, by the service message's id, which finds it. */
export function relatedLines({ locale, timeZone }: CliContext, known: Known, { related }: Pick<Trace, 'related'>): string[] {
  return related.map(({ relation, from, time, dispatch }) =>
    `${RELATION_WORDS[locale][relation].said}: ${officeLabel(known, from)}, ${formatMoment(time, timeZone)} (${shortId(dispatch)})`);
}

export function relatedJson({ view }: Known, { related }: Pick<Trace, 'related'>): object[] {
  return related.map(({ dispatch, relation, from, time }) => ({ dispatch, relation, from: officeText(view, from), time: isoOrNull(time) }));
}

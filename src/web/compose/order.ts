/** What stands on the compose sheet, as it is typed, and the composition that it means. */
import { fromHex, hex } from '#core/bytes.ts';
import { DAY_MS, type Instant } from '#core/clock.ts';
import type { Composition, Recipient } from '#client/dispatch/compose.ts';
import type { Session } from '#client/session.ts';
import { type Classification, type Precedence, PRECEDENCE_RANK, type Relation, type Role } from '#wire/names.ts';
import { officeText } from '#model/peer-names.ts';
import { USUAL_CLASSIFICATION, USUAL_PRECEDENCE, USUAL_TYPE } from '#model/usual.ts';
import { readMoment } from '../kit/moment.ts';
import { dateText, endOfDay, typedDate } from '../kit/writing.ts';

/** One line of addressees: an office (`don`, `bo-doi/don`) or a list (`@cac-xa`). */
export interface OrderLine {
  readonly name: string;
  readonly role: Role;
  readonly precedence: Precedence;
  /** Offices of ours that do not get it by this line. */
  readonly except: readonly string[];
}

export interface Order {
  readonly lines: readonly OrderLine[];
  /** Of whoever is added next: what stands there before the first. */
  readonly precedence: Precedence;
  readonly documentType: string;
  readonly subject: string;
  readonly text: string;
  readonly classification: Classification;
  readonly exercise: boolean;
  /** `23/11/2026 05:21`, or nothing. */
  readonly deliverBy: string;
  readonly replyBy: string;
  readonly expires: string;
  /** 64 hexadecimal digits of the dispatch that this one speaks of. */
  readonly reference: string | null;
  /** What it says of that; null where it answers it. */
  readonly relation: Relation | null;
}

export const DATE_FIELDS = ['deliverBy', 'replyBy', 'expires'] as const;

export const EMPTY: Order = {
  lines: [], precedence: USUAL_PRECEDENCE, documentType: USUAL_TYPE, subject: '', text: '', classification: USUAL_CLASSIFICATION, exercise: false,
  deliverBy: '', replyBy: '', expires: '', reference: null, relation: null,
};

/** @throws Refusal `date-malformed`, `date-not-in-calendar` */
export function compositionFrom(order: Order, office: string, attachments: Composition['attachments']): Composition {
  const { lines, documentType, subject, text, classification, exercise, reference, relation } = order;
  return {
    office, recipients: lines.map(recipientOf), documentType: clean(documentType), subject: clean(subject), text: text.normalize('NFC'),
    classification, exercise, attachments, reference: reference === null ? undefined : fromHex(reference) ?? undefined,
    relation: relation ?? undefined,
    deliverBy: dateOf(order, 'deliverBy'), replyBy: dateOf(order, 'replyBy'), expires: dateOf(order, 'expires'),
  };
}

/** Whether a date that stands there has passed: nothing can be asked for by then. Asked at every keystroke, so whatever stands there is no fault. */
export function isPast(order: Order, field: (typeof DATE_FIELDS)[number], now: Instant): boolean {
  const moment = readMoment(order[field]);
  return moment !== null && endOfDay(moment.day) - DAY_MS + Date.parse(`1970-01-01T${moment.time}Z`) <= now;
}

function recipientOf({ name, role, precedence, except }: OrderLine): Recipient {
  return { to: name.startsWith('@') ? { list: name.slice(1), except } : { office: name, except }, role, precedence };
}

function dateOf(order: Order, field: (typeof DATE_FIELDS)[number]): Instant | undefined {
  const typed = order[field];
  return typed === '' ? undefined : typedDate(typed, field);
}

function clean(line: string): string {
  return line.normalize('NFC').trim();
}

/** What a sheet is kept as (docs/protocol/keyring.md). @param about the draft that is changed, or the dispatch that it speaks of */
export function sheetOf(office: string, about: string | null, relation: Relation | null = null): string {
  return `${office} ${about ?? 'new'}${relation === null ? '' : ` ${relation}`}`;
}

/** What was kept of a sheet, as this version of the pages writes it; null for anything else. */
export function keptOrder(kept: string): Order | null {
  const read = JSON.parse(kept) as Omit<Order, 'relation' | 'precedence'> & Partial<Order>;
  // What stands there keeps its place: an unfinished draft is known again by the text of its sheet. Dates were once typed as text.
  const order: Order = { ...read, precedence: read.precedence ?? USUAL_PRECEDENCE, relation: read.relation ?? null, ...Object.fromEntries(DATE_FIELDS.map((field) => [field, readMoment(read[field] ?? '') === null ? '' : read[field]])) };
  return Array.isArray(order.lines) && Object.keys(EMPTY).every((key) => key in order) ? order : null;
}

/** What a composition would look like on the sheet. */
export function orderOf({ view }: Pick<Session, 'view'>, composition: Composition): Order {
  const { documentType, subject, text, classification, exercise, reference, relation, deliverBy, replyBy, expires } = composition;
  const written = (at: Instant | undefined): string => (at === undefined ? '' : dateText(at));
  return {
    lines: composition.recipients.map(({ to, role, precedence }) => ({
      name: 'list' in to ? `@${to.list}` : typeof to.office === 'string' ? to.office : officeText(view, to.office), role, precedence, except: to.except ?? [],
    })),
    precedence: highest(composition.recipients.map(({ precedence }) => precedence)), documentType, subject, text, classification, exercise, reference: reference === undefined ? null : hex(reference), relation: relation ?? null,
    deliverBy: written(deliverBy), replyBy: written(replyBy), expires: written(expires),
  };
}

/** Chooses for everybody at once; each may be given another afterwards. */
export function withPrecedence(order: Order, precedence: Precedence): Order {
  return { ...order, precedence, lines: order.lines.map((line) => ({ ...line, precedence })) };
}

/** The most urgent of several; routine where there is none. */
export function highest(all: readonly Precedence[]): Precedence {
  return all.reduce<Precedence>((most, one) => (PRECEDENCE_RANK[one] > PRECEDENCE_RANK[most] ? one : most), 'routine');
}

/** Who may be named: offices of ours but the sender's, offices that others show, lists. */
export interface Nameable {
  readonly name: string;
  readonly label: string;
  readonly kind: 'office' | 'peer' | 'list';
  /** Whether nothing can be sealed to it yet. */
  readonly isKeyless: boolean;
  /** Of a list. */
  readonly offices: readonly string[];
}

export function nameable({ view, peers }: Session, office: string, at: Instant): Nameable[] {
  const own = view.offices().filter((one) => one.office !== office)
    .map((one): Nameable => ({ name: one.office, label: one.name, kind: 'office', offices: [], isKeyless: view.currentKey(one.office, 'transport', at) === null }));
  const lists = view.lists().map((one): Nameable => ({ name: `@${one.list}`, label: one.name, kind: 'list', offices: one.offices, isKeyless: false }));
  const foreign = view.agreements().filter(({ endedBy, offices }) => endedBy === null && offices.includes(office)).flatMap(({ peer, organisation, name }) =>
    (peers.view(organisation)?.offices() ?? [])
      .map((one): Nameable => ({ name: `${peer}/${one.office}`, label: `${one.name} (${name})`, kind: 'peer', offices: [], isKeyless: false })));
  return [...lists, ...own, ...foreign];
}

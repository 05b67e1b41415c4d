/**
 * Whom a dispatch goes to, from what a person named: lists become offices, who is exempted stays out, and for an office
 * that is shut its alternate receives besides. Source: docs/protocol/envelope.md §In another's stead.
 */
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { directoryNamed, type Known, officeNamed, officeText, shown } from '#model/peer-names.ts';
import { alternateOf } from '#model/stand-ins.ts';
import { LIMITS } from '#wire/limits.ts';
import { type Addressee, type OfficeRef, type Precedence, PRECEDENCE_RANK, type Role, type StandIn } from '#wire/names.ts';

/**
 * An addressee as a person names it: an office (`don`, `bo-doi/don`, or by its organisation) or a list of own offices.
 * `except`: offices that do not get it by this line, neither from the list nor in another's stead.
 */
export interface Recipient {
  readonly to: ({ readonly office: string | OfficeRef } | { readonly list: string }) & { readonly except?: readonly string[] };
  readonly role: Role;
  readonly precedence: Precedence;
}

export interface Addressed {
  readonly to: Addressee[];
  /** Absent where nobody receives in another's stead. */
  readonly standIns?: readonly StandIn[];
}

/**
 * Office by office, each once: where several lines name it, the strongest role and precedence count.
 * @throws Refusal `office-unknown`, `list-unknown`, `exempt-not-listed`, `recipient-is-sender`, `no-recipients`,
 *   `too-many-recipients`, `agreement-missing`, `peer-not-shown`
 */
export function addressedTo(recipients: readonly Recipient[], desk: Known, origin: OfficeRef): Addressed {
  const sheet: Sheet = { desk, origin, byOffice: new Map(), named: new Set(), instead: new Map() };
  for (const recipient of recipients) {
    for (const office of officesOf(recipient, desk.view)) {
      const isSender = sameOffice(office, origin);
      // A list may name its own sender; a person who does so by hand made a mistake.
      if (isSender && 'list' in recipient.to) continue;
      if (isSender) throw new Refusal('recipient-is-sender', { office: officeText(desk.view, office) });
      write(sheet, office, recipient);
    }
  }
  demandExemptMeant(recipients, sheet);
  if (sheet.byOffice.size === 0) throw new Refusal('no-recipients');
  if (sheet.byOffice.size > LIMITS.recipients) throw new Refusal('too-many-recipients', { most: LIMITS.recipients });
  const standIns = placesOf(sheet);
  return { to: [...sheet.byOffice.values()], ...(standIns.length > 0 && { standIns }) };
}

/** Offices under the names that people here give them. */
interface Sheet {
  readonly desk: Known;
  readonly origin: OfficeRef;
  readonly byOffice: Map<string, Addressee>;
  /** Those that a line names, itself or by its list. */
  readonly named: Set<string>;
  /** Who receives in the stead of whom, by the one that is shut. */
  readonly instead: Map<string, string>;
}

function write(sheet: Sheet, office: OfficeRef, recipient: Recipient): void {
  const name = officeText(sheet.desk.view, office);
  demandOffice(office, name, sheet.desk);
  add(sheet, name, office, recipient);
  sheet.named.add(name);
  addStandIns(sheet, office, recipient);
}

/** Whoever stands in may be shut as well: then its own alternate receives too. A circle ends where it began. */
function addStandIns(sheet: Sheet, office: OfficeRef, recipient: Recipient): void {
  const { desk, origin } = sheet;
  const passed = new Set<string>();
  for (let absent = office; ;) {
    const present = alternateOf(desk, absent);
    passed.add(officeText(desk.view, absent));
    // The sender has it already.
    if (present === null || sameOffice(present, origin)) return;
    const name = officeText(desk.view, present);
    if (passed.has(name) || recipient.to.except?.includes(name) === true) return;
    add(sheet, name, present, recipient);
    sheet.instead.set(officeText(desk.view, absent), name);
    absent = present;
  }
}

function add({ byOffice }: Sheet, name: string, office: OfficeRef, { role, precedence }: Recipient): void {
  byOffice.set(name, stronger(byOffice.get(name), { office, role, precedence }));
}

function placesOf({ byOffice, named, instead }: Sheet): StandIn[] {
  const places = new Map([...byOffice.keys()].map((name, place) => [name, place]));
  return [...instead]
    .map(([absent, present]) => ({ of: places.get(absent)!, at: places.get(present)!, isNamed: named.has(present) }))
    .toSorted((one, other) => one.of - other.of);
}

function officesOf({ to }: Recipient, view: DirectoryView): readonly OfficeRef[] {
  if ('office' in to) return [typeof to.office === 'string' ? officeNamed(view, to.office) : to.office];
  const list = view.list(to.list);
  if (list?.endedBy !== null) throw new Refusal('list-unknown', { list: shown(to.list) });
  const { id: organisation } = view.organisation;
  return list.offices.filter((office) => !(to.except ?? []).includes(office)).map((office) => ({ organisation, office }));
}

/** Of another organisation only agreed offices are shown: what is not among them is said to be that, by demandCrossings. */
function demandOffice(office: OfficeRef, name: string, desk: Known): void {
  const found = directoryNamed(desk, office).office(office.office);
  const isForeign = !equal(office.organisation, desk.view.organisation.id);
  if (isForeign ? found !== null && found.endedBy !== null : found?.endedBy !== null) throw new Refusal('office-unknown', { office: shown(name) });
}

/** An office exempted that no list names and that stands in for nobody is a slip of the pen, and the one that was meant would get the dispatch. */
function demandExemptMeant(recipients: readonly Recipient[], { desk, byOffice }: Sheet): void {
  const { view } = desk;
  const lists = recipients.flatMap(({ to }) => ('list' in to ? view.list(to.list)?.offices ?? [] : []));
  const alternates = [...byOffice.values()].map(({ office }) => alternateOf(desk, office)).filter((one) => one !== null).map((one) => officeText(view, one));
  const strange = recipients.flatMap(({ to }) => to.except ?? []).find((office) => !lists.includes(office) && !alternates.includes(office));
  if (strange !== undefined) throw new Refusal('exempt-not-listed', { office: shown(strange) });
}

function stronger(held: Addressee | undefined, next: Addressee): Addressee {
  if (held === undefined) return next;
  const role = held.role === 'action' ? held.role : next.role;
  const precedence = PRECEDENCE_RANK[held.precedence] >= PRECEDENCE_RANK[next.precedence] ? held.precedence : next.precedence;
  return { office: held.office, role, precedence };
}

/**
 * Offices, positions and lists: written, corrected, ended, and who stands in for whom. Pure plans from a directory, empty
 * where it says so already; whoever ends a position also has its office's keys made anew. Source: docs/operating/people.md.
 */
import type { Instant } from '#core/clock.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { lasts } from '#model/directory-ending.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DirectoryView, Ending, PositionRecord } from '#model/directory-view.ts';
import { positionMay } from '#model/rights.ts';
import type { DirectoryBody, Right } from '#wire/directory.ts';
import { type KeysAfter, keysAfter } from './keys-after.ts';
import { checkNames } from '../one-line.ts';
import { type Proposed, proposePlans } from './registrar-desk.ts';
import type { Session } from '../session.ts';

export type OfficeWish = Omit<DirectoryBody<'office'>, 'alternate'>;
export type PositionWish = Pick<PositionRecord, 'position' | 'office' | 'title'> & { readonly rights: readonly Right[] };
export type ListWish = DirectoryBody<'list'>;

/** A new office, or a corrected name, symbol or home; one that is shut stays so. @throws Refusal `station-unknown`; those of checkNames */
export function planOffice(view: DirectoryView, wish: OfficeWish): EntryPlan[] {
  const { office, name, symbol, station } = wish;
  checkNames({ name, symbol });
  if (view.station(station) === null) throw new Refusal('station-unknown', { station: station.slice(0, 32) });
  const known = view.office(office);
  const isSame = known?.endedBy === null && known.name === name && known.symbol === symbol && known.station === station;
  return isSame ? [] : [{ kind: 'office', body: { office, name, symbol, station, alternate: known?.alternate ?? undefined } }];
}

/** @throws Refusal `office-unknown`, `station-unknown` */
export function planOfficeMove(view: DirectoryView, office: string, station: string): EntryPlan[] {
  const known = inForce(view.office(office), 'office-unknown', { office });
  inForce(view.station(station), 'station-unknown', { station });
  return planOffice(view, { office, name: known.name, symbol: known.symbol, station });
}

/** Who receives while the office is shut; null opens it again. @throws Refusal `office-unknown` */
export function planOfficeAlternate(view: DirectoryView, office: string, alternate: string | null): EntryPlan[] {
  const { name, symbol, station, alternate: now } = inForce(view.office(office), 'office-unknown', { office });
  if (alternate !== null) inForce(view.office(alternate), 'office-unknown', { office: alternate });
  return now === alternate ? [] : [{ kind: 'office', body: { office, name, symbol, station, alternate: alternate ?? undefined } }];
}

/** With it goes what would still name it: a list that no author could send to any more, an office for which nobody would stand in. @throws Refusal `office-unknown` */
export function planOfficeEnd(view: DirectoryView, gone: string, now: Instant): EntryPlan[] {
  lasting(view.office(gone), 'office-unknown', { office: gone }, now);
  const { lists, shut } = namingOffice(view, gone);
  return [
    ...lists.map(({ list, name, offices }): EntryPlan => ({ kind: 'list', body: { list, name, offices: offices.filter((one) => one !== gone) } })),
    ...shut.map(({ office, name, symbol, station }): EntryPlan => ({ kind: 'office', body: { office, name, symbol, station } })),
    { kind: 'end', body: { what: 'office', code: gone, reason: 'superseded' } },
  ];
}

/** Lists that have it, and offices that are shut and for which it receives. */
export function namingOffice(view: DirectoryView, code: string) {
  return { lists: view.lists().filter(({ offices }) => offices.includes(code)), shut: view.offices().filter(({ alternate }) => alternate === code) };
}

/** The seal stays with whoever has it, unless the position shall not seal any more. @throws Refusal `office-unknown`; those of checkNames */
export function planPositionAs(view: DirectoryView, { position, office, title, rights }: PositionWish): EntryPlan[] {
  checkNames({ title });
  if (view.office(office) === null) throw new Refusal('office-unknown', { office });
  const known = view.position(position);
  const isSame = known?.endedBy === null && known.office === office && known.title === title && sameWords(known.rights, rights);
  if (isSame) return [];
  const seals = positionMay({ rights }, 'carry the seal');
  const seal = known?.endedBy === null && seals ? known.seal?.certificates : undefined;
  return [{ kind: 'position', body: { position, office, title, rights: [...rights], seal } }];
}

export function planPositionEnd(code: string): EntryPlan[] {
  return [{ kind: 'end', body: { what: 'position', code, reason: 'superseded' } }];
}

/** Ends a position; its holders hold nothing by it any more, and keys that they had are made anew. @throws Refusal `position-unknown`; those of proposePlans */
export async function endPosition(session: Session, code: string, signal?: AbortSignal): Promise<Proposed & { readonly keys: KeysAfter }> {
  const { office } = lasting(session.view.position(code), 'position-unknown', { position: code }, session.now());
  const proposed = await proposePlans(session, planPositionEnd(code), signal);
  return { ...proposed, keys: await keysAfter(session, [office], proposed) };
}

/**
 * To whom its holder may delegate by themself, at most four.
 * @returns also delegations by the holder's own word that end because somebody is struck
 * @throws Refusal `position-unknown`, `person-unknown`
 */
export function planAlternates(view: DirectoryView, position: string, persons: readonly string[], now: Instant): { plans: EntryPlan[]; delegations: string[] } {
  inForce(view.position(position), 'position-unknown', { position });
  for (const person of persons) inForce(view.person(person), 'person-unknown', { person });
  if (view.alternates(position).join() === persons.join()) return { plans: [], delegations: [] };
  const struck = view.delegations().filter((one) => one.position === position && one.isOwnWord && one.endedBy === null && one.until > now && !persons.includes(one.to));
  return { plans: [{ kind: 'alternate', body: { position, persons: [...persons] } }], delegations: struck.map(({ delegation }) => delegation) };
}

/** @throws Refusal `no-recipients`, `office-unknown`; those of checkNames */
export function planList(view: DirectoryView, { list, name, offices }: ListWish): EntryPlan[] {
  checkNames({ name });
  if (offices.length === 0) throw new Refusal('no-recipients');
  const unknown = offices.find((office) => view.office(office) === null);
  if (unknown !== undefined) throw new Refusal('office-unknown', { office: unknown });
  const known = view.list(list);
  return known?.endedBy === null && known.name === name && sameWords(known.offices, offices) ? [] : [{ kind: 'list', body: { list, name, offices: [...offices] } }];
}

/** @throws Refusal `list-unknown` */
export function planListEnd(view: DirectoryView, list: string, now: Instant): EntryPlan[] {
  lasting(view.list(list), 'list-unknown', { list }, now);
  return [{ kind: 'end', body: { what: 'list', code: list, reason: 'superseded' } }];
}

function inForce<T extends Pick<Ending, 'endedBy'>>(thing: T | null, code: RefusalCode, detail: Record<string, string>): T {
  if (thing === null || thing.endedBy !== null) throw new Refusal(code, detail);
  return thing;
}

/** What ends only later, by an entry that was dated ahead, may be ended now. */
function lasting<T extends Pick<Ending, 'endedBy' | 'endedAt'>>(thing: T | null, code: RefusalCode, detail: Record<string, string>, now: Instant): T {
  if (thing === null || !lasts(thing, now)) throw new Refusal(code, detail);
  return thing;
}

function sameWords(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}

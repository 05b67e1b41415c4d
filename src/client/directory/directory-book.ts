/**
 * The directory as somebody reads it: offices by station with who sits where, people with what they hold, in an order
 * that a Vietnamese office keeps, found without diacritics. Pure: of a directory that was checked.
 */
import type { Instant } from '#core/clock.ts';
import { lasts } from '#model/directory-ending.ts';
import type { DirectoryState } from '#model/directory-state.ts';
import type { OfficeRecord, PersonRecord, PositionRecord } from '#model/directory-view.ts';
import { fold, matches } from '#model/fold.ts';
import { type Way, waysOf } from './entitlements.ts';

export interface Seat {
  readonly position: PositionRecord;
  /** Who has it, by themself or for another. */
  readonly ways: readonly Way[];
}

export interface OfficeLine {
  readonly office: OfficeRecord;
  readonly hasEnded: boolean;
  /** In force, in the order in which they were written. */
  readonly seats: readonly Seat[];
  /** What it is found by, folded. */
  readonly text: string;
}

export interface PersonLine {
  readonly person: PersonRecord;
  readonly hasEnded: boolean;
  readonly ways: readonly Way[];
  readonly text: string;
}

export interface DirectoryBook {
  readonly offices: readonly OfficeLine[];
  readonly people: readonly PersonLine[];
}

export interface BookQuestion {
  /** Words, each the beginning of a word of what is found. */
  readonly query: string;
  /** Whether what has ended is found too. */
  readonly withEnded: boolean;
}

/** Some milliseconds for a thousand people: once for each growth of the directory. */
export function directoryBook(view: DirectoryState, at: Instant): DirectoryBook {
  const vietnamese = new Intl.Collator('vi').compare;
  const held = new Map(view.everyPerson().map(({ person }) => [person, waysOf(view, person, at)]));
  // Whoever holds it stands before whoever acts for them.
  const all = [...held.values()].flat().toSorted((a, b) => Number(a.delegation !== null) - Number(b.delegation !== null));
  const byPosition = Map.groupBy(all, ({ position }) => position);
  const seats = Map.groupBy(view.everyPosition().filter((one) => lasts(one, at)).map((position): Seat => ({ position, ways: byPosition.get(position.position) ?? [] })), ({ position }) => position.office);
  const nameOf = (person: string): string => view.person(person)?.name ?? person;
  const offices = view.everyOffice().map((office): OfficeLine => {
    const own = seats.get(office.office) ?? [];
    const words = [office.name, office.office, office.symbol, view.station(office.station)?.site ?? '', office.station, ...own.flatMap(({ position, ways }) => [position.title, position.position, ...ways.map(({ person }) => nameOf(person))])];
    return { office, hasEnded: !lasts(office, at), seats: own, text: fold(words.join(' ')) };
  });
  const people = view.everyPerson().map((person): PersonLine => {
    const ways = held.get(person.person) ?? [];
    const words = [person.name, person.person, ...ways.flatMap(({ title, position, office }) => [title, position, view.office(office)?.name ?? office])];
    return { person, hasEnded: !lasts(person, at), ways, text: fold(words.join(' ')) };
  });
  return {
    offices: offices.toSorted((a, b) => vietnamese(a.office.name, b.office.name)),
    people: people.toSorted((a, b) => vietnamese(calledBy(a.person.name), calledBy(b.person.name)) || vietnamese(a.person.name, b.person.name)),
  };
}

/** Those that are found; what was asked for first stands where it stood. */
export function found<T extends OfficeLine | PersonLine>(lines: readonly T[], { query, withEnded }: BookQuestion): T[] {
  return lines.filter(({ hasEnded, text }) => (withEnded || !hasEnded) && matches(text, query));
}

/** People are called, and put in order, by the last word of their name. */
function calledBy(name: string): string {
  return name.trim().split(/\s+/).at(-1) ?? '';
}

/** Where registrars work, by the positions that they hold: their machines are at those stations. */
import type { Instant } from '#core/clock.ts';
import type { DirectoryView } from '#model/directory-view.ts';

type Seen = Pick<DirectoryView, 'registrars' | 'held' | 'office'>;

/** Codes of stations, in their order. */
export function registrarStations(view: Seen, now: Instant): string[] {
  return stationsOf(view, view.registrars().map(({ person }) => person), now);
}

/** Stations at which a person holds a position, where what was left for them may lie. */
export function stationsElsewhere(view: Seen, person: string, station: string, now: Instant): string[] {
  return stationsOf(view, [person], now).filter((one) => one !== station).slice(0, ELSEWHERE_MAX);
}

function stationsOf(view: Seen, persons: readonly string[], now: Instant): string[] {
  const offices = persons.flatMap((person) => view.held(person, now)).map(({ office }) => view.office(office));
  return [...new Set(offices.flatMap((office) => (office === null || office.endedBy !== null ? [] : [office.station])))].toSorted();
}

/** Stations to which a request is sent at most: each has its own copy of it. */
const ELSEWHERE_MAX = 4;

/** Stations beside this one where registrars work: where one turned something down, those others may have it too. */
export function registrarsBeside(view: Seen, station: string, now: Instant): string[] {
  return registrarStations(view, now).filter((one) => one !== station).slice(0, ELSEWHERE_MAX);
}

/** Stations to which what is for a registrar goes from this one: none where one works here. */
export function registrarsElsewhere(view: Seen, station: string, now: Instant): string[] {
  const stations = registrarStations(view, now);
  return stations.includes(station) ? [] : stations.slice(0, ELSEWHERE_MAX);
}

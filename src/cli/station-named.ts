/** Which stations there are is in the directory: whoever mistyped one is told what is most like it. */
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { nearTo } from './nearest.ts';

/** @param code of a station, or of an office or another organisation, for whom something goes there @throws Refusal `station-unknown` */
export function demandStationNamed(view: Pick<DirectoryView, 'station' | 'stations' | 'office' | 'agreement' | 'agreements'>, code: string): void {
  if (view.station(code) !== null || view.office(code) !== null || view.agreement(code) !== null) return;
  throw new Refusal('station-unknown', { station: code, ...nearTo(code, [...view.stations().map(({ station }) => station), ...view.agreements().map(({ peer }) => peer)]) });
}

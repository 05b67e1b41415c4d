/** Who may meet whom: stations that the directory has made neighbours, and nobody else. */
import type { DirectoryView, StationRecord } from '#model/directory-view.ts';

/** @returns the neighbour's entry, or null where the directory lacks it, has ended it, or has no link between us */
export function neighbourOf(view: DirectoryView, station: string, peer: string): StationRecord | null {
  const record = view.station(peer);
  const isNeighbour = record !== null && record.endedBy === null && view.neighbours(station).includes(peer);
  return isNeighbour ? record : null;
}

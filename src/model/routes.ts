/**
 * Where an item goes next, from the directory's link entries: shortest path, the smaller code where two are as
 * short, unless the station's configuration names a neighbour. Source: docs/protocol/frames.md §Routes.
 */

import type { DirectoryView } from '#model/directory-view.ts';

type Graph = Pick<DirectoryView, 'neighbours'>;
/** Destination station to the neighbour that the operator chose for it. */
export type NextHops = Readonly<Record<string, string>>;

/** @returns the neighbour, or null where no path leads there or the station is our own */
export function nextHop(view: Graph, station: string, destination: string, chosen: NextHops = {}): string | null {
  return nextHops(view, station, chosen).get(destination) ?? null;
}

/** Every station that can be reached, with the neighbour through which. */
export function nextHops(view: Graph, station: string, chosen: NextHops = {}): ReadonlyMap<string, string> {
  const hops = breadthFirst(view, station);
  const neighbours = new Set(view.neighbours(station));
  for (const [destination, neighbour] of Object.entries(chosen)) {
    if (destination !== station && neighbours.has(neighbour)) hops.set(destination, neighbour);
  }
  return hops;
}

/** The stations that are reached through that neighbour, itself among them: whose stanzas a link carries. */
export function behind(view: Graph, station: string, neighbour: string, chosen: NextHops = {}): ReadonlySet<string> {
  const stations = new Set<string>();
  for (const [destination, hop] of nextHops(view, station, chosen)) if (hop === neighbour) stations.add(destination);
  return stations;
}

/** How many links every station is away that can be reached, our own none. */
export function distances(view: Graph, station: string): ReadonlyMap<string, number> {
  const far = new Map<string, number>();
  for (let ring = new Set([station]), links = 0; ring.size > 0; links++) {
    for (const code of ring) far.set(code, links);
    ring = new Set([...ring].flatMap((code) => view.neighbours(code)).filter((code) => !far.has(code)));
  }
  return far;
}

/** Neighbours come in the order of their codes, so the first path found is the one that wins a tie. */
function breadthFirst(view: Graph, station: string): Map<string, string> {
  const hops = new Map<string, string>();
  let ring = view.neighbours(station).toSorted().map((code) => ({ code, through: code }));
  while (ring.length > 0) {
    const fresh = ring.filter(({ code }) => code !== station && !hops.has(code));
    for (const { code, through } of fresh) if (!hops.has(code)) hops.set(code, through);
    const open = fresh.filter(({ code, through }) => hops.get(code) === through);
    ring = open.flatMap(({ code, through }) => view.neighbours(code).toSorted().map((next) => ({ code: next, through })));
  }
  return hops;
}

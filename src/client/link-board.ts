/**
 * The stations around one of them, drawn: who is how far, which links join them, and where each stands on the paper. Pure:
 * of a directory that was checked and of what the station says of its own links.
 */
import type { z } from 'zod';
import type { DirectoryView } from '#model/directory-view.ts';
import type { linksAnswer } from '#wire/api/directory.ts';

export type LinkSeen = z.output<typeof linksAnswer>['links'][number];

export interface BoardPlace {
  /** Station's code, or what people here call another organisation. */
  readonly code: string;
  readonly site: string;
  readonly kind: 'own' | 'station' | 'organisation';
  /** Links between it and the own station. */
  readonly hops: number;
  /** Lines from the top, in quarters where it stands between those behind it. */
  readonly row: number;
  /** The place before it on the way here; null for the own one and what no link reaches. */
  readonly before: string | null;
}

export interface BoardLink {
  readonly from: string;
  readonly to: string;
  /** What the own station says of it; null for a link of others. */
  readonly seen: LinkSeen | null;
  /** Whether it leads to another organisation. */
  readonly isBorder: boolean;
}

export interface LinkBoard {
  readonly places: readonly BoardPlace[];
  readonly links: readonly BoardLink[];
  readonly hopsMax: number;
  readonly rows: number;
}

/** Every station in force, those that nothing joins at the end. */
export function linkBoard(view: DirectoryView, own: string, seen: readonly LinkSeen[]): LinkBoard {
  const agreements = view.agreements().filter(({ station, endedBy }) => station === own && endedBy === null);
  const border = new Map(agreements.map(({ peer, name }) => [peer, name]));
  const around = (code: string): string[] => [...view.neighbours(code), ...(code === own ? border.keys() : [])];
  const { order, before } = reached(own, around);
  const lone = view.stations().map(({ station }) => station).filter((code) => !before.has(code));
  const behind = Map.groupBy(order.filter((code) => code !== own), (code) => before.get(code)!);
  const rows = new Map<string, number>();
  let next = 0;
  // Children are placed first: the place before them stands in their middle.
  for (const code of deepestFirst(own, behind)) {
    const children = behind.get(code) ?? [];
    rows.set(code, children.length === 0 ? next++ : (rows.get(children[0]!)! + rows.get(children.at(-1)!)!) / 2);
  }
  for (const code of lone) rows.set(code, next++);
  const hops = new Map<string, number>();
  for (const code of order) hops.set(code, code === own ? 0 : hops.get(before.get(code)!)! + 1);
  const places = [...order, ...lone].map((code): BoardPlace => ({
    code, site: border.get(code) ?? view.station(code)?.site ?? code, kind: code === own ? 'own' : border.has(code) ? 'organisation' : 'station',
    hops: hops.get(code) ?? 0, row: rows.get(code)!, before: before.get(code) ?? null,
  }));
  return { places, links: [...ownLinks(own, seen, border), ...others(view, own)], hopsMax: Math.max(0, ...hops.values()), rows: next };
}

/** Whoever is reached, nearest first, each with the place before it. */
function reached(own: string, around: (code: string) => readonly string[]): { order: string[]; before: ReadonlyMap<string, string | null> } {
  const before = new Map<string, string | null>([[own, null]]);
  const order = [own];
  for (const code of order) {
    for (const next of around(code)) {
      if (before.has(next)) continue;
      before.set(next, code);
      order.push(next);
    }
  }
  return { order, before };
}

/** Without recursion: a log may chain any number of stations. */
function deepestFirst(own: string, behind: ReadonlyMap<string, readonly string[]>): string[] {
  const [left, order]: [string[], string[]] = [[own], []];
  for (let code = left.pop(); code !== undefined; code = left.pop()) {
    order.push(code);
    left.push(...(behind.get(code) ?? []));
  }
  return order.toReversed();
}

function ownLinks(own: string, seen: readonly LinkSeen[], border: ReadonlyMap<string, string>): BoardLink[] {
  return seen.map((link) => ({ from: own, to: link.peer, seen: link, isBorder: border.has(link.peer) }));
}

function others(view: DirectoryView, own: string): BoardLink[] {
  return view.links().filter(({ caller, answerer }) => caller !== own && answerer !== own)
    .map(({ caller, answerer }) => ({ from: caller, to: answerer, seen: null, isBorder: false }));
}

/** For a sentence about numbers that have not come: the first of them, and how many others. */
export function missingSaid({ first, last, count }: NonNullable<LinkSeen['missing']>): { readonly numbers: string; readonly more?: number } {
  const more = count - (last - first + 1);
  return { numbers: first === last ? String(first) : `${first}–${last}`, ...(more > 0 && { more }) };
}

/** Dispatches and notes that wait for a link. */
export function waitingOn({ queued }: Pick<LinkSeen, 'queued'>): number {
  return queued.routine + queued.priority + queued.immediate + queued.flash;
}

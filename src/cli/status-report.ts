/** What `tram status` says of a station. */

import type { Precedence } from '#wire/names.ts';

/** How a station stands, on one screen. Null where it cannot be known. */
export interface StatusReport {
  readonly station: string;
  readonly running: { readonly url: string; readonly linkPort: number; readonly pid: number; readonly version: string; readonly since: number } | null;
  readonly ready: { readonly ready: boolean; readonly reasons: readonly string[] } | null;
  /** Of the program that asks. */
  readonly version: string;
  readonly incarnation: string;
  readonly ledgerEntries: number | null;
  readonly directoryEntries: number | null;
  readonly links: readonly {
    readonly peer: string;
    readonly state: 'up' | 'down' | 'unknown';
    readonly queued: number;
    readonly oldestQueued: number | null;
    readonly lastMet: number | null;
  }[];
  /** What no way leads on with from here, by the station that is not reached. */
  readonly stranded: readonly { readonly station: string; readonly held: Readonly<Record<Precedence, number>>; readonly since: number }[];
  readonly disk: { readonly level: string; readonly freeBytes: number };
  readonly checkpoint: { readonly time: number; readonly entries: number; readonly witnessed: number } | null;
  readonly backup: { readonly time: number } | null;
  readonly officeKeys: readonly { readonly office: string; readonly until: number | null }[];
  readonly memoryBytes: number | null;
}

/** Where other stations are awaited, as a sentence is filled with it: a port, or which key of `station.json` has none of them awaited. */
export function awaitedAt(linkPort: number): { readonly linkPort: number } | { readonly off: string } {
  return linkPort > 0 ? { linkPort } : { off: 'linksEnabled: false' };
}

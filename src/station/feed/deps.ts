/** What the feed room is given, narrowed to what it uses. */

import type { Clock } from '#core/clock.ts';
import type { OfficeRef } from '#wire/names.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { Checkpoints } from '#station/kernel/checkpoints.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { Snapshot, Store } from '#station/kernel/store.ts';

/** Who listens: a person on a device, known by their session. */
export interface FeedCaller {
  readonly person: string;
  readonly device: string;
}

/** Who may be told what, by the rights of now. The dispatch room answers: it is the right that reads what is named. */
export interface Audience {
  /** The office of this station from which a dispatch went out, or null. */
  originOf(db: Snapshot, dispatch: Uint8Array): Promise<string | null>;
  /** How people here call an office: its code, with the peer's before it where it is another organisation's. */
  shown(office: OfficeRef): string;
  /** Whether the office is of the own organisation. */
  isOurs(office: OfficeRef): boolean;
  /** By that name; false too for an office that does not live here. */
  may(caller: FeedCaller, act: 'read a draft' | 'read what came' | 'read what went' | 'read a register', office: string): boolean;
}

export interface LinkOfFeed {
  readonly peer: string;
  readonly state: 'up' | 'down' | 'stopped';
}

export interface WaitingOfFeed {
  /** Under a name each, for a registrar; null for everybody else. */
  waiting(caller: FeedCaller): Promise<readonly string[] | null>;
  onChange(listener: () => void): () => void;
}

export interface FeedDeps {
  readonly store: Pick<Store, 'read' | 'afterCommit'>;
  readonly ledger: Pick<Ledger, 'entries' | 'size'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly audience: Audience;
  readonly checkpoints: Pick<Checkpoints, 'latest'>;
  readonly provider: Pick<CryptoProvider, 'hash'>;
  /** New devices that wait for a registrar. */
  readonly requests: WaitingOfFeed;
  /** What waits for a second registrar. */
  readonly proposals: WaitingOfFeed;
  readonly links: { states(): Promise<readonly LinkOfFeed[]>; onChange(listener: () => void): () => void };
  /** Whether the caller's session still stands; asking does not prolong it. */
  readonly stands: (caller: FeedCaller) => boolean;
  readonly limits?: Partial<FeedLimits>;
}

export interface FeedLimits {
  /** Streams of one device at a time. */
  readonly perDevice: number;
  /** Streams of everybody. */
  readonly all: number;
  /** Between two signs of life, milliseconds. */
  readonly beatMs: number;
}

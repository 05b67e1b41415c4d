/** How a link stands, as operators and clients see it. */
import type { Instant } from '#core/clock.ts';
import type { CarryingBundle } from './courier/bundles.ts';
import type { Missing } from './holes.ts';
import type { QueueState } from './queue.ts';
import type { Retry } from './retries.ts';

export interface LinkState extends QueueState {
  readonly peer: string;
  /** `stopped`: one side was restored from a copy, and nothing is numbered before a new incarnation. */
  readonly state: 'up' | 'down' | 'stopped';
  readonly lastSent: number;
  readonly lastReceived: number;
  readonly lastMet: number | null;
  /** Over a border: why what was shown last of the peer's directory was not taken. */
  readonly shownRefused?: { readonly code: string; readonly at: Instant };
  /** Why something of the neighbour's could not be taken, or of ours not be sent, and when it is tried again. */
  readonly retry?: Retry;
  /** While it is down and called from here: when next. */
  readonly triesAgain?: Instant;
  /** The neighbour said then that it has no room for what is offered; absent where it has. */
  readonly noRoomSince?: Instant;
  /**
   * Numbers of the neighbour's that have not come: while it is away, those below one that did; and those that nobody holds any
   * more, until it says that it knows.
   */
  readonly missing?: Missing;
  /** Of the neighbour's data folder as it last said it, in hexadecimal; null where it was never met. */
  readonly incarnation: string | null;
}

/** A copy that waits for a neighbour's custody. */
export interface WaitingCopy {
  readonly peer: string;
  readonly since: number;
  /** `no-room`: the neighbour cannot take it before it has room again. */
  readonly state: 'waiting' | 'offered' | 'sending' | 'no-room';
  /** Bytes of data sent on this connection. */
  readonly sent: number;
  /** It lies on a stick too, that is under way or perhaps lost: of several the newest. */
  readonly bundle?: Pick<CarryingBundle, 'number' | 'written' | 'state'>;
}

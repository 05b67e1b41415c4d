/**
 * A carrier moves frames between two stations: in order, each once or not at all, until it closes. TLS is one
 * (platform/node/tls-carrier.ts), a simulator's pipe another. Source: docs/protocol/frames.md.
 */

/** What happens on a carrier. */
export interface CarrierEvents {
  /** One frame. The carrier hands over no further frame before the promise resolves: that is the back-pressure. */
  frame(bytes: Uint8Array): Promise<void> | void;
  /** Nothing comes any more. Called once, also after `close`. */
  closed(): void;
}

export interface Carrier {
  /** Code of the station at the other end, as the carrier itself has proved it (the link certificate). */
  readonly peer: string;
  /** Keying material of this very connection, which the hello signs. */
  readonly binding: Uint8Array;
  /** Whether both ends say when a mark has come (frames.md §Pace); an older station does not know how. */
  readonly isCounted?: boolean;
  /** Starts handing over what comes in, also what came in before. */
  open(events: CarrierEvents): void;
  /**
   * Sends one frame, given in one piece or several that follow one another; they are not changed afterwards. Resolves
   * when there is room for another frame; quietly drops the frame when the carrier is closed.
   */
  send(...pieces: readonly Uint8Array[]): Promise<void>;
  /** Ends the connection; frames that were sent may still arrive. */
  close(): void;
}

/** Makes connections. */
export interface Network {
  /** @throws when nobody answers there, or somebody who is not that station */
  dial(peer: string, address: string): Promise<Carrier>;
}

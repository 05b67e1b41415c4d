/** What is asked of Trạm and of NNCP alike when something goes wrong on the way. */

export const MANY = 60;
export const STICKS = 5;
/** From 1. */
export const LOST = 3;
export const FILE_BYTES = 600_000;

export interface Situations {
  /** Pairs of one precedence that came in another order than they were sent, of all such pairs. */
  readonly inverted: number;
  readonly pairs: number;
  /** Deliveries of one message whose stick was read twice. */
  readonly deliveredTwiceRead: number;
  /** Of five messages, one stick of which was lost: how many came; whether the receiver said that one is missing; how many there are after one more stick each way. */
  readonly cameOfFive: number;
  readonly isMissed: boolean;
  readonly afterRepair: number;
  /** The receiver's disk is full: whether the sender was told why nothing goes, and whether it came when there was room. */
  readonly senderTold: boolean;
  readonly cameAfterwards: boolean;
}

/** Of messages in the order in which they were sent: pairs of one rank whose places are the other way round. */
export function inversions(messages: readonly { readonly rank: number; readonly place: number }[]): { inverted: number; pairs: number } {
  const pairs = messages.flatMap((one, i) => messages.slice(i + 1).filter(({ rank }) => rank === one.rank).map((other) => other.place < one.place));
  return { inverted: pairs.filter(Boolean).length, pairs: pairs.length };
}

/**
 * What a station that is not the sequencer sends on: judged by the log that it holds, and little for each device and each neighbour, because
 * a note goes into a queue here and at every relay on its way. Source: docs/protocol/directory.md §Proposing.
 */

import { HOUR_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryFault } from '#model/directory-faults.ts';

/** Entries of one device or neighbour that may be on their way; fewer where this station's log cannot tell that they are good. */
const WAITING_MAX = 1_024;
const UNJUDGED_MAX = 64;
/** Whatever has not come back by then may be sent again. */
const WAITING_MS = HOUR_MS;

/** What a log that is older than the signer's may say of a good entry; everything else no later entry mends. */
const MENDED_LATER: ReadonlySet<EntryFault> = new Set<EntryFault>([
  'signer-unknown', 'signer-not-entitled', 'second-registrar-missing', 'certificate-invalid', 'term-not-next', 'escrow-not-next',
  'station-unknown', 'office-unknown', 'position-unknown', 'person-unknown', 'holder-unknown', 'device-unknown', 'list-unknown',
  'link-unknown', 'office-key-unknown', 'agreement-unknown', 'registrar-unknown', 'delegation-unknown',
]);

/** Who asks for entries to be sent on. */
export type Proposer = { readonly device: string } | { readonly neighbour: string };

/** Devices and neighbours have codes of one form; null for this station itself. */
export function proposerName(by: Proposer | null): string {
  return by === null ? '' : 'device' in by ? `device ${by.device}` : `neighbour ${by.neighbour}`;
}

interface Waiting {
  readonly proposer: string;
  readonly isJudged: boolean;
  /** On the monotonic clock. */
  readonly untilMs: number;
}

export interface Forwarding {
  /** By proposerName. */
  readonly proposer: string;
  /** SHA-256 of the statements, in hexadecimal. */
  readonly digests: readonly string[];
  /** Whether the log held here takes them. */
  readonly isJudged: boolean;
}

/** In memory: a restart forgets what is on its way, and with it the count. */
export class Forwarded {
  readonly #waiting = new Map<string, Waiting>();

  /** Those that are on their way already go no second time. */
  isWaiting(digest: string, nowMs: number): boolean {
    return (this.#waiting.get(digest)?.untilMs ?? 0) > nowMs;
  }

  /** @throws Refusal `proposals-full` where too many of this proposer's have not come back yet */
  demandRoom({ proposer, digests, isJudged }: Forwarding, nowMs: number, isLodged: (digest: string) => boolean): void {
    for (const [digest, { untilMs }] of this.#waiting) if (untilMs <= nowMs || isLodged(digest)) this.#waiting.delete(digest);
    const own = [...this.#waiting.values()].filter((one) => one.proposer === proposer && one.isJudged === isJudged);
    const most = isJudged ? WAITING_MAX : UNJUDGED_MAX;
    if (own.length + digests.length > most) throw new Refusal('proposals-full', { most });
  }

  remember({ proposer, digests, isJudged }: Forwarding, nowMs: number): void {
    for (const digest of digests) this.#waiting.set(digest, { proposer, isJudged, untilMs: nowMs + WAITING_MS });
  }
}

/** Whether a newer log may take what this one refused. */
export function mayBeMended(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'directory-entry-refused' && MENDED_LATER.has(error.detail['reason'] as EntryFault);
}

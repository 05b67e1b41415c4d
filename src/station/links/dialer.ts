/**
 * Keeps one connection to each neighbour that the directory has us call: after a failure it waits, longer each time and
 * never quite as long as another station, and new work wakes it at once.
 */
import { type Clock, MINUTE_MS, type RandomSource } from '#core/clock.ts';
import type { AgreementRecord, LinkRecord } from '#model/directory-view.ts';
import type { Carrier, Network } from './carrier.ts';

const FIRST_WAIT_MS = 500;
const WAIT_MS_MAX = MINUTE_MS;
/** Work that is woken for every second must not dial every second. */
const HURRIED_WAIT_MS = 250;

export interface DialerDeps {
  readonly peer: string;
  readonly network: Network;
  readonly clock: Pick<Clock, 'after'>;
  readonly random: RandomSource;
  /** Where the neighbour is now; null where nobody knows or we need not call. */
  readonly address: () => string | null;
  readonly connected: (carrier: Carrier) => void;
  readonly failed: (error: unknown) => void;
}

export class Dialer {
  readonly #deps: DialerDeps;
  #failures = 0;
  #hurried = false;
  #state: 'stopped' | 'waiting' | 'dialing' | 'connected' = 'stopped';
  #cancelWait: (() => void) | null = null;

  constructor(deps: DialerDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#state === 'stopped') void this.#dial();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#cancelWait?.();
  }

  /** New work: not in a minute, now; once a wait. */
  hurry(): void {
    if (this.#state !== 'waiting' || this.#hurried) return;
    this.#hurried = true;
    this.#wait(HURRIED_WAIT_MS);
  }

  /** The connection is gone. @param wasLive whether it got as far as working: then the next one is tried soon */
  lost(wasLive: boolean): void {
    if (this.#state !== 'connected') return;
    if (wasLive) this.#failures = 0;
    this.#again();
  }

  async #dial(): Promise<void> {
    const { network, peer, address, connected, failed } = this.#deps;
    this.#state = 'dialing';
    const where = address();
    try {
      const carrier = where === null ? null : await network.dial(peer, where);
      if (carrier === null) return this.#again();
      if (this.#isStopped()) return carrier.close();
      this.#state = 'connected';
      connected(carrier);
    } catch (error) {
      if (this.#isStopped()) return;
      failed(error);
      this.#again();
    }
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }

  #again(): void {
    this.#failures += 1;
    this.#hurried = false;
    const capped = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(this.#failures - 1, 10));
    const [jitter] = this.#deps.random.bytes(1);
    this.#wait(Math.round(capped * (0.5 + jitter! / 512)));
  }

  #wait(delayMs: number): void {
    this.#cancelWait?.();
    this.#state = 'waiting';
    this.#cancelWait = this.#deps.clock.after(delayMs, () => void this.#dial());
  }
}

/**
 * Neighbours that a station calls, with their addresses in the directory. Over a border the side calls whose agreement has
 * an address of the other.
 */
export function calledBy(
  station: string, links: readonly LinkRecord[], agreements: readonly Pick<AgreementRecord, 'peer' | 'address'>[] = [],
): Map<string, string | null> {
  const own = links.filter(({ caller }) => caller === station).map(({ answerer, address }) => [answerer, address] as const);
  return new Map([...own, ...agreements.filter(({ address }) => address !== null).map(({ peer, address }) => [peer, address] as const)]);
}

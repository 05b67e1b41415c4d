/**
 * Keeps one connection to each neighbour that the directory has us call: an address that does not answer is followed by the
 * next at once; where none does it waits, longer each time and never quite as long as another station, and new work wakes
 * it at once.
 */
import { type Clock, MINUTE_MS, type RandomSource } from '#core/clock.ts';
import type { AgreementRecord, LinkRecord } from '#model/directory-view.ts';
import type { Carrier, Network } from './carrier.ts';

const FIRST_WAIT_MS = 500;
const WAIT_MS_MAX = MINUTE_MS;
/** Work that is woken for every second must not dial every second. */
const HURRIED_WAIT_MS = 250;
/** A line on which the other end answers and nothing lasts is as good as dead: so short, so often. */
const SHORT_LIFE_MS = 20_000;
const SHORT_LIVES_MAX = 2;

interface DialerDeps {
  readonly peer: string;
  readonly network: Network;
  readonly clock: Pick<Clock, 'after' | 'monotonicMs'>;
  readonly random: RandomSource;
  /** Where the neighbour is now, the best line first; none where nobody knows or we need not call. */
  readonly addresses: () => readonly string[];
  readonly connected: (carrier: Carrier) => void;
  readonly failed: (error: unknown, address: string) => void;
}

export class Dialer {
  readonly #deps: DialerDeps;
  #failures = 0;
  /** Which of the addresses is tried next. */
  #line = 0;
  #connectedAt = 0;
  /** Connections that got as far as working, one after the other, and did not last. */
  #shortLives = 0;
  #hurried = false;
  #state: 'stopped' | 'waiting' | 'dialing' | 'connected' = 'stopped';
  #cancelWait: (() => void) | null = null;
  /** When the wait is over, by the monotonic clock. */
  #waitsUntil = 0;

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

  /** After how many whole milliseconds it is called next; null where it is being called or connected, or not called. */
  leftMs(): number | null {
    return this.#state === 'waiting' ? Math.max(0, Math.ceil(this.#waitsUntil - this.#deps.clock.monotonicMs())) : null;
  }

  /** New work: not in a minute, now; once a wait. */
  hurry(): void {
    if (this.#state !== 'waiting' || this.#hurried) return;
    this.#hurried = true;
    this.#wait(HURRIED_WAIT_MS);
  }

  /** The connection is gone. @param wasLive whether it got as far as working: then the next one is tried soon, and the best line first, unless nothing lasts there */
  lost(wasLive: boolean): void {
    if (this.#state !== 'connected') return;
    const lasted = this.#deps.clock.monotonicMs() - this.#connectedAt >= SHORT_LIFE_MS;
    this.#shortLives = lasted || !wasLive ? 0 : this.#shortLives + 1;
    if (wasLive) this.#failures = 0;
    this.#line = wasLive && this.#shortLives < SHORT_LIVES_MAX ? 0 : this.#line + 1;
    this.#again();
  }

  async #dial(): Promise<void> {
    const { network, peer, connected, failed } = this.#deps;
    this.#state = 'dialing';
    const addresses = this.#deps.addresses();
    if (addresses.length === 0) return this.#again();
    const where = addresses[this.#line % addresses.length]!;
    try {
      const carrier = await network.dial(peer, where);
      if (this.#isStopped()) return carrier.close();
      this.#state = 'connected';
      this.#connectedAt = this.#deps.clock.monotonicMs();
      connected(carrier);
    } catch (error) {
      if (this.#isStopped()) return;
      failed(error, where);
      this.#line = (this.#line + 1) % addresses.length;
      if (this.#line === 0) this.#again();
      else void this.#dial();
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
    this.#waitsUntil = this.#deps.clock.monotonicMs() + delayMs;
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

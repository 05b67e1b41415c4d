/**
 * How much of what clients send, and of what they are answered and do not read, lies in memory at once. The first 64 KiB of
 * each are always taken, so that log-in and small calls never wait for anybody's large ones; what goes beyond is counted, of
 * one caller and of all, until it is answered and until the answer was taken off our hands.
 */
import { Refusal } from '#core/refusals.ts';

interface BodyLimits {
  /** Of one body, uncounted. */
  readonly freeBytes: number;
  readonly callerBytes: number;
  readonly allBytes: number;
}

/** Twice the largest body there is (a disclosure, links/disclosure-talk.ts) for all together, one and a little for each. */
export const BODY_LIMITS: BodyLimits = { freeBytes: 64 * 1024, callerBytes: 96 * 2 ** 20, allBytes: 192 * 2 ** 20 };

export class BodyBudget {
  readonly #limits: BodyLimits;
  readonly #ofCaller = new Map<string, number>();
  #ofAll = 0;

  constructor(limits: BodyLimits = BODY_LIMITS) {
    this.#limits = limits;
  }

  /** One body, and then one answer: what it takes is counted until it is given back. */
  open(caller: string): BodyAccount {
    let size = 0;
    let counted = 0;
    return {
      take: (bytes) => {
        const more = Math.max(0, size + bytes - this.#limits.freeBytes) - counted;
        const own = (this.#ofCaller.get(caller) ?? 0) + more;
        if (more > 0 && (own > this.#limits.callerBytes || this.#ofAll + more > this.#limits.allBytes)) throw new Refusal('bodies-full');
        size += bytes;
        if (more === 0) return;
        counted += more;
        this.#ofAll += more;
        this.#ofCaller.set(caller, own);
      },
      giveBack: () => {
        const left = (this.#ofCaller.get(caller) ?? 0) - counted;
        this.#ofAll -= counted;
        [size, counted] = [0, 0];
        if (left > 0) this.#ofCaller.set(caller, left);
        else this.#ofCaller.delete(caller);
      },
    };
  }
}

export interface BodyAccount {
  /** @throws Refusal `bodies-full` */
  take(bytes: number): void;
  giveBack(): void;
}

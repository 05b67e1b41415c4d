/**
 * Signs in batches: an ML-DSA-65 signature costs 1.5 ms, and a station accounts for thousands of small dispatches a
 * second. Statements of one purpose that are asked for within one turn, or while a batch is being signed, share one
 * tree and one pair of signatures. Source: docs/protocol/suite.md §Signatures.
 */

import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { signBatch, type TwinSigner } from '#wire/sign.ts';
import type { Purpose, Signature, Signed } from '#wire/signature.ts';

interface Asked {
  readonly statement: Uint8Array;
  readonly resolve: (signature: Signature) => void;
  readonly reject: (error: unknown) => void;
}

/** Items in one tree, at most: bounds the path in every signature to 8 digests. */
const BATCH_MAX = 256;

interface BatchSignerDeps {
  readonly provider: CryptoProvider;
  readonly signer: TwinSigner;
  readonly random: RandomSource;
  readonly clock: Pick<Clock, 'after'>;
  /** Awaited before a batch is closed: the end of this turn of the event loop; a timer of no length unless given. */
  readonly gather?: () => Promise<void>;
}

export class BatchSigner {
  readonly #deps: BatchSignerDeps;
  readonly #asked = new Map<Purpose, Asked[]>();
  #running = false;

  constructor(deps: BatchSignerDeps) {
    this.#deps = deps;
  }

  /** The statement with this station's signature, as soon as its batch is signed. */
  async sign(purpose: Purpose, statement: Uint8Array): Promise<Signed> {
    const signature = await new Promise<Signature>((resolve, reject) => {
      const waiting = this.#asked.get(purpose) ?? [];
      this.#asked.set(purpose, waiting);
      waiting.push({ statement, resolve, reject });
      this.#wake();
    });
    return { statement, signature };
  }

  #wake(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    const { gather, clock } = this.#deps;
    await (gather?.() ?? new Promise<void>((resolve) => void clock.after(0, resolve)));
    for (let next = this.#take(); next !== null; next = this.#take()) await this.#signOne(next.purpose, next.batch);
    this.#running = false;
  }

  #take(): { purpose: Purpose; batch: Asked[] } | null {
    for (const [purpose, waiting] of this.#asked) {
      const batch = waiting.splice(0, BATCH_MAX);
      if (waiting.length === 0) this.#asked.delete(purpose);
      if (batch.length > 0) return { purpose, batch };
    }
    return null;
  }

  async #signOne(purpose: Purpose, batch: readonly Asked[]): Promise<void> {
    const { provider, signer, random } = this.#deps;
    try {
      const signatures = await signBatch(provider, signer, purpose, batch.map(({ statement }) => statement), random);
      batch.forEach(({ resolve }, i) => resolve(signatures[i]!));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

/** What the kernel's tests share: a clock that stands still until told, countable chance, throw-away keys. */
import assert from 'node:assert/strict';
import type { Clock, RandomSource } from '#core/clock.ts';
import type { SignatureAlgorithm, SigningKey } from '#core/crypto.ts';
import { leafHash, root } from '#core/merkle.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import type { Ledger, TreeHead } from './ledger.ts';
import type { Store } from './store.ts';

export { nodeCrypto };

/** 2027-01-15T08:00:00Z. */
export const START = Date.UTC(2027, 0, 15, 8);

interface ManualClock extends Clock {
  /** Lets time pass and wakes whoever is due, in order. */
  advance(ms: number): void;
}

export function manualClock(start: number = START): ManualClock {
  let now = start;
  let waiting: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    uncertaintyMs: () => 0,
    monotonicMs: () => now - start,
    after(delayMs, wake) {
      const one = { at: now + delayMs, wake };
      waiting.push(one);
      return () => (waiting = waiting.filter((other) => other !== one));
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const next = waiting.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > until) break;
        waiting = waiting.filter((other) => other !== next);
        now = Math.max(now, next.at);
        next.wake();
      }
      now = until;
    },
  };
}

export const stillClock: Clock = manualClock();

/** Bytes that count upwards: predictable, and never the same twice. */
export function countingRandom(): RandomSource {
  let count = 0;
  return {
    bytes(length) {
      count++;
      return nodeCrypto.hash.sha256(new TextEncoder().encode(`chance ${count}`)).slice(0, length);
    },
  };
}

export function testKey(algorithm: SignatureAlgorithm, number: number): Promise<SigningKey> {
  return nodeCrypto.signatures.signingKey(algorithm, new Uint8Array(32).fill(number));
}

/** The ledger's head, computed again from its entries alone; fails where they have a gap or the kept nodes say another. */
export function recomputedHead(store: Store, ledger: Ledger): Promise<TreeHead> {
  return store.read(async (db) => {
    const entries = await ledger.entries(db, 0, Number.MAX_SAFE_INTEGER);
    assert.deepEqual(entries.map(({ index }) => index), entries.map((_, place) => place), 'entries without a gap');
    const leaves = entries.map(({ bytes }) => leafHash(nodeCrypto.hash, bytes));
    const head = await ledger.head(db);
    assert.deepEqual({ ...head, root: root(nodeCrypto.hash, leaves) }, { size: leaves.length, root: head.root });
    return head;
  });
}

/** The two halves of one identity: a P-256 certificate and an ML-DSA-65 one. */
import type { CertificateAlgorithm } from './algorithms.ts';

/** One thing for each algorithm. */
export interface Pair<T> {
  readonly p256: T;
  readonly mldsa: T;
}

/** The DER of both certificates of one identity. */
export type Twin = Pair<Uint8Array>;

export type Half = keyof Pair<unknown>;

export const HALVES: readonly Half[] = ['p256', 'mldsa'];

export const HALF_ALGORITHMS: Pair<CertificateAlgorithm> = {
  p256: 'ecdsa-p256',
  mldsa: 'ml-dsa-65',
};

export function both<T>(of: (half: Half) => T): Pair<T> {
  return { p256: of('p256'), mldsa: of('mldsa') };
}

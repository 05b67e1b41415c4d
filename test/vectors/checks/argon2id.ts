/** Passphrase stretching against the reference implementation's vectors. */
import type { CryptoProvider } from '#core/crypto.ts';
import { bytesOf, isHex, judge, type Outcome } from './outcome.ts';

export interface StretchVector {
  readonly passphrase: string;
  readonly salt: string;
  readonly passes: number;
  readonly memoryKiB: number;
  readonly lanes: number;
  readonly stretched: string;
}

export function checkStretch(
  provider: CryptoProvider,
  vectors: readonly StretchVector[],
): Promise<Outcome> {
  return judge(vectors, (one) => one.stretched, async (one) => {
    const { passes, memoryKiB, lanes } = one;
    const how = { passes, memoryKiB, lanes, salt: bytesOf(one.salt) };
    return isHex(await provider.stretch(bytesOf(one.passphrase), how), one.stretched);
  });
}

/** A platform under test: its provider, and the parts of X-Wing that vectors reach one by one. */
import type { CryptoProvider } from '#core/crypto.ts';
import type { XWingParts } from '#core/x-wing.ts';

export interface TestedPlatform {
  readonly provider: CryptoProvider;
  readonly parts: Pick<XWingParts, 'mlKem' | 'x25519'>;
}

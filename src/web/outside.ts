/** What the pages are given of the browser, so that a test can hand in something else. */
import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { HttpTransport } from '#core/outside.ts';
import type { SessionDeps } from '#client/session.ts';

export interface Outside {
  readonly clock: Clock;
  /** Loaded after the first page stands there: what seals and opens is the larger part of the script. */
  readonly cryptography: () => Promise<{ readonly crypto: CryptoProvider; readonly random: RandomSource }>;
  /** @param base where an interface begins: the page's own origin, or a path of it */
  readonly transport: (base: string) => HttpTransport;
  /** Sealing and opening of files in a worker. @param base as for transport */
  readonly parts: (base: string) => NonNullable<SessionDeps['parts']>;
  /** What follows `#` in the address that was opened; it is taken out of the address and history at once. */
  readonly ticket: string;
}

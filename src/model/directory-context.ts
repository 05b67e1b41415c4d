/** What surrounds an entry while it is applied. */

import type { Instant } from '#core/clock.ts';
import type { CertificateAuthority } from '#model/certificate-authority.ts';
import type { Twin } from '#wire/directory.ts';

export interface EntryContext {
  readonly index: number;
  /** The time that the signers gave. */
  readonly created: Instant;
  readonly authority: CertificateAuthority;
  /** Issuer, then root. */
  readonly chain: readonly Twin[];
}

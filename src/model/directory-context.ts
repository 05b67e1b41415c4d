/** What surrounds an entry while it is applied. */

import type { Instant } from '#core/clock.ts';
import type { CertificateAuthority } from '#model/certificate-authority.ts';
import type { Twin } from '#wire/directory.ts';

export interface EntryContext {
  readonly index: number;
  /** The time that the signers gave. */
  readonly created: Instant;
  readonly authority: CertificateAuthority;
  /** The latest time that any entry before it gives. */
  readonly newest: Instant;
  /** Signed by a device in its person's own name, and by no registrar. */
  readonly isOwnWord: boolean;
  /** Id of the organisation whose log it is. */
  readonly organisation: Uint8Array;
  /** Only some entries of the log are seen: what an entry merely mentions may be missing. */
  readonly isPartial: boolean;
  /** Issuer, then root. */
  readonly chain: readonly Twin[];
}

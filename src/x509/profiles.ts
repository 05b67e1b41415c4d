/**
 * What each kind of certificate is allowed, as data. A root signs issuers, an issuer signs ends,
 * and an end signs documents or, as a link, opens a connection between stations; nobody does two of
 * these.
 *
 * A person's and an office's seal commit their holder, so they say nonRepudiation too (RFC 5280
 * §4.2.1.3); a registrar's and a station's signatures serve the system and do not.
 */
import type { ExtendedKeyUsage, KeyUsage } from './extensions.ts';

/** Certificates that come as two of one identity, P-256 and ML-DSA-65. */
export type TwinProfile = 'root' | 'issuer' | 'registrar' | 'person' | 'office-seal' | 'station';

export interface Profile {
  readonly authority: boolean;
  readonly pathLength: number | null;
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[];
  /** Whether it says where its subject can be reached. */
  readonly alternativeNames: 'none' | 'optional' | 'required';
}

const END: Profile = {
  authority: false,
  pathLength: null,
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [],
  alternativeNames: 'none',
};

const AUTHORITY: Profile = { ...END, authority: true, keyUsage: ['keyCertSign', 'cRLSign'] };

const COMMITTING: Profile = { ...END, keyUsage: ['digitalSignature', 'nonRepudiation'] };

export const TWIN_PROFILES: Readonly<Record<TwinProfile, Profile>> = {
  root: { ...AUTHORITY, pathLength: 1 },
  issuer: { ...AUTHORITY, pathLength: 0 },
  registrar: END,
  person: COMMITTING,
  'office-seal': COMMITTING,
  station: { ...END, alternativeNames: 'optional' },
};

/**
 * The one certificate that stands alone: ML-DSA-65, for TLS between stations in both directions.
 */
export const LINK_PROFILE: Profile = {
  ...END,
  extendedKeyUsage: ['serverAuth', 'clientAuth'],
  alternativeNames: 'required',
};

/**
 * Of a station's pages, for browsers, which know no ML-DSA yet: P-256 alone, for the host names that people type. What it
 * protects is the way to a page; whom a dispatch is from never hangs on it.
 */
export const PAGES_PROFILE: Profile = {
  ...END,
  extendedKeyUsage: ['serverAuth'],
  alternativeNames: 'required',
};

/**
 * Every check that needs nothing but data, by the standard that it checks: one table for Node's
 * tests and for the page that runs them in a browser.
 */
import hpkePq from '../draft-hpke-pq.json' with { type: 'json' };
import xWing from '../draft-xwing.json' with { type: 'json' };
import rfc5869 from '../rfc5869.json' with { type: 'json' };
import rfc9106 from '../rfc9106.json' with { type: 'json' };
import rfc9180 from '../rfc9180.json' with { type: 'json' };
import { checkStretch } from './argon2id.ts';
import {
  checkHkdf,
  checkKeySchedule,
  checkSharedSecret,
  checkSingleShot,
  checkXWing,
} from './hpke.ts';
import type { Outcome } from './outcome.ts';
import type { TestedPlatform } from './platform.ts';
import {
  checkAesGcm,
  checkHkdfSha256,
  checkHmacSha256,
  checkMlKemDecapsulation,
  checkMlKemKeys,
  checkMlKemPublicKeys,
  checkSignSeed,
  checkVerify,
  checkX25519,
  type WycheproofFile,
} from './wycheproof.ts';

/** A check of published vectors that stand in this repository. */
export type Check = (platform: TestedPlatform) => Promise<Outcome>;

export const RFC5869: Readonly<Record<string, Check>> = {
  'RFC 5869 A.1 to A.3': ({ provider }) => checkHkdf(provider, rfc5869.vectors),
};

export const RFC9106: Readonly<Record<string, Check>> = {
  'Argon2id of the reference implementation': ({ provider }) =>
    checkStretch(provider, rfc9106.vectors),
};

export const RFC9180: Readonly<Record<string, Check>> = {
  'RFC 9180 key schedule': ({ provider }) => checkKeySchedule(provider, rfc9180.vectors),
  'RFC 9180 shared secret of DHKEM(X25519)': ({ provider, parts }) =>
    checkSharedSecret(provider, parts.x25519, rfc9180.vectors),
  'RFC 9180 single shot with AES-256-GCM': ({ provider, parts }) =>
    checkSingleShot(provider, parts.x25519, rfc9180.vectors),
};

export const DRAFT_HPKE_PQ: Readonly<Record<string, Check>> = {
  'hpke-pq key schedule': ({ provider }) => checkKeySchedule(provider, hpkePq.vectors),
  'hpke-pq shared secret of 0x647A': ({ provider, parts }) =>
    checkSharedSecret(provider, parts.x25519, hpkePq.vectors),
  'hpke-pq single shot with AES-256-GCM': ({ provider, parts }) =>
    checkSingleShot(provider, parts.x25519, hpkePq.vectors),
};

export const DRAFT_XWING: Readonly<Record<string, Check>> = {
  'X-Wing appendix C': ({ provider }) => checkXWing(provider, xWing.vectors),
};

/** All of the above. */
export const EMBEDDED_CHECKS = {
  ...RFC5869,
  ...RFC9106,
  ...RFC9180,
  ...DRAFT_HPKE_PQ,
  ...DRAFT_XWING,
};

type WycheproofCheck = (platform: TestedPlatform, file: WycheproofFile) => Promise<Outcome>;

/** Checks of Wycheproof's files, by file name. */
export const WYCHEPROOF_CHECKS: Readonly<Record<string, WycheproofCheck>> = {
  'aes_gcm_test.json': ({ provider }, file) => checkAesGcm(provider, file),
  'hkdf_sha256_test.json': ({ provider }, file) => checkHkdfSha256(provider, file),
  'hmac_sha256_test.json': ({ provider }, file) => checkHmacSha256(provider, file),
  'ecdsa_secp256r1_sha256_p1363_test.json': ({ provider }, file) =>
    checkVerify(provider, 'ecdsa-p256', file),
  'ed25519_test.json': ({ provider }, file) => checkVerify(provider, 'ed25519', file),
  'mldsa_44_verify_test.json': ({ provider }, file) => checkVerify(provider, 'ml-dsa-44', file),
  'mldsa_65_verify_test.json': ({ provider }, file) => checkVerify(provider, 'ml-dsa-65', file),
  'mldsa_44_sign_seed_test.json': ({ provider }, file) =>
    checkSignSeed(provider, 'ml-dsa-44', file),
  'mldsa_65_sign_seed_test.json': ({ provider }, file) =>
    checkSignSeed(provider, 'ml-dsa-65', file),
  'x25519_test.json': ({ parts }, file) => checkX25519(parts.x25519, file),
  'mlkem_768_keygen_seed_test.json': ({ parts }, file) => checkMlKemKeys(parts.mlKem, file),
  'mlkem_768_test.json': ({ parts }, file) => checkMlKemDecapsulation(parts.mlKem, file),
  'mlkem_768_encaps_test.json': ({ parts }, file) => checkMlKemPublicKeys(parts.mlKem, file),
};

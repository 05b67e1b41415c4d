/**
 * X-Wing (MLKEM768-X25519, KEM 0x647A): a shared secret that holds while either ML-KEM-768 or
 * X25519 holds. Composed here once, from whichever ML-KEM and X25519 a platform has.
 *
 * Source: draft-connolly-cfrg-xwing-kem §5; draft-ietf-hpke-pq for its number in HPKE.
 * Two rules are ours: an all-zero X25519 output is refused (RFC 7748 §6.1), and expanded secrets
 * are remembered for a while, since expanding costs more than opening. Who must be sure that a
 * destroyed secret is nowhere in memory ends the process.
 */
import { concat, equal, utf8 } from './bytes.ts';
import type { Kem } from './crypto.ts';
import { Recent } from './recent.ts';
import { Refusal } from './refusals.ts';

/** A secret of one of the two mechanisms, ready for use. */
export interface LatticeSecret {
  /** 1,184 bytes. */
  readonly publicKey: Uint8Array;
  /** @param encapsulation 1,088 bytes @returns 32 bytes (implicit rejection) */
  decapsulate(encapsulation: Uint8Array): Promise<Uint8Array>;
}

export interface CurveSecret {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** @returns 32 bytes, or null for an all-zero output */
  agree(peer: Uint8Array): Promise<Uint8Array | null>;
}

export interface MlKem768 {
  /** @param seed 64 bytes, d ‖ z of FIPS 203 */
  secret(seed: Uint8Array): Promise<LatticeSecret>;
  /** @returns null where the 1,184 bytes are not a valid public key (FIPS 203 §7.2) */
  encapsulate(
    publicKey: Uint8Array,
  ): Promise<{ sharedSecret: Uint8Array; encapsulation: Uint8Array } | null>;
}

export interface X25519 {
  /** @param scalar 32 bytes, clamped when used */
  secret(scalar: Uint8Array): Promise<CurveSecret>;
  /** A new key for one encapsulation. */
  ephemeral(): Promise<CurveSecret>;
}

/** What X-Wing asks of a platform. */
export interface XWingParts {
  readonly mlKem: MlKem768;
  readonly x25519: X25519;
  shake256(data: Uint8Array, length: number): Uint8Array;
  sha3(data: Uint8Array): Uint8Array;
  /** A short text that stands for secret bytes without giving them away. */
  fingerprint(secret: Uint8Array): string;
  randomBytes(length: number): Uint8Array;
}

const KEM_ID = 0x647a;
const SECRET_BYTES = 32;
const LATTICE_PUBLIC_BYTES = 1184;
const LATTICE_ENCAPSULATION_BYTES = 1088;
const CURVE_BYTES = 32;
const PUBLIC_BYTES = LATTICE_PUBLIC_BYTES + CURVE_BYTES;
const ENCAPSULATION_BYTES = LATTICE_ENCAPSULATION_BYTES + CURVE_BYTES;
/** The draft's picture of an X-wing. */
const LABEL = utf8('\\.//^\\');
/** A device holds a few transport and storage keys at a time. */
const EXPANDED_MAX = 32;

interface Expanded {
  readonly lattice: LatticeSecret;
  readonly curve: CurveSecret;
}

/** X-Wing over a platform's parts. */
export function xWing(parts: XWingParts): Kem {
  const recent = new Recent<Expanded>(EXPANDED_MAX);
  const expanded = async (secret: Uint8Array): Promise<Expanded> => {
    if (secret.length !== SECRET_BYTES) throw new Refusal('key-malformed');
    const fingerprint = parts.fingerprint(secret);
    return recent.get(fingerprint) ?? recent.keep(fingerprint, await expand(parts, secret));
  };
  return {
    id: KEM_ID,
    publicKeyBytes: PUBLIC_BYTES,
    encapsulationBytes: ENCAPSULATION_BYTES,
    generateSecret: async () => parts.randomBytes(SECRET_BYTES),
    publicKey: async (secret) => {
      const { lattice, curve } = await expanded(secret);
      return concat(lattice.publicKey, curve.publicKey);
    },
    encapsulate: (publicKey) => encapsulate(parts, publicKey),
    decapsulate: async (secret, encapsulation) => {
      const keys = await expanded(secret);
      return decapsulate(parts, keys, encapsulation);
    },
  };
}

/** expandDecapsulationKey (draft §5.2). */
async function expand(parts: XWingParts, secret: Uint8Array): Promise<Expanded> {
  const bytes = parts.shake256(secret, 96);
  const lattice = await parts.mlKem.secret(bytes.slice(0, 64));
  const curve = await parts.x25519.secret(bytes.slice(64));
  return { lattice, curve };
}

/** Encapsulate (draft §5.4). */
async function encapsulate(
  parts: XWingParts,
  publicKey: Uint8Array,
): Promise<{ sharedSecret: Uint8Array; encapsulation: Uint8Array }> {
  if (publicKey.length !== PUBLIC_BYTES) throw new Refusal('key-malformed');
  const curvePublic = publicKey.slice(LATTICE_PUBLIC_BYTES);
  const lattice = await parts.mlKem.encapsulate(publicKey.slice(0, LATTICE_PUBLIC_BYTES));
  const ephemeral = await parts.x25519.ephemeral();
  const curveSecret = await ephemeral.agree(curvePublic);
  if (lattice === null || curveSecret === null) throw new Refusal('key-malformed');
  const secrets = [lattice.sharedSecret, curveSecret] as const;
  return {
    sharedSecret: combine(parts, secrets, ephemeral.publicKey, curvePublic),
    encapsulation: concat(lattice.encapsulation, ephemeral.publicKey),
  };
}

/** Decapsulate (draft §5.5). */
async function decapsulate(
  parts: XWingParts,
  { lattice, curve }: Expanded,
  encapsulation: Uint8Array,
): Promise<Uint8Array | null> {
  if (encapsulation.length !== ENCAPSULATION_BYTES) return null;
  const ephemeral = encapsulation.slice(LATTICE_ENCAPSULATION_BYTES);
  const latticeSecret = await lattice.decapsulate(
    encapsulation.slice(0, LATTICE_ENCAPSULATION_BYTES),
  );
  const curveSecret = await curve.agree(ephemeral);
  if (curveSecret === null) return null;
  return combine(parts, [latticeSecret, curveSecret], ephemeral, curve.publicKey);
}

/** Combiner (draft §5.3): SHA3-256 over both secrets, X25519's ciphertext and public key, label. */
function combine(
  parts: XWingParts,
  [lattice, curve]: readonly [Uint8Array, Uint8Array],
  ephemeral: Uint8Array,
  curvePublic: Uint8Array,
): Uint8Array {
  return parts.sha3(concat(lattice, curve, ephemeral, curvePublic, LABEL));
}

/** Whether an X25519 output is the one that tells nothing (RFC 7748 §6.1). */
export function isAllZero(secret: Uint8Array): boolean {
  return equal(secret, new Uint8Array(secret.length));
}

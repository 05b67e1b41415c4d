/**
 * Suite 0xFF01: has the form of a suite and protects nothing. Signatures and encapsulations are hashes that anyone can
 * compute, so that a world costs milliseconds and one seed gives the same bytes again. A station refuses it by its number
 * unless it is made for a simulation (src/station/compose.ts), whatever its organisation's founding entry lists.
 */
import { concat } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider, Hash, Kem, SignatureAlgorithm, Signatures } from '#core/crypto.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { stretched } from './seed.ts';

export const SIMULATION_SUITE = 0xff01;

const PUBLIC_BYTES: Record<SignatureAlgorithm, number> = {
  'ecdsa-p256': 65, 'ml-dsa-65': 1_952, 'ml-dsa-44': 1_312, ed25519: 32,
};
const SIGNATURE_BYTES: Record<SignatureAlgorithm, number> = {
  'ecdsa-p256': 64, 'ml-dsa-65': 3_309, 'ml-dsa-44': 2_420, ed25519: 64,
};
const KEM_PUBLIC_BYTES = 1_216;
const ENCAPSULATION_BYTES = 1_120;

export function simulationSuite(random: RandomSource): CryptoProvider {
  const { hash, aead } = nodeCrypto;
  return {
    suite: SIMULATION_SUITE,
    hash,
    aead,
    kem: simulationKem(hash, random),
    signatures: simulationSignatures(random),
    stretch: async (passphrase, { salt }) => hash.sha256(concat(passphrase, salt)),
  };
}

function simulationSignatures(random: RandomSource): Signatures {
  const sign = (algorithm: SignatureAlgorithm, publicKey: Uint8Array, message: Uint8Array): Uint8Array =>
    stretched(SIGNATURE_BYTES[algorithm], algorithm, publicKey, message);
  return {
    generateSecret: async () => random.bytes(32),
    async signingKey(algorithm, secret) {
      const publicKey = stretched(PUBLIC_BYTES[algorithm], `public ${algorithm}`, secret);
      if (algorithm === 'ecdsa-p256') publicKey[0] = 4;
      return { algorithm, publicKey, sign: async (message) => sign(algorithm, publicKey, message) };
    },
    async verify(algorithm, publicKey, message, signature) {
      return Buffer.compare(signature, sign(algorithm, publicKey, message)) === 0;
    },
  };
}

function simulationKem(hash: Hash, random: RandomSource): Kem {
  const publicOf = (secret: Uint8Array): Uint8Array => stretched(KEM_PUBLIC_BYTES, 'kem', secret);
  const shared = (publicKey: Uint8Array, encapsulation: Uint8Array): Uint8Array =>
    hash.sha256(concat(publicKey, encapsulation));
  return {
    id: 0x647a,
    publicKeyBytes: KEM_PUBLIC_BYTES,
    encapsulationBytes: ENCAPSULATION_BYTES,
    generateSecret: async () => random.bytes(32),
    publicKey: async (secret) => publicOf(secret),
    async encapsulate(publicKey) {
      const encapsulation = random.bytes(ENCAPSULATION_BYTES);
      return { encapsulation, sharedSecret: shared(publicKey, encapsulation) };
    },
    decapsulate: async (secret, encapsulation) => shared(publicOf(secret), encapsulation),
  };
}

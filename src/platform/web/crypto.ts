/**
 * Suite 1 in a browser: WebCrypto where the browser has an algorithm, noble where it has not.
 *
 * AES-GCM, P-256 and SHA-256 of chunks are always WebCrypto's; streams and Argon2id are hash-wasm's
 * (a page needs `'wasm-unsafe-eval'`). Noble hashes small things, because WebCrypto cannot at once,
 * and stands in for X25519, Ed25519, ML-KEM and ML-DSA. It never touches a part's bytes.
 */
import { argon2id } from 'hash-wasm';
import type { CryptoProvider, PassphraseStretching } from '#core/crypto.ts';
import { assertStretchable } from '#core/stretching.ts';
import { xWing } from '#core/x-wing.ts';
import { webAead } from './crypto-aead.ts';
import { webHash } from './crypto-hash.ts';
import { webSignatures } from './crypto-signatures.ts';
import { webXWingParts } from './crypto-x-wing.ts';
import { detectNativeSupport, type NativeSupport } from './native-support.ts';

export { webRandom } from './random.ts';

const SUITE_1 = 1;
const STRETCHED_BYTES = 32;

/**
 * Suite 1 in this browser.
 * @param native which algorithms to leave to the browser; by default those that it has
 */
export async function webCrypto(native?: NativeSupport): Promise<CryptoProvider> {
  const support = native ?? (await detectNativeSupport());
  return {
    suite: SUITE_1,
    hash: await webHash(),
    aead: webAead,
    kem: xWing(webXWingParts(support)),
    signatures: webSignatures(support),
    stretch,
  };
}

async function stretch(passphrase: Uint8Array, how: PassphraseStretching): Promise<Uint8Array> {
  assertStretchable(passphrase, how);
  return argon2id({
    password: passphrase,
    salt: how.salt,
    parallelism: how.lanes,
    memorySize: how.memoryKiB,
    iterations: how.passes,
    hashLength: STRETCHED_BYTES,
    outputType: 'binary',
  });
}

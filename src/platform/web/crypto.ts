/**
 * Suite 1 in a browser: WebCrypto where the browser has an algorithm, noble where it has not.
 *
 * AES-GCM, P-256 and SHA-256 of chunks are always WebCrypto's; streams and Argon2id are hash-wasm's
 * (a page needs `'wasm-unsafe-eval'`). Noble hashes small things, because WebCrypto cannot at once,
 * and stands in for X25519, Ed25519, ML-KEM and ML-DSA. It never touches a part's bytes.
 */
import type { CryptoProvider } from '#core/crypto.ts';
import { xWing } from '#core/x-wing.ts';
import { webAead } from './crypto-aead.ts';
import { webHash } from './crypto-hash.ts';
import { webSignatures } from './crypto-signatures.ts';
import { webXWingParts } from './crypto-x-wing.ts';
import { detectNativeSupport, type NativeSupport } from './native-support.ts';
import { webStretch } from './stretching.ts';

export { webRandom } from './random.ts';

const SUITE_1 = 1;

/**
 * Suite 1 in this browser.
 * @param native which algorithms to leave to the browser; by default those that it has
 * @param stretch where passphrases are stretched; by default on the thread that asks
 */
export async function webCrypto(native?: NativeSupport, stretch: CryptoProvider['stretch'] = webStretch): Promise<CryptoProvider> {
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

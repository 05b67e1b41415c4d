/** Argon2id in WebAssembly, by hash-wasm: it computes for most of a second on the thread that asks. */
import { argon2id } from 'hash-wasm';
import type { PassphraseStretching } from '#core/crypto.ts';
import { assertStretchable } from '#core/stretching.ts';

const STRETCHED_BYTES = 32;

export async function webStretch(passphrase: Uint8Array, how: PassphraseStretching): Promise<Uint8Array> {
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

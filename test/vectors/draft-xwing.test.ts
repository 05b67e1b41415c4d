/** X-Wing. Source: draft-connolly-cfrg-xwing-kem, Appendix C. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { hex } from '#core/bytes.ts';
import { xWing } from '#core/x-wing.ts';
import { NO_NATIVE_SUPPORT } from '#platform/web/native-support.ts';
import { webXWingParts } from '#platform/web/crypto-x-wing.ts';
import { DRAFT_XWING } from './checks/all.ts';
import { bytesOf } from './checks/outcome.ts';
import xWingVectors from './draft-xwing.json' with { type: 'json' };
import { testOnAll } from './platforms.ts';

testOnAll(DRAFT_XWING);

// Platforms draw an encapsulation's randomness themselves. Only here is it the published one, which
// leaves nothing of the composition in x-wing.ts unchecked.
for (const [index, vector] of xWingVectors.vectors.entries()) {
  test(`encapsulation with published randomness, vector ${index}`, async () => {
    const randomness = bytesOf(vector.encapsulationSeed);
    const parts = webXWingParts(NO_NATIVE_SUPPORT);
    const kem = xWing({
      ...parts,
      mlKem: {
        ...parts.mlKem,
        encapsulate: async (publicKey) => {
          const made = ml_kem768.encapsulate(publicKey, randomness.slice(0, 32));
          return { sharedSecret: made.sharedSecret, encapsulation: made.cipherText };
        },
      },
      x25519: {
        ...parts.x25519,
        ephemeral: () => parts.x25519.secret(randomness.slice(32)),
      },
    });
    const made = await kem.encapsulate(bytesOf(vector.publicKey));
    assert.equal(hex(made.encapsulation), vector.encapsulation);
    assert.equal(hex(made.sharedSecret), vector.sharedSecret);
  });
}
